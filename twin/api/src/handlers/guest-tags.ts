import { propertyOf } from "@orrery/twin-world";
import type { Call } from "../call.ts";
import { forbid } from "../problem.ts";
import { splitList } from "../validation/word-list.ts";

const wordsOf = (text: unknown): string[] => (typeof text === "string" ? splitList(text) : []);

type TagRules = {
  /** The tags that the caller may put on a guest and that exist. */
  readonly allowed: ReadonlySet<string>;
  readonly registered: ReadonlySet<string>;
  /** True where new tags may be made up. */
  readonly isFree: boolean;
};

/** What tags the caller may use. Mirrors get_allowed_tags in pve-guest-common. */
export const tagRules = (call: Call): TagRules => {
  const { options } = call.world.cluster;
  const access = String(options["user-tag-access"] ?? "");
  const allow = propertyOf(access, "user-allow") ?? "free";
  const isPrivileged = call.rights.has("/", "Sys.Modify");
  const registered = new Set(wordsOf(options["registered-tags"]));
  const allowed = new Set<string>();
  if (allow !== "none" || isPrivileged)
    for (const tag of wordsOf(propertyOf(access, "user-allow-list"))) allowed.add(tag);
  if (allow === "free" || allow === "existing" || isPrivileged) {
    for (const { vmid, config } of Object.values(call.world.guests)) {
      if (!isPrivileged && !call.rights.has(`/vms/${vmid}`, "VM.Audit")) continue;
      for (const tag of wordsOf(config.tags)) allowed.add(tag);
    }
  }
  for (const tag of registered) {
    if (isPrivileged) allowed.add(tag);
    else allowed.delete(tag);
  }
  return { allowed, registered, isFree: allow === "free" };
};

/** Refuses to put a tag on a guest, or take one off, that is not the caller's to use. Mirrors assert_tag_permissions. */
export const needTags = (
  call: Call,
  guest: { readonly vmid: number; readonly pool?: string | undefined },
  before: string | number | undefined,
  after: string,
): void => {
  call.rights.needOnGuest(guest.vmid, guest.pool, "VM.Config.Options");
  if (call.rights.has("/", "Sys.Modify")) return;
  const [old, next] = [new Set(wordsOf(String(before ?? ""))), new Set(wordsOf(after))];
  const rules = tagRules(call);
  for (const tag of new Set([...old, ...next])) {
    if (old.has(tag) === next.has(tag)) continue;
    if ((!rules.allowed.has(tag) && !rules.isFree) || rules.registered.has(tag))
      forbid(`/, Sys.Modify for modifying tag '${tag}'`);
  }
};

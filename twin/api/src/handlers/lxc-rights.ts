import type { Call } from "../call.ts";
import { isMount, mountKind, mountVolume, newMount } from "../container-change.ts";
import { forbid } from "../problem.ts";
import { needTags } from "./guest-tags.ts";
import { needBridges } from "./qemu-rights.ts";
import { needVolumeAccess } from "./volume-access.ts";

export type ContainerNow = {
  readonly vmid: number;
  readonly pool?: string | undefined;
  /** The configuration before the change. */
  readonly config: Readonly<Record<string, string | number>>;
  readonly isUnprivileged: boolean;
};

const featuresOf = (text: string | number | undefined): Map<string, string> =>
  new Map(
    String(text ?? "")
      .split(",")
      .filter((part) => part !== "")
      .map((part) => {
        const at = part.indexOf("=");
        return at < 0 ? [part, "1"] : [part.slice(0, at), part.slice(at + 1)];
      }),
  );

/** Which features differ; a feature that was never there and one that is switched off are different things. */
const changedFeatures = (before: string | number | undefined, after: string | undefined): Set<string> => {
  const [old, next] = [featuresOf(before), featuresOf(after)];
  if (before === undefined || after === undefined) {
    const all = before === undefined ? next : old;
    return all.size === 1 && all.get("nesting") === "1"
      ? new Set(["nesting"])
      : new Set([...all.keys(), ...(all.size > 0 ? ["other"] : [])]);
  }
  return new Set([...old.keys(), ...next.keys()].filter((name) => (old.get(name) ?? "") !== (next.get(name) ?? "")));
};

const needFeatures = (call: Call, now: ContainerNow, after: string | undefined): void => {
  if (!now.isUnprivileged) forbid("changing feature flags for privileged container is only allowed for root@pam");
  const changed = changedFeatures(now.config.features, after);
  const other = [...changed].some((name) => name !== "nesting");
  if (other) forbid("changing feature flags (except nesting) is only allowed for root@pam");
  if (changed.has("nesting")) call.rights.needOnGuest(now.vmid, now.pool, "VM.Allocate");
};

const needVolume = (call: Call, { vmid }: ContainerNow, text: string): void => {
  const volume = mountVolume(text);
  const kind = mountKind(volume);
  if (kind !== "volume") forbid(`mount point type ${kind} is only allowed for root@pam`);
  const fresh = newMount.exec(volume);
  if (fresh !== null) {
    call.rights.need(`/storage/${fresh[1]}`, "Datastore.AllocateSpace");
    return;
  }
  needVolumeAccess(call, vmid, volume, "rootdir");
};

/** Refuses what the caller may not set or delete on a container. Mirrors check_ct_modify_config_perm in pve-container. */
export const needContainerRights = (
  call: Call,
  now: ContainerNow,
  values: ReadonlyMap<string, string | undefined>,
): void => {
  if (call.rights.isRoot) return;
  const need = (privilege: string): void => call.rights.needOnGuest(now.vmid, now.pool, privilege);
  for (const [key, value] of values) {
    if (key === "cores" || key === "cpuunits" || key === "cpulimit") need("VM.Config.CPU");
    else if (isMount(key)) {
      need("VM.Config.Disk");
      if (value !== undefined) needVolume(call, now, value);
    } else if (key === "memory" || key === "swap") need("VM.Config.Memory");
    else if (/^net\d+$/.test(key)) {
      need("VM.Config.Network");
      const before = now.config[key];
      needBridges(
        call,
        [before, value].flatMap((text) => (text === undefined ? [] : [String(text)])),
      );
    } else if (/^dev\d+$/.test(key)) forbid("configuring device passthrough is only allowed for root@pam");
    else if (key === "nameserver" || key === "searchdomain" || key === "hostname") need("VM.Config.Network");
    else if (key === "features") needFeatures(call, now, value);
    else if (key === "hookscript") forbid("changing the hookscript is only allowed for root@pam");
    else if (key === "tags") needTags(call, now, now.config.tags, value ?? "");
    else need("VM.Config.Options");
  }
};

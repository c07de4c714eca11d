import { guestDigest, lockedText } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { changeContainer } from "../container-change.ts";
import { fail, refuseParameters } from "../problem.ts";
import { needQuorum } from "../quorum.ts";
import { guestOfCall } from "./guest-of-call.ts";
import { containerOption } from "./lxc.ts";
import { type ContainerNow, needContainerRights } from "./lxc-rights.ts";
import { typedValue } from "./values.ts";

const control = new Set(["node", "vmid", "digest", "delete", "revert"]);

const isOption = (call: Call, key: string): boolean =>
  !control.has(key) && (containerOption(call, key) !== undefined || key === "snaptime" || key === "parent");

const update = (call: Call): unknown => {
  const given = Object.keys(call.parameters).filter((key) => !control.has(key));
  const [remove, reverts] = [call.list("delete"), call.list("revert")];
  if (given.length + remove.length + reverts.length === 0) fail("no options specified");
  const vmid = Number(call.need("vmid"));
  const config = call.world.guests[vmid]?.config ?? {};
  const now: ContainerNow = { vmid, config, isUnprivileged: `${config.unprivileged ?? 0}` === "1" };
  const gone = (keys: readonly string[]) => new Map(keys.map((key) => [key, undefined] as const));
  needContainerRights(call, now, gone(remove));
  needContainerRights(call, now, gone(reverts));
  for (const key of reverts) {
    if (!isOption(call, key)) refuseParameters({ revert: `unknown option '${key}'` });
    if (given.includes(key))
      refuseParameters({ revert: `you can't use '-${key}' and '-revert ${key}' at the same time` });
  }
  for (const key of remove) {
    if (!isOption(call, key)) refuseParameters({ delete: `unknown option '${key}'` });
    if (given.includes(key))
      refuseParameters({ delete: `you can't use '-${key}' and -delete ${key}' at the same time` });
    if (reverts.includes(key))
      refuseParameters({ delete: `you can't use '-delete ${key}' and '-revert ${key}' at the same time` });
  }
  needContainerRights(call, now, new Map(given.map((key) => [key, call.need(key)])));
  const guest = guestOfCall(call, "lxc");
  const locked = lockedText(guest);
  if (locked !== undefined) fail(locked);
  const digest = call.text("digest");
  if (digest !== undefined && digest !== guestDigest(guest))
    fail("detected modified configuration - file changed by other user? Try again.");
  needQuorum(call.world, call.node);
  const set = Object.fromEntries(given.map((key) => [key, typedValue(containerOption(call, key), call.need(key))]));
  changeContainer(call.world, guest, { set, remove, reverts });
  return null;
};

export const lxcConfig: Handlers = { "PUT /nodes/{node}/lxc/{vmid}/config": update };

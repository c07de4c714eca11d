import { type Config, findVolume, type Guest, guestDigest, lockedText, memoryOf, propertyOf } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { changeGuest, configWithPending, pendingRows, revertGuest } from "../guest-change.ts";
import { fail, Problem, refuseParameters } from "../problem.ts";
import { needQuorum } from "../quorum.ts";
import { startWorker } from "../start.ts";
import { asText } from "../within.ts";
import { guestOfCall } from "./guest-of-call.ts";
import { needTags } from "./guest-tags.ts";
import {
  isDrive,
  needBridges,
  needChange,
  needOptionRights,
  needSoundDrives,
  needStorageAccess,
} from "./qemu-rights.ts";
import { typedValue } from "./values.ts";

/** Parameters of the call that are no options of a VM. */
const control = new Set([
  "node",
  "vmid",
  "digest",
  "delete",
  "revert",
  "skiplock",
  "force",
  "background_delay",
  "cdrom",
  "import-working-storage",
  "idlist",
]);

const schemaOf = (call: Call, key: string) => {
  const properties = call.twin.router.find("PUT", "/nodes/x/qemu/100/config")?.method.params.properties;
  return properties?.[key] ?? properties?.[key.replace(/\d+$/, "[n]")];
};

/** Whether a key is an option that a VM's configuration can hold. */
const isOption = (call: Call, key: string): boolean => {
  if (control.has(key)) return false;
  if (isDrive(key) || key === "cdrom") return true;
  const stem = /^([a-z_]+)(\d+)$/.exec(key)?.[1];
  if (stem !== undefined && /^(?:ide|scsi|sata|virtio)$/.test(stem)) return false;
  return (
    schemaOf(call, key) !== undefined ||
    ["lock", "template", "parent", "vmstate", "meta", "runningmachine", "runningcpu"].includes(key)
  );
};

const shownConfig = (call: Call, config: Config): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      key === "cipassword" ? "**********" : typedValue(schemaOf(call, key), String(value)),
    ]),
  );

export const digestOfGuest = (guest: Guest): string => guestDigest(guest);

const read = (call: Call): unknown => {
  const guest = guestOfCall(call, "qemu");
  const name = call.text("snapshot");
  const snapshot =
    name === undefined ? undefined : (guest.snapshots[name] ?? fail(`snapshot '${name}' does not exist`));
  const config = snapshot?.config ?? (call.flag("current") ? guest.config : configWithPending(guest));
  return { ...shownConfig(call, config), digest: digestOfGuest(guest) };
};

const pending = (call: Call): unknown => {
  const guest = guestOfCall(call, "qemu");
  const rows = pendingRows(guest).map((row) => {
    const type = (value: string | number | undefined) =>
      value === undefined ? undefined : typedValue(schemaOf(call, row.key), String(value));
    const secret = row.key === "cipassword";
    return {
      key: row.key,
      ...(row.value === undefined ? {} : { value: secret ? "**********" : type(row.value) }),
      ...(row.pending === undefined ? {} : { pending: secret ? "**********" : type(row.pending) }),
      ...(row.delete === undefined ? {} : { delete: row.delete }),
    };
  });
  return [...rows, { key: "digest", value: digestOfGuest(guest) }];
};

/** The options of a call as they are to be kept. */
export const givenOptions = (call: Call, ...without: string[]): Record<string, string | number> => {
  const set: Record<string, string | number> = {};
  for (const name of Object.keys(call.parameters)) {
    if (control.has(name) || without.includes(name)) continue;
    set[name] = typedValue(schemaOf(call, name), call.text(name) ?? "");
  }
  const cdrom = call.text("cdrom");
  if (cdrom !== undefined) set.ide2 = /media=/.test(cdrom) ? cdrom : `${cdrom},media=cdrom`;
  return set;
};

const needKnown = (call: Call, name: "delete" | "revert", keys: readonly string[]): void => {
  for (const key of keys) if (!isOption(call, key)) refuseParameters({ [name]: `unknown option '${key}'` });
};

const needHook = (call: Call, script: string | number | undefined): void => {
  if (script === undefined) return;
  const volid = String(script);
  if (!/^[^:]+:snippets\//.test(volid))
    refuseParameters({ hookscript: `'${volid}' is not in the snippets directory\n` });
  if (findVolume(call.world, call.node, volid) === undefined)
    refuseParameters({ hookscript: `script '${volid}' does not exist\n` });
};

/** What the balloon may be at most is the memory that the VM will have. */
const needBalloonFits = (guest: Guest, set: Readonly<Record<string, string | number>>): void => {
  if (set.memory === undefined && set.balloon === undefined) return;
  const merged: Config = { ...configWithPending(guest), ...set };
  const balloon = Number(merged.balloon ?? 0);
  if (balloon > memoryOf({ config: merged }) / 1_048_576)
    fail("balloon value too large (must be smaller than assigned memory)");
};

const needBootDevices = (guest: Guest, set: Readonly<Record<string, string | number>>): void => {
  const order = set.boot === undefined ? undefined : propertyOf(String(set.boot), "order");
  if (order === undefined) return;
  const merged: Config = { ...configWithPending(guest), ...set };
  for (const key of order.split(";"))
    if (key !== "" && merged[key] === undefined) fail(`invalid bootorder: device '${key}' does not exist'`);
};

const needExisting = (call: Call, drives: Readonly<Record<string, string>>): void => {
  for (const text of Object.values(drives)) {
    const volid = /^(?:file=)?([^,]*)/.exec(text)?.[1] ?? "";
    if (volid.startsWith("/")) fail(`volume ${volid} does not exist`);
    if (!volid.includes(":") || /^[^:/]+:(?:\d+(?:\.\d+)?|cloudinit)$/.test(volid)) continue;
    if (findVolume(call.world, call.node, volid) === undefined) fail(`volume '${volid}' does not exist`);
  }
};

const drivesAmong = (set: Readonly<Record<string, string | number>>): Record<string, string> =>
  Object.fromEntries(Object.entries(set).flatMap(([key, value]) => (isDrive(key) ? [[key, String(value)]] : [])));

/** Only root may go past a lock. */
export const needRootForSkipLock = (call: Call): void => {
  if (call.flag("skiplock") && !call.rights.isRoot) refuseParameters({ skiplock: "Only root may use this option." });
};

const quoted = (text: string): string => (/^[\w./=,:@;+-]*$/.test(text) ? text : `'${text}'`);

const changeText = (
  guest: Guest,
  set: Readonly<Record<string, string | number>>,
  remove: readonly string[],
  reverts: readonly string[],
): string => {
  const words = Object.entries(set).map(
    ([key, value]) => `-${key} ${key === "cipassword" ? "<hidden>" : quoted(String(value))}`,
  );
  if (remove.length > 0) words.push(`-delete ${remove.join(",")}`);
  if (reverts.length > 0) words.push(`-revert ${reverts.join(",")}`);
  return `update VM ${guest.vmid}: ${words.join(" ")}`;
};

/** Refuses keys to delete or to revert that are no options or that are set at once. */
const needSoundKeys = (
  call: Call,
  set: Readonly<Record<string, string | number>>,
  { remove, reverts }: { readonly remove: readonly string[]; readonly reverts: readonly string[] },
): void => {
  for (const key of reverts) {
    needKnown(call, "revert", [key]);
    if (set[key] !== undefined)
      refuseParameters({ delete: `you can't use '-${key}' and -revert ${key}' at the same time` });
  }
  for (const key of remove) {
    if (set[key] !== undefined)
      refuseParameters({ delete: `you can't use '-${key}' and -delete ${key}' at the same time` });
    if (reverts.includes(key))
      refuseParameters({ revert: `you can't use '-delete ${key}' and -revert ${key}' at the same time` });
    needKnown(call, "delete", [key]);
  }
};

/** What the caller may do depends on what the options were and become. */
const needChanges = (
  call: Call,
  guest: Guest,
  { set, remove }: { readonly set: Readonly<Record<string, string | number>>; readonly remove: readonly string[] },
): void => {
  const textOf = (value: string | number | undefined): string | undefined =>
    value === undefined ? undefined : String(value);
  const { vmid, config, pending: waiting } = guest;
  for (const key of remove) {
    const before = textOf(config[key] ?? waiting[key]);
    if (before === undefined) continue;
    if (key === "tags") needTags(call, guest, before, "");
    else needChange(call, { vmid }, key, { before, after: undefined });
  }
  for (const key of Object.keys(set).toSorted()) {
    const [before, after] = [textOf(config[key]), textOf(set[key])];
    if (key === "tags") needTags(call, guest, before, after ?? "");
    else needChange(call, { vmid }, key, { before, after });
  }
};

const update = (call: Call, background: boolean, more: { remove?: string[]; force?: boolean } = {}): unknown => {
  needRootForSkipLock(call);
  const vmid = Number(call.need("vmid"));
  const remove = (more.remove ?? call.list("delete")).map((key) => (key === "cdrom" ? "ide2" : key));
  const reverts = call.list("revert");
  const set = givenOptions(call);
  if (Object.keys(set).length === 0 && remove.length === 0 && reverts.length === 0) fail("no options specified");
  needSoundKeys(call, set, { remove, reverts });
  const texts = new Map(Object.entries(set).map(([key, value]) => [key, String(value)]));
  needSoundDrives(call, texts);
  needHook(call, set.hookscript);
  needOptionRights(call, { vmid }, remove);
  needOptionRights(call, { vmid }, texts.keys());
  needStorageAccess(call, vmid, texts);
  needBridges(
    call,
    Object.entries(set).flatMap(([key, value]) => (/^net\d+$/.test(key) ? [String(value)] : [])),
  );
  const guest = guestOfCall(call, "qemu");
  const digest = call.text("digest");
  if (digest !== undefined && digest !== digestOfGuest(guest)) fail("checksum mismatch (file change by other user?)");
  const locked = call.flag("skiplock") ? undefined : lockedText(guest);
  if (locked !== undefined && !(guest.config.lock === "suspended" && remove.includes("vmstate"))) fail(locked);
  needQuorum(call.world, call.node);
  needBalloonFits(guest, set);
  const apply = (): string[] => {
    needChanges(call, guest, { set, remove });
    needBootDevices(guest, set);
    needExisting(call, drivesAmong(set));
    revertGuest(call.world, guest, reverts);
    return changeGuest(call.world, guest, { set, remove, force: more.force ?? call.flag("force") });
  };
  if (!background) {
    apply();
    return null;
  }
  const text = changeText(guest, set, remove, reverts);
  const { vmid: id } = guest;
  try {
    const lines = apply();
    const steps = [text, ...lines].map((line) => ({ do: "log", text: line }) as const);
    return startWorker(call, "qmconfig", String(id), [...steps, { do: "wait", ms: lines.length > 0 ? 400 : 50 }]);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const message = asText(error).trimEnd().replaceAll("\n", " ");
    return startWorker(call, "qmconfig", String(id), [
      { do: "log", text },
      { do: "fail", message },
    ]);
  }
};

const base = "/nodes/{node}/qemu/{vmid}";

export const qemuConfig: Handlers = {
  [`GET ${base}/config`]: read,
  [`PUT ${base}/config`]: (call) => update(call, false),
  [`POST ${base}/config`]: (call) => update(call, true),
  [`GET ${base}/pending`]: pending,
  [`PUT ${base}/unlink`]: (call) => update(call, false, { remove: call.list("idlist"), force: call.flag("force") }),
};

import type { Backing, Storage, Volume } from "@orrery/twin-world";
import type { Call } from "../call.ts";
import { fail } from "../problem.ts";
import { type PruneOptions, pruneMarks } from "../prune.ts";
import { startWorker } from "../start.ts";
import { backingOf, charge, maySee, storageOf } from "./storage-of-call.ts";
import { parsedProperties } from "./values.ts";

const pruneOptions = (call: Call, storage: Storage): PruneOptions => {
  const text = call.text("prune-backups") ?? storage.options["prune-backups"];
  if (text === undefined) return fail(`no prune-backups options configured for storage '${storage.id}'`);
  return Object.fromEntries(
    Object.entries(parsedProperties("prune-backups", String(text))).map(([key, value]) => [key, Number(value)]),
  );
};

export const pruneList = (call: Call): { backing: Backing; rows: Record<string, unknown>[] } => {
  const storage = storageOf(call);
  const options = pruneOptions(call, storage);
  const backing = backingOf(call, storage);
  const vmid = call.number("vmid");
  const type = call.text("type");
  const groups = new Map<string, Volume[]>();
  for (const volume of Object.values(backing.volumes)) {
    if (volume.storage !== storage.id || volume.content !== "backup" || !maySee(call, volume)) continue;
    if (vmid !== undefined && volume.vmid !== vmid) continue;
    if (type !== undefined && volume.archive?.kind !== type) continue;
    const key = `${volume.archive?.kind}/${volume.vmid}`;
    groups.set(key, [...(groups.get(key) ?? []), volume]);
  }
  const rows = [...groups.values()].flatMap((volumes) => {
    const marks = pruneMarks(
      volumes.map((one) => ({ volid: one.volid, ctime: Math.floor(one.ctime / 1000), protected: one.protected })),
      options,
    );
    return volumes.map((one) => ({
      volid: one.volid,
      vmid: one.vmid,
      type: one.archive?.kind ?? "unknown",
      ctime: Math.floor(one.ctime / 1000),
      mark: marks.get(one.volid) ?? "keep",
    }));
  });
  return { backing, rows };
};

export const prune = (call: Call): unknown => {
  const { backing, rows } = pruneList(call);
  const gone = rows.filter((row) => row.mark === "remove").map((row) => String(row.volid));
  for (const id of gone) {
    const volume = backing.volumes[id];
    delete backing.volumes[id];
    if (volume !== undefined) charge(call, backing, -volume.used);
  }
  const storage = call.need("storage");
  return startWorker(call, "prunebackups", storage, [
    ...gone.map((id) => ({ do: "log", text: `Removing backup '${id}'` }) as const),
    { do: "wait", ms: 200 },
  ]);
};

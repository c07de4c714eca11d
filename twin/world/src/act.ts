import type { BackupOptions } from "./backup-options.ts";
import type { Config } from "./config.ts";
import type { NodeActMap } from "./node-act-map.ts";

/**
 * What a task does to the world at one moment, as data: the kind, and what it is told. Empty texts and zeros stand
 * for what was not asked. `acts.ts` maps each kind to the function that does it; the file of each operation says what its acts do.
 */
export type ActMap = NodeActMap & {
  "guest.check-start": { vmid: number; skipLock: boolean };
  "guest.overrule-shutdown": { vmid: number };
  "guest.launch": { vmid: number; skipLock: boolean };
  "guest.end": { vmid: number };
  "guest.pause": { vmid: number };
  "guest.resume": { vmid: number };
  "guest.save-state": { vmid: number; storage: string };
  "guest.suspended": { vmid: number; volid: string };
  "guest.reset": { vmid: number };
  "guest.request-shutdown": { vmid: number; timeoutMs: number; force: boolean };
  "guest.finish-shutdown": { vmid: number; obeyed: boolean; force: boolean };
  "guest.unlock": { vmid: number; lock: string };
  "guest.make-disk": { vmid: number; key: string; text: string };
  "guest.unpack": { vmid: number; ostemplate: string };
  "guest.write-new": { vmid: number; config: Config };
  "guest.discard": { vmid: number };
  "guest.check-destroy": { vmid: number; skipLock: boolean };
  "guest.destroy": { vmid: number; purge: boolean; unreferenced: boolean };
  "guest.clone-disk": {
    from: number;
    vmid: number;
    key: string;
    volid: string;
    text: string;
    full: boolean;
    storage: string;
    format: string;
    cap: number;
  };
  "guest.fill-disk": { vmid: number; volid: string; used: number };
  "guest.finish-clone": { vmid: number; config: Config; set: Config; target: string; name: string };
  "guest.make-template": { vmid: number };
  "snapshot.take": { vmid: number; name: string; description: string; vmstate: boolean };
  "snapshot.keep": { vmid: number; name: string; description: string; vmstate: string };
  "snapshot.roll-back": { vmid: number; name: string; start: boolean };
  "snapshot.delete": { vmid: number; name: string };
  "disk.resize": { vmid: number; disk: string; size: string };
  "disk.move": { vmid: number; disk: string; storage: string; format: string; remove: boolean; cap: number };
  "disk.switch": { vmid: number; disk: string; volid: string; remove: boolean };
  "disk.drop": { vmid: number; volid: string };
  "migrate.begin": {
    vmid: number;
    target: string;
    online: boolean;
    localDisks: boolean;
    storage: string;
    force: boolean;
    cap: number;
  };
  "migrate.copied": { vmid: number; target: string; from: string; volid: string; used: number; mirror: boolean };
  "migrate.remote-start": { vmid: number; target: string };
  "migrate.pass": {
    vmid: number;
    target: string;
    startedAt: number;
    passAt: number;
    sent: number;
    bytes: number;
    limitMs: number;
    stuck: number;
    cap: number;
  };
  "migrate.finish": {
    vmid: number;
    target: string;
    online: boolean;
    moved: { volid: string; there: string; replica: boolean }[];
    restart: boolean;
  };
  "migrate.abort": { vmid: number; phase: 0 | 1 | 2 };
  "migrate.drop-target": { target: string; volid: string };
  "backup.plan": { vmids: number[]; options: BackupOptions; line: string };
  "backup.begin": { vmid: number; options: BackupOptions };
  "backup.pause": { vmid: number };
  "backup.restart": { vmid: number };
  "backup.archive": { vmid: number; options: BackupOptions; startedAt: number; mode: string; stoppedForIt: boolean };
  "backup.store": {
    vmid: number;
    options: BackupOptions;
    startedAt: number;
    flowAt: number;
    read: number;
    written: number;
    size: number;
    mode: string;
  };
  "backup.failed": { vmid: number };
  "backup.end": { errors: boolean };
  "restore.begin": { vmid: number; archive: string; storage: string; unique: boolean; set: Config; cap: number };
  "restore.finish": { vmid: number; archive: string; unique: boolean; set: Config };
  "volume.remove": { volid: string };
  "volume.prune": { storage: string; vmid: number; guest: string; keep: string };
  "node.start-guest": { vmid: number };
  "node.stop-guests": { vmids: number[]; timeoutMs: number };
  "node.stop-all": { node: string };
  "node.migrate-guests": { vmids: number[]; target: string; localDisks: boolean };
  "node.await-evacuation": { node: string; tries: number };
  "node.go-down": { node: string; reboot: boolean };
  "node.power": { node: string; reboot: boolean };
  "replicate.begin": { id: string };
  "replicate.keep": { id: string; volid: string; target: string };
  "replicate.done": { id: string; startedAt: number };
  "replicate.failed": { id: string };
  "datastore.collect": { backing: string };
  "datastore.verified": { backing: string };
  "node.refresh": { node: string };
  "node.install": { node: string };
  "log.stamp": { text: string };
  "ha.move": { sid: string; node: string };
  "ha.request": { sid: string; state: "started" | "stopped" };
};

export type ActOf<Kind extends keyof ActMap> = { [K in Kind]: { kind: K } & ActMap[K] }[Kind];
export type Act = ActOf<keyof ActMap>;

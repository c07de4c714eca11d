import { type Config, dict } from "@orrery/twin-world";
import { asked, bodyOf, pathOf, type Row, rowsOf, text, worked } from "./exchange-reading.ts";
import type { Origin } from "./origin.ts";
import type { Exchange } from "./recording.ts";
import { putGuest, putVolume } from "./starting-guests.ts";

const putStorage = (origin: Origin, row: Row, node: string | undefined): void => {
  const { world } = origin;
  const id = text(row.storage);
  if (id === "" || !origin.isOld(`storage ${id}`)) return;
  const local = world.storages.local;
  if (id === "local") {
    if (row.priority === 0 && local !== undefined) local.options.priority = 0;
    return;
  }
  const options: Config = dict();
  for (const key of ["content", "path", "shared", "nodes", "server", "export"]) {
    const value = row[key];
    if (typeof value === "string" || (typeof value === "number" && value !== 0)) options[key] = value;
  }
  options.path ??= `/var/lib/${id}`;
  world.storages[id] ??= { id, type: text(row.type === "storage" ? row.plugintype : row.type) || "dir", options };
  for (const name of node === undefined ? Object.keys(world.nodes) : [node]) {
    const backing = world.mounts[`local@${name}`];
    if (backing !== undefined) world.mounts[`${id}@${name}`] = backing;
  }
};

export const seeStorages = (origin: Origin, exchange: Exchange): void => {
  const path = pathOf(exchange);
  const data = exchange.response?.data;
  if (asked(exchange, "POST") && path === "/storage" && worked(exchange))
    origin.make(`storage ${text(bodyOf(exchange).storage)}`);
  if (asked(exchange, "POST") && worked(exchange)) origin.make("volumes");
  if (!asked(exchange, "GET") || !worked(exchange)) return;
  if (path === "/storage") for (const row of rowsOf(data)) putStorage(origin, row, undefined);
  const node = /^\/nodes\/([^/]+)\/storage$/.exec(path)?.[1];
  if (node !== undefined) for (const row of rowsOf(data)) putStorage(origin, row, undefined);
  if (path === "/cluster/resources")
    for (const row of rowsOf(data)) if (row.type === "storage") putStorage(origin, row, text(row.node));
  const content = /^\/nodes\/([^/]+)\/storage\/[^/]+\/content$/.exec(path)?.[1];
  if (content !== undefined) {
    // Volumes older than the topic's first change were there when it began.
    for (const row of rowsOf(data)) {
      const early = Number(row.ctime ?? 0) * 1000 < origin.world.now;
      const foreign =
        row.content === "vztmpl" || row.content === "iso" ? origin.isOld(`upload ${text(row.volid)}`) : early;
      if ((origin.isOld("volumes") || foreign) && early) putVolume(origin.world, content, row);
    }
  }
};

/** A backup tells the configuration of the guest that it was made of. */
export const seeBackups = (origin: Origin, exchange: Exchange): void => {
  const volume = text(exchange.request.query?.volume);
  const [, kind = "", vmid = ""] = /vzdump-(qemu|lxc)-(\d+)-/.exec(volume) ?? [];
  const node = /^\/nodes\/([^/]+)\/vzdump\/extractconfig$/.exec(pathOf(exchange))?.[1];
  if (node === undefined || !worked(exchange) || (kind !== "qemu" && kind !== "lxc")) return;
  const config: Config = dict();
  for (const line of text(exchange.response?.data).split("\n")) {
    const [, key = "", value = ""] = /^([\w-]+): (.*)$/.exec(line) ?? [];
    if (key !== "") config[key] = value;
  }
  putGuest(origin, kind, node, Number(vmid), config, {});
};

/** A disk of which only the size was shown is the old volume of its guest that a listing shows. */
export const nameVolumes = (origin: Origin, exchanges: readonly Exchange[]): void => {
  const shown = exchanges
    .filter(
      (exchange) => asked(exchange, "GET") && worked(exchange) && /\/storage\/[^/]+\/content$/.test(pathOf(exchange)),
    )
    .flatMap((exchange) => rowsOf(exchange.response?.data))
    .filter((row) => row.content === "images" || row.content === "rootdir");
  if (shown.length === 0) return;
  for (const guest of Object.values(origin.world.guests)) {
    for (const [key, value] of Object.entries(guest.config)) {
      const volid = text(value).split(",")[0] ?? "";
      const own = shown.filter((row) => row.vmid === guest.vmid && Number(row.ctime) * 1000 < origin.world.now);
      const [only] = own;
      if (
        !/^local:\d+\/vm-\d+-disk-0\./.test(volid) ||
        only === undefined ||
        own.length > 1 ||
        own.some((row) => row.volid === volid)
      )
        continue;
      guest.config[key] = text(value).replace(volid, text(only.volid));
      for (const backing of Object.values(origin.world.backings)) delete backing.volumes[volid];
      putVolume(origin.world, guest.node, only);
    }
  }
};

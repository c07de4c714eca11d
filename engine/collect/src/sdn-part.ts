import type { Entry, Row, SdnObject, SdnState } from "@orrery/state";
import { concealing, entryOf, needText, rowOf, rowsOf, textOf, without } from "./answers.ts";
import type { Reader } from "./reader.ts";

/** What a row holds beside its options. */
const about = ["type", "digest", "state", "pending"] as const;

const isRow = (value: Row[string] | undefined): value is Row =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Takes a row of `pending=1` apart into what runs and what is configured. Mirrors pending_config in pve-network's SDN. */
const objectOf = (row: Row, idKey: string, ...shown: readonly string[]): SdnObject => {
  const live = without(row, idKey, ...about, ...shown);
  const changes = isRow(row.pending) ? row.pending : {};
  const id = needText(row, idKey);
  const type = textOf(row, "type") ?? textOf(changes, "type") ?? "";
  const state = textOf(row, "state");
  if (state === "new") return { id, type, next: without(changes, idKey, "type") };
  if (state === "deleted") return { id, type, live };
  const next = Object.entries({ ...live, ...without(changes, idKey, "type") }).filter(
    ([key, value]) => value !== "deleted" || changes[key] !== "deleted",
  );
  return { id, type, next: state === "changed" ? Object.fromEntries(next) : live, live };
};

/** What the API adds to a subnet that its file does not hold. */
const reckoned = ["id", "zone", "network", "mask", "cidr"] as const;

const ranges = (row: Row): Row => {
  const listed = row["dhcp-range"];
  return Array.isArray(listed) && listed.length === 0 ? without(row, "dhcp-range") : row;
};

const subnetsOf = async (reader: Reader, vnet: string): Promise<SdnObject[]> =>
  rowsOf(await reader.ask("/cluster/sdn/vnets/{vnet}/subnets", { vnet, pending: true })).map((row) =>
    objectOf(ranges(row), "subnet", ...reckoned),
  );

const fabricsOf = async (reader: Reader): Promise<{ fabrics: Entry[]; fabricNodes: Entry[] }> => {
  if (reader.version === "8.4") return { fabrics: [], fabricNodes: [] };
  const all = rowOf(await reader.ask("/cluster/sdn/fabrics/all"));
  const fabrics = rowsOf(all.fabrics).map((row) => entryOf({ ...row, type: row.protocol ?? "" }, "id", "protocol"));
  const fabricNodes = rowsOf(all.nodes).map((row) => ({
    id: `${needText(row, "fabric_id")}_${needText(row, "node_id")}`,
    type: textOf(row, "protocol") ?? "",
    options: without(row, "fabric_id", "node_id", "protocol", "digest"),
  }));
  return { fabrics, fabricNodes };
};

/** Zones, vnets and controllers as they run and as they are configured; subnets vnet by vnet. */
export const readSdn = async (reader: Reader): Promise<SdnState> => {
  const pending = async (path: string, key: string): Promise<SdnObject[]> =>
    rowsOf(await reader.ask(path, { pending: true })).map((row) => objectOf(row, key));
  const services = async (path: string, key: string, secret: string): Promise<Entry[]> =>
    rowsOf(await reader.ask(path)).map((row) => entryOf(concealing(row, secret), key));
  const [zones, vnets, controllers, ipams, dns, fabrics] = await Promise.all([
    pending("/cluster/sdn/zones", "zone"),
    pending("/cluster/sdn/vnets", "vnet"),
    pending("/cluster/sdn/controllers", "controller"),
    services("/cluster/sdn/ipams", "ipam", "token"),
    services("/cluster/sdn/dns", "dns", "key"),
    fabricsOf(reader),
  ]);
  const subnets = await Promise.all(vnets.map(({ id }) => subnetsOf(reader, id)));
  return { zones, vnets, subnets: subnets.flat(), controllers, ipams, dns, ...fabrics };
};

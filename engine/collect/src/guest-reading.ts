import {
  type ClusterFirewall,
  type FirewallFile,
  type GuestState,
  type Observed,
  observed,
  unasked,
  unreachable,
  valueIn,
} from "@orrery/state";
import { readGuestFirewall } from "./firewall-parts.ts";
import { readGuest } from "./guest-file.ts";
import type { Reader } from "./reader.ts";
import type { GuestRow } from "./resources.ts";
import type { Scope } from "./scope.ts";

export type GuestContext = {
  readonly scope: Scope;
  /** Nodes of which it is known that they are off. */
  readonly off: ReadonlySet<string>;
  readonly firewall: Observed<ClusterFirewall>;
};

const hasFilteredCard = (config: Readonly<Record<string, string | number>>): boolean =>
  Object.entries(config).some(([key, value]) => /^net\d+$/.test(key) && /(?:^|,)firewall=1(?:,|$)/.test(`${value}`));

/** A guest's firewall, as far as it is wanted. */
export const readFirewall = async (
  reader: Reader,
  guest: Pick<GuestRow, "kind" | "node" | "vmid">,
  { scope, firewall }: Pick<GuestContext, "scope" | "firewall">,
  file: GuestState["file"],
): Promise<GuestState["firewall"]> => {
  const { guestFirewalls } = scope;
  if (guestFirewalls === "none") return unasked("it was not asked for");
  if (guestFirewalls === "in force") {
    const cluster = valueIn(firewall);
    if (cluster !== undefined && cluster.options.enable !== 1) return unasked("the cluster's firewall is off");
    const config = valueIn(file)?.config;
    if (config !== undefined && !hasFilteredCard(config)) return unasked("no network card of it is filtered");
  }
  const read = await reader.part(() => readGuestFirewall(reader, guest, guestFirewalls === "in force"));
  if (read.kind !== "observed") return read;
  return read.value === undefined ? unasked("its own firewall is off") : observed<FirewallFile>(read.at, read.value);
};

/** A guest with its configuration, its snapshots and its firewall. */
export const readGuestState = async (reader: Reader, guest: GuestRow, context: GuestContext): Promise<GuestState> => {
  const { vmid, kind, node } = guest;
  const presence = observed(reader.now(), guest.presence);
  if (!context.scope.guestFiles) {
    const no = unasked<never>("it was not asked for");
    return { vmid, kind, node, presence, file: no, snapshots: no, firewall: no };
  }
  if (context.off.has(node)) {
    const no = unreachable<never>(reader.now(), `${node} is offline`);
    return { vmid, kind, node, presence, file: no, snapshots: no, firewall: no };
  }
  const { file, snapshots } = await readGuest(reader, guest);
  const firewall = await readFirewall(reader, guest, context, file);
  return { vmid, kind, node, presence, file, snapshots, firewall };
};

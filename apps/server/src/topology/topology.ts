/** Whether a node says that it has an interface, and that it is up. */
export type Seen = "up" | "down" | "absent";

type PartKind = "uplink" | "firewall" | "switch" | "bridge" | "node";

/** Something that stands in the network. */
export type Part = {
  /** As failures name it: `node node05`, `switch labswitch01`. */
  readonly id: string;
  readonly kind: PartKind;
  readonly name: string;
  /** Its model, or its purpose. */
  readonly about?: string;
  /** Of a node, as the cluster sees it. */
  readonly status?: "online" | "offline" | "unknown";
  readonly bridges?: readonly { readonly name: string; readonly on?: string; readonly vlans?: readonly number[] }[];
  readonly bonds?: readonly { readonly name: string; readonly mode?: string; readonly members: readonly string[] }[];
  /** Names of the guests that are on it by the declaration. */
  readonly guests?: readonly string[];
  /** Why something of it is not known. */
  readonly unknown?: readonly string[];
};

/** What joins two parts. */
export type Link = {
  /** As failures name it where it is one that can fail alone: `cable node01/lan0`, `lag interconnect`. */
  readonly id: string;
  readonly kind: "cable" | "lag" | "line" | "inside";
  readonly from: string;
  readonly to: string;
  /** The NIC, the LAG. */
  readonly name: string;
  readonly bond?: string;
  /** How many act as one. */
  readonly count: number;
  /** Bits per second of one. */
  readonly speed?: number;
  readonly vlans?: readonly number[];
  /** The kinds of traffic that go over it by the declaration. */
  readonly carries: readonly string[];
  readonly seen?: Seen;
  readonly unknown?: readonly string[];
};

export type Topology = {
  readonly parts: readonly Part[];
  readonly links: readonly Link[];
  readonly vlans: readonly { readonly tag: number; readonly subnet?: string; readonly purpose?: string }[];
};

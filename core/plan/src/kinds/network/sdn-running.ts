import { valueIn } from "@orrery/state";
import type { Change } from "../../compare/comparison.ts";
import type { ObjectRef } from "../../compare/object.ts";
import { type Properties, sameValue, type Value, valueText } from "../../compare/value.ts";
import type { Condition, Step } from "../../plan/step.ts";
import type { Declaring, Kind, Planning } from "../kind.ts";
import type { SdnKind } from "./sdn-forms.ts";
import { declaredSdn, observedSdn, sdnProperties, sdnSeen } from "./sdn-object.ts";

const applied: readonly SdnKind[] = ["sdn controller", "sdn zone", "sdn vnet", "sdn subnet"];

const wordOf = (kind: SdnKind): string => kind.slice("sdn ".length);

/** An object as properties of what runs: `zone lab` is its type, `zone lab bridge` an option. */
const flat = (kind: SdnKind, id: string, { type, ...options }: Properties): Record<string, Value> => ({
  ...(type === undefined ? {} : { [`${wordOf(kind)} ${id}`]: type }),
  ...Object.fromEntries(Object.entries(options).map(([key, value]) => [`${wordOf(kind)} ${id} ${key}`, value])),
});

const isOwned = ({ inventory }: Declaring, kind: SdnKind): boolean =>
  inventory.lab.cluster.ownership.all.includes(kind);

/** Objects that nobody declares and that are somebody else's. */
const strangers = (of: Declaring, kind: SdnKind): ReadonlySet<string> => {
  if (isOwned(of, kind)) return new Set();
  const declared = new Set(declaredSdn(of, kind).map(({ id }) => id));
  const sdn = sdnSeen(of);
  const seen = sdn === undefined ? [] : [...observedSdn(kind, sdn, "next"), ...observedSdn(kind, sdn, "live")];
  return new Set(seen.map(({ id }) => id).filter((id) => !declared.has(id)));
};

const live = (of: Pick<Declaring, "state">, kind: SdnKind): readonly { id: string; properties: Properties }[] => {
  const sdn = valueIn(of.state.sdn);
  return sdn === undefined
    ? []
    : observedSdn(kind, sdn, "live").map((raw) => ({
        id: raw.id,
        properties: sdnProperties(of.state.contract, kind, raw).properties,
      }));
};

const declaredRunning = (of: Declaring): { properties: Properties; open: Record<string, string> } => {
  const properties: Record<string, Value> = {};
  const open: Record<string, string> = {};
  for (const kind of applied) {
    for (const object of declaredSdn(of, kind)) {
      Object.assign(properties, flat(kind, object.id, object.properties));
      for (const [key, why] of Object.entries(object.open)) open[`${wordOf(kind)} ${object.id} ${key}`] = why;
    }
    const others = strangers(of, kind);
    for (const one of live(of, kind))
      if (others.has(one.id))
        for (const key of Object.keys(flat(kind, one.id, one.properties)))
          open[key] = "declared nowhere, and left alone";
  }
  return { properties, open };
};

/** Objects of others that are configured and do not run so: applying our changes would apply theirs. */
const waitingOthers = (of: Declaring): string[] => {
  const sdn = sdnSeen(of);
  if (sdn === undefined) return [];
  return applied.flatMap((kind) => {
    const others = strangers(of, kind);
    const running = new Map(live(of, kind).map((one) => [one.id, one.properties]));
    const next = new Map(
      observedSdn(kind, sdn, "next").map((raw) => [raw.id, sdnProperties(of.contract, kind, raw).properties]),
    );
    const isSame = (id: string): boolean => {
      const [one, other] = [running.get(id) ?? {}, next.get(id) ?? {}];
      return [...new Set([...Object.keys(one), ...Object.keys(other)])].every((key) => sameValue(one[key], other[key]));
    };
    return [...others].filter((id) => !isSame(id)).map((id) => `${wordOf(kind)} ${id}`);
  });
};

/** Nodes whose interfaces somebody has staged changes of: SDN is applied by applying the network of every node. */
const stagedNodes = ({ state }: Declaring): string[] =>
  Object.values(state.nodes).flatMap(({ name, network }) => (valueIn(network)?.staged === undefined ? [] : [name]));

const side = (change: Extract<Change, { kind: "changed" }>, of: "declared" | "observed"): Condition =>
  Object.fromEntries(change.properties.map((one) => [one.property, one[of] ?? null]));

const refsOf = (planning: Planning): ObjectRef[] => {
  const sdn = sdnSeen(planning);
  return applied.flatMap((kind) => {
    const ids = new Set([
      ...declaredSdn(planning, kind).map(({ id }) => id),
      ...(sdn === undefined ? [] : observedSdn(kind, sdn, "next").map(({ id }) => id)),
    ]);
    return [...ids].map((id): ObjectRef => ({ kind, id }));
  });
};

const stuck = (change: Change, planning: Planning): readonly string[] => {
  if (change.kind !== "changed") return [];
  const others = waitingOthers(planning);
  const nodes = stagedNodes(planning);
  return [
    ...(others.length === 0
      ? []
      : [
          `others have changed SDN and not applied it, and one cannot be applied without the other: ${others.join(", ")}`,
        ]),
    ...(nodes.length === 0
      ? []
      : [`applying SDN would apply the staged network changes of ${nodes.join(", ")}; apply or revert those first`]),
  ];
};

const steps = (change: Change, planning: Planning): Step[] => {
  if (change.kind !== "changed" || stuck(change, planning).length > 0) return [];
  const words = change.properties.map(
    ({ property, declared, observed }) =>
      `${property} runs as ${valueText(observed)} and is declared as ${valueText(declared)}`,
  );
  return [
    {
      verb: "apply",
      title: "Apply the SDN configuration on all nodes",
      because: words.join("; "),
      calls: [{ method: "PUT", path: "/cluster/sdn", parameters: {}, answers: "task" }],
      from: { kind: "present", properties: side(change, "observed") },
      expects: { kind: "present", properties: side(change, "declared") },
      // Every node loads its network anew.
      risk: "network",
      principal: "token",
      follows: [
        ...refsOf(planning),
        ...[...planning.inventory.nodes.keys()].map((id): ObjectRef => ({ kind: "node network", id })),
      ],
    },
  ];
};

/**
 * SDN as it runs. Zones, vnets, subnets and controllers are configured one by one and come into force together, so that
 * there is one object for what runs; its one step comes after all of theirs.
 */
export const sdnRunning: Kind = {
  noun: "running SDN configuration",
  declared: (declaring) => {
    const { network, cluster } = declaring.inventory.lab;
    if (network.sdn === undefined && !applied.some((kind) => cluster.ownership.all.includes(kind))) return [];
    return [{ kind: "sdn", id: "cluster", ...declaredRunning(declaring), path: ["network", "sdn"], needs: [] }];
  },
  observed: (state) => {
    const { sdn } = state;
    if (sdn.kind !== "observed") return { objects: [], blind: [{ kind: "sdn", why: sdn.why }] };
    const properties = Object.assign(
      {},
      ...applied.flatMap((kind) => live({ state }, kind).map((one) => flat(kind, one.id, one.properties))),
    );
    return {
      objects: [
        {
          kind: "sdn",
          id: "cluster",
          properties,
          hidden: {},
          marked: false,
          builtIn: true,
          at: sdn.at,
          needs: [],
        },
      ],
      blind: [],
    };
  },
  sources: () => [{ of: "cluster", part: "sdn" }],
  steps,
  stuck,
};

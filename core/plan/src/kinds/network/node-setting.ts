import type { Node } from "@orrery/model";
import type { ClusterState, NodePart, Observed } from "@orrery/state";
import type { ObjectKind } from "../../compare/object-kind.ts";
import { type Properties, valueText } from "../../compare/value.ts";
import type { Call } from "../../plan/call.ts";
import type { Condition } from "../../plan/step.ts";
import type { Kind, Planning } from "../kind.ts";

/** Something that every node has and that is set by one call: names, time, hosts. */
export type NodeSetting<P extends NodePart> = {
  readonly kind: Extract<ObjectKind, `node ${string}`>;
  readonly noun: string;
  readonly part: P;
  /** Where a declared node has it. */
  readonly field: keyof Node;
  /** Undefined where the declaration says nothing of it. */
  readonly declared: (node: Node, name: string) => Properties | undefined;
  readonly observed: (value: ValueOf<P>, name: string) => Properties;
  readonly call: (planning: Planning, name: string, declared: Properties, observed: ValueOf<P>) => Call;
};

type ValueOf<P extends NodePart> = ClusterState["nodes"][string][P] extends Observed<infer T> ? T : never;

const partOf = <P extends NodePart>(state: ClusterState, name: string, part: P): Observed<ValueOf<P>> | undefined =>
  state.nodes[name]?.[part] as Observed<ValueOf<P>> | undefined;

/** A kind of object of which every node has one. */
export const nodeSetting = <P extends NodePart>(of: NodeSetting<P>): Kind => ({
  noun: of.noun,
  declared: ({ inventory }) =>
    [...inventory.nodes].flatMap(([name, node]) => {
      const properties = of.declared(node, name);
      return properties === undefined
        ? []
        : [
            {
              kind: of.kind,
              id: name,
              properties,
              open: {},
              path: ["cluster", "nodes", name, of.field],
              needs: [],
              node: name,
            },
          ];
    }),
  observed: (state) => {
    const seen = Object.keys(state.nodes).map((name) => [name, partOf(state, name, of.part)] as const);
    return {
      objects: seen.flatMap(([name, part]) =>
        part?.kind === "observed"
          ? [
              {
                kind: of.kind,
                id: name,
                properties: of.observed(part.value, name),
                hidden: {},
                marked: false,
                builtIn: true,
                at: part.at,
                needs: [],
                node: name,
              },
            ]
          : [],
      ),
      blind: seen.flatMap(([name, part]) =>
        part === undefined || part.kind === "observed" ? [] : [{ kind: of.kind, node: name, why: part.why }],
      ),
    };
  },
  sources: ({ id }) => [{ of: "node", node: id, part: of.part }],
  steps: (change, planning) => {
    if (change.kind !== "changed") return [];
    const { declared, properties } = change;
    const part = partOf(planning.state, declared.id, of.part);
    if (part?.kind !== "observed") return [];
    const side = (which: "declared" | "observed"): Condition =>
      Object.fromEntries(properties.map((one) => [one.property, one[which] ?? null]));
    return [
      {
        verb: "change",
        title: `Change the ${of.noun} of ${declared.id}`,
        because: properties
          .map((one) => `${one.property} is ${valueText(one.observed)} and declared as ${valueText(one.declared)}`)
          .join("; "),
        calls: [of.call(planning, declared.id, declared.properties, part.value)],
        from: { kind: "present", properties: side("observed") },
        expects: { kind: "present", properties: side("declared") },
        risk: "hot",
        principal: "token",
        node: declared.id,
      },
    ];
  },
  stuck: (change) => (change.kind === "missing" ? [`${change.declared.id} is no member of the cluster`] : []),
});

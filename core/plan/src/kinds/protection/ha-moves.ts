import { valueIn } from "@orrery/state";
import { listOf, type Properties } from "../../compare/value.ts";
import type { Risk } from "../../plan/step.ts";
import type { Planning } from "../kind.ts";
import { textOf } from "../text.ts";
import { nodesIn } from "./ha-rule-form.ts";
import { vmidOfSid } from "./sid.ts";

type Placed = { readonly sid: string; readonly name: string; readonly node: string; readonly running: boolean };

const placed = (sids: readonly string[], { state }: Planning): Placed[] =>
  sids.flatMap((sid) => {
    const guest = valueIn(state.guests)?.[String(vmidOfSid(sid))];
    const presence = valueIn(guest?.presence);
    if (guest === undefined || presence === undefined) return [];
    const name = presence.name === undefined ? sid : `${presence.name} (${guest.vmid})`;
    return [{ sid, name, node: guest.node, running: presence.status === "running" }];
  });

/** Guests that a rule about nodes takes away from where they are. */
const leaving = (properties: Properties, guests: readonly Placed[]): string[] => {
  const nodes = nodesIn(listOf(properties.nodes).join(","));
  const best = Math.max(...nodes.map(([, priority]) => priority));
  const preferred = nodes.filter(([, priority]) => priority === best).map(([name]) => name);
  return guests
    .filter(({ node }) => !preferred.includes(node))
    .map(({ name, node }) => `${name} from ${node} to ${preferred.join(" or ")}`);
};

/** Guests that a rule about one another brings together or parts. */
const regrouping = (properties: Properties, guests: readonly Placed[]): string[] => {
  const byNode = new Map<string, string[]>();
  for (const { node, name } of guests) byNode.set(node, [...(byNode.get(node) ?? []), name]);
  if (textOf(properties.affinity) === "positive")
    return byNode.size < 2 ? [] : [`${guests.map(({ name }) => name).join(" and ")} to one node`];
  return [...byNode].flatMap(([node, here]) =>
    here.length < 2 ? [] : [`all but one of ${here.join(", ")} away from ${node}`],
  );
};

/** What a rule would move as guests run now, in words, and what that costs: containers are restarted on the way. */
export const movesBy = (
  properties: Properties,
  sids: readonly string[],
  planning: Planning,
): { readonly because: string; readonly risk: Risk } => {
  const running = placed(sids, planning).filter((guest) => guest.running);
  const moves =
    properties.disable === "1"
      ? []
      : properties.nodes === undefined
        ? regrouping(properties, running)
        : leaving(properties, running);
  if (moves.length === 0) return { because: "nothing moves", risk: "none" };
  const restarts = running.some(({ sid }) => sid.startsWith("ct:"));
  return {
    because: `the HA manager moves ${moves.join(", ")}${restarts ? "; containers are restarted on the way" : ""}`,
    risk: restarts ? "reboot" : "hot",
  };
};

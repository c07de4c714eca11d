import { type HaStatus, valueIn, whyUnknown } from "@orrery/state";
import { drawHex, type HaNodeState, type HaServiceState, type LrmState } from "@orrery/twin-world";
import { numberIn, sectionsOf, textIn } from "./options.ts";
import type { Seeing } from "./seeing.ts";

const nodeStates: ReadonlySet<string> = new Set(["online", "maintenance", "unknown", "fence", "gone"]);
const isNodeState = (text: string | undefined): text is HaNodeState => text !== undefined && nodeStates.has(text);

const serviceStates: ReadonlySet<string> = new Set([
  "request_start",
  "started",
  "request_stop",
  "stopped",
  "migrate",
  "relocate",
  "fence",
  "recovery",
  "freeze",
  "error",
  "ignored",
]);
const isServiceState = (text: string | undefined): text is HaServiceState =>
  text !== undefined && serviceStates.has(text);

/** How a local manager says that it is. Mirrors the sentences of pve-ha-manager's status. */
const lrmOf = (status: string): LrmState => ({
  mode: /\(maintenance mode/.test(status)
    ? "maintenance"
    : /\((?:restart|shutdown) mode/.exec(status)
      ? "restart"
      : "active",
  active: /\(active/.test(status),
});

const seeManagers = ({ world, state }: Seeing, rows: HaStatus): void => {
  const { ha } = world;
  for (const row of rows) {
    const node = textIn(row, "node") ?? "";
    switch (textIn(row, "type") ?? "") {
      case "master":
        ha.master = { node, since: (numberIn(row, "timestamp") ?? 0) * 1000 };
        break;
      case "fencing":
        if (row["armed-state"] === "disarmed")
          ha.armed = { kind: "disarmed", mode: row.resource_mode === "ignore" ? "ignore" : "freeze" };
        break;
      case "lrm": {
        const told = valueIn(state.nodes[node]?.presence)?.ha;
        ha.nodes[node] = isNodeState(told) ? told : "online";
        ha.lrm[node] = lrmOf(textIn(row, "status") ?? "");
        break;
      }
      case "service": {
        const crm = textIn(row, "crm_state");
        if (!isServiceState(crm)) break;
        const sid = textIn(row, "sid") ?? "";
        ha.services[sid] = { state: crm, node, failedNodes: [], restarts: 0, uid: drawHex(world.random, 16) };
        break;
      }
      default:
        break;
    }
  }
};

/** HA as configured, and where its managers were. */
export const seeHa = (seeing: Seeing): void => {
  const { world, state, ledger } = seeing;
  world.ha.resources = sectionsOf(valueIn(state.haResources));
  world.ha.rules = sectionsOf(valueIn(state.haRules));
  world.ha.groups = sectionsOf(valueIn(state.haGroups));
  const rows = valueIn(state.haStatus);
  if (rows === undefined) ledger.assume("state of HA", "it begins anew", whyUnknown(state.haStatus) ?? "", "cluster");
  else seeManagers(seeing, rows);
};

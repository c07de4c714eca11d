import type { Service, Step } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { startWorker } from "../start.ts";
import { nodeOfCall } from "./node-of-call.ts";

/** The name of a service's unit where it is not its own. */
const shown = (name: string, service: Service | undefined): Record<string, unknown> => ({
  service: name,
  name,
  desc: service?.description ?? `${name}.service`,
  state: service?.active ? "running" : "dead",
  "active-state": service?.active ? "active" : "inactive",
  "unit-state": service?.unit ?? "not-found",
});

const known = (call: Call): string[] => {
  const names =
    call.twin.router.find("GET", "/nodes/x/services/x/state")?.method.params.properties?.service?.enum ?? [];
  return names.map(String);
};

const list = (call: Call): unknown => {
  const { services } = nodeOfCall(call);
  return known(call).map((name) => shown(name, services[name]));
};

const state = (call: Call): unknown => {
  const name = call.need("service");
  return shown(name, nodeOfCall(call).services[name]);
};

/** Services that the API may restart and nothing else, as it would saw off the branch it sits on. */
const guarded = new Set(["pve-cluster", "pvedaemon", "pveproxy"]);

type Command = "start" | "stop" | "restart" | "reload";

const command =
  (verb: Command) =>
  (call: Call): unknown => {
    const service = call.need("service");
    const steps: Step[] =
      guarded.has(service) && verb !== "restart" && verb !== "reload"
        ? [{ do: "fail", message: `invalid service cmd '${service} ${verb}': ERROR` }]
        : [
            { do: "wait", ms: 1200 },
            { do: "act", act: { kind: "node.set-service", node: call.node, service, active: verb !== "stop" } },
          ];
    return startWorker(call, `srv${verb}`, service, steps);
  };

export const nodeServices: Handlers = {
  "GET /nodes/{node}/services": list,
  "GET /nodes/{node}/services/{service}/state": state,
  "POST /nodes/{node}/services/{service}/start": command("start"),
  "POST /nodes/{node}/services/{service}/stop": command("stop"),
  "POST /nodes/{node}/services/{service}/restart": command("restart"),
  "POST /nodes/{node}/services/{service}/reload": command("reload"),
};

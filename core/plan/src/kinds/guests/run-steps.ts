import type { Step } from "../../plan/step.ts";
import { guestCall, nameOf, present, type Standing } from "./planned.ts";

export const startStep = (standing: Pick<Standing, "type" | "vmid" | "node">, name: string, because: string): Step => ({
  verb: "start",
  title: `Start ${nameOf(name, standing.vmid)} on ${standing.node}`,
  because,
  calls: [guestCall("POST", standing, "/status/start", { answers: "task" })],
  from: present({ status: "stopped" }),
  expects: present({ status: "running" }),
  risk: "none",
  principal: "token",
  node: standing.node,
});

/** Seconds that a guest is given to shut down; then it is stopped by force. */
const shutdownSeconds = 180;

export const stopStep = (
  standing: Pick<Standing, "type" | "vmid" | "node">,
  name: string | undefined,
  because: string,
): Step => ({
  verb: "stop",
  title: `Shut ${nameOf(name, standing.vmid)} down`,
  because: `${because}; it is stopped by force where it has not shut down within ${shutdownSeconds} s`,
  calls: [guestCall("POST", standing, "/status/shutdown", { timeout: shutdownSeconds, forceStop: 1, answers: "task" })],
  from: present({ status: "running" }),
  expects: present({ status: "stopped" }),
  risk: "stop",
  principal: "token",
  node: standing.node,
});

export const rebootStep = (standing: Standing, name: string, keys: readonly string[]): Step => ({
  verb: "reboot",
  title: `Reboot ${nameOf(name, standing.vmid)} so that ${keys.join(", ")} ${keys.length === 1 ? "takes" : "take"} effect`,
  because: "a change waits for its next start",
  calls: [guestCall("POST", standing, "/status/reboot", { timeout: 180, answers: "task" })],
  from: present({ status: "running" }),
  expects: present(Object.fromEntries(keys.map((key) => [`pending.${key}`, null]))),
  risk: "reboot",
  principal: "token",
  node: standing.node,
});

import { type Instant, inventoryOf, type Lab, type LabInput, parseLab, unknown } from "@orrery/model";
import type { AlertRule } from "../alert-rule.ts";
import { both, where } from "../expression/expression.ts";
import { everyGuest, example, generally, infoOf, type Making, minute, ofGuest, select, series } from "./making.ts";
import { ofEachCluster, rulesOf } from "./rules-of.ts";

const nothing = unknown("nothing is declared");
const sustained = "15 min";
const soon = "5 min";

/** What is usual, so that rules have something to stand on: only its thresholds and its quorum device speak. */
const usual: LabInput = {
  service: {
    id: "undeclared",
    name: "undeclared",
    type: nothing,
    category: nothing,
    criticality: nothing,
    owner: nothing,
    hours: { service: nothing, support: nothing },
    detection: nothing,
  },
  cluster: {
    name: "undeclared",
    version: "9.2",
    nodes: {
      node: {
        hardware: nothing,
        purpose: nothing,
        cpu: { model: "any", cores: 1, threads: 1 },
        memory: "1 GiB",
        memoryReserve: nothing,
        address: nothing,
        disks: {},
        nics: {},
        carries: {},
        bootTime: nothing,
        updateTime: nothing,
        diskThroughput: nothing,
      },
    },
    expectedVotes: 2,
    survivesNodeLoss: false,
    qdevice: { votes: 1, host: "any", switch: "any" },
  },
  network: { vlans: {}, switches: { any: { model: "any", ports: [] } } },
  storage: { items: {} },
  guests: { items: [] },
  maintenance: { procedures: [] },
  monitoring: {
    thresholds: [
      {
        subject: "node cpu",
        warning: { above: "85 %", sustained },
        critical: { above: "95 %", sustained },
        response: "USUAL-001",
      },
      {
        subject: "node memory",
        warning: { above: "85 %", sustained: soon },
        critical: { above: "95 %", sustained: soon },
        response: "USUAL-001",
      },
      {
        subject: "storage",
        warning: { above: "80 %", sustained: soon },
        critical: { above: "90 %", sustained: soon },
        response: "USUAL-001",
      },
    ],
  },
  access: { realms: {}, tokens: [], breakGlass: nothing },
  controls: { items: [] },
  backup: { policies: [] },
  recovery: { scenarios: [] },
};

const usualLab = (): Lab => {
  const parsed = parseLab(usual);
  if (parsed.kind === "problems") throw new Error(parsed.problems.map(({ message }) => message).join("; "));
  return parsed.lab;
};

/** A guest that is started with its node is meant to run; of the others nobody knows. */
const down = (making: Making): AlertRule => {
  const guest = { id: "qemu/100", name: "guest" };
  const state = (up: number, onboot: number) => [
    series("pve_up", { id: guest.id }, [up, 20]),
    series("pve_onboot_status", { id: guest.id, node: "node", type: "qemu" }, [onboot, 20]),
    infoOf(guest, "node", 20),
  ];
  return {
    name: "GuestDown",
    severity: "warning",
    scope: "guest",
    expression: ofGuest(
      both(where(select("pve_up", "id=~(qemu|lxc)/.+"), "==", 0), where(select("pve_onboot_status"), "==", 1), ["id"]),
      everyGuest,
    ),
    for: 2 * minute,
    summary: "{name} does not run",
    description: "It is to be started with its node, and has not run for 2m.",
    response: generally(making),
    because: "Nothing is declared: what is started with its node is meant to run.",
    examples: [
      example("a guest that is down", 3 * minute, state(0, 1), [{ ...guest, node: "node" }]),
      example("a guest that nothing starts", 3 * minute, state(0, 0)),
      example("a guest that runs", 3 * minute, state(1, 1)),
    ],
  };
};

/** What is told of a cluster that nobody declared. */
export const undeclaredRules = (at: Instant): readonly AlertRule[] => {
  const lab = usualLab();
  const making = { lab, inventory: inventoryOf(lab), expected: [], at };
  const { declaration: _none, ...bySubject } = rulesOf(lab, at);
  return [...Object.values(bySubject).flat(), ofEachCluster(down(making))].map((rule) => {
    const { procedure: _, ...response } = rule.response;
    const because = rule.because.startsWith("The declaration") ? "Nothing is declared: this is usual." : rule.because;
    return { ...rule, response, because };
  });
};

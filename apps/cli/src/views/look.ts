import type { Finding, Objective, Severity } from "@orrery/assurance";
import type { Chapter } from "@orrery/model";
import type { Paint } from "../terminal.ts";

export const colourOf: Record<Severity, Parameters<Paint>[0]> = { error: "red", warning: "yellow", note: "cyan" };

/** Told apart without colour too. */
export const markOf: Record<Severity, string> = { error: "✖", warning: "▲", note: "●" };

export const verdictLook: Record<Objective["verdict"], { mark: string; colour: Parameters<Paint>[0] }> = {
  met: { mark: "✔", colour: "green" },
  missed: { mark: "✖", colour: "red" },
  unproven: { mark: "?", colour: "yellow" },
};

export const chapterTitle: Record<Chapter, string> = {
  service: "Service",
  cluster: "Cluster",
  network: "Network",
  storage: "Storage",
  guests: "Guests",
  templates: "Templates",
  pools: "Pools",
  placement: "Placement",
  ha: "High availability",
  firewall: "Firewall",
  maintenance: "Maintenance",
  mappings: "Mappings",
  notifications: "Notifications",
  monitoring: "Monitoring",
  knownErrors: "Known errors",
  access: "Access",
  controls: "Controls",
  backup: "Backup",
  recovery: "Recovery",
  changes: "Changes",
  references: "References",
  approvals: "Approvals",
  revisions: "Revisions",
  waivers: "Waivers",
};

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** `2 errors, 1 warning`: what there is none of is left out. */
export const tally = (findings: readonly Finding[]): string =>
  (["error", "warning", "note"] satisfies Severity[])
    .map((severity) => [severity, findings.filter((finding) => finding.severity === severity).length] as const)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => plural(count, severity))
    .join(", ");

import type { RunningTwin } from "@orrery/twin-server";
import type { Terminal } from "../terminal.ts";

const nameOf = ({ world }: RunningTwin): string => world.cluster.corosync?.name ?? Object.keys(world.nodes)[0] ?? "";

/** One line for a program that started it: where it is and how to get in. */
export const servedJson = (twin: RunningTwin): string =>
  JSON.stringify({
    url: twin.url,
    urls: twin.urls,
    fingerprint: twin.fingerprint,
    certificate: twin.certificate,
    user: twin.credentials.user,
    password: twin.credentials.password,
    tokens: twin.credentials.tokens,
    control: twin.credentials.control,
    cluster: nameOf(twin),
    nodes: Object.keys(twin.world.nodes),
    guests: Object.keys(twin.world.guests).length,
    pve: twin.world.release,
    speed: twin.clock.speed,
    now: new Date(twin.world.now).toISOString(),
  });

/** Where a twin is and how to get in, for a person. */
export const servedView = (twin: RunningTwin, assumptions: number, { paint }: Terminal): string => {
  const { credentials, clock, world } = twin;
  const speed =
    clock.speed === "max"
      ? "as fast as it is waited for"
      : clock.speed === 1
        ? "in real time"
        : `${clock.speed} times as fast as real time`;
  const rows: [string, string][] = [
    ["address", twin.url],
    ...Object.entries(twin.urls).map(([node, url]): [string, string] => [node, url]),
    ["fingerprint", twin.fingerprint],
    ["user", credentials.user],
    ["password", credentials.password],
    ...credentials.tokens.map(({ id, secret }): [string, string] => ["token", `${id}=${secret}`]),
    ["control", credentials.control],
  ];
  return [
    `${paint("bold", nameOf(twin))}: the twin of ${Object.keys(world.nodes).length} nodes and ${Object.keys(world.guests).length} guests speaks Proxmox VE ${world.release}, ${speed}.`,
    ...(assumptions > 0
      ? [paint("dim", `It rests on ${assumptions} assumptions: \`orrery twin assumptions\` lists them.`)]
      : []),
    "",
    ...rows.map(([name, value]) => `  ${name.padEnd(12)}${value}`),
    "",
    paint("dim", "Faults: `orrery twin fault --help`. Interrupt to stop."),
  ].join("\n");
};

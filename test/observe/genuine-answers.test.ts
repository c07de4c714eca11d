import { observe } from "@orrery/collect";
import { guestDigest, type PveReply, type PveRequest, type PveVersion, proxmoxOver } from "@orrery/contract";
import { bareWorld } from "@orrery/twin-world";
import { expect, test } from "vitest";
import { readTopic, topics } from "../conformance/recording.ts";
import { overTwin } from "./observed-twin.ts";

/** What a reader says of an answer that it cannot read. */
const garbled =
  /^(?:the answer|an object in the answer|the configuration came|the node does not|nothing was answered|a permission)/;

const unread = (value: unknown, path: string): string[] => {
  if (typeof value !== "object" || value === null) return [];
  if ("kind" in value && value.kind === "unreachable" && "why" in value && garbled.test(String(value.why)))
    return [`${path}: ${String(value.why)}`];
  return Object.entries(value).flatMap(([key, one]) => unread(one, `${path}/${key}`));
};

/** A list of resources with all nodes and guests that paths are about. */
const resourcesFor = (paths: Iterable<string>): unknown => {
  const rows = new Map<string, object>();
  for (const path of paths) {
    const [, node, kind, vmid] = /^\/nodes\/([^/]+)(?:\/(qemu|lxc)\/(\d+))?/.exec(path) ?? [];
    if (node === undefined) continue;
    rows.set(node, { type: "node", id: `node/${node}`, node, status: "online" });
    if (kind !== undefined)
      rows.set(`${vmid}`, { type: kind, id: `${kind}/${vmid}`, vmid: Number(vmid), node, status: "stopped" });
  }
  return [...rows.values()];
};

const reply = (data: unknown): PveReply => ({ status: 200, reason: "OK", body: { data }, answeredBy: "pve1" });

/** Answers by path, those of each path that differ in shape. */
const recorded = (): Map<string, unknown[]> => {
  const found = new Map<string, Map<string, unknown>>();
  for (const topic of topics) {
    for (const { request, status, response } of readTopic(topic)) {
      if (request.method !== "GET" || status !== 200 || response?.data === undefined) continue;
      const shape = JSON.stringify(response.data).replaceAll(/"(?:[^"\\]|\\.)*"(?!:)|\d+/g, "");
      const answers = found.get(request.path) ?? new Map<string, unknown>();
      found.set(request.path, answers.set(shape, response.data));
    }
  }
  return new Map([...found].map(([path, answers]) => [path, [...answers.values()]]));
};

const rounds = 8;

test("what the genuine API answered is understood wherever it is asked for", async () => {
  const answers = recorded();
  const { clock } = overTwin(bareWorld({ nodes: ["pve1"] }));
  const understood = new Set<string>();
  for (let round = 0; round < rounds; round += 1) {
    const send = (sent: PveRequest): Promise<PveReply> => {
      const path = decodeURIComponent(sent.path);
      if (path === "/cluster/resources" && round > 0) return Promise.resolve(reply(resourcesFor(answers.keys())));
      const known = answers.get(path);
      if (known === undefined) return Promise.resolve({ ...reply(undefined), status: 500, reason: "not recorded" });
      understood.add(path.replaceAll(/\d+/g, "N"));
      return Promise.resolve(reply(known[round % known.length]));
    };
    const pve = proxmoxOver<PveVersion>("9.2", { send }, clock);
    const { state } = await clock.drive(observe(pve, clock));
    expect(unread(state, "")).toEqual([]);
  }
  expect(understood.size).toBeGreaterThan(50);
});

test("the digest of a genuine configuration shows that nothing else stands in its file", () => {
  const isWhole = [...recorded()].flatMap(([path, answers]) =>
    /\/(?:qemu|lxc)\/\d+\/config$/.test(path)
      ? answers.map((answer) => {
          const { digest, ...config } = Object(answer);
          return guestDigest({ config, pending: {}, snapshots: {} }) === digest;
        })
      : [],
  );
  // Changes that wait, and hidden passwords, stand in the others.
  expect(isWhole.filter(Boolean).length).toBeGreaterThan(isWhole.length / 2);
  expect(isWhole.length).toBeGreaterThan(20);
});

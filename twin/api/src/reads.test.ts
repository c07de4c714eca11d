import { contractOf } from "@orrery/contract";
import { addGuest, bareWorld, dict, type Release, saveWorld, type World } from "@orrery/twin-world";
import { expect, test } from "vitest";
import type { Schema } from "./contract.ts";
import { Caller } from "./testing/caller.ts";

/** Values for the variable parts of paths, so that some methods find what they ask for and others do not. */
const known: Readonly<Record<string, string>> = {
  node: "pve2",
  vmid: "100",
  storage: "local",
  service: "chrony",
  iface: "vmbr0",
  sid: "vm:100",
  ipam: "pve",
  userid: "root@pam",
  realm: "pam",
  roleid: "Administrator",
};

const aWorld = (release: Release): World => {
  const world = bareWorld({ nodes: ["pve1", "pve2"], release });
  const config = dict<string | number>([["name", "web"]]);
  addGuest(world, { vmid: 100, kind: "qemu", node: "pve2", config, installed: true });
  return world;
};

const aValue = (name: string, schema: Schema): string => {
  if (schema.enum?.[0] !== undefined) return String(schema.enum[0]);
  if (schema.type === "integer" || schema.type === "number") return String(schema.minimum ?? 1);
  return schema.type === "boolean" ? "1" : (known[name] ?? "abc");
};

type Route = { readonly method: string; readonly path: string; readonly params: Schema };

/** A call of a method with what it needs, or with everything that it takes. */
const callOf = ({ path, params }: Route, everything: boolean): { path: string; parameters: Record<string, string> } => {
  const parameters: Record<string, string> = {};
  for (const [name, schema] of Object.entries(params.properties ?? {})) {
    if (path.includes(`{${name}}`) || name.includes("[n]")) continue;
    if (everything || !schema.optional) parameters[name] = aValue(name, schema);
  }
  return { path: path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => known[name] ?? "abc"), parameters };
};

const routesOf = (release: Release): readonly Route[] => contractOf(release).routes as readonly Route[];

test.each(["8.4", "9.2"] as const)("no read of %s changes the world", (release) => {
  const world = aWorld(release);
  const caller = new Caller(world);
  const before = saveWorld(world);
  const guilty = routesOf(release)
    .filter(({ method }) => method === "GET")
    .filter((route) => {
      for (const everything of [false, true]) {
        const { path, parameters } = callOf(route, everything);
        caller.get(path, parameters);
      }
      return saveWorld(world) !== before;
    });
  expect(guilty.slice(0, 1).map(({ path }) => path)).toEqual([]);
});

test.each(["8.4", "9.2"] as const)("every method of %s answers something, whatever it is given", (release) => {
  const told = routesOf(release).flatMap((route) =>
    [false, true].map((everything) => {
      const { path, parameters } = callOf(route, everything);
      return new Caller(aWorld(release)).ask(route.method, path, parameters).status;
    }),
  );
  expect(told.every((status) => status >= 200 && status < 600)).toBe(true);
});

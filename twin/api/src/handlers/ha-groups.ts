import { type Section, sectionDigest } from "@orrery/twin-world";
import type { Call, Handler, Handlers } from "../call.ts";
import { needSectionDigest } from "../digest.ts";
import { fail } from "../problem.ts";
import { needLock, needQuorum } from "../quorum.ts";
import { within } from "../within.ts";
import { configOf } from "./values.ts";

/** In 9 the groups have become rules: each method only says so. */
const until9 =
  (what: string, handler: Handler): Handler =>
  (call) =>
    call.world.release === "9.2" ? fail(`${what}: ha groups have been migrated to rules`) : handler(call);

const shown = (call: Call, group: Section): Record<string, unknown> => ({
  group: group.id,
  type: "group",
  ...group.options,
  digest: sectionDigest(call.world.ha.groups),
});

const groupOf = (call: Call): Section => {
  const id = call.need("group");
  return call.world.ha.groups[id] ?? fail(`no such ha group '${id}'`);
};

const create: Handler = (call) => {
  needQuorum(call.world, call.node);
  return within("create ha group failed", () => {
    needLock(call.world, call.node, "domain-ha");
    const id = call.need("group");
    const { groups } = call.world.ha;
    if (groups[id] !== undefined) fail(`ha group ID '${id}' already defined`);
    groups[id] = { type: "group", id, options: configOf(call, "group", "type") };
    return null;
  });
};

const optional = ["restricted", "nofailback", "comment"];

const update: Handler = (call) =>
  within("update ha group failed", () => {
    needLock(call.world, call.node, "domain-ha");
    needSectionDigest(call.text("digest"), call.world.ha.groups);
    const group = groupOf(call);
    for (const key of call.list("delete")) {
      if (key === "nodes") fail("unable to delete required option 'nodes'");
      if (!optional.includes(key)) fail(`no such option '${key}'`);
      delete group.options[key];
    }
    Object.assign(group.options, configOf(call, "group", "delete", "digest"));
    return null;
  });

const remove: Handler = (call) =>
  within("delete ha group failed", () => {
    needLock(call.world, call.node, "domain-ha");
    const id = call.need("group");
    const user = Object.values(call.world.ha.resources).find((resource) => resource.options.group === id);
    if (user !== undefined) fail(`ha group is used by service '${user.id}'`);
    delete call.world.ha.groups[id];
    return null;
  });

export const haGroups: Handlers = {
  "GET /cluster/ha/groups": until9("cannot index groups", (call) =>
    Object.values(call.world.ha.groups).map((group) => shown(call, group)),
  ),
  "POST /cluster/ha/groups": until9("cannot create group", create),
  "GET /cluster/ha/groups/{group}": until9("cannot read group", (call) => shown(call, groupOf(call))),
  "PUT /cluster/ha/groups/{group}": until9("cannot update group", update),
  "DELETE /cluster/ha/groups/{group}": until9("cannot delete group", remove),
};

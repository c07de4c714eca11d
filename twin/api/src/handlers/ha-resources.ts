import { requestMove, type Section, sectionDigest, wakeHa } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { needSectionDigest } from "../digest.ts";
import { motionOf, resourcesOf } from "../ha/affinity.ts";
import { needGuestOf, parseSid } from "../ha/sid.ts";
import { fail } from "../problem.ts";
import { needLock, needQuorum } from "../quorum.ts";
import { within } from "../within.ts";
import { configOf } from "./values.ts";

const options = ["auto-rebalance", "comment", "failback", "group", "max_relocate", "max_restart", "state"];

const shown = (
  call: Call,
  section: Section,
  digest = sectionDigest(call.world.ha.resources),
): Record<string, unknown> => {
  const group = section.options.group;
  const lost = group !== undefined && call.world.ha.groups[String(group)] === undefined;
  return {
    sid: section.id,
    type: section.type,
    ...section.options,
    digest,
    ...(lost ? { errors: { group: `group '${group}' does not exist` } } : {}),
  };
};

const list = (call: Call): unknown => {
  const type = call.text("type");
  const digest = sectionDigest(call.world.ha.resources);
  return Object.values(call.world.ha.resources)
    .filter((section) => type === undefined || section.type === type)
    .map((section) => shown(call, section, digest));
};

const read = (call: Call): unknown => {
  const sid = parseSid(call.world, call.need("sid"));
  return shown(call, call.world.ha.resources[sid] ?? fail(`no such resource '${sid}'`));
};

/** In 9 groups became rules; 8 must know the group. */
const needGroup = (call: Call): void => {
  const group = call.text("group");
  if (group === undefined) return;
  if (call.world.release === "9.2") fail("invalid parameter 'group': ha groups have been migrated to rules");
  if (call.world.ha.groups[group] === undefined) fail(`HA group '${group}' does not exist`);
};

const needType = (call: Call, sid: string): void => {
  const type = call.text("type");
  if (type !== undefined && type !== sid.split(":")[0]) fail("types does not match");
};

const create = (call: Call): unknown => {
  const { ha } = call.world;
  needQuorum(call.world, call.node);
  const sid = parseSid(call.world, call.need("sid"));
  needType(call, sid);
  needGuestOf(call.world, sid);
  needGroup(call);
  return within("create resource failed", () => {
    needLock(call.world, call.node, "domain-ha");
    if (ha.resources[sid] !== undefined) fail(`resource ID '${sid}' already defined`);
    ha.resources[sid] = { type: sid.split(":")[0] ?? "", id: sid, options: configOf(call, "sid", "type") };
    wakeHa(call.world);
    return null;
  });
};

/** A resource in error must be disabled before anything else is asked of it. */
const needNoError = (call: Call, sid: string): void => {
  if (call.world.ha.services[sid]?.state !== "error" || call.text("state") === "disabled") return;
  fail(`service '${sid}' in error state, must be disabled and fixed first`);
};

const update = (call: Call): unknown => {
  const { ha } = call.world;
  const sid = parseSid(call.world, call.need("sid"));
  needGroup(call);
  needNoError(call, sid);
  return within("update resource failed", () => {
    needLock(call.world, call.node, "domain-ha");
    needSectionDigest(call.text("digest"), ha.resources);
    const section = ha.resources[sid] ?? fail(`no such resource '${sid}'`);
    for (const key of call.list("delete")) if (!options.includes(key)) fail(`no such option '${key}'`);
    Object.assign(section.options, configOf(call, "sid", "delete", "digest"));
    for (const key of call.list("delete")) delete section.options[key];
    wakeHa(call.world);
    return null;
  });
};

const remove = (call: Call): unknown => {
  const { ha } = call.world;
  const sid = parseSid(call.world, call.need("sid"));
  if (ha.resources[sid] === undefined) fail(`cannot delete service '${sid}', not HA managed!`);
  return within("delete resource failed", () => {
    needLock(call.world, call.node, "domain-ha");
    delete ha.resources[sid];
    wakeHa(call.world);
    if (call.world.release === "9.2" && call.flag("purge", true)) {
      for (const rule of Object.values(ha.rules)) {
        const left = resourcesOf(rule).filter((one) => one !== sid);
        if (left.length === 0) delete ha.rules[rule.id];
        else rule.options.resources = left.join(",");
      }
    }
    return null;
  });
};

const move =
  (how: "migrate" | "relocate") =>
  (call: Call): unknown => {
    const { world } = call;
    const sid = parseSid(world, call.need("sid"));
    const section = world.ha.resources[sid];
    if (section === undefined || section.options.state === "ignored") fail(`resource '${sid}' is not HA managed`);
    needNoError(call, sid);
    needLock(world, call.node, "domain-ha");
    const node = call.need("node");
    const { comigrated, blocking } = motionOf(world, sid, node);
    const service = world.ha.services[sid];
    if (blocking.length === 0 && service !== undefined && service.node !== node && world.nodes[node] !== undefined) {
      for (const one of [sid, ...comigrated]) requestMove(world, one, node, how);
    }
    if (world.release !== "9.2") return null;
    return {
      sid,
      "requested-node": node,
      ...(comigrated.length === 0 ? {} : { "comigrated-resources": comigrated }),
      ...(blocking.length === 0 ? {} : { "blocking-resources": blocking }),
    };
  };

export const haResources: Handlers = {
  "GET /cluster/ha/resources": list,
  "POST /cluster/ha/resources": create,
  "GET /cluster/ha/resources/{sid}": read,
  "PUT /cluster/ha/resources/{sid}": update,
  "DELETE /cluster/ha/resources/{sid}": remove,
  "POST /cluster/ha/resources/{sid}/migrate": move("migrate"),
  "POST /cluster/ha/resources/{sid}/relocate": move("relocate"),
};

import {
  type HaService,
  type LrmState,
  requestMove,
  type Section,
  sectionDigest,
  type World,
  wakeHa,
} from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { needSectionDigest } from "../digest.ts";
import { fail, Problem } from "../problem.ts";
import { hasQuorum, needLock } from "../quorum.ts";
import { splitList } from "../validation/word-list.ts";
import { within } from "../within.ts";
import { configOf } from "./values.ts";

/** `100` or `vm:100` as a service's id; undefined when no such guest is there. */
const sidOf = (world: World, text: string): string | undefined => {
  const vmid = /^(?:(vm|ct):)?(\d+)$/.exec(text);
  const guest = world.guests[vmid?.[2] ?? ""];
  if (guest === undefined) return undefined;
  const sid = `${guest.kind === "qemu" ? "vm" : "ct"}:${guest.vmid}`;
  return vmid?.[1] === undefined || sid === text ? sid : undefined;
};

const asked = (call: Call): string => sidOf(call.world, call.need("sid")) ?? call.need("sid");

const shownResource = (call: Call, section: Section): Record<string, unknown> => ({
  sid: section.id,
  type: section.type,
  ...section.options,
  digest: sectionDigest(call.world.ha.resources),
});

const resourceOf = (call: Call): Section => {
  const sid = asked(call);
  return call.world.ha.resources[sid] ?? fail(`no such resource '${sid}'`);
};

/** In 9 the groups became rules; the old word is refused. */
const refuseGroup = (call: Call): void => {
  if (call.world.release === "9.2" && call.given("group"))
    fail("invalid parameter 'group': ha groups have been migrated to rules");
};

const create = (call: Call): unknown => {
  const { world } = call;
  refuseGroup(call);
  const sid = sidOf(world, call.need("sid")) ?? fail(`resource '${call.need("sid")}' does not exist in cluster`);
  const group = call.text("group");
  if (group !== undefined && world.ha.groups[group] === undefined) fail(`HA group '${group}' does not exist`);
  return within("create resource failed", () => {
    needLock(world, call.node, "domain-ha");
    if (world.ha.resources[sid] !== undefined) fail(`resource ID '${sid}' already defined`);
    const options = configOf(call, "sid", "type");
    if (options.state === "enabled") options.state = "started";
    world.ha.resources[sid] = { type: sid.slice(0, 2), id: sid, options };
    wakeHa(world);
    return null;
  });
};

const update = (call: Call): unknown => {
  const { world } = call;
  refuseGroup(call);
  return within("update resource failed", () => {
    needLock(world, call.node, "domain-ha");
    const section = resourceOf(call);
    needSectionDigest(call.text("digest"), world.ha.resources);
    for (const key of call.list("delete")) delete section.options[key];
    Object.assign(section.options, configOf(call, "sid", "delete", "digest"));
    if (section.options.state === "enabled") section.options.state = "started";
    wakeHa(world);
    return null;
  });
};

const remove = (call: Call): unknown => {
  const { ha } = call.world;
  const sid = asked(call);
  if (ha.resources[sid] === undefined) fail(`cannot delete service '${sid}', not HA managed!`);
  return within("delete resource failed", () => {
    needLock(call.world, call.node, "domain-ha");
    delete ha.resources[sid];
    wakeHa(call.world);
    if (call.flag("purge", true)) {
      for (const [id, rule] of Object.entries(ha.rules)) {
        const left = splitList(String(rule.options.resources ?? "")).filter((one) => one !== sid);
        if (left.length === 0) delete ha.rules[id];
        else rule.options.resources = left.join(",");
      }
    }
    return null;
  });
};

const move =
  (verb: "migrate" | "relocate") =>
  (call: Call): unknown => {
    const { ha } = call.world;
    const sid = asked(call);
    const node = call.need("node");
    if (ha.resources[sid] === undefined) fail(`Requested service '${sid}' is not HA managed!`);
    const service = ha.services[sid];
    if (service !== undefined && call.world.nodes[node] !== undefined) {
      if (service.node !== node) requestMove(call.world, sid, node, verb);
    }
    return call.world.release === "9.2" ? { sid, "requested-node": node } : verb === "migrate" ? null : null;
  };

const ruleTypes: Readonly<Record<string, readonly string[]>> = {
  "node-affinity": ["nodes", "strict"],
  "resource-affinity": ["affinity"],
};

const nodeNames = (text: string): string[] => splitList(text).map((one) => one.split(":")[0] ?? "");

const needRuleSense = (
  call: Call,
  id: string,
  type: string,
  options: Readonly<Record<string, string | number>>,
): void => {
  const { world } = call;
  const members = Object.keys(world.cluster.corosync?.members ?? world.nodes);
  const missing = nodeNames(String(options.nodes ?? "")).filter((name) => !members.includes(name));
  if (missing.length > 0) fail(`cannot use non-existent node(s) ${missing.join(", ")}.`);
  const resources = splitList(String(options.resources ?? ""));
  const unmanaged = resources.filter((sid) => world.ha.resources[sid] === undefined);
  if (unmanaged.length > 0) fail(`cannot use unmanaged resource(s) ${unmanaged.join(", ")}.`);
  const broken = (why: string): never => {
    throw new Problem(400, `Rule '${id}' is invalid.\n`, { resources: why });
  };
  if (type === "resource-affinity") {
    if (resources.length < 2) broken("rule is ineffective as there are less than two resources");
    if (options.affinity === "negative" && resources.length > members.length)
      broken("rule defines more resources than available nodes");
  }
  if (type === "node-affinity") {
    const twice = Object.values(world.ha.rules).some(
      (rule) =>
        rule.id !== id &&
        rule.type === "node-affinity" &&
        splitList(String(rule.options.resources)).some((sid) => resources.includes(sid)),
    );
    if (twice) broken("rule is already used in another node affinity rule");
  }
};

const shownRule = (call: Call, rule: Section): Record<string, unknown> => ({
  rule: rule.id,
  type: rule.type,
  order: Object.keys(call.world.ha.rules).indexOf(rule.id) + 1,
  ...rule.options,
  digest: sectionDigest(call.world.ha.rules),
});

const listRules = (call: Call): unknown => {
  const type = call.text("type");
  const resource = call.text("resource");
  return Object.values(call.world.ha.rules)
    .filter((rule) => type === undefined || rule.type === type)
    .filter(
      (rule) =>
        resource === undefined ||
        splitList(String(rule.options.resources)).includes(sidOf(call.world, resource) ?? resource),
    )
    .map((rule) => shownRule(call, rule));
};

const ruleOptions = (call: Call, type: string) => {
  const others = Object.entries(ruleTypes).flatMap(([name, keys]) => (name === type ? [] : keys));
  const options = configOf(call, "rule", "type", "delete", "digest", ...others);
  if (options.disable === 0) delete options.disable;
  if (options.strict === 0) delete options.strict;
  return options;
};

const createRule = (call: Call): unknown =>
  within("create ha rule failed", () => {
    const { rules } = call.world.ha;
    const id = call.need("rule");
    const type = call.need("type");
    needLock(call.world, call.node, "domain-ha");
    if (rules[id] !== undefined) fail(`HA rule '${id}' already defined`);
    const options = ruleOptions(call, type);
    needRuleSense(call, id, type, options);
    rules[id] = { type, id, options };
    wakeHa(call.world);
    return null;
  });

const updateRule = (call: Call): unknown =>
  within("update HA rules failed", () => {
    const { rules } = call.world.ha;
    const id = call.need("rule");
    needLock(call.world, call.node, "domain-ha");
    const rule = rules[id] ?? fail(`HA rule '${id}' does not exist`);
    needSectionDigest(call.text("digest"), rules);
    if (rule.type !== call.need("type")) fail(`HA rule '${id}' is of type '${rule.type}'`);
    const options = { ...rule.options, ...ruleOptions(call, rule.type) };
    for (const key of call.list("delete")) delete options[key];
    needRuleSense(call, id, rule.type, options);
    rules[id] = { type: rule.type, id, options: Object.assign(Object.create(null), options) };
    wakeHa(call.world);
    return null;
  });

const removeRule = (call: Call): unknown =>
  within("delete ha rule failed", () => {
    needLock(call.world, call.node, "domain-ha");
    delete call.world.ha.rules[call.need("rule")];
    wakeHa(call.world);
    return null;
  });

const when = (at: number): string => {
  const date = new Date(at);
  const [day, month] = [date.toUTCString().slice(0, 3), date.toUTCString().slice(8, 11)];
  return `${day} ${month} ${String(date.getUTCDate()).padStart(2, " ")} ${date.toISOString().slice(11, 19)} ${date.getUTCFullYear()}`;
};

/** Milliseconds after which a manager's timestamp is called old. */
const staleAfter = 60_000;

/** The manager is at work, and its watchdog armed, while there is anything that it manages. */
const isArmed = (world: World): boolean =>
  Object.keys(world.ha.services).length > 0 || Object.values(world.ha.lrm).some((lrm) => lrm.active);

/** What a node's manager last did for each of its services. */
const resultsOf = (world: World, name: string): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(world.ha.services).flatMap(([sid, service]) =>
      service.node === name ? [[service.uid, { sid, exit_code: 0, state: service.state }]] : [],
    ),
  );

/** When a node's local manager last wrote its status. */
const seenAt = (world: World, name: string, lrm: LrmState): number =>
  world.ha.lastSeen[name] ?? lrm.lostAt ?? world.now;

const serviceRow = (call: Call, section: Section, service: HaService | undefined): Record<string, unknown> => {
  const vmid = section.id.slice(3);
  const node = service?.node ?? call.world.guests[vmid]?.node ?? "";
  const request = String(section.options.state ?? "started");
  const state = service?.state ?? (request === "ignored" ? "ignored" : "queued");
  return {
    id: `service:${section.id}`,
    type: "service",
    sid: section.id,
    node,
    state,
    status: `${section.id} (${node}, ${state})`,
    ...(service === undefined ? {} : { crm_state: service.state }),
    request_state: request,
    max_restart: Number(section.options.max_restart ?? 1),
    max_relocate: Number(section.options.max_relocate ?? 1),
    ...(call.world.release === "9.2" ? { failback: Number(section.options.failback ?? 1) } : {}),
    ...(section.options.comment === undefined ? {} : { comment: section.options.comment }),
  };
};

const current = (call: Call): unknown => {
  const { world } = call;
  const { ha } = world;
  const quorate = hasQuorum(world, call.node);
  const rows: Record<string, unknown>[] = [
    {
      id: "quorum",
      type: "quorum",
      node: call.node,
      status: quorate ? "OK" : "No quorum on node!",
      quorate: quorate ? 1 : 0,
    },
  ];
  if (ha.master !== undefined) {
    const mode = isArmed(call.world) ? "active" : "idle";
    rows.push({
      id: "master",
      type: "master",
      node: ha.master.node,
      status: `${ha.master.node} (${mode}, ${when(world.now)})`,
      timestamp: call.seconds,
    });
  }
  if (world.release === "9.2") {
    const armed = isArmed(world) && ha.armed.kind === "armed";
    const state = ha.armed.kind === "disarmed" ? "disarmed" : armed ? "armed" : "standby";
    rows.push({
      id: "fencing",
      type: "fencing",
      node: ha.master?.node ?? call.node,
      "armed-state": state,
      status: `${state} (CRM watchdog ${armed ? "active" : "standby"})`,
    });
  }
  for (const [name, lrm] of Object.entries(ha.lrm)) {
    const seen = seenAt(world, name, lrm);
    const old = world.now - seen > staleAfter;
    const watchdog = lrm.active && !old ? "active" : "standby";
    const state = old
      ? "old timestamp - dead?"
      : lrm.mode === "maintenance"
        ? "maintenance mode"
        : lrm.active
          ? "active"
          : "idle";
    const told = world.release === "9.2" ? `, watchdog ${watchdog}` : "";
    rows.push({
      id: `lrm:${name}`,
      type: "lrm",
      node: name,
      status: `${name} (${state}${told}, ${when(seen)})`,
      timestamp: Math.floor(seen / 1000),
    });
  }
  for (const section of Object.values(ha.resources)) rows.push(serviceRow(call, section, ha.services[section.id]));
  return rows;
};

const managerStatus = (call: Call): unknown => {
  const { world } = call;
  const { ha } = world;
  const quorum = { node: call.node, quorate: hasQuorum(world, call.node) ? "1" : "0" };
  if (ha.master === undefined) return { manager_status: { node_status: {} }, quorum };
  return {
    manager_status: {
      master_node: ha.master.node,
      node_status: { ...ha.nodes },
      service_status: Object.fromEntries(
        Object.entries(ha.services).map(([sid, service]) => [
          sid,
          { node: service.node, state: service.state, uid: service.uid },
        ]),
      ),
      timestamp: call.seconds,
    },
    lrm_status: Object.fromEntries(
      Object.entries(ha.lrm).map(([name, lrm]) => [
        name,
        {
          mode: lrm.mode,
          state: lrm.active ? "active" : "wait_for_agent_lock",
          timestamp: Math.floor(seenAt(world, name, lrm) / 1000),
          results: resultsOf(world, name),
        },
      ]),
    ),
    quorum,
  };
};

const migrated =
  (what: string) =>
  (call: Call): unknown => {
    if (call.world.release === "9.2") return fail(`${what}: ha groups have been migrated to rules`);
    return undefined;
  };

const shownGroup = (call: Call, group: Section): Record<string, unknown> => ({
  group: group.id,
  type: "group",
  ...group.options,
  digest: sectionDigest(call.world.ha.groups),
});

const groups: Handlers = {
  "GET /cluster/ha/groups": (call) => {
    migrated("cannot index groups")(call);
    return Object.values(call.world.ha.groups).map((group) => shownGroup(call, group));
  },
  "POST /cluster/ha/groups": (call) => {
    migrated("cannot create group")(call);
    return within("create ha group failed", () => {
      const id = call.need("group");
      if (call.world.ha.groups[id] !== undefined) fail(`ha group ID '${id}' already defined`);
      call.world.ha.groups[id] = { type: "group", id, options: configOf(call, "group", "type") };
      return null;
    });
  },
  "GET /cluster/ha/groups/{group}": (call) => {
    migrated("cannot read group")(call);
    return shownGroup(
      call,
      call.world.ha.groups[call.need("group")] ?? fail(`no such ha group '${call.need("group")}'`),
    );
  },
  "PUT /cluster/ha/groups/{group}": (call) => {
    migrated("cannot update group")(call);
    return within("update ha group failed", () => {
      const group = call.world.ha.groups[call.need("group")] ?? fail(`no such ha group '${call.need("group")}'`);
      needSectionDigest(call.text("digest"), call.world.ha.groups);
      for (const key of call.list("delete")) delete group.options[key];
      Object.assign(group.options, configOf(call, "group", "delete", "digest"));
      return null;
    });
  },
  "DELETE /cluster/ha/groups/{group}": (call) => {
    migrated("cannot delete group")(call);
    const id = call.need("group");
    const user = Object.values(call.world.ha.resources).find((section) => section.options.group === id);
    if (user !== undefined) fail(`ha group is used by service '${user.id}'`);
    delete call.world.ha.groups[id];
    return null;
  },
};

export const ha: Handlers = {
  ...groups,
  "GET /cluster/ha/resources": (call) => {
    const type = call.text("type");
    return Object.values(call.world.ha.resources)
      .filter((section) => type === undefined || section.type === type)
      .map((section) => shownResource(call, section));
  },
  "POST /cluster/ha/resources": create,
  "GET /cluster/ha/resources/{sid}": (call) => shownResource(call, resourceOf(call)),
  "PUT /cluster/ha/resources/{sid}": update,
  "DELETE /cluster/ha/resources/{sid}": remove,
  "POST /cluster/ha/resources/{sid}/migrate": move("migrate"),
  "POST /cluster/ha/resources/{sid}/relocate": move("relocate"),
  "GET /cluster/ha/rules": listRules,
  "POST /cluster/ha/rules": createRule,
  "GET /cluster/ha/rules/{rule}": (call) =>
    shownRule(call, call.world.ha.rules[call.need("rule")] ?? fail(`no such ha rule '${call.need("rule")}'`)),
  "PUT /cluster/ha/rules/{rule}": updateRule,
  "DELETE /cluster/ha/rules/{rule}": removeRule,
  "GET /cluster/ha/status/current": current,
  "GET /cluster/ha/status/manager_status": managerStatus,
  "POST /cluster/ha/status/arm-ha": (call) => {
    call.world.ha.armed = { kind: "armed" };
    wakeHa(call.world);
    return null;
  },
  "POST /cluster/ha/status/disarm-ha": (call) => {
    call.world.ha.armed = { kind: "disarmed", mode: call.need("resource-mode") === "ignore" ? "ignore" : "freeze" };
    wakeHa(call.world);
    return null;
  },
};

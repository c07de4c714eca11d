import { emptyFirewall, type FirewallFile } from "@orrery/twin-world";
import type { Call, Handler, Handlers } from "../call.ts";
import { macros } from "../firewall-macros.ts";
import { fail, refuseParameters } from "../problem.ts";
import { needLock } from "../quorum.ts";
import { aliasHandlers, setHandlers } from "./firewall-names.ts";
import { digestOf, optionHandlers, ruleHandlers, type Scope } from "./firewall-rules.ts";
import { guestOfCall } from "./guest-of-call.ts";

const refs =
  (scope: Scope): Handler =>
  (call) => {
    const type = call.text("type");
    const files: [string, FirewallFile][] = [["dc", call.world.cluster.firewall]];
    if (scope.base.includes("{vmid}")) files.push(["guest", scope.file(call)]);
    return files.flatMap(([name, file]) => [
      ...(type === undefined || type === "alias" ? Object.entries(file.aliases) : []).map(([alias, entry]) => ({
        type: "alias",
        name: alias,
        ref: `${name}/${alias}`,
        scope: name,
        ...(entry.comment === undefined ? {} : { comment: entry.comment }),
      })),
      ...(type === undefined || type === "ipset" ? Object.entries(file.ipsets) : []).map(([set, entry]) => ({
        type: "ipset",
        name: set,
        ref: `+${name}/${set}`,
        scope: name,
        ...(entry.comment === undefined ? {} : { comment: entry.comment }),
      })),
    ]);
  };

const noLog: Handler = (call) => {
  call.total = 1;
  return [{ n: 1, t: "unable to open file - No such file or directory" }];
};

const cluster: Scope = { base: "/cluster/firewall", lock: "cluster.fw", file: (call) => call.world.cluster.firewall };

const node: Scope = {
  base: "/nodes/{node}/firewall",
  lock: "host.fw",
  file: (call) => call.world.nodes[call.node]?.firewall ?? emptyFirewall(),
};

const guestScope = (kind: "qemu" | "lxc"): Scope => ({
  base: `/nodes/{node}/${kind}/{vmid}/firewall`,
  lock: "guest.fw",
  file: (call) => {
    // The file lies in the cluster's file system: whichever node was asked reads it, whatever node the path names.
    const guest = call.world.guests[call.need("vmid")];
    return (guest?.kind === kind ? guest : guestOfCall(call, kind)).firewall;
  },
});

const groupOf = (call: Call) =>
  call.world.cluster.firewall.groups[call.need("group")] ?? fail(`no such security group '${call.need("group")}'`);

const groupHandlers: Handlers = {
  "GET /cluster/firewall/groups": (call) =>
    Object.entries(call.world.cluster.firewall.groups).map(([group, entry]) => ({
      group,
      digest: digestOf(call.world.cluster.firewall),
      ...(entry.comment === undefined ? {} : { comment: entry.comment }),
    })),
  "POST /cluster/firewall/groups": (call) => {
    const { groups } = call.world.cluster.firewall;
    const group = call.need("group");
    const comment = call.text("comment");
    const rename = call.text("rename");
    needLock(call.world, call.node, "cluster.fw");
    if (rename !== undefined) {
      const entry = groups[rename] ?? refuseParameters({ group: `Security group '${rename}' does not exist` });
      if (rename !== group && groups[group] !== undefined)
        refuseParameters({ group: `Security group '${group}' already exists` });
      delete groups[rename];
      groups[group] = { ...entry, ...(comment === undefined ? {} : { comment }) };
      return null;
    }
    if (groups[group] !== undefined) refuseParameters({ group: `Security group '${group}' already exists` });
    groups[group] = { rules: [], ...(comment === undefined ? {} : { comment }) };
    return null;
  },
  "DELETE /cluster/firewall/groups/{group}": (call) => {
    const { groups } = call.world.cluster.firewall;
    const group = call.need("group");
    needLock(call.world, call.node, "cluster.fw");
    if ((groups[group]?.rules.length ?? 0) > 0) fail(`Security group '${group}' is not empty`);
    delete groups[group];
    return null;
  },
};

const guestHandlers = (kind: "qemu" | "lxc"): Handlers => {
  const scope = guestScope(kind);
  return {
    ...ruleHandlers(`${scope.base}/rules`, scope.lock, (call) => ({
      rules: scope.file(call).rules,
      file: scope.file(call),
    })),
    ...optionHandlers(scope),
    ...aliasHandlers(scope),
    ...setHandlers(scope),
    [`GET ${scope.base}/refs`]: refs(scope),
    [`GET ${scope.base}/log`]: noLog,
  };
};

export const firewall: Handlers = {
  ...ruleHandlers("/cluster/firewall/rules", cluster.lock, (call) => ({
    rules: cluster.file(call).rules,
    file: cluster.file(call),
  })),
  ...ruleHandlers("/cluster/firewall/groups/{group}", cluster.lock, (call) => ({
    rules: groupOf(call).rules,
    file: cluster.file(call),
  })),
  ...ruleHandlers("/nodes/{node}/firewall/rules", node.lock, (call) => ({
    rules: node.file(call).rules,
    file: node.file(call),
  })),
  ...groupHandlers,
  ...optionHandlers(cluster),
  ...aliasHandlers(cluster),
  ...setHandlers(cluster),
  "GET /cluster/firewall/macros": () => Object.entries(macros).map(([macro, descr]) => ({ macro, descr })),
  "GET /cluster/firewall/refs": refs(cluster),
  ...optionHandlers(node),
  "GET /nodes/{node}/firewall/log": noLog,
  ...guestHandlers("qemu"),
  ...guestHandlers("lxc"),
};

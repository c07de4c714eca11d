import type { Node } from "./cluster.ts";
import { checkGuests } from "./guest-reference.ts";
import type { Lab, Path, Problem } from "./lab.ts";
import { names, plain, type Ref, References } from "./references.ts";
import { builtInRoles } from "./roles.ts";
import { isUnknown, known } from "./unknown.ts";

/** The name, of what may also be a number. */
const named = (guest: string | number): string | undefined => (typeof guest === "string" ? guest : undefined);

const checkNode = (refs: References, path: Path, node: Node, switches: Set<string>, vlans: Set<string>): void => {
  const nics = names(node.nics);
  const links = new Set([...nics, ...Object.keys(node.bonds)]);
  for (const [name, nic] of Object.entries(node.nics))
    refs.must([...path, "nics", name, "switch"], nic.switch, "switch", switches);
  for (const [name, bond] of Object.entries(node.bonds)) {
    for (const [index, member] of bond.members.entries())
      refs.must([...path, "bonds", name, "members", index], member, "NIC of this node", nics);
  }
  for (const [name, bridge] of Object.entries(node.bridges)) {
    refs.must([...path, "bridges", name, "on"], bridge.on, "NIC or bond of this node", links);
    if (isUnknown(bridge.vlans)) continue;
    for (const [index, vlan] of bridge.vlans.entries())
      refs.must([...path, "bridges", name, "vlans", index], vlan, "VLAN", vlans);
  }
  for (const [kind, carriers] of Object.entries(node.carries)) {
    for (const [index, carrier] of carriers.entries())
      refs.must([...path, "carries", kind, index], carrier, "NIC or bond of this node", links);
  }
};

const checkCluster = (refs: References, { cluster, network }: Lab): void => {
  const switches = names(network.switches);
  const vlans = names(network.vlans);
  for (const [name, node] of Object.entries(cluster.nodes))
    checkNode(refs, ["cluster", "nodes", name], node, switches, vlans);
  if (cluster.qdevice) refs.must(["cluster", "qdevice", "switch"], cluster.qdevice.switch, "switch", switches);
  for (const [name, lag] of Object.entries(network.lags)) {
    for (const [index, end] of lag.between.entries())
      refs.must(["network", "lags", name, "between", index], end, "switch", switches);
    if (isUnknown(lag.vlans)) continue;
    for (const [index, vlan] of lag.vlans.entries())
      refs.must(["network", "lags", name, "vlans", index], vlan, "VLAN", vlans);
  }
  for (const [name, firewall] of Object.entries(network.firewalls)) {
    refs.must(["network", "firewalls", name, "switch"], firewall.switch, "switch", switches);
    if (isUnknown(firewall.routes)) continue;
    for (const [index, vlan] of firewall.routes.entries())
      refs.must(["network", "firewalls", name, "routes", index], vlan, "VLAN", vlans);
  }
  for (const [name, uplink] of Object.entries(network.uplinks)) {
    refs.must(["network", "uplinks", name, "via"], uplink.via, "firewall", names(network.firewalls));
  }
};

const checkSdn = (refs: References, { cluster, network: { sdn } }: Lab): void => {
  if (sdn === undefined) return;
  const nodes = names(cluster.nodes);
  const path: Path = ["network", "sdn"];
  for (const [name, zone] of Object.entries(sdn.zones))
    for (const [at, node] of (zone.nodes ?? []).entries())
      refs.must([...path, "zones", name, "nodes", at], node, "node", nodes);
  for (const [name, { zone }] of Object.entries(sdn.vnets))
    refs.must([...path, "vnets", name, "zone"], zone, "SDN zone", names(sdn.zones));
};

const checkStorage = (refs: References, { cluster, guests, network, storage }: Lab): void => {
  const nodes = names(cluster.nodes);
  const items = names(storage.items);
  const guestNames = new Set<string>(guests.items.map((guest) => guest.name));
  for (const [name, item] of Object.entries(storage.items)) {
    const path: Path = ["storage", "items", name];
    for (const [index, node] of (item.nodes ?? []).entries()) refs.must([...path, "nodes", index], node, "node", nodes);
    const { home } = item;
    if (home.on === "each node" || home.on === "node") {
      const homes = home.on === "node" ? [home.node] : home.nodes;
      for (const [index, ref] of homes.entries()) {
        refs.must(
          home.on === "node" ? [...path, "home", "node"] : [...path, "home", "nodes", index],
          ref,
          "node",
          nodes,
        );
        const node = cluster.nodes[plain(ref) ?? ""];
        if (node === undefined) continue;
        for (const [at, disk] of (known(home.disks) ?? []).entries())
          refs.must([...path, "home", "disks", at], disk, `disk of ${plain(ref)}`, names(node.disks));
      }
    }
    if (home.on === "storage") refs.must([...path, "home", "storage"], home.storage, "storage", items);
    if (home.on === "guest") {
      refs.must([...path, "home", "guest"], home.guest, "guest", guestNames);
      refs.must([...path, "home", "storage"], home.storage, "storage", items);
    }
    if (home.on === "cloud") refs.must([...path, "home", "uplink"], home.uplink, "uplink", names(network.uplinks));
  }
};

const checkPlacement = (refs: References, { cluster, guests, placement }: Lab): void => {
  const nodes = names(cluster.nodes);
  const guestNames = new Set<string>(guests.items.map((guest) => guest.name));
  for (const [index, rule] of (placement?.rules ?? []).entries()) {
    const path: Path = ["placement", "rules", index];
    const each = (key: string, listed: readonly Ref[]): void => {
      for (const [at, guest] of listed.entries()) refs.must([...path, key, at], guest, "guest", guestNames);
    };
    if ("together" in rule) each("together", rule.together);
    if ("apart" in rule) each("apart", rule.apart);
    if ("ignore" in rule) each("ignore", rule.ignore);
    if (!("pin" in rule)) continue;
    if (Array.isArray(rule.pin)) each("pin", rule.pin);
    else refs.must([...path, "pin"], rule.pin, "guest", guestNames);
    for (const [at, node] of rule.to.entries()) refs.must([...path, "to", at], node, "node", nodes);
  }
};

const checkOperations = (refs: References, lab: Lab): void => {
  const items = names(lab.storage.items);
  const nodes = names(lab.cluster.nodes);
  const guestNames = new Set<string>(lab.guests.items.map((guest) => guest.name));
  const windows = new Set(lab.service.hours.maintenance.map((window) => window.id));
  for (const [index, procedure] of lab.maintenance.procedures.entries()) {
    refs.must(["maintenance", "procedures", index, "window"], procedure.window, "maintenance window", windows);
  }
  for (const [index, part] of lab.monitoring.runsOn.entries())
    refs.must(["monitoring", "runsOn", index, "guest"], part.guest, "guest", guestNames);
  for (const [index, policy] of lab.backup.policies.entries()) {
    const path: Path = ["backup", "policies", index];
    refs.must([...path, "target"], policy.target, "storage", items);
    for (const [at, copy] of policy.offsite.entries())
      refs.must([...path, "offsite", at, "to"], copy.to, "storage", items);
    refs.must([...path, "onlyOn"], policy.onlyOn, "node", nodes);
    if (typeof policy.covers === "string" || "categories" in policy.covers) continue;
    if ("pool" in policy.covers) {
      refs.must([...path, "covers", "pool"], policy.covers.pool, "pool", names(lab.pools?.items ?? {}));
      for (const [at, guest] of (policy.covers.except ?? []).entries())
        refs.must([...path, "covers", "except", at], named(guest), "guest", guestNames);
      continue;
    }
    const key = "guests" in policy.covers ? "guests" : "allExcept";
    const listed = "guests" in policy.covers ? policy.covers.guests : policy.covers.allExcept;
    for (const [at, guest] of listed.entries())
      refs.must([...path, "covers", key, at], named(guest), "guest", guestNames);
  }
  for (const [index, { fails }] of lab.recovery.scenarios.entries()) {
    const path: Path = ["recovery", "scenarios", index, "fails"];
    if (fails.kind === "guest" && fails.guest !== "any")
      refs.must([...path, "guest"], fails.guest, "guest", guestNames);
    if (fails.kind === "node" && fails.node !== "any") refs.must([...path, "node"], fails.node, "node", nodes);
  }
};

const checkFirewall = (refs: References, { cluster, guests, firewall }: Lab): void => {
  const nodes = names(cluster.nodes);
  const guestNames = new Set<string>(guests.items.map((guest) => guest.name));
  for (const node of Object.keys(firewall?.nodes ?? {})) refs.must(["firewall", "nodes", node], node, "node", nodes);
  for (const guest of Object.keys(firewall?.guests ?? {}))
    refs.must(["firewall", "guests", guest], guest, "guest", guestNames);
};

/** Rules name guests and nodes that there are. */
const checkHa = (refs: References, { cluster, guests, ha }: Lab): void => {
  const nodes = names(cluster.nodes);
  const guestNames = new Set<string>(guests.items.map((guest) => guest.name));
  for (const [id, rule] of Object.entries(ha?.rules ?? {})) {
    const path: Path = ["ha", "rules", id];
    for (const [at, guest] of rule.guests.entries())
      refs.must([...path, "guests", at], named(guest), "guest", guestNames);
    if (rule.kind === "resource affinity") continue;
    const listed = Array.isArray(rule.nodes) ? rule.nodes : Object.keys(rule.nodes);
    for (const node of listed) refs.must([...path, "nodes"], node, "node", nodes);
  }
};

const checkAccess = (refs: References, { access }: Lab): void => {
  const roles = new Set([...Object.keys(access.roles), ...Object.keys(builtInRoles)]);
  const tokens = new Set(isUnknown(access.tokens) ? [] : access.tokens.map((token) => token.id));
  const realms = names(access.realms);
  for (const [index, acl] of access.acls.entries()) {
    const path: Path = ["access", "acls", index];
    refs.must([...path, "role"], acl.role, "role", roles);
    if ("group" in acl.to) refs.must([...path, "to", "group"], acl.to.group, "group", names(access.groups));
    if ("user" in acl.to) refs.must([...path, "to", "user"], acl.to.user, "user", names(access.users));
    if ("token" in acl.to) refs.must([...path, "to", "token"], acl.to.token, "token", tokens);
  }
  for (const [id] of Object.entries(access.realms)
    .filter(([, realm]) => realm.default === true)
    .slice(1))
    refs.problems.push({
      path: ["access", "realms", id, "default"],
      message: "a second default realm; the sign-in page offers one first",
    });
  for (const [index, method] of access.methods.entries())
    refs.must(["access", "methods", index, "realm"], method.realm, "realm", realms);
  for (const [id, group] of Object.entries(access.groups))
    refs.must(["access", "groups", id, "realm"], group.realm, "realm", realms);
  for (const [id, user] of Object.entries(access.users)) {
    refs.must(["access", "users", id], id.slice(id.lastIndexOf("@") + 1), "realm", realms);
    for (const [at, group] of user.groups.entries())
      refs.must(["access", "users", id, "groups", at], group, "group", names(access.groups));
  }
  if (!isUnknown(access.breakGlass))
    refs.must(["access", "breakGlass", "user"], access.breakGlass.user, "user", names(access.users));
};

const checkNotifications = (refs: References, { notifications }: Lab): void => {
  const targets = new Set(["mail-to-root", ...Object.keys(notifications?.targets ?? {})]);
  for (const [id, { target }] of Object.entries(notifications?.matchers ?? {})) {
    for (const [index, one] of (target ?? []).entries())
      refs.must(["notifications", "matchers", id, "target", index], one, "notification target", targets);
  }
};

const checkMappings = (refs: References, { mappings, cluster }: Lab): void => {
  for (const kind of ["pci", "usb", "dir"] as const) {
    for (const [id, { map }] of Object.entries(mappings?.[kind] ?? {})) {
      for (const [index, { node }] of map.entries())
        refs.must(["mappings", kind, id, "map", index, "node"], node, "node", names(cluster.nodes));
    }
  }
};

type Edges = ReadonlyMap<string, { readonly path: Path; readonly to: readonly string[] }>;

/** A cycle of names, first name again at the end; undefined where there is none. Iterative: a chain may be long. */
const findCycle = (edges: Edges): string[] | undefined => {
  const done = new Set<string>();
  for (const root of edges.keys()) {
    const trail: { name: string; next: number }[] = [{ name: root, next: 0 }];
    const onTrail = new Set([root]);
    while (trail.length > 0 && !done.has(root)) {
      const top = trail.at(-1);
      if (top === undefined) break;
      const to = edges.get(top.name)?.to[top.next];
      top.next += 1;
      if (to === undefined) {
        done.add(top.name);
        onTrail.delete(top.name);
        trail.pop();
      } else if (onTrail.has(to)) {
        const cycle = trail.map((step) => step.name);
        return [...cycle.slice(cycle.indexOf(to)), to];
      } else if (!done.has(to)) {
        trail.push({ name: to, next: 0 });
        onTrail.add(to);
      }
    }
  }
  return undefined;
};

const checkCycles = (refs: References, lab: Lab): void => {
  const starts = new Map(
    lab.guests.items.map((guest, index) => [
      String(guest.name),
      { path: ["guests", "items", index, "startsAfter"], to: guest.startsAfter.map(String) },
    ]),
  );
  const homes = new Map(
    Object.entries(lab.storage.items).map(([name, item]) => {
      const on = item.home.on === "storage" ? plain(item.home.storage) : undefined;
      return [name, { path: ["storage", "items", name, "home"], to: on === undefined ? [] : [on] }];
    }),
  );
  for (const [edges, verb] of [
    [starts, "starts after"],
    [homes, "stands on"],
  ] as const) {
    const cycle = findCycle(edges);
    const first = cycle?.[0];
    if (cycle === undefined || first === undefined) continue;
    refs.problems.push({
      path: edges.get(first)?.path ?? [],
      message: `a cycle: ${cycle.join(` ${verb} `)}; break it at one of them`,
    });
  }
};

/** Ids by which objectives, waivers and procedures are told apart: each is there once. */
const checkTwice = (refs: References, lab: Lab): void => {
  const lists: readonly (readonly [Path, string, readonly { readonly id: string }[]])[] = [
    [["service", "hours", "maintenance"], "maintenance window", lab.service.hours.maintenance],
    [["maintenance", "procedures"], "procedure", lab.maintenance.procedures],
    [["backup", "policies"], "backup policy", lab.backup.policies],
    [["recovery", "scenarios"], "scenario", lab.recovery.scenarios],
  ];
  for (const [path, what, items] of lists) {
    const seen = new Set<string>();
    for (const [index, { id }] of items.entries()) {
      if (seen.has(id))
        refs.problems.push({
          path: [...path, index, "id"],
          message: `a second ${what} "${id}"; give it an id of its own`,
        });
      seen.add(id);
    }
  }
};

/** The plain names in a lab that nothing declares, ids that are there twice, and the cycles in it. */
export const referenceProblems = (lab: Lab): readonly Problem[] => {
  const refs = new References();
  checkCluster(refs, lab);
  checkSdn(refs, lab);
  checkStorage(refs, lab);
  checkGuests(refs, lab);
  checkPlacement(refs, lab);
  checkOperations(refs, lab);
  checkFirewall(refs, lab);
  checkHa(refs, lab);
  checkAccess(refs, lab);
  checkNotifications(refs, lab);
  checkMappings(refs, lab);
  checkTwice(refs, lab);
  checkCycles(refs, lab);
  return refs.problems;
};

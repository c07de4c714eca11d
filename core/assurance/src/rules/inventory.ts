import { isAsWritten, known, type Lab, nearest, type Path } from "@orrery/model";
import type { Draft } from "../finding.ts";
import type { Context, Rule } from "../rule.ts";
import { are, count, groupBy, list } from "../words.ts";

type Written = { readonly text: string; readonly path: Path };

/** Every `asWritten` in a chapter that should name something; addresses are not names, and have a rule of their own. */
const writtenNames = (value: unknown, path: Path): Written[] => {
  if (isAsWritten(value)) return path.at(-1) === "address" ? [] : [{ text: value.text, path }];
  if (Array.isArray(value)) return value.flatMap((item, index) => writtenNames(item, [...path, index]));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => writtenNames(item, [...path, key]));
};

const nouns: Readonly<Record<string, string>> = {
  node: "node",
  nodes: "node",
  to: "node or storage",
  storage: "storage",
  target: "storage",
  guest: "guest",
  switch: "switch",
  between: "switch",
  vlan: "VLAN",
};

/** What the last named step of a path holds the name of. */
const nounOf = (path: Path): string => {
  const step = path.findLast((part) => typeof part === "string" && Object.hasOwn(nouns, part));
  return nouns[String(step)] ?? "thing";
};

const undeclared: Rule = {
  id: "inventory/undeclared",
  chapter: "guests",
  severity: "error",
  title: "Whatever is referred to is declared",
  why: "What a list refers to and nobody declared cannot be watched, backed up, moved or recovered.",
  how: "Names that had to be transcribed with asWritten(…) are looked up among what is declared, and among the other names of nodes.",
  remedy: "Declare the thing, or say which declared thing is meant.",
  *check({ lab, inventory }): Generator<Draft> {
    const found = writtenNames(lab, []);
    for (const [text, uses] of groupBy(found, (use) => use.text)) {
      const [first] = uses;
      if (first === undefined) continue;
      const meant = inventory.nodeOf({ kind: "as-written", text });
      const noun = meant === undefined ? nounOf(first.path) : "node";
      const users = uses.map(({ path }) => ownerOf(lab, path));
      yield {
        subject: text,
        path: first.path,
        claim: `${list([...new Set(users)])} ${users.length === 1 ? "names" : "name"} the ${noun} ${text}`,
        why:
          meant === undefined
            ? `No ${noun} ${text} is declared.`
            : `No node is called ${text}; ${meant} is also known by that name.`,
        remedy: meant === undefined ? `Declare ${text}, or name what is meant.` : `Write ${meant}.`,
      };
    }
  },
};

/** Whose property it is: a guest by its name, else the path's own words. */
const ownerOf = (lab: Lab, path: Path): string => {
  const [chapter, list_, at] = path;
  if (chapter === "guests" && list_ === "items" && typeof at === "number")
    return lab.guests.items[at]?.name ?? `guest ${at}`;
  if (chapter === "storage" && typeof at === "string") return `storage ${at}`;
  if (chapter === "backup" && typeof at === "number") return `policy ${lab.backup.policies[at]?.id ?? at}`;
  return path.slice(0, 3).join(".");
};

/** The names of guests that a claim of the document mentions, patterns left out. */
const mentioned = ({ lab }: Context): readonly (Written & { readonly where: string })[] =>
  claimsOf(lab).flatMap(({ claim, path }) => {
    if (claim.kind === "group") {
      return claim.members.flatMap((text, index) =>
        text.includes("*") ? [] : [{ text, path: [...path, "members", index], where: claim.source }],
      );
    }
    if (claim.kind === "mentions guest" || claim.kind === "guest on node") {
      return [{ text: claim.guest, path: [...path, "guest"], where: claim.source }];
    }
    if (claim.kind === "highly available" && claim.guests !== "all") {
      return claim.guests.map((text, index) => ({ text, path: [...path, "guests", index], where: claim.source }));
    }
    return [];
  });

/** Every claim of every chapter, with its place. */
export const claimsOf = (lab: Lab) =>
  Object.entries(lab).flatMap(([chapter, content]) =>
    typeof content === "object" && content !== null && "claims" in content
      ? content.claims.map((claim, index) => ({ claim, path: [chapter, "claims", index] as Path }))
      : [],
  );

const mentionedNowhere: Rule = {
  id: "inventory/mentioned-undeclared",
  chapter: "guests",
  severity: "error",
  title: "Every guest that the document mentions is in the inventory",
  why: "A guest that exists in prose only is either gone and still relied on, or running and managed by nobody.",
  how: "Names in the document's claims are looked up among the declared guests.",
  remedy: "Declare the guest, or take it out of the document.",
  *check(context): Generator<Draft> {
    const guests = context.inventory.guests;
    for (const [text, uses] of groupBy(context.once(mentioned), (use) => use.text)) {
      const [first] = uses;
      if (first === undefined || guests.has(text)) continue;
      const meant = nearest(text, guests.keys());
      yield {
        subject: text,
        path: first.path,
        claim: `${text}, mentioned in ${list([...new Set(uses.map((use) => use.where))])}`,
        why: `The inventory of ${count(guests.size, "guest")} has no ${text}${meant === undefined ? "" : `; the nearest name is ${meant}`}.`,
        remedy: `Declare ${text}, or take it out of the document.`,
      };
    }
  },
};

const counted: Record<string, (context: Context) => number> = {
  nodes: ({ inventory }) => inventory.nodes.size,
  "expected votes": ({ lab }) => lab.cluster.expectedVotes,
  "logical CPUs": ({ inventory }) => [...inventory.nodes.values()].reduce((sum, node) => sum + node.cpu.threads, 0),
  guests: ({ lab }) => lab.guests.items.length,
  "running guests": ({ lab }) => lab.guests.items.filter((guest) => guest.state === "running").length,
  templates: ({ lab }) => lab.templates?.items.length ?? 0,
  VLANs: ({ lab }) => Object.keys(lab.network.vlans).length,
  switches: ({ lab }) => Object.keys(lab.network.switches).length,
  "backup policies": ({ lab }) => lab.backup.policies.length,
};

const wrongCount: Rule = {
  id: "inventory/count",
  chapter: "cluster",
  severity: "warning",
  title: "Every published count agrees with what is declared",
  why: "A wrong count says that the list behind it is not the list that people use.",
  how: "Each count claim is compared with the number of declared things.",
  remedy: "Correct the count, or declare what is missing.",
  *check(context): Generator<Draft> {
    for (const { claim, path } of claimsOf(context.lab)) {
      if (claim.kind !== "count") continue;
      const declared = counted[claim.of]?.(context) ?? 0;
      if (declared === claim.is) continue;
      yield {
        subject: claim.of,
        path,
        claim: `${claim.is} ${claim.of} (${claim.source})`,
        why: `${declared} ${are(declared)} declared, ${Math.abs(declared - claim.is)} ${declared > claim.is ? "more" : "fewer"} than said.`,
        remedy: declared > claim.is ? "Correct the count." : `Declare the missing ${claim.of}, or correct the count.`,
      };
    }
  },
};

const GiB = 2 ** 30;

const wrongTotal: Rule = {
  id: "inventory/total-memory",
  chapter: "cluster",
  severity: "warning",
  title: "The published total of memory agrees with the nodes",
  why: "Memory that is in the list and not in the machine is promised to guests all the same.",
  how: "Declared memory is summed over the nodes. Firmware and kernel keep some: up to 5 % less is taken as agreement.",
  remedy: "Look at each node (`free -b`) and correct the one that differs.",
  *check({ lab, inventory }): Generator<Draft> {
    const declared = [...inventory.nodes.values()].reduce((sum, node) => sum + node.memory, 0);
    for (const { claim, path } of claimsOf(lab)) {
      if (claim.kind !== "total memory" || (claim.is <= declared && claim.is >= declared * 0.95)) continue;
      const parts = [...inventory.nodes].map(([, node]) => node.memory / GiB).join(" + ");
      yield {
        subject: "memory",
        path,
        claim: `${(claim.is / GiB).toFixed(2)} GiB of memory (${claim.source})`,
        why: `The nodes are declared with ${parts} = ${declared / GiB} GiB: ${Math.abs((declared - claim.is) / GiB).toFixed(2)} GiB ${claim.is < declared ? "are missing" : "too many were counted"}.`,
        remedy: "Look at what each node reports, and correct the declaration or mend the node.",
      };
    }
  },
};

const matches = (pattern: string, name: string): boolean => {
  const [first = "", ...rest] = pattern.split("*");
  if (rest.length === 0) return pattern === name;
  let at = first.length;
  if (!name.startsWith(first)) return false;
  for (const [index, part] of rest.entries()) {
    const found =
      index === rest.length - 1
        ? name.endsWith(part) && name.length - part.length >= at
          ? name.length - part.length
          : -1
        : name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return true;
};

const wrongGroup: Rule = {
  id: "inventory/group",
  chapter: "guests",
  severity: "warning",
  title: "Every group of guests has as many members as the document says",
  why: "Capacity, licences and backups are planned by such rows.",
  how: "A row's count is compared with the members it names, with the guests that match its patterns, and with the inventory's category of the same name. A row that only gives examples and has no category in the inventory stays unproven.",
  remedy: "Correct the count, or say in the inventory which guests belong to the group.",
  *check({ lab }): Generator<Draft> {
    const categories = groupBy(lab.guests.items, (guest) => known(guest.category) ?? "");
    for (const { claim, path } of claimsOf(lab)) {
      if (claim.kind !== "group") continue;
      const patterns = claim.members.filter((member) => member.includes("*"));
      const named = claim.members.filter((member) => !member.includes("*"));
      const matching = lab.guests.items.filter((guest) => patterns.some((pattern) => matches(pattern, guest.name)));
      const category = categories.get(claim.group);
      const base = { subject: claim.group, path, claim: `${claim.group}: ${claim.count} (${claim.source})` };
      if (named.length > claim.count || (claim.complete && named.length !== claim.count)) {
        yield {
          ...base,
          why: `The row names ${named.length}: ${list(named, 9)}.`,
          remedy: `Say ${named.length}, or take out those that do not belong.`,
        };
      } else if (patterns.length > 0 && named.length === 0 && matching.length !== claim.count) {
        yield {
          ...base,
          why: `${matching.length || "No"} guest of the inventory is named like ${list(patterns)}.`,
          remedy: "Declare those guests, or take the row out.",
        };
      } else if (category !== undefined && category.length !== claim.count) {
        yield {
          ...base,
          why: `The inventory's category ${claim.group} has ${category.length}: ${list(category.map((guest) => guest.name))}.`,
          remedy: "Use one grouping in the document and in the inventory.",
        };
      } else if (category === undefined && named.length < claim.count && patterns.length === 0) {
        yield {
          ...base,
          verdict: "unproven",
          why: `The row names ${named.length} of ${claim.count} (${list(named)}), and the inventory has no category of that name to tell the others by.`,
          remedy: `Name all ${claim.count}, or give them the category ${claim.group} in the inventory.`,
        };
      }
    }
  },
};

const groupsTotal: Rule = {
  id: "inventory/groups-total",
  chapter: "guests",
  severity: "warning",
  title: "The document's groups of guests add up to the guests there are",
  why: "What is in no group is in nobody's plan; what is in two is counted twice.",
  how: "The counts of all group claims are summed and compared with the number of declared guests.",
  remedy: "Put each guest into one group.",
  *check({ lab }): Generator<Draft> {
    const groups = claimsOf(lab).flatMap(({ claim, path }) => (claim.kind === "group" ? [{ claim, path }] : []));
    const total = groups.reduce((sum, { claim }) => sum + claim.count, 0);
    const [first] = groups;
    const guests = lab.guests.items.length;
    if (first === undefined || total === guests) return;
    yield {
      subject: "guests",
      path: first.path,
      claim: `${count(groups.length, "group")} of ${total} guests in all`,
      why: `${groups.map(({ claim }) => claim.count).join(" + ")} = ${total}, and ${guests} guests are declared.`,
      remedy: "Put each guest into one group, and count again.",
    };
  },
};

const elsewhere: Rule = {
  id: "inventory/guest-elsewhere",
  chapter: "guests",
  severity: "warning",
  title: "Every guest is on the node that the document puts it on",
  why: "Whoever looks for a guest on the wrong node while it is down loses the time that the objective allows.",
  how: "Claims that put a guest on a node are compared with the guest's declared node.",
  remedy: "Correct the document, or the guest's node.",
  *check({ lab, inventory }): Generator<Draft> {
    for (const { claim, path } of claimsOf(lab)) {
      if (claim.kind !== "guest on node") continue;
      const guest = inventory.guests.get(claim.guest)?.[0];
      const node = guest === undefined ? undefined : inventory.nodeOf(guest.node);
      if (
        guest === undefined ||
        node === undefined ||
        node === inventory.nodeOf({ kind: "as-written", text: claim.node })
      )
        continue;
      yield {
        subject: guest.name,
        path,
        claim: `${claim.guest} is on ${claim.node} (${claim.source})`,
        why: `${guest.name} is declared on ${node}.`,
        remedy: "Correct the document, or the guest's node.",
      };
    }
  },
};

const votes: Rule = {
  id: "inventory/votes",
  chapter: "cluster",
  severity: "error",
  title: "The expected votes are those that the nodes and the QDevice have",
  why: "Corosync counts quorum against expected votes: too many, and a healthy cluster stands still; too few, and two halves may both go on.",
  how: "Votes of all nodes and of the QDevice are summed and compared with expectedVotes.",
  remedy: "Correct expectedVotes, or the votes.",
  *check({ lab, inventory }): Generator<Draft> {
    const nodes = [...inventory.nodes.values()].map((node) => node.votes);
    const device = lab.cluster.qdevice?.votes;
    const total = [...nodes, device ?? 0].reduce((sum, n) => sum + n, 0);
    if (total === lab.cluster.expectedVotes) return;
    yield {
      subject: lab.cluster.name,
      path: ["cluster", "expectedVotes"],
      claim: `${lab.cluster.expectedVotes} votes are expected`,
      why: `The nodes have ${nodes.join(" + ")}${device === undefined ? "" : ` and the QDevice ${device}`}: ${total} in all.`,
      remedy: `Declare expectedVotes: ${total}, or correct the votes.`,
    };
  },
};

const unprovided: Rule = {
  id: "inventory/service-unprovided",
  chapter: "guests",
  severity: "error",
  title: "Every service that a guest needs is provided by a guest",
  why: "A dependency that nobody provides is met by something outside of the plan, and fails with it.",
  how: "What guests need is looked up in what guests provide.",
  remedy: "Declare which guest provides it.",
  *check({ lab }): Generator<Draft> {
    const provided = new Set(lab.guests.items.flatMap((guest) => guest.provides));
    for (const [index, guest] of lab.guests.items.entries()) {
      for (const [at, service] of guest.needs.entries()) {
        if (provided.has(service)) continue;
        yield {
          subject: guest.name,
          path: ["guests", "items", index, "needs", at],
          claim: `${guest.name} needs ${service}`,
          why: `No guest provides ${service}; provided are ${list([...provided].sort())}.`,
          remedy: `Add provides: ["${service}"] to the guest that does.`,
        };
      }
    }
  },
};

export const inventoryRules: readonly Rule[] = [
  undeclared,
  mentionedNowhere,
  wrongCount,
  wrongTotal,
  wrongGroup,
  groupsTotal,
  elsewhere,
  votes,
  unprovided,
];

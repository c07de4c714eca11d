import { builtInRoles, isUnknown, nearest, type Path } from "@orrery/model";
import type { Draft } from "../finding.ts";
import { administeringRealms, privilegesOf, privilegesOfVersion } from "../privileges.ts";
import type { Rule } from "../rule.ts";
import { count, list } from "../words.ts";
import { breakGlassRules } from "./break-glass.ts";
import { tokenRules } from "./tokens.ts";

const adminWithoutMfa: Rule = {
  id: "access/admin-without-mfa",
  chapter: "access",
  severity: "error",
  title: "Nobody who administers gets in without a second factor",
  why: "One stolen password is otherwise the whole cluster, its backups included.",
  how: "Realms that administer are those of kind pam (root@pam is always there), of users and groups whose ACL gives a role with an administering privilege, and of methods whose type says administrative. Such a realm must require MFA; where that is unknown it stays unproven. Tokens have no second factor and have rules of their own.",
  remedy: "Require a second factor on the realm, and say what enforces it.",
  *check({ lab }): Generator<Draft> {
    const { realms } = lab.access;
    for (const [name, ways] of administeringRealms(lab)) {
      const realm = realms[name];
      if (realm === undefined) continue;
      const base = {
        subject: name,
        path: ["access", "realms", name, "mfa"] as Path,
        claim: `who administers by ${realm.name ?? name} shows a second factor`,
        remedy: `Require a second factor for realm ${name}, and say what enforces it.`,
      };
      const by = `By it comes ${list(ways, 3)}`;
      if (isUnknown(realm.mfa)) {
        yield {
          ...base,
          verdict: "unproven",
          severity: "warning",
          why: `${by}; whether a second factor is required is unknown: ${realm.mfa.why}.`,
        };
      } else if (!realm.mfa.required) {
        yield { ...base, why: `${by}; the realm requires no second factor.` };
      }
    }
    if (Object.values(realms).some(({ kind }) => kind === "pam")) return;
    yield {
      subject: "pam",
      path: ["access", "realms"],
      claim: "who administers by pam shows a second factor",
      verdict: "unproven",
      severity: "warning",
      why: "Every Proxmox VE has root@pam, who may do everything; no realm of kind pam is declared.",
      remedy: "Declare the realm pam, and what its second factor is.",
    };
  },
};

const mfaUnenforced: Rule = {
  id: "access/mfa-enforcement",
  chapter: "access",
  severity: "note",
  title: "A required second factor names what enforces it",
  why: "Proxmox VE takes the word of an OpenID provider that somebody signed in; it does not see whether a second factor was asked for.",
  how: "A realm that requires MFA and does not say what enforces it stays unproven.",
  remedy: "Name what enforces it: a Conditional Access policy, the realm's own TFA setting.",
  *check({ lab }): Generator<Draft> {
    for (const [name, { mfa }] of Object.entries(lab.access.realms)) {
      if (isUnknown(mfa) || !mfa.required || mfa.enforcedBy !== undefined) continue;
      yield {
        subject: name,
        path: ["access", "realms", name, "mfa"],
        claim: `realm ${name} requires a second factor`,
        verdict: "unproven",
        why: "Nothing is named that enforces it.",
        remedy: "Name what enforces it: a policy of the provider, or the realm's own TFA setting.",
      };
    }
  },
};

const groupsOverwrite: Rule = {
  id: "access/openid-groups-overwrite",
  chapter: "access",
  severity: "warning",
  title: "Leaving a group at the OpenID provider takes its rights away here",
  why: "By default Proxmox VE adds the groups of the token at each sign-in and removes none: who changed jobs keeps the rights of the old one.",
  how: "Each realm of kind openid must have groupsOverwrite (groups-overwrite in Proxmox VE). Unknown or left out, it stays unproven.",
  remedy: "Set groups-overwrite on the realm and declare groupsOverwrite: true.",
  *check({ lab }): Generator<Draft> {
    for (const [name, realm] of Object.entries(lab.access.realms)) {
      const set = realm.groupsOverwrite;
      if (realm.kind !== "openid" || set === true) continue;
      const base = {
        subject: name,
        path: ["access", "realms", name, ...(set === undefined ? [] : ["groupsOverwrite"])],
        claim: `who leaves a group at ${realm.name ?? name} loses its rights in the cluster`,
        remedy: `pveum realm modify ${name} --groups-overwrite 1, and declare groupsOverwrite: true.`,
      };
      if (set === false) {
        yield { ...base, why: "groupsOverwrite is false: sign-in adds groups and removes none." };
      } else {
        yield {
          ...base,
          verdict: "unproven",
          why: `Sign-in adds groups and removes none unless it is set; ${set === undefined ? "it is not declared" : `it is unknown: ${set.why}`}.`,
        };
      }
    }
  },
};

const administratorUser: Rule = {
  id: "access/administrator-user",
  chapter: "access",
  severity: "warning",
  title: "The whole cluster is given to groups, not to single users",
  why: "A right that hangs on a person is forgotten when the person goes; a group is reviewed as one.",
  how: "An ACL that gives Administrator on / must name a group; the break-glass account is the exception.",
  remedy: "Make a group, and give it the role.",
  *check({ lab }): Generator<Draft> {
    const { acls, breakGlass } = lab.access;
    for (const [index, { path, role, to }] of acls.entries()) {
      if (path !== "/" || role !== "Administrator" || !("user" in to)) continue;
      if (!isUnknown(breakGlass) && breakGlass.user === to.user) continue;
      yield {
        subject: to.user,
        path: ["access", "acls", index, "to"],
        claim: `${to.user} is ${role} on ${path}`,
        why: `The entry names one user and no group; ${count(privilegesOf(lab, role).length, "privilege")} hang on ${to.user}.`,
        remedy: `Put ${to.user} into a group, and give the group the role.`,
      };
    }
  },
};

const unused: Rule = {
  id: "access/unused",
  chapter: "access",
  severity: "note",
  title: "Every group and every role is used",
  why: "What is left over is one entry away from giving rights that nobody remembers.",
  how: "Each declared group and role must stand in an ACL.",
  remedy: "Remove it, or give it what it is for.",
  *check({ lab }): Generator<Draft> {
    const { acls, groups, roles } = lab.access;
    const usedGroups = new Set(acls.flatMap(({ to }) => ("group" in to ? [to.group] : [])));
    const usedRoles = new Set(acls.map(({ role }) => role));
    const left = [
      ...Object.keys(groups).flatMap((name) =>
        usedGroups.has(name) ? [] : [{ name, noun: "group", path: ["access", "groups", name] as Path }],
      ),
      ...Object.keys(roles).flatMap((name) =>
        usedRoles.has(name) ? [] : [{ name, noun: "role", path: ["access", "roles", name] as Path }],
      ),
    ];
    for (const { name, noun, path } of left) {
      yield {
        subject: name,
        path,
        claim: `${noun} ${name} is needed`,
        why: `None of ${count(acls.length, "ACL entry", "ACL entries")} names it.`,
        remedy: `Remove the ${noun}, or give it what it is for.`,
      };
    }
  },
};

const privilegeUnknown: Rule = {
  id: "access/unknown-privilege",
  chapter: "access",
  severity: "error",
  title: "Every privilege is one of Proxmox VE",
  why: "Proxmox VE refuses the whole role for one privilege that it does not know.",
  how: "The privileges of declared roles, and those that tokens need, are looked up among those of Proxmox VE 9.2: all that Administrator has, and VM.Monitor where the cluster is not declared as version 9 or later.",
  remedy: "Write the privilege as Proxmox VE does.",
  *check({ lab }): Generator<Draft> {
    const { roles, tokens } = lab.access;
    const known = privilegesOfVersion(lab);
    const written = [
      ...Object.entries(roles).map(([name, { privileges }]) => ({
        who: `role ${name}`,
        privileges,
        path: ["access", "roles", name, "privileges"] as Path,
      })),
      ...(isUnknown(tokens) ? [] : tokens).flatMap(({ id, needs }, index) =>
        needs === undefined || isUnknown(needs)
          ? []
          : [{ who: id, privileges: needs, path: ["access", "tokens", index, "needs"] as Path }],
      ),
    ];
    for (const { who, privileges, path } of written) {
      for (const [index, privilege] of privileges.entries()) {
        if (known.has(privilege)) continue;
        const meant = nearest(privilege, known);
        yield {
          subject: privilege,
          path: [...path, index],
          claim: `${who} has ${privilege}`,
          why: `Proxmox VE has no privilege ${privilege}${meant === undefined ? "" : `; the nearest is ${meant}`}.`,
          remedy: meant === undefined ? "Write the privilege as Proxmox VE does." : `Write ${meant}.`,
        };
      }
    }
  },
};

const reservedRole: Rule = {
  id: "access/reserved-role",
  chapter: "access",
  severity: "error",
  title: "No declared role has a name that Proxmox VE keeps for itself",
  why: "Proxmox VE refuses to make such a role, and never changes a built-in one.",
  how: "Names that begin with PVE in any case, and those of built-in roles, are kept.",
  remedy: "Give the role a name of its own.",
  *check({ lab }): Generator<Draft> {
    for (const name of Object.keys(lab.access.roles)) {
      const builtIn = Object.hasOwn(builtInRoles, name);
      if (!builtIn && !/^pve/i.test(name)) continue;
      yield {
        subject: name,
        path: ["access", "roles", name],
        claim: `${name} is a role of this lab`,
        why: builtIn
          ? `${name} is built in, with ${count(builtInRoles[name]?.length ?? 0, "privilege")} that cannot be changed.`
          : "Names that begin with PVE are kept for built-in roles.",
        remedy: builtIn
          ? `Leave it out to use the built-in ${name}; else give the role another name.`
          : "Give the role another name.",
      };
    }
  },
};

export const access: readonly Rule[] = [
  adminWithoutMfa,
  mfaUnenforced,
  ...breakGlassRules,
  groupsOverwrite,
  administratorUser,
  unused,
  privilegeUnknown,
  reservedRole,
  ...tokenRules,
];

import { isUnknown, type Lab, type Path } from "@orrery/model";
import { agoText, daysFrom } from "../days.ts";
import type { Draft } from "../finding.ts";
import { aclsOfUser, administeringRealms, administers, privilegesOf, realmOf } from "../privileges.ts";
import type { Rule } from "../rule.ts";
import { count, list } from "../words.ts";
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

const breakGlassAbsent: Rule = {
  id: "access/break-glass",
  chapter: "access",
  severity: "warning",
  title: "There is an account for when the identity provider cannot be reached",
  why: "When the provider or the way to it is down, nobody can sign in to mend it.",
  how: "The break-glass account must be declared; unknown leaves it unproven.",
  remedy: "Seal the password of an account of the cluster's own, declare it, and watch its use.",
  *check({ lab }): Generator<Draft> {
    const { breakGlass, realms } = lab.access;
    if (!isUnknown(breakGlass)) return;
    const outside = Object.entries(realms).flatMap(([name, realm]) =>
      isOutside(realm.kind) ? [realm.name ?? name] : [],
    );
    yield {
      subject: "break-glass",
      path: ["access", "breakGlass"],
      claim: "somebody gets in when the identity provider does not answer",
      verdict: "unproven",
      why: `${outside.length === 0 ? "" : `Sign-in leans on ${list(outside)}. `}The account for that day is unknown: ${breakGlass.why}.`,
      remedy: "Seal the password of an account of the cluster's own, declare it, and watch its use.",
    };
  },
};

const isOutside = (kind: Lab["access"]["realms"][string]["kind"]): boolean =>
  kind === "openid" || kind === "ldap" || kind === "ad";

const breakGlassRealm: Rule = {
  id: "access/break-glass-realm",
  chapter: "access",
  severity: "error",
  title: "The break-glass account does not lean on the identity provider",
  why: "An account of the provider's realm is locked out by the same failure that it was kept for.",
  how: "The account's realm must be one that the cluster checks by itself: pam or pve.",
  remedy: "Keep an account of realm pam or pve.",
  *check({ lab }): Generator<Draft> {
    const { breakGlass, realms } = lab.access;
    if (isUnknown(breakGlass)) return;
    const name = realmOf(breakGlass.user);
    const realm = realms[name];
    if (realm === undefined || !isOutside(realm.kind)) return;
    yield {
      subject: breakGlass.user,
      path: ["access", "breakGlass", "user"],
      claim: `${breakGlass.user} works when the identity provider does not`,
      why: `Realm ${name} is of kind ${realm.kind}: ${realm.name ?? name} itself signs ${breakGlass.user} in.`,
      remedy: "Keep an account of realm pam or pve.",
    };
  },
};

const breakGlassPowerless: Rule = {
  id: "access/break-glass-rights",
  chapter: "access",
  severity: "error",
  title: "The break-glass account may mend what is broken",
  why: "An account that gets in and may do nothing is found out on the day that it is needed.",
  how: "root@pam may do everything; any other account must have a role with an administering privilege on /, by its own ACL or a group's.",
  remedy: "Give it Administrator on /, or use root@pam.",
  *check({ lab }): Generator<Draft> {
    const { breakGlass } = lab.access;
    if (isUnknown(breakGlass) || breakGlass.user === "root@pam") return;
    const own = aclsOfUser(lab, breakGlass.user);
    if (own.some(({ path, role }) => path === "/" && administers(lab, role))) return;
    yield {
      subject: breakGlass.user,
      path: ["access", "breakGlass", "user"],
      claim: `${breakGlass.user} can mend the cluster`,
      why: `It has ${own.length === 0 ? "no ACL" : list(own.map(({ path, role }) => `${role} on ${path}`))}, and no administering role on /.`,
      remedy: `Give ${breakGlass.user} Administrator on /, or use root@pam.`,
    };
  },
};

const testedWithin = 366;

const breakGlassUntested: Rule = {
  id: "access/break-glass-untested",
  chapter: "access",
  severity: "warning",
  title: "The break-glass account was tried within a year",
  why: "A sealed password that was changed, or an account that was locked, looks the same as one that works.",
  how: `The day of the last trial must not be more than ${testedWithin} days before the check, nor after it; unknown leaves it unproven.`,
  remedy: "Sign in with it once, note the day, and seal a new password.",
  *check({ lab, today }): Generator<Draft> {
    const { breakGlass } = lab.access;
    if (isUnknown(breakGlass)) return;
    const base = {
      subject: breakGlass.user,
      path: ["access", "breakGlass", "lastTested"] as Path,
      claim: `${breakGlass.user} (${breakGlass.kept}) works`,
      remedy: "Sign in with it once, note the day, and seal a new password.",
    };
    if (isUnknown(breakGlass.lastTested)) {
      yield { ...base, verdict: "unproven", why: `When it was last tried is unknown: ${breakGlass.lastTested.why}.` };
      return;
    }
    const age = daysFrom(breakGlass.lastTested, today);
    if (age < 0)
      yield { ...base, why: `${breakGlass.lastTested} is after ${today}: that trial has not been made yet.` };
    else if (age > testedWithin)
      yield { ...base, why: `${agoText(breakGlass.lastTested, today)}; ${age} > ${testedWithin} days.` };
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

export const access: readonly Rule[] = [
  adminWithoutMfa,
  mfaUnenforced,
  breakGlassAbsent,
  breakGlassRealm,
  breakGlassPowerless,
  breakGlassUntested,
  groupsOverwrite,
  administratorUser,
  unused,
  ...tokenRules,
];

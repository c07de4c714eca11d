import { isUnknown, type Lab, type Path } from "@orrery/model";
import { agoText, daysFrom } from "../days.ts";
import type { Draft } from "../finding.ts";
import { aclsOfUser, administers, realmOf } from "../privileges.ts";
import type { Rule } from "../rule.ts";
import { list } from "../words.ts";

/** Whether somebody outside the cluster says who is who. */
const isOutside = (kind: Lab["access"]["realms"][string]["kind"]): boolean =>
  kind === "openid" || kind === "ldap" || kind === "ad";

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

export const breakGlassRules: readonly Rule[] = [
  breakGlassAbsent,
  breakGlassRealm,
  breakGlassPowerless,
  breakGlassUntested,
];

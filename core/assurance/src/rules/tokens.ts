import { isUnknown, type Path, type Token } from "@orrery/model";
import { agoText } from "../days.ts";
import type { Draft } from "../finding.ts";
import { privilegesOf } from "../privileges.ts";
import type { Context, Rule } from "../rule.ts";
import { count, list } from "../words.ts";

type Placed = { readonly token: Token; readonly path: Path };

const tokensOf = ({ lab }: Context): readonly Placed[] =>
  isUnknown(lab.access.tokens)
    ? []
    : lab.access.tokens.map((token, index) => ({ token, path: ["access", "tokens", index] }));

const unlisted: Rule = {
  id: "access/tokens-unlisted",
  chapter: "access",
  severity: "warning",
  title: "Every API token is listed",
  why: "A token signs in without a password, a second factor or a person; one that nobody listed is one that nobody revokes.",
  how: "The list of tokens must be declared, if only as an empty one; unknown leaves it unproven.",
  remedy: "List the tokens of each user (`pveum user token list`), and declare them.",
  *check({ lab }): Generator<Draft> {
    const { tokens } = lab.access;
    if (!isUnknown(tokens)) return;
    yield {
      subject: "tokens",
      path: ["access", "tokens"],
      claim: "API tokens have a purpose, an end, and no more rights than they need",
      verdict: "unproven",
      why: `Which tokens there are is unknown: ${tokens.why}.`,
      remedy: "List the tokens of each user (`pveum user token list`), and declare them.",
    };
  },
};

const endless: Rule = {
  id: "access/token-never-expires",
  chapter: "access",
  severity: "warning",
  title: "Every token expires",
  why: "A token that leaked works until somebody notices; one that expires stops by itself.",
  how: "expires must be a day. Unknown leaves it unproven.",
  remedy: "Give it a last day, and a reminder before it.",
  *check(context): Generator<Draft> {
    for (const { token, path } of tokensOf(context)) {
      if (token.expires !== "never" && !isUnknown(token.expires)) continue;
      yield {
        subject: token.id,
        path: [...path, "expires"],
        claim: `${token.id} expires`,
        ...(isUnknown(token.expires) ? { verdict: "unproven" as const } : {}),
        why: isUnknown(token.expires)
          ? `Its last day is unknown: ${token.expires.why}.`
          : "It never does; Proxmox VE keeps it until somebody removes it.",
        remedy: `Give ${token.id} a last day, and a reminder before it.`,
      };
    }
  },
};

const expired: Rule = {
  id: "access/token-expired",
  chapter: "access",
  severity: "error",
  title: "No token in use has expired",
  why: "Proxmox VE refuses an expired token: what runs by it has stopped.",
  how: "The day that a token expires must be after the day of the check.",
  remedy: "Renew the token where it is used, or remove it.",
  *check(context): Generator<Draft> {
    for (const { token, path } of tokensOf(context)) {
      if (token.expires === "never" || isUnknown(token.expires) || token.expires > context.today) continue;
      yield {
        subject: token.id,
        path: [...path, "expires"],
        claim: `${token.id} works${isUnknown(token.purpose) ? "" : ` (${token.purpose})`}`,
        why: `It expired: ${agoText(token.expires, context.today)}.`,
        remedy: "Renew it where it is used, or remove it.",
      };
    }
  },
};

const purposeless: Rule = {
  id: "access/token-purpose",
  chapter: "access",
  severity: "warning",
  title: "Every token has a purpose",
  why: "Nobody dares to remove a token whose use nobody knows.",
  how: "A token whose purpose is unknown stays unproven.",
  remedy: "Find out what uses it, or remove it and see.",
  *check(context): Generator<Draft> {
    for (const { token, path } of tokensOf(context)) {
      if (!isUnknown(token.purpose)) continue;
      yield {
        subject: token.id,
        path: [...path, "purpose"],
        claim: `${token.id} is needed`,
        verdict: "unproven",
        why: `What it is for is unknown: ${token.purpose.why}.`,
        remedy: "Find out what uses it, or remove it.",
      };
    }
  },
};

const unseparated: Rule = {
  id: "access/token-privilege-separation",
  chapter: "access",
  severity: "warning",
  title: "Every token has rights of its own",
  why: "Without privilege separation a token may do all that its user may, today and after the next ACL.",
  how: "privilegeSeparation must be true. Unknown leaves it unproven.",
  remedy: "Set privilege separation, and give the token the roles that it needs.",
  *check(context): Generator<Draft> {
    for (const { token, path } of tokensOf(context)) {
      if (token.privilegeSeparation === true) continue;
      const user = token.id.slice(0, token.id.lastIndexOf("!"));
      yield {
        subject: token.id,
        path: [...path, "privilegeSeparation"],
        claim: `${token.id} may do no more than it was given`,
        ...(isUnknown(token.privilegeSeparation) ? { verdict: "unproven" as const } : {}),
        why: isUnknown(token.privilegeSeparation)
          ? `Whether it has rights of its own is unknown: ${token.privilegeSeparation.why}.`
          : `It may do all that ${user} may.`,
        remedy: "Set privilege separation, and give the token the roles that it needs.",
      };
    }
  },
};

const broader: Rule = {
  id: "access/token-broader-than-purpose",
  chapter: "access",
  severity: "warning",
  title: "No token may do more than its purpose takes",
  why: "Whoever gets hold of a watching token should be able to watch, and nothing else.",
  how: "The privileges of all roles that ACLs give to the token are compared with those that it needs; built-in roles as Proxmox VE 9.2 has them. A token whose needs are not declared stays unproven. One without privilege separation has a rule of its own.",
  remedy: "Give it a narrower role; declare one with just what it needs.",
  *check(context): Generator<Draft> {
    const { lab } = context;
    for (const { token, path } of tokensOf(context)) {
      if (token.privilegeSeparation !== true) continue;
      const own = lab.access.acls.filter(({ to }) => "token" in to && to.token === token.id);
      const given = [...new Set(own.flatMap(({ role }) => privilegesOf(lab, role)))].sort();
      if (given.length === 0) continue;
      const roles = list(own.map(({ path: on, role }) => `${role} on ${on}`));
      const base = {
        subject: token.id,
        claim: `${token.id} needs ${roles}${isUnknown(token.purpose) ? "" : ` to ${token.purpose}`}`,
      };
      if (token.needs === undefined || isUnknown(token.needs)) {
        yield {
          ...base,
          path: token.needs === undefined ? path : [...path, "needs"],
          verdict: "unproven",
          why: `It has ${count(given.length, "privilege")}; which of them it needs is ${token.needs === undefined ? "not declared" : `unknown: ${token.needs.why}`}.`,
          remedy: "Declare needs: the privileges that its purpose takes.",
        };
        continue;
      }
      const needs = new Set(token.needs);
      const extra = given.filter((privilege) => !needs.has(privilege));
      if (extra.length === 0) continue;
      yield {
        ...base,
        path: [...path, "needs"],
        why: `${count(given.length, "privilege")} given, ${needs.size} needed; too many: ${list(extra)}.`,
        remedy: `Declare a role with ${list([...needs])} and give it that.`,
      };
    }
  },
};

export const tokenRules: readonly Rule[] = [unlisted, endless, expired, purposeless, unseparated, broader];

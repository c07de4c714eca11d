import {
  type Action,
  fullName,
  isAbove,
  type Moved,
  movedFrom,
  needsWindow,
  nextOpening,
  openWindow,
  type Plan,
  type Principal,
  principals,
  type Risk,
} from "@orrery/plan";
import type { Membership } from "@orrery/state";
import type { Secrets } from "./secret.ts";
import { secretPlaces } from "./secret.ts";
import type { View } from "./view.ts";

/** Why a plan is not applied: nothing was sent. */
export type Refusal = {
  readonly kind:
    | "cluster"
    | "quorum"
    | "moved"
    | "blind"
    | "consent"
    | "window"
    | "principal"
    | "secret"
    | "unfinished"
    | "nothing to resume";
  readonly why: string;
  /** What to do about it. */
  readonly next: string;
};

export type Permission = {
  readonly principal: Principal;
  readonly consents: readonly string[];
  readonly atMost: Risk | undefined;
  readonly anyTime: boolean;
  /** What is revealed can be kept. */
  readonly keepsSecrets: boolean;
};

/** The actions that are to be done; those above the risk that is allowed are left. */
export const withinRisk = ({ actions }: Plan, atMost: Risk | undefined): readonly Action[] =>
  atMost === undefined ? actions : actions.filter(({ risk }) => !isAbove(risk, atMost));

const consentProblems = (actions: readonly Action[], { consents }: Permission): Refusal[] => {
  const missing = [...new Set(actions.flatMap(({ consent }) => consent ?? []))].filter(
    (consent) => !consents.includes(consent),
  );
  return missing.map((consent) => {
    const titles = actions.filter((action) => action.consent === consent).map(({ title }) => title);
    return { kind: "consent", why: `${titles.join("; ")}: that needs consent.`, next: `--consent "${consent}"` };
  });
};

const moment = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;

const windowProblems = (plan: Plan, actions: readonly Action[], { anyTime }: Permission, now: number): Refusal[] => {
  const risky = actions.filter(({ risk }) => needsWindow(risk));
  if (anyTime || risky.length === 0 || openWindow(plan.windows, now) !== undefined) return [];
  const next = nextOpening(plan.windows, now);
  const when =
    next === undefined
      ? "no maintenance window is declared, or none has a time"
      : `the next maintenance window, ${next.id}, opens ${moment(next.start)}`;
  const [first] = risky;
  const what = risky.length === 1 ? `${first?.title} (${first?.risk})` : `${risky.length} actions of a risk above hot`;
  return [
    {
      kind: "window",
      why: `${what}: that is done in a maintenance window only, and ${when}.`,
      next: "--at-most hot does the rest; --now does all at once.",
    },
  ];
};

const principalProblems = (actions: readonly Action[], { principal }: Permission): Refusal[] => {
  const have = principals.indexOf(principal);
  const needs = Map.groupBy(
    actions.filter((action) => principals.indexOf(action.principal) > have),
    (action) => action.principal,
  );
  return [...needs].map(([needed, those]): Refusal => {
    const what = those.map(({ title }) => title).join("; ");
    return needed === "ssh"
      ? { kind: "principal", why: `${what}: that needs a shell on the node.`, next: "Do it there, then plan again." }
      : {
          kind: "principal",
          why: `${what}: that is for ${needed === "ticket" ? "a user with a ticket" : needed}, not for ${principal === "token" ? "an API token" : "this user"}.`,
          next: needed === "ticket" ? "--user USER@REALM" : "--user root@pam",
        };
  });
};

const secretProblems = async (plan: Plan, actions: readonly Action[], secrets: Secrets): Promise<Refusal[]> => {
  const places = secretPlaces({ ...plan, actions });
  const found = await Promise.all(places.map(async (place) => ((await secrets.isThere(place)) ? [] : [place])));
  return found.flat().map((place) => ({
    kind: "secret",
    why: `There is no secret at ${place}.`,
    next: place.startsWith("env:") ? `Set ${place.slice(4)} in the environment.` : `Write it to ${place.slice(5)}.`,
  }));
};

const revealProblems = (actions: readonly Action[], { keepsSecrets }: Permission): Refusal[] => {
  const revealed = actions.flatMap(({ calls }) => calls.flatMap(({ reveals }) => reveals?.as ?? []));
  if (keepsSecrets || revealed.length === 0) return [];
  const why = `The cluster tells ${revealed.join(", ")} once, and there is no place to keep it.`;
  return [{ kind: "secret", why, next: "--keep-secrets FOLDER" }];
};

/** What can be said without asking the cluster. */
export const problemsOf = async (
  plan: Plan,
  permission: Permission,
  secrets: Secrets,
  now: number,
): Promise<Refusal[]> => {
  const actions = withinRisk(plan, permission.atMost);
  return [
    ...consentProblems(actions, permission),
    ...windowProblems(plan, actions, permission, now),
    ...principalProblems(actions, permission),
    ...(await secretProblems(plan, actions, secrets)),
    ...revealProblems(actions, permission),
  ];
};

const movedProblem = (moved: Moved): Refusal => ({
  kind: "moved",
  why: `${fullName({ ...moved.object, ...(moved.name === undefined ? {} : { name: moved.name }) })} has moved: ${moved.changes.join("; ")}.`,
  next: "Plan again.",
});

/** Whether the plan's base still stands: every object that it touches is looked at. */
export const baseProblems = async (plan: Plan, view: View): Promise<Refusal[]> => {
  await view.refresh(plan.base.objects);
  const blind = plan.base.objects.flatMap((one): Refusal[] => {
    const seen = view.seen(one);
    if (seen.kind !== "blind") return [];
    const why = `Nobody can say how ${fullName(one.object)} is now: ${seen.why}.`;
    return [{ kind: "blind", why, next: "Try again once it can be seen." }];
  });
  if (blind.length > 0) return blind;
  const nodes = new Map(plan.base.objects.map(({ object, node }) => [`${object.kind}\n${object.id}`, node]));
  return movedFrom(plan, (ref) => {
    const seen = view.seen({ object: ref, node: nodes.get(`${ref.kind}\n${ref.id}`) });
    return seen.kind === "present" ? seen.object : undefined;
  }).map(movedProblem);
};

/** Whether this is the cluster that the plan was made for, and whether it may be changed at all. */
export const membershipProblems = (plan: Plan, { cluster, members }: Membership): Refusal[] => {
  const name = cluster?.name ?? members[0]?.name ?? "";
  if (plan.base.cluster !== undefined && plan.base.cluster !== name)
    return [
      { kind: "cluster", why: `The plan was made for ${plan.base.cluster}, and this is ${name}.`, next: "--url" },
    ];
  return cluster?.quorate === false
    ? [
        {
          kind: "quorum",
          why: "The cluster has no quorum, so nothing in it can be changed.",
          next: "Bring back nodes until a majority is there.",
        },
      ]
    : [];
};

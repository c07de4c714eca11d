import { formatSeconds, isUnknown, type Lab, type Path } from "@orrery/model";
import { agoText, daysFrom } from "../days.ts";
import type { Draft } from "../finding.ts";
import type { Context, Rule } from "../rule.ts";
import { are, count, groupBy, list } from "../words.ts";

type Approval = NonNullable<Lab["approvals"]>["items"][number];
type Placed = { readonly approval: Approval; readonly path: Path };

/** Each reviewer's latest approval: an older one was replaced by it. */
const latestApprovals = ({ lab }: Context): readonly Placed[] => {
  const approved = (lab.approvals?.items ?? []).flatMap((approval, index) =>
    approval.status === "approved" ? [{ approval, path: ["approvals", "items", index] as Path }] : [],
  );
  return [...groupBy(approved, ({ approval }) => approval.reviewer).values()].map((own) =>
    own.reduce((latest, one) => (one.approval.date > latest.approval.date ? one : latest)),
  );
};

const approvalExpired: Rule = {
  id: "documents/approval-expired",
  chapter: "approvals",
  severity: "warning",
  title: "Every approval is younger than the review period",
  why: "An approval says that the document was right on one day; the lab has moved on since.",
  how: "Each reviewer's latest approval plus reviewEvery must not be before the day of the check. Where the period is unknown, one finding tells how old the approvals are.",
  remedy: "Review the document and approve it again.",
  *check(context): Generator<Draft> {
    const { lab, today } = context;
    const every = lab.approvals?.reviewEvery;
    const latest = latestApprovals(context);
    if (every === undefined || latest.length === 0) return;
    if (isUnknown(every)) {
      const ages = groupBy(latest, ({ approval }) => approval.date);
      yield {
        subject: "approvals",
        path: ["approvals", "reviewEvery"],
        claim: `${count(latest.length, "approval")} ${are(latest.length)} in force`,
        verdict: "unproven",
        why: `${[...ages].map(([date, those]) => `${agoText(date, today)} (${list(those.map(({ approval }) => approval.reviewer))})`).join("; ")}. How long an approval holds is unknown: ${every.why}.`,
        remedy: "Declare reviewEvery, and review what is older.",
      };
      return;
    }
    for (const { approval, path } of latest) {
      const age = daysFrom(approval.date, today);
      if (age <= every / 86_400) continue;
      yield {
        subject: approval.reviewer,
        path: [...path, "date"],
        claim: `${approval.reviewer} (${approval.role}) approved the document on ${approval.date}`,
        why: `${agoText(approval.date, today)}; ${age} d > ${formatSeconds(every)}.`,
        remedy: "Review the document and approve it again.",
      };
    }
  },
};

const sameName = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

const selfApproval: Rule = {
  id: "documents/self-approval",
  chapter: "approvals",
  severity: "warning",
  title: "Nobody approves what they wrote",
  why: "The author reads what was meant; it takes somebody else to read what is there.",
  how: "The reviewers who approved are compared with the document's author and the author of its current version.",
  remedy: "Have somebody else review it.",
  *check(context): Generator<Draft> {
    const { revisions } = context.lab;
    if (revisions === undefined) return;
    const { current, items } = revisions;
    const authors = [
      current.author,
      ...items.flatMap((item) => (item.version === current.version ? [item.author] : [])),
    ];
    const latest = latestApprovals(context);
    const others = latest.filter(({ approval }) => !authors.some((author) => sameName(author, approval.reviewer)));
    for (const { approval, path } of latest) {
      if (!authors.some((author) => sameName(author, approval.reviewer))) continue;
      const rest = others.map((other) => other.approval.reviewer);
      yield {
        subject: approval.reviewer,
        path: [...path, "reviewer"],
        claim: `${approval.reviewer} (${approval.role}) reviewed the document`,
        why: `${approval.reviewer} wrote version ${current.version}; without that approval ${rest.length === 0 ? "none is left" : `${list(rest)} ${rest.length === 1 ? "remains" : "remain"}`}.`,
        remedy:
          rest.length === 0
            ? "Have somebody else review it."
            : `Let ${list(rest)} stand alone, or name a second reviewer.`,
      };
    }
  },
};

const unapproved: Rule = {
  id: "documents/unapproved",
  chapter: "approvals",
  severity: "warning",
  title: "A published document is approved by all its reviewers",
  why: "What is published is followed.",
  how: "Where the document's status is Published there must be an approval, and none pending or rejected that its reviewer has not approved since.",
  remedy: "Have it approved, or publish it as a draft.",
  *check(context): Generator<Draft> {
    const { revisions, approvals } = context.lab;
    if (revisions === undefined || !sameName(revisions.current.status, "published")) return;
    const { title, status, version } = revisions.current;
    const claim = `"${title}" ${version} is ${status}`;
    const items = approvals?.items ?? [];
    if (items.length === 0) {
      yield {
        subject: title,
        path: ["revisions", "current", "status"],
        claim,
        why: "Nobody has reviewed it: no approval is listed.",
        remedy: "Have it approved, or publish it as a draft.",
      };
    }
    for (const [index, { reviewer, role, date, status: answer }] of items.entries()) {
      if (answer === "approved") continue;
      if (items.some((other) => other.reviewer === reviewer && other.status === "approved" && other.date >= date))
        continue;
      yield {
        subject: reviewer,
        path: ["approvals", "items", index, "status"],
        claim,
        why: `The review of ${reviewer} (${role}) of ${date} is ${answer}.`,
        remedy:
          answer === "pending"
            ? "Wait for the review before publishing."
            : "Settle what the review found, and ask again.",
      };
    }
  },
};

/** The day of the current version: the later of the document's own date and its row in the revision list. */
const versionDate = ({ current, items }: NonNullable<Lab["revisions"]>): string =>
  items.reduce(
    (latest, item) => (item.version === current.version && item.date > latest ? item.date : latest),
    current.updated,
  );

const approvedBefore: Rule = {
  id: "documents/approval-before-version",
  chapter: "approvals",
  severity: "warning",
  title: "Every approval is of the current version",
  why: "An approval from before the last edit approves another text.",
  how: "Each reviewer's latest approval is compared with the day of the current version.",
  remedy: "Have the current version reviewed.",
  *check(context): Generator<Draft> {
    const { revisions } = context.lab;
    if (revisions === undefined) return;
    const edited = versionDate(revisions);
    for (const { approval, path } of latestApprovals(context)) {
      if (approval.date >= edited) continue;
      yield {
        subject: approval.reviewer,
        path: [...path, "date"],
        claim: `${approval.reviewer} (${approval.role}) approved version ${revisions.current.version}`,
        why: `The approval is of ${approval.date}, version ${revisions.current.version} of ${edited}: ${daysFrom(approval.date, edited)} d later.`,
        remedy: `Have version ${revisions.current.version} reviewed.`,
      };
    }
  },
};

/** `1.10` after `1.9`; undefined where a version is not numbers and dots. */
const compareVersions = (a: string, b: string): number | undefined => {
  const [one, other] = [a, b].map((version) =>
    /^v?\d+(\.\d+)*$/i.test(version) ? version.replace(/^v/i, "").split(".").map(Number) : undefined,
  );
  if (one === undefined || other === undefined) return undefined;
  for (let index = 0; index < Math.max(one.length, other.length); index += 1) {
    const difference = (one[index] ?? 0) - (other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};

const currentVersion: Rule = {
  id: "documents/current-version",
  chapter: "revisions",
  severity: "warning",
  title: "The document's version is the newest of its revision list",
  why: "Two people who hold different versions both believe that theirs is current.",
  how: "The version in the document's header must stand in the revision list, and none there be newer. Versions are compared number by number; those that are not numbers are only looked up.",
  remedy: "Correct the header, or add the revision.",
  *check({ lab }): Generator<Draft> {
    if (lab.revisions === undefined) return;
    const { current, items } = lab.revisions;
    const newer = items.filter(({ version }) => (compareVersions(version, current.version) ?? 0) > 0);
    const listed = items.some(({ version }) => version === current.version);
    if (listed && newer.length === 0) return;
    yield {
      subject: current.title,
      path: ["revisions", "current", "version"],
      claim: `the current version is ${current.version}`,
      why:
        newer.length > 0
          ? `The revision list has ${list(newer.map(({ version, date }) => `${version} of ${date}`))}.`
          : `The revision list has ${list(items.map(({ version }) => version))} and not ${current.version}.`,
      remedy: newer.length > 0 ? "Correct the header." : `Add revision ${current.version}: when, what, by whom.`,
    };
  },
};

const revisionOrder: Rule = {
  id: "documents/revision-order",
  chapter: "revisions",
  severity: "warning",
  title: "Revisions were made in the order of their versions",
  why: "A list out of order says that one of its dates, or one of its versions, was written later than it claims.",
  how: "Each revision is compared with the next higher version, whatever the order of the list. Versions that are not numbers are left out.",
  remedy: "Correct the date or the version.",
  *check({ lab }): Generator<Draft> {
    const numbered = (lab.revisions?.items ?? [])
      .map((item, index) => ({ ...item, index }))
      .filter(({ version }) => compareVersions(version, version) === 0)
      .sort((a, b) => compareVersions(a.version, b.version) ?? 0);
    for (const [at, item] of numbered.entries()) {
      const next = numbered[at + 1];
      if (next === undefined || item.date <= next.date) continue;
      yield {
        subject: `version ${next.version}`,
        path: ["revisions", "items", next.index, "date"],
        claim: `version ${next.version} is of ${next.date}`,
        why: `Version ${item.version} is of ${item.date}, ${count(daysFrom(next.date, item.date), "day")} later.`,
        remedy: "Correct the date or the version of one of them.",
      };
    }
  },
};

const changedSince: Rule = {
  id: "documents/changed-since",
  chapter: "revisions",
  severity: "warning",
  title: "The document was edited after the last change",
  why: "What was changed afterwards is not described, and the next recovery is made from the description.",
  how: "The implemented changes are compared with the day of the current version; a change of the same day passes.",
  remedy: "Bring the document up to date.",
  *check({ lab, today }): Generator<Draft> {
    if (lab.revisions === undefined) return;
    const edited = versionDate(lab.revisions);
    const later = (lab.changes?.items ?? []).filter(({ implemented }) => implemented > edited && implemented <= today);
    if (later.length === 0) return;
    yield {
      subject: lab.revisions.current.title,
      path: ["revisions", "current", "updated"],
      claim: `version ${lab.revisions.current.version} describes the service`,
      why: `It is of ${edited}; implemented since: ${list(later.map(({ id, what, implemented }) => `${id} (${what}, ${implemented})`))}.`,
      remedy: "Bring the document up to date, as a new version.",
    };
  },
};

const datedAhead: Rule = {
  id: "documents/dated-ahead",
  chapter: "revisions",
  severity: "warning",
  title: "No record of the document is dated in the future",
  why: "A day that has not come yet was not recorded but typed; it also keeps what it belongs to from ever growing old.",
  how: "Days of revisions, approvals and verifications are compared with the day of the check.",
  remedy: "Correct the day.",
  *check({ lab, today }): Generator<Draft> {
    const dates: readonly { subject: string; path: Path; date: string; what: string }[] = [
      ...(lab.revisions === undefined
        ? []
        : [
            {
              subject: lab.revisions.current.title,
              path: ["revisions", "current", "updated"],
              date: lab.revisions.current.updated,
              what: "was updated",
            },
          ]),
      ...(lab.revisions?.items ?? []).map(({ version, date }, index) => ({
        subject: `version ${version}`,
        path: ["revisions", "items", index, "date"],
        date,
        what: "was made",
      })),
      ...(lab.approvals?.items ?? []).map(({ reviewer, date }, index) => ({
        subject: reviewer,
        path: ["approvals", "items", index, "date"],
        date,
        what: "reviewed the document",
      })),
      ...(lab.references?.external ?? []).flatMap(({ title, lastVerified }, index) =>
        isUnknown(lastVerified)
          ? []
          : [
              {
                subject: title,
                path: ["references", "external", index, "lastVerified"],
                date: lastVerified,
                what: "was verified",
              },
            ],
      ),
    ];
    for (const { subject, path, date, what } of dates) {
      if (date <= today) continue;
      yield {
        subject,
        path,
        claim: `${subject} ${what} on ${date}`,
        why: `${date} is after ${today}.`,
        remedy: "Correct the day.",
      };
    }
  },
};

export const revisionRules: readonly Rule[] = [
  approvalExpired,
  selfApproval,
  unapproved,
  approvedBefore,
  currentVersion,
  revisionOrder,
  changedSince,
  datedAhead,
];

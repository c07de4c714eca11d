import type { Api } from "../../api/client.ts";
import { span } from "../../figures/span.ts";
import { Mark } from "../../marks/mark.tsx";
import { KnownLink } from "../../shell/known-link.tsx";
import { addressOf } from "../../subjects/addresses.ts";
import { standingWords } from "./backup-words.ts";
import classes from "./backups.module.css";
import { ageOf, standingOf } from "./standing-of.ts";

type Guest = Api<"GuestBackups">;

const policiesText = ({ policies, declared, withoutJob }: Guest): string => {
  const policy = policies.length > 0 ? policies.join(", ") : declared ? "no policy covers it" : "not declared";
  return withoutJob === true ? `${policy}; no job covers it` : policy;
};

/** `7 h 12 min, RPO 24 h`: how old the newest copy is, and how old it may be. */
const AgeText = ({ guest, now }: { readonly guest: Guest; readonly now: number }) => {
  const age = ageOf(guest, now);
  const { objective, sure } = guest;
  return (
    <span>
      {age === undefined ? null : `${sure ? "" : "≤ "}${span(age)}`}
      {objective === undefined ? null : (
        <span className={classes.soft} title={objective.scenario}>
          {age === undefined ? "" : ", "}RPO {span(objective.seconds * 1000)}
        </span>
      )}
    </span>
  );
};

/** A guest, the policies that are to copy it, and how old its newest copy is against what may be lost. */
export const GuestHead = (shown: { readonly cluster: string; readonly guest: Guest; readonly now: number }) => {
  const { cluster, guest, now } = shown;
  const { tone, word } = standingWords[standingOf(guest, now)];
  return (
    <div className={classes.guest}>
      <div className={classes.who}>
        <KnownLink href={addressOf.guest(cluster, guest.vmid)} className={classes.name}>
          {guest.name ?? guest.vmid}
        </KnownLink>
        <span className={classes.policies}>
          {guest.vmid} · {policiesText(guest)}
        </span>
      </div>
      <div className={classes.standing}>
        <Mark tone={tone}>{word}</Mark>
        <AgeText guest={guest} now={now} />
      </div>
    </div>
  );
};

import { useQuery } from "@tanstack/react-query";
import { read } from "../../api/read.ts";
import { Facts } from "../../detail/facts.tsx";
import { Mark } from "../../marks/mark.tsx";
import { CloseButton } from "../../shell/close-button.tsx";
import { Panel } from "../../shell/panel.tsx";
import { findingSaid, verdictText } from "./finding-columns.tsx";
import classes from "./finding-detail.module.css";
import type { FindingRow } from "./finding-row.ts";

const pathText = (path: FindingRow["claim"]["path"]): string =>
  path.map((step, place) => (typeof step === "number" ? `[${step}]` : place === 0 ? step : `.${step}`)).join("");

/** A finding in full: the claim, the arithmetic that it failed by, where it is declared, and what mends it. */
export const FindingDetail = ({ finding, close }: { readonly finding: FindingRow; readonly close: () => void }) => {
  const rules = useQuery(read("listRules", {}));
  const { rule, subject, claim, why, remedy, chapter, verdict, waived, at } = finding;
  const known = rules.data?.rules.find(({ id }) => id === rule);
  const { tone, word } = findingSaid(finding);
  const { place } = claim;
  const facts: readonly (readonly [string, string])[] = [
    ["About", subject],
    ...(place === undefined ? [] : [["Declared at", `${at}:${place.column}`] as const]),
    ["Path", pathText(claim.path)],
    ["Chapter", chapter],
    ["Rule", rule],
  ];
  return (
    <Panel title={known?.title ?? rule} aside={<CloseButton what="the finding" close={close} />}>
      <p className={classes.head}>
        <Mark tone={tone} filled>
          {word}
        </Mark>
        <span>{verdictText[verdict]}</span>
      </p>
      <h3 className={classes.title}>The claim</h3>
      <blockquote className={classes.claim}>{claim.text}</blockquote>
      <h3 className={classes.title}>Why</h3>
      <p className={classes.why}>{why}</p>
      <h3 className={classes.title}>What mends it</h3>
      <p className={classes.text}>{remedy}</p>
      {waived === undefined ? null : (
        <>
          <h3 className={classes.title}>Waived</h3>
          <p className={classes.text}>
            {waived.reason} {waived.owner} answers for it until {waived.expires}.
          </p>
        </>
      )}
      <h3 className={classes.title}>Its place</h3>
      <Facts facts={facts} />
      {known === undefined ? null : (
        <>
          <h3 className={classes.title}>Why the rule matters</h3>
          <p className={classes.soft}>{known.why}</p>
          <h3 className={classes.title}>How it is shown</h3>
          <p className={classes.soft}>{known.how}</p>
        </>
      )}
    </Panel>
  );
};

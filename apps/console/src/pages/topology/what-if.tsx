import { Button, Select } from "@mantine/core";
import type { ReactNode } from "react";
import type { Api } from "../../api/client.ts";
import { Mark } from "../../marks/mark.tsx";
import { verdictWords } from "../../marks/words.ts";
import { Panel } from "../../shell/panel.tsx";
import classes from "./topology.module.css";

type Failure = Api<"FailureDomain">;

type WhatIf = {
  readonly failures: readonly Failure[];
  readonly failure: Failure | undefined;
  readonly choose: (component: string | undefined) => void;
};

/** Names of many are cut: the first ones, and how many more. */
const shown = 12;
const listed = (names: readonly string[]): string =>
  names.length <= shown ? names.join(", ") : `${names.slice(0, shown).join(", ")} and ${names.length - shown} more`;

const Line = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <div className={classes.line}>
    <dt>{title}</dt>
    <dd>{children}</dd>
  </div>
);

const Names = ({ title, names }: { readonly title: string; readonly names: readonly string[] }) =>
  names.length === 0 ? null : (
    <Line title={`${title} (${names.length})`}>
      <span>{listed(names)}</span>
    </Line>
  );

const takesNothing = ({ isolated, guests, storages, services, copies }: Failure): boolean =>
  [isolated, guests.lost, guests.down, guests.cutOff, storages, services, copies.gone].every(
    (list) => list.length === 0,
  );

const Reach = ({ failure }: { readonly failure: Failure }) => {
  const { quorum, isolated, guests, storages, services, copies, objectives } = failure;
  return (
    <dl className={classes.reach}>
      <Line title="Quorum">
        {quorum.survives ? <Mark tone="good">survives</Mark> : <Mark tone="bad">is lost</Mark>}
        <span className={classes.soft}>
          {" "}
          {quorum.votes} votes, {quorum.needed} needed
        </span>
      </Line>
      {takesNothing(failure) ? <Line title="Else">It takes nothing else with it.</Line> : null}
      <Names title={quorum.survives ? "Nodes isolated" : "Nodes without quorum"} names={isolated} />
      <Names title="Guests lost with their disks" names={guests.lost} />
      <Names title="Guests down" names={guests.down} />
      <Names title="Guests cut off" names={guests.cutOff} />
      <Names
        title="Storages out of reach"
        names={storages.map(({ storage, nodes }) => `${storage} of ${nodes.join(", ")}`)}
      />
      <Names title="Services gone" names={services} />
      <Names title="Copies out of reach" names={copies.gone} />
      <Names title="Guests without any copy left" names={copies.none} />
      {objectives.length === 0 ? null : (
        <Line title="Objectives">
          <ul className={classes.objectives}>
            {objectives.map(({ title, verdict, figure }) => (
              <li key={title}>
                <Mark tone={verdictWords[verdict].tone}>{verdictWords[verdict].word}</Mark> {title}
                {figure === undefined ? null : <span className={classes.soft}>: {figure}</span>}
              </li>
            ))}
          </ul>
        </Line>
      )}
    </dl>
  );
};

const kindOf = (component: string): string => component.slice(0, component.indexOf(" "));

/** What fails, and what goes with it, in words. */
export const WhatIf = ({ failures, failure, choose }: WhatIf) => {
  const groups = [...Map.groupBy(failures, ({ component }) => kindOf(component))].map(([group, items]) => ({
    group,
    items: items.map(({ component }) => component),
  }));
  return (
    <Panel
      title="What if this fails"
      aside={
        failure === undefined ? null : (
          <Button size="compact-xs" variant="default" onClick={() => choose(undefined)}>
            Nothing fails
          </Button>
        )
      }
    >
      <Select
        aria-label="What fails"
        placeholder="Click something in the graph, or choose here"
        searchable
        clearable
        data={groups}
        value={failure?.component ?? null}
        onChange={(component) => choose(component ?? undefined)}
        maxDropdownHeight={320}
      />
      <div aria-live="polite">
        {failure === undefined ? (
          <p className={classes.soft}>
            {failures.length} single failures are computed from the declaration: nodes, switches, cables, disks, ways
            out, and guests that others need.
          </p>
        ) : (
          <Reach failure={failure} />
        )}
      </div>
    </Panel>
  );
};

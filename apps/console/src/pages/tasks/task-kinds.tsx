import { Link } from "@tanstack/react-router";
import type { Api } from "../../api/client.ts";
import { span } from "../../figures/span.ts";
import { Mark } from "../../marks/mark.tsx";
import { Panel } from "../../shell/panel.tsx";
import { Standing } from "../../states/standing.tsx";
import { type Kind, kindsOf } from "./kinds.ts";
import classes from "./task-kinds.module.css";

const Row = ({ kind: { type, count, running, failed, median, longest } }: { readonly kind: Kind }) => (
  <tr>
    <th scope="row">
      <Link to="." search={(before) => ({ ...before, filter: `type:${type}` })} replace>
        {type}
      </Link>
    </th>
    <td>{count}</td>
    <td>
      {failed > 0 ? <Mark tone="bad">{failed}</Mark> : "none"}
      {running > 0 ? <Mark tone="busy">{running} running</Mark> : null}
    </td>
    <td>{median === undefined ? "–" : span(median)}</td>
    <td>{longest === undefined ? "–" : span(longest)}</td>
  </tr>
);

/** How long tasks of each type took, and how many of them failed. */
export const TaskKinds = ({ tasks }: { readonly tasks: readonly Api<"Task">[] }) => {
  const kinds = kindsOf(tasks);
  return (
    <Panel title="By type" flush={kinds.length > 0}>
      {kinds.length === 0 ? (
        <Standing icon="tasks" title="Nothing to count">
          No task is listed.
        </Standing>
      ) : (
        <table className={classes.kinds}>
          <thead>
            <tr>
              <th scope="col">Type</th>
              <th scope="col">Ran</th>
              <th scope="col">Failed</th>
              <th scope="col" title="half of those that ended took no longer">
                Usually
              </th>
              <th scope="col">Longest</th>
            </tr>
          </thead>
          <tbody>
            {kinds.map((kind) => (
              <Row key={kind.type} kind={kind} />
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
};

import type { UseQueryResult } from "@tanstack/react-query";
import type { Api, Reply } from "../../api/client.ts";
import { share } from "../../figures/share.ts";
import { size } from "../../figures/size.ts";
import { Mark } from "../../marks/mark.tsx";
import { Meter } from "../../marks/meter.tsx";
import { lossWords } from "../../marks/words.ts";
import { Loading } from "../../states/loading.tsx";
import { Shown } from "../../states/shown.tsx";
import { Standing } from "../../states/standing.tsx";
import classes from "./losses.module.css";

const movesText = ({ kind, moves, makeRoom }: Api<"NodeLoss">): string => {
  if (kind !== "fits") return "";
  const found = `${moves} ${moves === 1 ? "guest finds" : "guests find"} another place`;
  return makeRoom === 0 ? `${found}.` : `${found}; ${makeRoom} must make room.`;
};

const Row = ({ loss, worst }: { readonly loss: Api<"NodeLoss">; readonly worst: boolean }) => {
  const { node, kind, memory, why } = loss;
  const { tone, word } = lossWords[kind];
  const fill =
    memory === undefined ? Number.NaN : memory.room === 0 ? Number.POSITIVE_INFINITY : memory.given / memory.room;
  return (
    <li className={classes.loss}>
      <details>
        <summary className={classes.line}>
          <span className={classes.node}>
            {node}
            {worst ? <span className={classes.worst}> worst</span> : null}
          </span>
          {memory === undefined ? (
            <span />
          ) : (
            <Meter
              value={fill}
              label={`Memory given after the loss of ${node}`}
              tone={kind === "fits" ? "plain" : "bad"}
            />
          )}
          <span className={classes.share}>{Number.isFinite(fill) ? share(fill) : ""}</span>
          <Mark tone={tone}>{word}</Mark>
        </summary>
        <p className={classes.why}>
          {movesText(loss)} {why}
          {memory === undefined
            ? null
            : ` The others have room for ${size(memory.room)} and guests would be given ${size(memory.given)}.`}
        </p>
      </details>
    </li>
  );
};

/** What the loss of each node comes to: whether its guests fit on the others. */
export const Losses = ({ query }: { readonly query: UseQueryResult<Reply<"getOverview">> }) => (
  <Shown query={query} loading={<Loading lines={5} />}>
    {({ capacity }) => {
      if (capacity.kind === "unknown")
        return (
          <Standing icon="question" title="Not known">
            {capacity.why}
          </Standing>
        );
      const { losses, worst, assumed } = capacity;
      if (losses.length === 0) return <Standing icon="nodes" title="No node is online" tone="bad" />;
      return (
        <>
          <ul className={classes.losses}>
            {losses.map((loss) => (
              <Row key={loss.node} loss={loss} worst={loss.node === worst} />
            ))}
          </ul>
          {assumed.length === 0 ? null : (
            <details className={classes.assumed}>
              <summary>
                {assumed.length === 1 ? "One thing was" : `${assumed.length} things were`} not known, and taken so
              </summary>
              {assumed.map((one) => (
                <p key={one}>{one}</p>
              ))}
            </details>
          )}
        </>
      );
    }}
  </Shown>
);

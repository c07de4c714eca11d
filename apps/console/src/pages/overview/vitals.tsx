import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Api, Reply } from "../../api/client.ts";
import { moment, wholeMoment } from "../../figures/moment.ts";
import { share } from "../../figures/share.ts";
import { size } from "../../figures/size.ts";
import { span } from "../../figures/span.ts";
import { useNow } from "../../live/use-now.ts";
import type { Tone } from "../../marks/mark.tsx";
import { Meter } from "../../marks/meter.tsx";
import classes from "./vitals.module.css";

type Vitals = {
  readonly state: UseQueryResult<Reply<"getClusterState">>;
  readonly overview: UseQueryResult<Reply<"getOverview">>;
  readonly nodes: UseQueryResult<Reply<"listNodes">>;
};

const Vital = ({
  name,
  figure,
  about,
  tone = "plain",
  children,
}: {
  readonly name: string;
  readonly figure: ReactNode;
  readonly about?: ReactNode;
  readonly tone?: Tone;
  readonly children?: ReactNode;
}) => (
  <div className={classes.vital} data-tone={tone}>
    <dt className={classes.name}>{name}</dt>
    <dd className={classes.figure}>{figure}</dd>
    <dd className={classes.about}>
      {children}
      {about}
    </dd>
  </div>
);

const quorumOf = ({ quorum }: Api<"ClusterNow">): ReactNode => {
  const { quorate, votes, online } = quorum;
  const needed = votes === undefined ? undefined : Math.floor(votes / 2) + 1;
  const figure = votes === undefined || online === undefined ? "unknown" : `${online} of ${votes}`;
  const margin = online === undefined || needed === undefined ? undefined : online - needed;
  const tone: Tone =
    quorate === undefined ? "dim" : !quorate ? "bad" : margin !== undefined && margin < 1 ? "warn" : "good";
  const about =
    quorate === undefined
      ? "whether it is quorate is not known"
      : quorate
        ? needed === undefined
          ? "quorate"
          : `votes; ${margin === undefined || margin < 1 ? "none" : `${margin} more`} may be lost`
        : "votes: not quorate";
  return <Vital name="Quorum" figure={figure} about={about} tone={tone} />;
};

const guestsOf = ({ guests }: Api<"ClusterNow">): ReactNode => {
  if (guests === undefined) return <Vital name="Guests" figure="unknown" about="could not be read" tone="dim" />;
  const total = guests.vms.total + guests.containers.total;
  const running = guests.vms.running + guests.containers.running;
  const templates = guests.templates === 0 ? "" : `, ${guests.templates} templates`;
  return <Vital name="Guests" figure={`${running} of ${total}`} about={`run${templates}`} />;
};

const memoryOf = ({ capacity }: Api<"Overview">): ReactNode => {
  if (capacity.kind === "unknown") return <Vital name="Memory" figure="unknown" about={capacity.why} tone="dim" />;
  const { total, used, given } = capacity.memory;
  const over = given > total ? "warn" : "plain";
  return (
    <Vital
      name="Memory in use"
      figure={used === undefined || total === 0 ? "unknown" : share(used / total)}
      about={`of ${size(total)}; guests are given ${size(given)}`}
      tone={over}
    >
      {used === undefined || total === 0 ? null : <Meter value={used / total} label="Memory in use" />}
    </Vital>
  );
};

const worstOf = ({ capacity }: Api<"Overview">): ReactNode => {
  if (capacity.kind === "unknown") return <Vital name="After the worst loss" figure="unknown" tone="dim" />;
  const loss = capacity.losses.find(({ node }) => node === capacity.worst);
  if (loss?.memory === undefined) return <Vital name="After the worst loss" figure="unknown" tone="dim" />;
  const { room, given } = loss.memory;
  const fill = room === 0 ? Number.POSITIVE_INFINITY : given / room;
  return (
    <Vital
      name="After the worst loss"
      figure={Number.isFinite(fill) ? share(fill) : "no room"}
      about={`of ${size(room)} given without ${loss.node}`}
      tone={loss.kind === "fits" ? "good" : loss.kind === "impossible" ? "bad" : "dim"}
    >
      <Meter value={fill} label={`Memory given after the loss of ${loss.node}`} warnAt={0.9} badAt={1} />
    </Vital>
  );
};

const Window = ({ overview: { windows, unknownWindows } }: { readonly overview: Api<"Overview"> }) => {
  const now = useNow();
  const [next] = windows ?? [];
  if (next === undefined) {
    const [unknown] = unknownWindows ?? [];
    return unknown === undefined ? (
      <Vital name="Next window" figure="none" about="none is declared" />
    ) : (
      <Vital name="Next window" figure="unknown" about={`${unknown.id}: ${unknown.why}`} tone="dim" />
    );
  }
  const { id, start, end, open } = next;
  return open ? (
    <Vital name="Window" figure="open" about={`${id}, for ${span(end - now)} more`} tone="busy" />
  ) : (
    <Vital
      name="Next window"
      figure={
        <time dateTime={new Date(start).toISOString()} title={wholeMoment(start)}>{`in ${span(start - now)}`}</time>
      }
      about={`${id}: ${moment(start, now)}, ${span(end - start)} long`}
    />
  );
};

/** The figures that say at a glance how the cluster is. */
export const Vitals = ({ state, overview, nodes }: Vitals) => {
  const cpu = nodes.data?.nodes.filter(({ status }) => status === "online") ?? [];
  const known = cpu.filter((node) => node.figures !== undefined && node.cpus !== undefined);
  const cpus = known.reduce((sum, one) => sum + (one.cpus ?? 0), 0);
  const busy = known.reduce((sum, one) => sum + (one.figures?.cpu ?? 0) * (one.cpus ?? 0), 0);
  const nothing = <Vital name="…" figure="…" />;
  return (
    <dl className={classes.vitals}>
      {state.data === undefined ? nothing : quorumOf(state.data)}
      {state.data === undefined ? (
        nothing
      ) : (
        <Vital
          name="Nodes"
          figure={`${state.data.nodes.online} of ${state.data.nodes.total}`}
          about="online"
          tone={state.data.nodes.online < state.data.nodes.total ? "bad" : "good"}
        />
      )}
      {state.data === undefined ? nothing : guestsOf(state.data)}
      <Vital
        name="CPU in use"
        figure={cpus === 0 ? "unknown" : share(busy / cpus)}
        about={cpus === 0 ? undefined : `of ${cpus} threads`}
      >
        {cpus === 0 ? null : <Meter value={busy / cpus} label="CPU in use" warnAt={0.75} badAt={0.9} />}
      </Vital>
      {overview.data === undefined ? nothing : memoryOf(overview.data)}
      {overview.data === undefined ? nothing : worstOf(overview.data)}
      {overview.data === undefined ? nothing : <Window overview={overview.data} />}
    </dl>
  );
};

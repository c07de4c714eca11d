import { memo } from "react";
import type { Api } from "../../api/client.ts";
import { share } from "../../figures/share.ts";
import { size } from "../../figures/size.ts";
import { Mark } from "../../marks/mark.tsx";
import { nodeWords } from "../../marks/words.ts";
import { KnownLink } from "../../shell/known-link.tsx";
import { Standing } from "../../states/standing.tsx";
import { addressOf } from "../../subjects/addresses.ts";
import classes from "./cluster-map.module.css";
import { type Block, type Column, columnsOf, loadStep } from "./columns.ts";

type ClusterMap = {
  readonly cluster: string;
  readonly nodes: readonly Api<"Node">[];
  readonly guests: readonly Api<"Guest">[];
};

/** Pixels: the map, the lowest block that is drawn for itself, that has room for a name, that a finger meets: a link. */
const height = 350;
const lowest = 4;
const named = 15;
const touched = 24;

const guestText = ({ vmid, name, status, memory, figures, lock }: Api<"Guest">): string =>
  [
    `${name ?? "guest"} (${vmid})`,
    status,
    memory === undefined ? undefined : size(memory),
    figures === undefined ? undefined : `CPU ${share(figures.cpu)}`,
    figures === undefined || memory === undefined ? undefined : `memory ${share(figures.memory / memory)}`,
    lock === undefined ? undefined : `locked: ${lock}`,
  ]
    .filter((one) => one !== undefined)
    .join(", ");

const stateOf = (guest: Api<"Guest">, isUp: boolean): string => {
  if (!isUp) return "lost";
  if (guest.status === "unknown") return "unknown";
  return guest.lock === undefined ? "running" : "locked";
};

const BlockShown = memo(
  ({
    cluster,
    block,
    scale,
    isUp,
  }: {
    readonly cluster: string;
    readonly block: Block;
    readonly scale: number;
    readonly isUp: boolean;
  }) => {
    const pixels = Math.max(2, (block.bytes / scale) * height - 1);
    if (block.kind === "rest")
      return (
        <li className={classes.block} data-state={isUp ? "running" : "lost"} data-load="0" style={{ height: pixels }}>
          {pixels < named ? null : <span className={classes.name}>{block.guests.length} smaller ones</span>}
        </li>
      );
    const { guest } = block;
    const text = guestText(guest);
    return (
      <li
        className={classes.block}
        data-state={stateOf(guest, isUp)}
        data-load={loadStep(guest.figures?.cpu)}
        style={{ height: pixels }}
      >
        {pixels < touched ? (
          <span className={classes.name} title={text}>
            {pixels < named ? <span className={classes.hidden}>{text}</span> : (guest.name ?? guest.vmid)}
          </span>
        ) : (
          <KnownLink href={addressOf.guest(cluster, guest.vmid)} className={classes.name} title={text}>
            {guest.name ?? guest.vmid}
          </KnownLink>
        )}
      </li>
    );
  },
);

const ColumnShown = ({
  cluster,
  column: { node, blocks, given, stopped },
  scale,
}: {
  readonly cluster: string;
  readonly column: Column;
  readonly scale: number;
}) => {
  const isUp = node.status === "online";
  const { tone, word } = nodeWords[node.status];
  const { memory, figures } = node;
  const over = memory !== undefined && given > memory;
  return (
    <li className={classes.column} data-status={node.status}>
      <div className={classes.stack} style={{ height }}>
        {memory === undefined ? null : (
          <div className={classes.body} style={{ height: (memory / scale) * height }} data-over={over} />
        )}
        <ul className={classes.blocks} aria-label={`Guests on ${node.name}`}>
          {blocks.map((block) => (
            <BlockShown
              key={block.kind === "guest" ? block.guest.vmid : "rest"}
              cluster={cluster}
              block={block}
              scale={scale}
              isUp={isUp}
            />
          ))}
        </ul>
      </div>
      <div className={classes.foot}>
        <span className={classes.node}>
          <KnownLink href={addressOf.node(cluster, node.name)}>{node.name}</KnownLink>
          {isUp ? null : <Mark tone={tone}>{word}</Mark>}
        </span>
        {isUp && figures !== undefined ? (
          <span className={classes.figures}>
            CPU {share(figures.cpu)}
            {memory === undefined ? null : <> · mem {share(figures.memory / memory)}</>}
          </span>
        ) : (
          <span className={classes.figures}>{blocks.length} guests were here</span>
        )}
        <span className={classes.figures} data-over={over}>
          {memory === undefined ? "memory unknown" : `${size(given)} of ${size(memory)}`}
        </span>
        {stopped.length === 0 ? null : (
          <span className={classes.figures} title={stopped.map((guest) => guest.name ?? String(guest.vmid)).join(", ")}>
            {stopped.length} stopped
          </span>
        )}
      </div>
    </li>
  );
};

const legend = [
  ["running", "0", "under 25 % CPU"],
  ["running", "1", "under 50 %"],
  ["running", "2", "under 80 %"],
  ["running", "3", "80 % and more"],
  ["locked", "0", "locked"],
  ["lost", "0", "on a lost node"],
  ["unknown", "unknown", "not seen"],
] as const;

/** The nodes as columns, with the guests that run there: as high as their memory, as dark as their load. */
export const ClusterMap = ({ cluster, nodes, guests }: ClusterMap) => {
  const { columns, scale } = columnsOf(nodes, guests, lowest / height);
  if (columns.length === 0) return <Standing icon="nodes" title="No node was seen" />;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what does not fit is scrolled to, by the keyboard too */}
      <section className={classes.map} aria-label="Nodes" tabIndex={0}>
        <ul className={classes.columns}>
          {columns.map((column) => (
            <ColumnShown key={column.node.name} cluster={cluster} column={column} scale={scale} />
          ))}
        </ul>
      </section>
      <ul className={classes.legend} aria-label="What colours mean">
        {legend.map(([state, load, word]) => (
          <li key={word}>
            <span className={classes.swatch} data-state={state} data-load={load} />
            {word}
          </li>
        ))}
        <li>
          <span className={classes.line} />
          memory that the node has
        </li>
      </ul>
    </>
  );
};

import { Handle, type Node, type NodeProps, Position } from "@xyflow/react";
import { Mark } from "../../marks/mark.tsx";
import { nodeWords } from "../../marks/words.ts";
import { Icon, type IconName } from "../../shell/icon.tsx";
import type { Placed, Port } from "./layout.ts";
import type { Hit } from "./reach.ts";
import classes from "./topology.module.css";

type PartData = {
  readonly placed: Placed;
  readonly hit: Hit;
  readonly chosen: boolean;
  /** Whether some other thing is what fails: what it leaves alone steps back. */
  readonly tested: boolean;
};
export type PartNodeType = Node<PartData, "part">;

const icons: Readonly<Record<Placed["part"]["kind"], IconName>> = {
  uplink: "leave",
  firewall: "window",
  switch: "topology",
  bridge: "guests",
  node: "nodes",
};

const positions: Readonly<Record<Port["side"], Position>> = {
  top: Position.Top,
  bottom: Position.Bottom,
  left: Position.Left,
  right: Position.Right,
};

const styleOf = ({ side, share }: Port) =>
  side === "top" || side === "bottom" ? { left: `${share * 100}%` } : { top: `${share * 100}%` };

/** A part of the network as it stands in the graph. */
export const PartNode = ({ data: { placed, hit, chosen, tested } }: NodeProps<PartNodeType>) => {
  const { part, ports, width, height } = placed;
  return (
    <div
      className={classes.part}
      data-kind={part.kind}
      data-blow={hit.blow}
      data-chosen={chosen}
      data-spared={tested && hit.blow === "none"}
      style={{ width, height }}
    >
      {ports.map((port) => (
        <Handle
          key={port.id}
          id={port.id}
          type={port.id.endsWith(" from") ? "source" : "target"}
          position={positions[port.side]}
          style={styleOf(port)}
          isConnectable={false}
          className={classes.port}
        />
      ))}
      {part.kind === "node" ? (
        <div className={classes.nics}>
          {ports
            .filter(({ side }) => side === "top")
            .map((port) => (
              <span key={port.id} style={{ left: `${port.share * 100}%` }}>
                {port.label}
              </span>
            ))}
        </div>
      ) : null}
      <p className={classes.partName}>
        <Icon name={icons[part.kind]} size={15} />
        <span>{part.name}</span>
        {part.status === undefined || part.status === "online" ? null : (
          <Mark tone={nodeWords[part.status].tone}>{nodeWords[part.status].word}</Mark>
        )}
      </p>
      {part.kind === "node" ? (
        <p className={classes.inside}>
          {[
            ...(part.bonds ?? []).map(({ name, mode }) => `${name}${mode === undefined ? "" : ` (${mode})`}`),
            ...(part.bridges ?? []).map(({ name, vlans }) =>
              vlans === undefined ? name : `${name}: ${vlans.join(", ")}`,
            ),
          ].join(" · ")}
        </p>
      ) : part.about === undefined ? null : (
        <p className={classes.inside}>{part.about}</p>
      )}
      {hit.words.length === 0 ? (
        part.kind === "node" ? (
          <p className={classes.inside}>{(part.guests ?? []).length} guests</p>
        ) : null
      ) : (
        <p className={classes.words}>{hit.words.join(", ")}</p>
      )}
    </div>
  );
};

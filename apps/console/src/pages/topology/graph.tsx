import { Background, Controls, type Edge, ReactFlow, useReactFlow, useStore } from "@xyflow/react";
import { useEffect, useMemo } from "react";
import "@xyflow/react/dist/base.css";
import type { Api, Reply } from "../../api/client.ts";
import { layoutOf } from "./layout.ts";
import { PartNode, type PartNodeType } from "./part-node.tsx";
import { linkRate } from "./rate.ts";
import { hitOf, isDead } from "./reach.ts";
import classes from "./topology.module.css";

type Graph = {
  readonly topology: Reply<"getTopology">;
  readonly failure: Api<"FailureDomain"> | undefined;
  /** What can fail, by its name. */
  readonly canFail: ReadonlySet<string>;
  readonly choose: (component: string) => void;
};

const nodeTypes = { part: PartNode };
const fit = { padding: 0.04, maxZoom: 1.15 };

const linkText = ({ name, count, speed, bond, vlans, carries, seen }: Api<"NetworkLink">): string =>
  [
    bond === undefined ? name : `${name} in ${bond}`,
    speed === undefined ? undefined : `${count === 1 ? "" : `${count} × `}${linkRate(speed)}`,
    vlans === undefined ? undefined : `VLANs ${vlans.join(", ")}`,
    carries.length === 0 ? undefined : carries.join(", "),
    seen === undefined || seen === "up" ? undefined : `${seen} on the node`,
  ]
    .filter((one) => one !== undefined)
    .join(", ");

const edgeKind = (link: Api<"NetworkLink">, failure: Api<"FailureDomain"> | undefined): string => {
  if (isDead(link, failure)) return classes.dead ?? "";
  if (link.seen === "down" || link.seen === "absent") return classes.away ?? "";
  return (link.unknown ?? []).length > 0 && link.speed === undefined ? (classes.vague ?? "") : (classes.link ?? "");
};

/** Keeps all of it in sight when the window becomes another. */
const Fitted = () => {
  const { fitView } = useReactFlow();
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  useEffect(() => {
    if (width > 0 && height > 0) void fitView(fit);
  }, [width, height, fitView]);
  return null;
};

/** The network as a graph. A click on something has it fail. */
export const Graph = ({ topology: { parts, links }, failure, canFail, choose }: Graph) => {
  const layout = useMemo(() => layoutOf(parts, links), [parts, links]);
  const nodes = useMemo(
    () =>
      layout.placed.map(
        (placed): PartNodeType => ({
          id: placed.part.id,
          type: "part",
          position: { x: placed.x, y: placed.y },
          width: placed.width,
          height: placed.height,
          data: {
            placed,
            hit: hitOf(placed.part, failure),
            chosen: failure?.component === placed.part.id,
            tested: failure !== undefined,
          },
          focusable: canFail.has(placed.part.id),
          ariaLabel: `${placed.part.id}${canFail.has(placed.part.id) ? ": what if it fails" : ""}`,
        }),
      ),
    [layout, failure, canFail],
  );
  const edges = useMemo(
    () =>
      layout.drawn.map(({ link, fromPort, toPort }): Edge => {
        const wide = link.kind === "lag";
        return {
          id: link.id,
          source: link.from,
          target: link.to,
          sourceHandle: fromPort,
          targetHandle: toPort,
          type: wide ? "straight" : "default",
          className: edgeKind(link, failure),
          focusable: canFail.has(link.id),
          interactionWidth: 14,
          ariaLabel: `${link.id}, ${linkText(link)}${canFail.has(link.id) ? ": what if it fails" : ""}`,
          style: { strokeWidth: link.count > 1 ? 4 : 1.6 },
          ...(wide ? { label: linkText(link) } : {}),
        };
      }),
    [layout, failure, canFail],
  );
  const fails = (id: string): void => {
    if (canFail.has(id)) choose(id);
  };
  return (
    <section
      className={classes.graph}
      aria-label="The network as a graph"
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        const id = event.target instanceof Element ? event.target.getAttribute("data-id") : null;
        if (id !== null) {
          event.preventDefault();
          fails(id);
        }
      }}
    >
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        fitView
        fitViewOptions={fit}
        minZoom={0.15}
        nodesDraggable={false}
        nodesConnectable={false}
        elementsSelectable={false}
        zoomOnScroll={false}
        preventScrolling={false}
        disableKeyboardA11y
        onNodeClick={(_event, { id }) => fails(id)}
        onEdgeClick={(_event, { id }) => fails(id)}
        proOptions={{ hideAttribution: true }}
      >
        <Fitted />
        <Background gap={22} size={1} />
        <Controls showInteractive={false} position="top-right" />
      </ReactFlow>
    </section>
  );
};

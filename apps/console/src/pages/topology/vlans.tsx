import type { Reply } from "../../api/client.ts";
import { Panel } from "../../shell/panel.tsx";
import { SmallTable } from "../../table/small-table.tsx";
import classes from "./topology.module.css";

type Topology = Reply<"getTopology">;

/** The VLANs, and the bridges that let each through. */
export const Vlans = ({ topology: { vlans, parts } }: { readonly topology: Topology }) => {
  const bridgesOf = (tag: number): readonly string[] =>
    parts.flatMap(({ kind, name, bridges = [] }) =>
      kind === "node"
        ? bridges.filter((bridge) => bridge.vlans?.includes(tag)).map((bridge) => `${name}/${bridge.name}`)
        : [],
    );
  return (
    <Panel title="VLANs" flush>
      <SmallTable label="VLANs" head={["Tag", "Purpose", "Subnet", "Bridges that let it through"]}>
        {vlans.map(({ tag, purpose, subnet }) => {
          const bridges = bridgesOf(tag);
          return (
            <tr key={tag}>
              <th scope="row">{tag}</th>
              <td>{purpose ?? <span className={classes.soft}>not known</span>}</td>
              <td className={classes.mono}>{subnet ?? <span className={classes.soft}>not known</span>}</td>
              <td title={bridges.join(", ")}>
                {bridges.length === 0 ? <span className={classes.soft}>none that says so</span> : bridges.join(", ")}
              </td>
            </tr>
          );
        })}
      </SmallTable>
    </Panel>
  );
};

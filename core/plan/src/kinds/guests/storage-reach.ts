import type { Planning } from "../kind.ts";
import type { Planned } from "./planned.ts";

/** Types that are nowhere but in the network. */
const networked = /^(?:nfs|cifs|cephfs|rbd|pbs|iscsi|iscsidirect|zfs)$/;

/** Whether all nodes reach a storage, and whether a node does: as it is declared, for it may be made on the way; else as it is. */
export const reachOf = ({
  declared,
  observed,
}: Pick<Planning, "declared" | "observed">): Pick<Planned, "isShared" | "isOn"> => {
  const propertiesOf = (id: string) =>
    (declared({ kind: "storage", id }) ?? observed({ kind: "storage", id }))?.properties;
  return {
    isShared: (id) => {
      const { type, shared } = propertiesOf(id) ?? {};
      return shared === "1" || (typeof type === "string" && networked.test(type));
    },
    isOn: (id, node) => {
      const nodes = propertiesOf(id)?.nodes;
      return !Array.isArray(nodes) || nodes.includes(node);
    },
  };
};

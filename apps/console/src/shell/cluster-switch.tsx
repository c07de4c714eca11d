import { Menu } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { read } from "../api/read.ts";
import classes from "./cluster-switch.module.css";
import { Icon } from "./icon.tsx";

/** Says which cluster is shown, and leads to the others. */
export const ClusterSwitch = ({ cluster }: { readonly cluster: string }) => {
  const { data } = useQuery(read("listClusters", {}));
  const navigate = useNavigate();
  const clusters = data?.clusters ?? [];
  if (clusters.length < 2) return <span className={classes.only}>{cluster}</span>;
  return (
    <Menu position="bottom-start" width={240}>
      <Menu.Target>
        <button type="button" className={classes.switch} aria-label={`Cluster ${cluster}; choose another`}>
          {cluster}
          <Icon name="down" size={14} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Clusters</Menu.Label>
        {clusters.map(({ id, trouble, kind }) => (
          <Menu.Item
            key={id}
            leftSection={<span className={trouble === undefined && kind === "read" ? classes.well : classes.ill} />}
            onClick={() => void navigate({ to: "/c/$cluster", params: { cluster: id } })}
            aria-current={id === cluster}
          >
            {id}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
};

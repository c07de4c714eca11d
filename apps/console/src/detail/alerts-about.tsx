import { useQuery } from "@tanstack/react-query";
import type { Api } from "../api/client.ts";
import { read } from "../api/read.ts";
import { Ago } from "../live/ago.tsx";
import { Mark, type Tone } from "../marks/mark.tsx";
import { useCluster } from "../routes/use-cluster.ts";
import { KnownLink } from "../shell/known-link.tsx";
import { Panel } from "../shell/panel.tsx";
import { Loading } from "../states/loading.tsx";
import { Shown } from "../states/shown.tsx";
import { addressOf } from "../subjects/addresses.ts";
import { None } from "./detail.tsx";
import { Items } from "./items.tsx";

const tones: Readonly<Record<Api<"Alert">["severity"], Tone>> = {
  critical: "bad",
  warning: "warn",
  info: "plain",
  none: "plain",
};

/** Alerts that are pending or firing about a subject. */
export const AlertsAbout = ({
  isAbout,
}: {
  readonly isAbout: (labels: Readonly<Record<string, string>>) => boolean;
}) => {
  const cluster = useCluster();
  const query = useQuery(read("listAlerts", { path: { cluster } }));
  return (
    <Panel title="Alerts" aside={<KnownLink href={addressOf.page(cluster, "alerts")}>all alerts</KnownLink>}>
      <Shown query={query} loading={<Loading lines={2} />}>
        {({ alerts }) => {
          const found = alerts.filter(({ state, labels }) => state !== "resolved" && isAbout(labels));
          if (found.length === 0) return <None>None now.</None>;
          return (
            <Items
              items={found.map(({ id, severity, state, summary, description, since, quiet }) => ({
                key: id,
                mark: <Mark tone={tones[severity]}>{state === "pending" ? `${severity}, pending` : severity}</Mark>,
                text: summary,
                more: quiet === undefined ? description : `Quiet: ${quiet.why}`,
                aside: <Ago at={since} />,
              }))}
            />
          );
        }}
      </Shown>
    </Panel>
  );
};

import { useQuery } from "@tanstack/react-query";
import { read } from "../../api/read.ts";
import { Facts } from "../../detail/facts.tsx";
import { wholeMoment } from "../../figures/moment.ts";
import { Panel } from "../../shell/panel.tsx";
import { Shown } from "../../states/shown.tsx";

/** What this server is. */
export const About = () => {
  const server = useQuery(read("getServer", {}));
  return (
    <Panel title="About">
      <Shown query={server}>
        {({ version, now, keeping }) => (
          <Facts
            facts={[
              ["Orrery", version],
              ["Clock of the server", wholeMoment(now)],
              ["Keeps things in", keeping.kind],
              [
                "After a restart",
                keeping.outlivesProcess ? "all is there again" : "accounts, tokens and audit are gone",
              ],
              [
                "The API",
                <a key="api" href="/api/docs">
                  what can be asked
                </a>,
              ],
            ]}
          />
        )}
      </Shown>
    </Panel>
  );
};

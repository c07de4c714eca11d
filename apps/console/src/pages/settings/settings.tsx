import { useQuery } from "@tanstack/react-query";
import { read } from "../../api/read.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { Panel } from "../../shell/panel.tsx";
import { Loading } from "../../states/loading.tsx";
import { Shown } from "../../states/shown.tsx";
import { About } from "./about.tsx";
import { Accounts } from "./accounts.tsx";
import { Clusters } from "./clusters.tsx";
import { Colours } from "./colours.tsx";
import { Receivers } from "./receivers.tsx";
import classes from "./settings.module.css";
import { Tokens } from "./tokens.tsx";
import { You } from "./you.tsx";

/** What the server watches, who is who, who is told, and what this console looks like. */
export const Settings = () => {
  const session = useQuery(read("getSession", {}));
  return (
    <>
      <PageHead title="Settings" about="What this server watches, who may do what, and who is told" />
      <Shown
        query={session}
        loading={
          <Panel title="You">
            <Loading />
          </Panel>
        }
      >
        {(who) => (
          <div className={classes.page}>
            <div className={classes.main}>
              <Clusters />
              <Receivers />
              <Tokens session={who} />
              {who.roles.includes("admin") ? <Accounts /> : null}
            </div>
            <div className={classes.side}>
              <You session={who} />
              <Colours />
              <About />
            </div>
          </div>
        )}
      </Shown>
    </>
  );
};

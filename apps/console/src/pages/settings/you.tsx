import type { Api } from "../../api/client.ts";
import { Facts } from "../../detail/facts.tsx";
import { Panel } from "../../shell/panel.tsx";
import classes from "./settings.module.css";

/** Who is signed in, and what that lets him do. */
export const You = ({ session: { name, roles, heldBack } }: { readonly session: Api<"Session"> }) => (
  <Panel title="You">
    <Facts
      facts={[
        ["Name", name],
        ["Roles", roles.join(", ")],
      ]}
    />
    {heldBack === undefined ? null : (
      <p className={classes.soft}>
        Without {heldBack.roles.join(", ")}: {heldBack.why}
      </p>
    )}
  </Panel>
);

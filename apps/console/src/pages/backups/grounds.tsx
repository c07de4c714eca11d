import type { Reply } from "../../api/client.ts";
import { span } from "../../figures/span.ts";
import { Ago } from "../../live/ago.tsx";
import { Mark } from "../../marks/mark.tsx";
import { Panel } from "../../shell/panel.tsx";
import classes from "./backups.module.css";

type Answer = Reply<"listBackups">;

type Policies = { readonly policies: NonNullable<Answer["policies"]>; readonly zone: string };

const Policies = ({ policies, zone }: Policies) => (
  <Panel title="Policies" aside={`days by the clock of ${zone}`} flush>
    <ul className={classes.list}>
      {policies.map(({ id, title, storage, enabled, guests, roughly, lasts, assumed }) => (
        <li key={id}>
          <span className={classes.listName}>{id}</span>
          <span>
            {title}, to {storage}: {guests} guests
            {enabled ? null : (
              <>
                {" "}
                <Mark tone="warn">switched off</Mark>
              </>
            )}
            <span className={classes.soft}>
              {" "}
              A copy counts as missing {span(lasts * 1000)} after its run was due
              {assumed ? ", since nobody measured how long it takes" : ""}
              {roughly === undefined ? "." : `; its moment: ${roughly}.`}
            </span>
          </span>
        </li>
      ))}
    </ul>
  </Panel>
);

const Stores = ({ stores }: { readonly stores: Answer["stores"] }) => (
  <Panel title="Where copies are looked for" flush>
    {stores.length === 0 ? (
      <p className={classes.nothing}>The cluster lists no storage for backups that is available.</p>
    ) : (
      <ul className={classes.list}>
        {stores.map(({ storage, node, known, at, why }) => (
          <li key={`${node}/${storage}`}>
            <span className={classes.listName}>{node === "" ? storage : `${storage} on ${node}`}</span>
            <span className={classes.store}>
              {known ? <Mark tone="good">read</Mark> : <Mark tone="dim">not known</Mark>}{" "}
              {at === undefined ? null : <Ago at={at} />}
              {why === undefined ? null : <span className={classes.soft}> {why}</span>}
            </span>
          </li>
        ))}
      </ul>
    )}
  </Panel>
);

/** What the map above rests on. */
export const Grounds = ({ answer: { policies, stores, zone } }: { readonly answer: Answer }) => (
  <div className={classes.grounds}>
    {policies === undefined ? null : <Policies policies={policies} zone={zone} />}
    <Stores stores={stores} />
  </div>
);

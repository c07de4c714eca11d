import type { ReactNode } from "react";
import classes from "./small-table.module.css";

type SmallTable = {
  readonly label: string;
  /** Names of the columns; an empty one has a word for those who hear it alone. */
  readonly head: readonly (string | { readonly heard: string })[];
  readonly children: ReactNode;
};

/** Some rows that are all there, in a panel: `tr` with `th scope="row"` and `td`. */
export const SmallTable = ({ label, head, children }: SmallTable) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
  <section className={classes.frame} aria-label={`Table: ${label}`} tabIndex={0}>
    <table className={classes.table}>
      <thead>
        <tr>
          {head.map((name) =>
            typeof name === "string" ? (
              <th key={name} scope="col">
                {name}
              </th>
            ) : (
              <th key={name.heard} scope="col">
                <span className={classes.heard}>{name.heard}</span>
              </th>
            ),
          )}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </section>
);

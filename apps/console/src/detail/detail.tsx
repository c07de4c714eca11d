import type { ReactNode } from "react";
import classes from "./detail.module.css";

/** The frame of a page about one subject: what is whole first, then two columns. */
export const Detail = ({
  top,
  left,
  right,
}: {
  readonly top: ReactNode;
  readonly left: ReactNode;
  readonly right: ReactNode;
}) => (
  <div className={classes.page}>
    <div className={classes.whole}>{top}</div>
    <div className={classes.column}>{left}</div>
    <div className={classes.column}>{right}</div>
  </div>
);

/** Says shortly that there is nothing of a kind, or why it is not known. */
export const None = ({ children }: { readonly children: ReactNode }) => <p className={classes.none}>{children}</p>;

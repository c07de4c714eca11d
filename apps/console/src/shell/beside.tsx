import type { ReactNode } from "react";
import classes from "./beside.module.css";

type Beside = {
  /** What the page lists. */
  readonly children: ReactNode;
  /** What is told beside it, or above it where there is little room. */
  readonly told: ReactNode;
  /** Whether the reader asked for what is told: then it comes first where both cannot stand side by side. */
  readonly asked: boolean;
};

/** A list, and one of it told at its side. */
export const Beside = ({ children, told, asked }: Beside) => (
  <div className={classes.page}>
    <div className={classes.list}>{children}</div>
    <div className={classes.told} data-asked={asked}>
      {told}
    </div>
  </div>
);

import type { ReactNode } from "react";
import classes from "./page-head.module.css";

type PageHead = {
  readonly title: ReactNode;
  /** One line under it: what the page answers, or what is seen of its subject. */
  readonly about?: ReactNode;
  /** What can be done here, at the right. */
  readonly children?: ReactNode;
};

/** The head of a page: its one heading of the first level. */
export const PageHead = ({ title, about, children }: PageHead) => (
  <header className={classes.head}>
    <div className={classes.words}>
      <h1 className={classes.title}>{title}</h1>
      {about === undefined ? null : <div className={classes.about}>{about}</div>}
    </div>
    {children === undefined ? null : <div className={classes.doing}>{children}</div>}
  </header>
);

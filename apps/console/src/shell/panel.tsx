import { type ReactNode, useId } from "react";
import classes from "./panel.module.css";

type Panel = {
  readonly title: ReactNode;
  /** Beside the title, at the right: a count, a link, a choice. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  /** What is in it reaches its edges: tables, lists with lines of their own. */
  readonly flush?: boolean;
};

/** A part of a page, with a heading of the second level. */
export const Panel = ({ title, aside, children, flush = false }: Panel) => {
  const id = useId();
  return (
    <section className={classes.panel} aria-labelledby={id}>
      <header className={classes.head}>
        <h2 id={id} className={classes.title}>
          {title}
        </h2>
        {aside === undefined ? null : <div className={classes.aside}>{aside}</div>}
      </header>
      <div className={classes.body} data-flush={flush}>
        {children}
      </div>
    </section>
  );
};

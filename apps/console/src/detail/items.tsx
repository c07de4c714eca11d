import type { ReactNode } from "react";
import classes from "./items.module.css";

type Item = {
  readonly key: string;
  readonly mark?: ReactNode;
  readonly text: ReactNode;
  readonly more?: ReactNode;
  readonly aside?: ReactNode;
};

/** A short list within a panel: what it is, what more there is to it, and when. */
export const Items = ({ items }: { readonly items: readonly Item[] }) => (
  <ul className={classes.items}>
    {items.map(({ key, mark, text, more, aside }) => (
      <li key={key} className={classes.item}>
        <div className={classes.line}>
          {mark}
          <span className={classes.text}>{text}</span>
          {aside === undefined ? null : <span className={classes.aside}>{aside}</span>}
        </div>
        {more === undefined ? null : <div className={classes.more}>{more}</div>}
      </li>
    ))}
  </ul>
);

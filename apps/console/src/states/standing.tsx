import type { ReactNode } from "react";
import { Icon, type IconName } from "../shell/icon.tsx";
import classes from "./standing.module.css";

type Standing = {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ReactNode;
  /** What can be done about it. */
  readonly action?: ReactNode;
  readonly tone?: "plain" | "good" | "bad";
};

/** What stands where something else would be: why it is not there, and what next. */
export const Standing = ({ icon, title, children, action, tone = "plain" }: Standing) => (
  <div className={classes.standing} data-tone={tone}>
    <Icon name={icon} size={22} />
    <div>
      <p className={classes.title}>{title}</p>
      {children === undefined ? null : <div className={classes.more}>{children}</div>}
      {action === undefined ? null : <div className={classes.action}>{action}</div>}
    </div>
  </div>
);

import type { ReactNode } from "react";
import { Icon, type IconName } from "../shell/icon.tsx";
import classes from "./mark.module.css";

/** What something is for whoever looks: fine, worth a look, broken, not known, under way, or none of these. */
export type Tone = "good" | "warn" | "bad" | "dim" | "busy" | "plain";

const icons: Readonly<Record<Tone, IconName | undefined>> = {
  good: "check",
  warn: "warning",
  bad: "cross",
  dim: "question",
  busy: "again",
  plain: undefined,
};

type Mark = {
  readonly tone: Tone;
  readonly children: ReactNode;
  /** On a ground of its colour, where it stands alone. */
  readonly filled?: boolean;
};

/** A word with its sign: colour says nothing that the sign does not say too. */
export const Mark = ({ tone, children, filled = false }: Mark) => {
  const icon = icons[tone];
  return (
    <span className={classes.mark} data-tone={tone} data-filled={filled}>
      {icon === undefined ? null : <Icon name={icon} size={14} />}
      <span>{children}</span>
    </span>
  );
};

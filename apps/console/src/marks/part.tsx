import { share } from "../figures/share.ts";
import classes from "./part.module.css";

type Part = {
  /** Undefined where it is not known. */
  readonly used: number | undefined;
  readonly of: number | undefined;
  /** What stands before the share: "3.1 GiB". */
  readonly text?: string;
  readonly warnAt?: number;
  readonly badAt?: number;
};

/**
 * How much of something is in use, as a share over a bar, for cells of tables; a dash where that is not known. The bar is
 * but the ground of the words: a table has hundreds of them.
 */
export const Part = ({ used, of, text, warnAt = 0.8, badAt = 0.9 }: Part) => {
  if (used === undefined || of === undefined || of === 0)
    return (
      <span className={classes.unknown} title="not known">
        –
      </span>
    );
  const value = used / of;
  const tone = value >= badAt ? "bad" : value >= warnAt ? "warn" : "plain";
  return (
    <span
      className={classes.part}
      data-tone={tone}
      style={{ backgroundSize: `${Math.min(1, Math.max(0, value)) * 100}% 4px, 100% 4px` }}
    >
      {text === undefined ? null : <span className={classes.text}>{text}</span>}
      {share(value)}
    </span>
  );
};

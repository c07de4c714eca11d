import { share } from "../figures/share.ts";
import { Meter } from "./meter.tsx";
import classes from "./part.module.css";

type Part = {
  /** Undefined where it is not known. */
  readonly used: number | undefined;
  readonly of: number | undefined;
  /** What stands before the share: "3.1 GiB". */
  readonly text?: string;
  readonly label: string;
  readonly warnAt?: number;
  readonly badAt?: number;
};

/** How much of something is in use, as a share over a bar, for cells of tables; a dash where that is not known. */
export const Part = ({ used, of, text, label, warnAt, badAt }: Part) => {
  if (used === undefined || of === undefined || of === 0)
    return (
      <span className={classes.unknown} title="not known">
        –
      </span>
    );
  const limits = { ...(warnAt === undefined ? {} : { warnAt }), ...(badAt === undefined ? {} : { badAt }) };
  return (
    <span className={classes.part}>
      <span className={classes.words}>
        {text === undefined ? null : <span className={classes.text}>{text}</span>}
        <span>{share(used / of)}</span>
      </span>
      <Meter value={used / of} label={label} {...limits} />
    </span>
  );
};

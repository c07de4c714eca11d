import type { ReactNode } from "react";
import type { Tone } from "../marks/mark.tsx";
import { Meter } from "../marks/meter.tsx";
import classes from "./strip.module.css";

export type Figure = {
  readonly name: string;
  /** Undefined where it is not known. */
  readonly figure: ReactNode | undefined;
  readonly about?: ReactNode;
  readonly tone?: Tone;
  /** Share of one, as a bar. */
  readonly part?: number | undefined;
  readonly warnAt?: number;
  readonly badAt?: number;
};

/** The figures of a subject that are looked at first, beside one another. */
export const Strip = ({ figures }: { readonly figures: readonly Figure[] }) => (
  <dl className={classes.strip}>
    {figures.map(({ name, figure, about, tone = "plain", part, warnAt, badAt }) => (
      <div key={name} className={classes.one} data-tone={figure === undefined ? "dim" : tone}>
        <dt className={classes.name}>{name}</dt>
        <dd className={classes.figure}>{figure ?? "unknown"}</dd>
        <dd className={classes.about}>
          {part === undefined ? null : (
            <Meter
              value={part}
              label={name}
              {...(warnAt === undefined ? {} : { warnAt })}
              {...(badAt === undefined ? {} : { badAt })}
            />
          )}
          {about}
        </dd>
      </div>
    ))}
  </dl>
);

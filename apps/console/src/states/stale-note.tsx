import { Ago } from "../live/ago.tsx";
import { Icon } from "../shell/icon.tsx";
import classes from "./stale-note.module.css";

/** Says that what stands below is not how it is now: since when, and why. */
export const StaleNote = ({ at, why }: { readonly at?: number; readonly why: string }) => (
  <p className={classes.note} role="status">
    <Icon name="clock" size={15} />
    <span>
      {at === undefined ? (
        "Not newer"
      ) : (
        <>
          Seen <Ago at={at} />
        </>
      )}
      : {why}
    </span>
  </p>
);

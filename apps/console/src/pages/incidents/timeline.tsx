import type { Api } from "../../api/client.ts";
import { serverNow } from "../../api/server-time.ts";
import { moment, wholeMoment } from "../../figures/moment.ts";
import { Mark } from "../../marks/mark.tsx";
import type { Said } from "../../marks/words.ts";
import classes from "./timeline.module.css";

type Entry = Api<"IncidentEntry">;

const kindWords: Readonly<Record<Entry["kind"], Said>> = {
  fired: { tone: "bad", word: "fired" },
  resolved: { tone: "good", word: "over" },
  graver: { tone: "warn", word: "graver" },
  response: { tone: "busy", word: "response" },
  note: { tone: "plain", word: "note" },
  closed: { tone: "good", word: "closed" },
};

/** What happened, the newest first: by itself, and by people. */
export const Timeline = ({ entries }: { readonly entries: readonly Entry[] }) => (
  <ol className={classes.timeline} reversed>
    {entries
      .map((entry, place) => ({ entry, place }))
      .toReversed()
      .map(({ entry: { at, kind, title, by, run }, place }) => {
        const { tone, word } = kindWords[kind];
        return (
          <li key={place} className={classes.entry} data-kind={kind}>
            <time className={classes.at} dateTime={new Date(at).toISOString()} title={wholeMoment(at)}>
              {moment(at, serverNow())}
            </time>
            <Mark tone={tone}>{word}</Mark>
            <span className={classes.what}>
              {title}
              {run === undefined ? "" : `, run ${run}`}
              {by === undefined ? null : <span className={classes.by}>{by}</span>}
            </span>
          </li>
        );
      })}
  </ol>
);

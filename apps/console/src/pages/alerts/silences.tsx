import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { GuardedButton } from "../../access/guarded-button.tsx";
import { type Api, ask } from "../../api/client.ts";
import { read } from "../../api/read.ts";
import { serverNow } from "../../api/server-time.ts";
import { RefusalNote } from "../../entry/refusal-note.tsx";
import { moment, wholeMoment } from "../../figures/moment.ts";
import { span } from "../../figures/span.ts";
import { Ago } from "../../live/ago.tsx";
import { useNow } from "../../live/use-now.ts";
import { Tags } from "../../marks/tags.tsx";
import { Panel } from "../../shell/panel.tsx";
import { Loading } from "../../states/loading.tsx";
import { Shown } from "../../states/shown.tsx";
import { Standing } from "../../states/standing.tsx";
import { matcherText } from "./matcher.ts";
import classes from "./silences.module.css";

type Silences = { readonly cluster: string; readonly denied: string | undefined };

const Lasts = ({ starts, ends }: Api<"Silence">) => {
  const now = useNow();
  return (
    <span title={`${wholeMoment(starts)} to ${wholeMoment(ends)}`}>
      {starts > now ? `from ${moment(starts, now)} for ${span(ends - starts)}` : `for ${span(ends - now)} more`}
    </span>
  );
};

const One = ({ cluster, denied, silence }: Silences & { readonly silence: Api<"Silence"> }) => {
  const queries = useQueryClient();
  const end = useMutation({
    mutationFn: () => ask("endSilence", { path: { cluster, silence: silence.id } }),
    onSettled: () =>
      queries.invalidateQueries({
        predicate: ({ queryKey: [operation] }) => operation === "listSilences" || operation === "listAlerts",
      }),
  });
  return (
    <li className={classes.silence}>
      <RefusalNote error={end.error} />
      <p className={classes.why}>{silence.why}</p>
      <Tags tags={silence.matchers.map(matcherText)} />
      <div className={classes.foot}>
        <span>
          {silence.by}, <Ago at={Math.min(silence.setAt, serverNow())} />; <Lasts {...silence} />
        </span>
        <GuardedButton
          size="compact-xs"
          variant="default"
          denied={denied}
          loading={end.isPending}
          onClick={() => end.mutate()}
          aria-label={`End the silence: ${silence.why}`}
        >
          End
        </GuardedButton>
      </div>
    </li>
  );
};

/** What somebody keeps quiet, by whom, why and for how long yet. */
export const Silences = ({ cluster, denied }: Silences) => {
  const query = useQuery(read("listSilences", { path: { cluster } }));
  const count = query.data?.silences.length ?? 0;
  return (
    <Panel title="Silences" aside={count === 0 ? undefined : count}>
      <Shown query={query} loading={<Loading lines={2} />}>
        {({ silences }) =>
          silences.length === 0 ? (
            <Standing icon="alerts" title="Nothing is silenced">
              Whatever fires is told to those whom it concerns.
            </Standing>
          ) : (
            <ul className={classes.silences}>
              {silences
                .toSorted((one, other) => one.ends - other.ends)
                .map((silence) => (
                  <One key={silence.id} cluster={cluster} denied={denied} silence={silence} />
                ))}
            </ul>
          )
        }
      </Shown>
    </Panel>
  );
};

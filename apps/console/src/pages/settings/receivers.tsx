import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { GuardedButton } from "../../access/guarded-button.tsx";
import { useDenial } from "../../access/use-denial.ts";
import { ask, type Reply } from "../../api/client.ts";
import { read } from "../../api/read.ts";
import { Ago } from "../../live/ago.tsx";
import { Mark, type Tone } from "../../marks/mark.tsx";
import { Panel } from "../../shell/panel.tsx";
import { Shown } from "../../states/shown.tsx";
import { Standing } from "../../states/standing.tsx";
import { SmallTable } from "../../table/small-table.tsx";
import classes from "./settings.module.css";

type Receiver = Reply<"listReceivers">["receivers"][number];
type Outcome = Receiver["last"][number];

const outcomeWords: Readonly<Record<Outcome["state"], { readonly tone: Tone; readonly word: string }>> = {
  waiting: { tone: "busy", word: "waiting" },
  sending: { tone: "busy", word: "sending" },
  sent: { tone: "good", word: "sent" },
  failed: { tone: "bad", word: "failed" },
};

const Last = ({ outcome }: { readonly outcome: Outcome | undefined }) =>
  outcome === undefined ? (
    <span className={classes.soft}>nothing yet</span>
  ) : (
    <>
      <Mark tone={outcomeWords[outcome.state].tone}>{outcomeWords[outcome.state].word}</Mark> <Ago at={outcome.at} />
      {outcome.why === undefined ? null : <span className={classes.soft}>: {outcome.why}</span>}
    </>
  );

/** Sends a message that says that nothing is wrong, and tells what came of it. */
const Test = ({ receiver, denied }: { readonly receiver: string; readonly denied: string | undefined }) => {
  const queries = useQueryClient();
  const test = useMutation({
    mutationFn: () => ask("testReceiver", { path: { receiver } }),
    onSettled: () => queries.invalidateQueries({ queryKey: ["listReceivers"] }),
  });
  return (
    <div className={classes.test}>
      <GuardedButton
        size="compact-xs"
        variant="default"
        denied={denied}
        loading={test.isPending}
        onClick={() => test.mutate()}
      >
        Test
      </GuardedButton>
      <span role="status">
        {test.isError ? <Mark tone="bad">{test.error.message}</Mark> : null}
        {test.data === undefined ? null : test.data.sent ? (
          <Mark tone="good">sent</Mark>
        ) : (
          <span>
            <Mark tone="bad">not sent</Mark> {test.data.why}
          </span>
        )}
      </span>
    </div>
  );
};

/** Who is told of alerts. */
export const Receivers = () => {
  const receivers = useQuery(read("listReceivers", {}));
  const denied = useDenial("admin");
  return (
    <Panel title="Notifications" flush>
      <Shown query={receivers}>
        {({ receivers: all }) =>
          all.length === 0 ? (
            <div className={classes.inset}>
              <Standing icon="alerts" title="Nobody is told of alerts">
                A declaration names receivers under monitoring.receivers; others are set by PUT /api/notifications.
              </Standing>
            </div>
          ) : (
            <SmallTable label="Receivers" head={["Receiver", "By", "Of", "Named by", "Last told", { heard: "Test" }]}>
              {all.map(({ name, from, receiver, last }) => (
                <tr key={`${from} ${name}`}>
                  <th scope="row">{name}</th>
                  <td>{receiver.kind}</td>
                  <td>{receiver.severities.join(", ")}</td>
                  <td>{from === "settings" ? "settings" : `declaration of ${from}`}</td>
                  <td>
                    <Last outcome={last[0]} />
                  </td>
                  <td>
                    <Test receiver={name} denied={denied} />
                  </td>
                </tr>
              ))}
            </SmallTable>
          )
        }
      </Shown>
    </Panel>
  );
};

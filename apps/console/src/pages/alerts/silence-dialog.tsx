import { Button, Select, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";
import { type Api, ask } from "../../api/client.ts";
import { RefusalNote } from "../../entry/refusal-note.tsx";
import { moment } from "../../figures/moment.ts";
import { useNow } from "../../live/use-now.ts";
import { Dialog } from "../../shell/dialog.tsx";
import { isMatched, type Matcher } from "./matcher.ts";
import { MatcherFields } from "./matcher-fields.tsx";
import classes from "./silence-dialog.module.css";

type SilenceDialog = {
  readonly cluster: string;
  /** The matchers that it begins with. */
  readonly begin: readonly Matcher[];
  readonly alerts: readonly Api<"Alert">[];
  readonly close: () => void;
};

const hour = 3_600_000;
const lengths = [
  { value: String(hour / 2), label: "30 minutes" },
  { value: String(hour), label: "1 hour" },
  { value: String(4 * hour), label: "4 hours" },
  { value: String(8 * hour), label: "8 hours" },
  { value: String(24 * hour), label: "1 day" },
  { value: String(72 * hour), label: "3 days" },
  { value: String(168 * hour), label: "1 week" },
  { value: String(720 * hour), label: "30 days" },
];

const keptQuiet = (alerts: readonly Api<"Alert">[], matchers: readonly Matcher[]): string => {
  const open = alerts.filter(({ state }) => state !== "resolved");
  if (matchers.length === 0) return "A silence needs a matcher: without one it would keep nothing quiet.";
  const count = open.filter(({ labels }) => isMatched(matchers, labels)).length;
  if (count === 0) return "It keeps none of the alerts quiet that are open now.";
  return count === 1 ? "It keeps 1 alert quiet that is open now." : `It keeps ${count} alerts quiet that are open now.`;
};

/** Asks for a silence: of what, for how long, and why. */
export const SilenceDialog = ({ cluster, begin, alerts, close }: SilenceDialog) => {
  const queries = useQueryClient();
  const now = useNow();
  const [matchers, setMatchers] = useState(begin);
  const [length, setLength] = useState(String(4 * hour));
  const [why, setWhy] = useState("");
  const set = useMutation({
    mutationFn: () =>
      ask("setSilence", {
        path: { cluster },
        body: { matchers: whole, ends: now + Number(length), why: why.trim() },
      }),
    onSuccess: async () => {
      close();
      await queries.invalidateQueries({
        predicate: ({ queryKey: [operation] }) => operation === "listSilences" || operation === "listAlerts",
      });
    },
  });
  const whole = matchers.filter(({ label }) => label !== "");
  const submit = (event: SyntheticEvent<HTMLFormElement>): void => {
    event.preventDefault();
    set.mutate();
  };
  const wanting =
    whole.length === 0 ? "Say first what is to be quiet." : why.trim() === "" ? "Say first why." : undefined;
  return (
    <Dialog title="Silence" close={close}>
      <form onSubmit={submit} className={classes.form}>
        <RefusalNote error={set.error} />
        <MatcherFields matchers={matchers} change={setMatchers} alerts={alerts} />
        <p className={classes.count} role="status">
          {keptQuiet(alerts, whole)}
        </p>
        <Select
          label="For"
          data={lengths}
          value={length}
          onChange={(value) => setLength(value ?? length)}
          allowDeselect={false}
          description={`until ${moment(now + Number(length), now)}`}
          comboboxProps={{ withinPortal: true }}
        />
        <Textarea
          label="Why"
          description="Whoever comes next reads it."
          value={why}
          onChange={({ currentTarget: { value } }) => setWhy(value)}
          maxLength={500}
          required
          autosize
          minRows={2}
          data-autofocus={begin.length > 0 ? true : undefined}
        />
        <div className={classes.foot}>
          <Button variant="default" onClick={close}>
            Leave it
          </Button>
          <Button type="submit" loading={set.isPending} disabled={wanting !== undefined} title={wanting}>
            Silence
          </Button>
        </div>
      </form>
    </Dialog>
  );
};

import { ActionIcon, Autocomplete, Button, NativeSelect } from "@mantine/core";
import type { Api } from "../../api/client.ts";
import { Icon } from "../../shell/icon.tsx";
import { type Matcher, matcherKinds } from "./matcher.ts";
import classes from "./silence-dialog.module.css";

type MatcherFields = {
  readonly matchers: readonly Matcher[];
  readonly change: (matchers: readonly Matcher[]) => void;
  /** Their labels are offered. */
  readonly alerts: readonly Api<"Alert">[];
};

const kindOf = (text: string): Matcher["kind"] => matcherKinds.find((kind) => kind === text) ?? "=";

const kindNames: Readonly<Record<Matcher["kind"], string>> = {
  "=": "is",
  "!=": "is not",
  "=~": "is like",
  "!~": "is not like",
};

/** Conditions on labels, all of which have to hold. */
export const MatcherFields = ({ matchers, change, alerts }: MatcherFields) => {
  const names = [...new Set(alerts.flatMap(({ labels }) => Object.keys(labels)))].toSorted();
  const valuesOf = (label: string): string[] =>
    [...new Set(alerts.flatMap(({ labels }) => labels[label] ?? []))].filter((one) => one !== "").toSorted();
  const put = (index: number, changed: Partial<Matcher>): void =>
    change(matchers.map((one, at) => (at === index ? { ...one, ...changed } : one)));
  return (
    <fieldset className={classes.matchers}>
      <legend>What has all of these labels</legend>
      {matchers.map(({ label, kind, value }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: what stands in the fields changes, their place does not
        <div key={index} className={classes.matcher}>
          <Autocomplete
            aria-label="Label"
            placeholder="label"
            size="xs"
            data={names}
            value={label}
            onChange={(text) => put(index, { label: text })}
          />
          <NativeSelect
            aria-label="How"
            size="xs"
            data={matcherKinds.map((one) => ({ value: one, label: kindNames[one] }))}
            value={kind}
            onChange={({ currentTarget: { value: text } }) => put(index, { kind: kindOf(text) })}
          />
          <Autocomplete
            aria-label="Value"
            placeholder="value"
            size="xs"
            data={valuesOf(label)}
            value={value}
            onChange={(text) => put(index, { value: text })}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Without ${label === "" ? "this" : label}`}
            onClick={() => change(matchers.filter((_, at) => at !== index))}
          >
            <Icon name="close" size={14} />
          </ActionIcon>
        </div>
      ))}
      <div className={classes.more}>
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => change([...matchers, { label: "", kind: "=", value: "" }])}
        >
          Add a label
        </Button>
      </div>
    </fieldset>
  );
};

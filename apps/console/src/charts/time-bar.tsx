import { ActionIcon, Button, SegmentedControl, Switch, Tooltip } from "@mantine/core";
import { serverNow } from "../api/server-time.ts";
import { moment } from "../figures/moment.ts";
import { Icon } from "../shell/icon.tsx";
import classes from "./time-bar.module.css";
import { chosen, isRunning, moved, rangeOf, type Span, spans, type TimeSearch, usualSpan } from "./time-range.ts";

type TimeBar = {
  readonly time: TimeSearch;
  /** Takes the whole of what charts say in the address. */
  readonly onTime: (time: TimeSearch) => void;
  /** Whether what it is for can show the stretch before it too. */
  readonly compares?: boolean;
};

const isSpan = (value: string): value is Span => Object.hasOwn(spans, value);

/** Which stretch of time all charts of the page show. It stands in the address: a link shows the same. */
export const TimeBar = ({ time, onTime, compares = true }: TimeBar) => {
  const compare = time.compare === true ? { compare: true as const } : {};
  const range = rangeOf(time, serverNow());
  const go = (by: number, times: number) => () =>
    onTime({ ...chosen(moved(rangeOf(time, serverNow()), by, times, serverNow())), ...compare });
  return (
    <fieldset className={classes.bar} aria-label="Time">
      <SegmentedControl
        size="xs"
        data={Object.keys(spans)}
        value={isRunning(time) ? (time.span ?? usualSpan) : ""}
        onChange={(value) => {
          if (isSpan(value)) onTime({ ...(value === usualSpan ? {} : { span: value }), ...compare });
        }}
        aria-label="The last"
      />
      <div className={classes.moves}>
        <Tooltip label="Earlier">
          <ActionIcon variant="default" aria-label="Earlier" onClick={go(-0.5, 1)}>
            <span className={classes.back}>
              <Icon name="chevron" size={14} />
            </span>
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Later">
          <ActionIcon variant="default" aria-label="Later" onClick={go(0.5, 1)} disabled={isRunning(time)}>
            <Icon name="chevron" size={14} />
          </ActionIcon>
        </Tooltip>
        <Button size="compact-xs" variant="default" onClick={go(0, 0.5)}>
          Closer
        </Button>
        <Button size="compact-xs" variant="default" onClick={go(0, 2)}>
          Wider
        </Button>
      </div>
      {compares ? (
        <Switch
          size="xs"
          label="Compare with before"
          checked={time.compare === true}
          onChange={({ currentTarget: { checked } }) => {
            const { compare: _compare, ...rest } = time;
            onTime(checked ? { ...rest, compare: true } : rest);
          }}
        />
      ) : null}
      {isRunning(time) ? null : (
        <span className={classes.chosen}>
          {moment(range.from, serverNow())} to {moment(range.to, serverNow())}
          <Button size="compact-xs" variant="subtle" onClick={() => onTime(compare)}>
            Back to now
          </Button>
        </span>
      )}
    </fieldset>
  );
};

import { Fragment, type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { Icon } from "../shell/icon.tsx";
import { type Completion, completionsAt, valuesAmong } from "./completion.ts";
import type { Field } from "./field.ts";
import { type Problem, readFilter } from "./filter.ts";
import classes from "./filter-bar.module.css";
import { FilterHelp } from "./filter-help.tsx";

type FilterBar<T> = {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly fields: readonly Field<T>[];
  /** Whose values are offered. */
  readonly rows: readonly T[];
  readonly noun: string;
  readonly examples: readonly (readonly [filter: string, about: string])[];
};

/** The same text under the field, with what was not understood marked. */
const Marked = ({ text, problems }: { readonly text: string; readonly problems: readonly Problem[] }) => (
  <>
    {problems.map(({ from, to }, index) => (
      <Fragment key={from}>
        {text.slice(problems[index - 1]?.to ?? 0, from)}
        <mark>{text.slice(from, to)}</mark>
      </Fragment>
    ))}
    {text.slice(problems.at(-1)?.to ?? 0)}
  </>
);

const focusTable = (): void => document.querySelector<HTMLElement>("[data-table]")?.focus();

/** The field in which rows are filtered: it completes keys and values, and tells what it does not understand. */
export const FilterBar = <T,>({ text, onText, fields, rows, noun, examples }: FilterBar<T>) => {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const mirror = useRef<HTMLDivElement>(null);
  const [caret, setCaret] = useState<number | undefined>(undefined);
  const [at, setAt] = useState(-1);
  const [closed, setClosed] = useState(true);
  const { problems } = useMemo(() => readFilter(text, fields), [text, fields]);
  const offered = useMemo(
    () =>
      closed || caret === undefined
        ? []
        : completionsAt(text, caret, fields, (one) => valuesAmong(rows, one)).filter(
            (one) => text.slice(one.from, one.to) !== one.text.trim(),
          ),
    [closed, text, caret, fields, rows],
  );
  const opened = offered.length > 0;
  // While one types a word it is not wrong yet.
  const told = problems.filter(({ to }) => caret === undefined || to !== caret || !opened);
  const follow = (): void => {
    if (field.current === null) return;
    setCaret(field.current.selectionStart ?? undefined);
    if (mirror.current !== null) mirror.current.scrollLeft = field.current.scrollLeft;
  };
  const take = ({ from, to, text: put }: Completion): void => {
    const rest = text.slice(to);
    const end = from + put.length;
    onText(text.slice(0, from) + (put.endsWith(" ") && rest.startsWith(" ") ? put.trimEnd() : put) + rest);
    setAt(-1);
    requestAnimationFrame(() => {
      field.current?.setSelectionRange(end, end);
      follow();
    });
  };
  useEffect(() => {
    document.getElementById(`${id}-${at}`)?.scrollIntoView({ block: "nearest" });
  }, [id, at]);
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    const chosen = offered[at];
    if (event.key === "ArrowDown" && !opened && text === "") setClosed(false);
    else if (event.key === "ArrowDown" && !opened) focusTable();
    else if (event.key === "ArrowDown" && opened) setAt((at + 1) % offered.length);
    else if (event.key === "ArrowUp" && opened) setAt((at <= 0 ? offered.length : at) - 1);
    else if ((event.key === "Enter" || event.key === "Tab") && chosen !== undefined) take(chosen);
    else if (event.key === "Tab" && !event.shiftKey && offered.length === 1 && offered[0] !== undefined)
      take(offered[0]);
    else if (event.key === "Enter") {
      setClosed(true);
      focusTable();
    } else if (event.key === "Escape" && opened) {
      setClosed(true);
      setAt(-1);
    } else if (event.key === "Escape") field.current?.blur();
    else return;
    event.preventDefault();
  };
  return (
    <div className={classes.bar}>
      <div className={classes.field} data-wrong={told.length > 0}>
        <Icon name="search" size={16} />
        <div className={classes.text}>
          <div ref={mirror} className={classes.mirror} aria-hidden="true">
            <Marked text={text} problems={told} />
          </div>
          <input
            ref={field}
            className={classes.input}
            value={text}
            role="combobox"
            aria-label={`Filter ${noun}`}
            aria-expanded={opened}
            aria-controls={opened ? `${id}-offered` : undefined}
            aria-autocomplete="list"
            aria-activedescendant={at >= 0 && opened ? `${id}-${at}` : undefined}
            aria-invalid={told.length > 0}
            aria-describedby={told.length > 0 ? `${id}-wrong` : undefined}
            placeholder={`Filter ${noun}${examples[0] === undefined ? "" : `: ${examples[0][0]}`}`}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            maxLength={2000}
            data-filter
            onChange={(event) => {
              onText(event.currentTarget.value);
              setClosed(false);
              setAt(-1);
              follow();
            }}
            onSelect={follow}
            onScroll={follow}
            onBlur={() => {
              setClosed(true);
              setCaret(undefined);
              setAt(-1);
            }}
            onKeyDown={onKeyDown}
          />
        </div>
        {text === "" ? (
          <kbd className={classes.kbd} title="/ leads here">
            /
          </kbd>
        ) : (
          <button
            type="button"
            className={classes.clear}
            aria-label="Clear the filter"
            onClick={() => {
              onText("");
              field.current?.focus();
            }}
          >
            <Icon name="close" size={14} />
          </button>
        )}
        <FilterHelp fields={fields} examples={examples} onExample={onText} />
      </div>
      {opened ? (
        <div id={`${id}-offered`} role="listbox" aria-label="What may stand here" className={classes.offered}>
          {offered.map((one, index) => (
            // The field has the keyboard.
            // biome-ignore lint/a11y/useFocusableInteractive: aria-activedescendant of the field leads here
            <div
              key={one.shown}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === at}
              className={classes.one}
              // Before the field loses the keyboard.
              onMouseDown={(event) => {
                event.preventDefault();
                take(one);
              }}
            >
              <span className={classes.shown}>{one.shown}</span>
              <span className={classes.about}>{one.about}</span>
            </div>
          ))}
        </div>
      ) : null}
      {told.length > 0 ? (
        <p id={`${id}-wrong`} className={classes.wrong} role="status">
          {told.map(({ message }) => message).join(" ")}
        </p>
      ) : null}
    </div>
  );
};

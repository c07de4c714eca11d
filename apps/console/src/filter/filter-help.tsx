import { Popover } from "@mantine/core";
import { useState } from "react";
import { Icon } from "../shell/icon.tsx";
import type { Field } from "./field.ts";
import classes from "./filter-help.module.css";

type FilterHelp<T> = {
  readonly fields: readonly Field<T>[];
  readonly examples: readonly (readonly [filter: string, about: string])[];
  readonly onExample: (filter: string) => void;
};

const forms: readonly (readonly [form: string, about: string])[] = [
  ["a b", "both must hold"],
  ["key:one,other", "is one of them; * stands for any letters"],
  ["key~part", "has that in it"],
  ["key>8G key<=50%", "is more, or at most"],
  ["-key:one", "is not"],
  ["key:?", "is not known"],
  ['"two words"', "with a space in it"],
];

/** How filters are written, with what there is to ask for. */
export const FilterHelp = <T,>({ fields, examples, onExample }: FilterHelp<T>) => {
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={460} trapFocus returnFocus>
      <Popover.Target>
        <button
          type="button"
          className={classes.ask}
          aria-label="How filters are written"
          onClick={() => setOpened(!opened)}
        >
          <Icon name="question" size={16} />
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label="How filters are written" className={classes.help} tabIndex={-1}>
        {examples.length === 0 ? null : (
          <ul className={classes.examples}>
            {examples.map(([filter, about]) => (
              <li key={filter}>
                <button
                  type="button"
                  onClick={() => {
                    onExample(filter);
                    setOpened(false);
                  }}
                >
                  <code>{filter}</code>
                  <span>{about}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
        <dl className={classes.forms}>
          {forms.map(([form, about]) => (
            <div key={form}>
              <dt>{form}</dt>
              <dd>{about}</dd>
            </div>
          ))}
        </dl>
        <dl className={classes.forms}>
          {fields.map(({ key, about }) => (
            <div key={key}>
              <dt>{key}</dt>
              <dd>{about}</dd>
            </div>
          ))}
        </dl>
      </Popover.Dropdown>
    </Popover>
  );
};

import { Button, Menu } from "@mantine/core";
import { Icon } from "../shell/icon.tsx";
import type { Column } from "./column.ts";

type Standing<T> = { readonly rows: readonly T[]; readonly chosen: string | undefined; readonly narrow: boolean };

const isWanting = <T,>({ rare, sort }: Column<T>, rows: readonly T[]): boolean =>
  rare === true && rows.every((row) => (sort?.(row) ?? "") === "");

/** Those of the columns that are shown: as chosen, else as they come where there is so much room. */
export const shownColumns = <T,>(
  columns: readonly Column<T>[],
  { rows, chosen, narrow }: Standing<T>,
): readonly Column<T>[] => {
  if (chosen === undefined)
    return columns.filter((one) => one.chosen !== true && !(narrow && one.wide) && !isWanting(one, rows));
  const names = chosen.split(",");
  return columns.filter(({ id, fixed }) => fixed || names.includes(id));
};

type ColumnChoice<T> = {
  readonly columns: readonly Column<T>[];
  readonly shown: readonly Column<T>[];
  /** Undefined: those that come by themselves. */
  readonly choose: (names: string | undefined) => void;
};

export const ColumnChoice = <T,>({ columns, shown, choose }: ColumnChoice<T>) => {
  const turn = (id: string): void => {
    const names = columns.filter((one) => shown.includes(one) !== (one.id === id)).map((one) => one.id);
    choose(names.join(","));
  };
  return (
    <Menu position="bottom-end" width={220} closeOnItemClick={false}>
      <Menu.Target>
        <Button variant="default" size="xs" rightSection={<Icon name="down" size={12} />}>
          Columns
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah="60vh" style={{ overflowY: "auto" }}>
        {columns
          .filter(({ fixed }) => fixed !== true)
          .map((one) => {
            const { id, title, about } = one;
            const on = shown.includes(one);
            return (
              <Menu.Item
                key={id}
                role="menuitemcheckbox"
                aria-checked={on}
                title={about}
                leftSection={
                  <span style={{ visibility: on ? "visible" : "hidden" }}>
                    <Icon name="check" size={14} />
                  </span>
                }
                onClick={() => turn(id)}
              >
                {title}
              </Menu.Item>
            );
          })}
        <Menu.Divider />
        <Menu.Item onClick={() => choose(undefined)}>As they come</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
};

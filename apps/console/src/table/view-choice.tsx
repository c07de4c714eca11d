import { ActionIcon, Button, Popover, TextInput } from "@mantine/core";
import { type SyntheticEvent, useState } from "react";
import { Icon } from "../shell/icon.tsx";
import { useSavedViews } from "./saved-views.ts";
import type { TableSearch } from "./table-search.ts";
import classes from "./view-choice.module.css";

const same = (one: TableSearch, other: TableSearch): boolean =>
  one.filter === other.filter && one.sort === other.sort && one.columns === other.columns;

type ViewChoice = {
  readonly table: string;
  readonly search: TableSearch;
  readonly choose: (search: TableSearch) => void;
};

/** Views of a table by their names: go to one, keep the present one, forget one. */
export const ViewChoice = ({ table, search, choose }: ViewChoice) => {
  const { views, save, forget } = useSavedViews(table);
  const [opened, setOpened] = useState(false);
  const here = views.find((view) => same(view.search, search));
  const submit = (event: SyntheticEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const name = new FormData(event.currentTarget).get("name");
    if (typeof name !== "string" || name.trim() === "") return;
    save({ name: name.trim(), search });
    setOpened(false);
  };
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={260} trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="default"
          size="xs"
          rightSection={<Icon name="down" size={12} />}
          onClick={() => setOpened(!opened)}
        >
          {here?.name ?? "Views"}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="xs" aria-label="Views">
        {views.length === 0 ? <p className={classes.none}>No view is kept yet.</p> : null}
        <ul className={classes.views}>
          {views.map((view) => (
            <li key={view.name} className={classes.view}>
              <button
                type="button"
                className={classes.name}
                aria-current={view === here}
                title={view.search.filter}
                onClick={() => {
                  choose(view.search);
                  setOpened(false);
                }}
              >
                {view.name}
              </button>
              <ActionIcon
                variant="subtle"
                color="gray"
                size="sm"
                aria-label={`Forget ${view.name}`}
                onClick={() => forget(view.name)}
              >
                <Icon name="close" size={12} />
              </ActionIcon>
            </li>
          ))}
        </ul>
        <form onSubmit={submit} className={classes.form}>
          <TextInput
            name="name"
            size="xs"
            aria-label="Name of this view"
            placeholder="Keep this view as"
            maxLength={60}
            data-autofocus
          />
          <Button type="submit" size="xs">
            Keep
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
};

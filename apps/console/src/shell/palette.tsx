import { Modal, useMantineColorScheme } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { read } from "../api/read.ts";
import { useSignOut } from "./account-menu.tsx";
import { Icon, type IconName } from "./icon.tsx";
import { useKnownPages } from "./known-pages.ts";
import classes from "./palette.module.css";

type Entry = {
  readonly key: string;
  readonly icon: IconName;
  readonly title: string;
  readonly detail: string | undefined;
  readonly words: string;
  readonly run: () => void;
};

type Opening = {
  readonly cluster: string;
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly openHelp: () => void;
};

/** What is always there: pages, other clusters, what the console itself can do. */
const useStanding = ({ cluster, openHelp }: Opening): readonly Entry[] => {
  const router = useRouter();
  const { setColorScheme } = useMantineColorScheme();
  const signOut = useSignOut();
  const { data } = useQuery(read("listClusters", {}));
  const go = (href: string) => () => void router.navigate({ href });
  const action = (icon: IconName, title: string, words: string, run: () => void): Entry => ({
    key: title,
    icon,
    title,
    detail: undefined,
    words,
    run,
  });
  return [
    ...useKnownPages().flatMap(({ id, page, href }): Entry[] =>
      href === undefined
        ? []
        : [
            {
              key: id,
              icon: page.icon,
              title: page.title,
              detail: page.key === undefined ? undefined : `g ${page.key}`,
              words: (page.words ?? []).join(" "),
              run: go(href(cluster)),
            },
          ],
    ),
    ...(data?.clusters ?? [])
      .filter(({ id }) => id !== cluster)
      .map(({ id }): Entry => action("topology", `Cluster ${id}`, "switch", go(`/c/${encodeURIComponent(id)}`))),
    action("light", "Light colours", "theme scheme bright", () => setColorScheme("light")),
    action("dark", "Dark colours", "theme scheme night", () => setColorScheme("dark")),
    action("auto", "Colours as the system has them", "theme scheme auto", () => setColorScheme("auto")),
    action("keyboard", "Keyboard", "shortcuts help", openHelp),
    action("leave", "Sign out", "log out leave", () => void signOut()),
  ];
};

/** What pages find by what was typed: nodes, guests and the like. */
const useFound = (cluster: string, text: string): readonly Entry[] => {
  const queries = useQueryClient();
  const router = useRouter();
  const pages = useKnownPages().filter(({ page }) => page.find !== undefined);
  return useQueries({
    queries: pages.map(({ id, page }) => ({
      queryKey: ["palette", id, cluster, text],
      queryFn: () => page.find?.({ queries, cluster, text }) ?? Promise.resolve([]),
      enabled: text !== "",
      staleTime: 10_000,
      retry: false,
    })),
    combine: (results) =>
      results.flatMap(({ data }, index) =>
        (data ?? []).map(
          ({ title, detail, href }): Entry => ({
            key: href,
            icon: pages[index]?.page.icon ?? "search",
            title,
            detail,
            words: "",
            run: () => void router.navigate({ href }),
          }),
        ),
      ),
  });
};

const isMeant = ({ title, words }: Entry, text: string): boolean => {
  const all = `${title} ${words}`.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
};

const Choices = ({ opening }: { readonly opening: Opening }) => {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const [asked] = useDebouncedValue(text.trim(), 120);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const standing = useStanding(opening);
  const found = useFound(opening.cluster, asked);
  const entries = [...standing.filter((entry) => isMeant(entry, text.trim())), ...found].slice(0, 60);
  const chosen = Math.min(at, Math.max(0, entries.length - 1));
  const run = (entry: Entry | undefined): void => {
    if (entry === undefined) return;
    opening.onClose();
    entry.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "ArrowDown") setAt((chosen + 1) % Math.max(1, entries.length));
    else if (event.key === "ArrowUp") setAt((chosen - 1 + entries.length) % Math.max(1, entries.length));
    else if (event.key === "Enter") run(entries[chosen]);
    else return;
    event.preventDefault();
  };
  useEffect(() => {
    list.current?.children[chosen]?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  return (
    <>
      <div className={classes.field}>
        <Icon name="search" />
        <input
          className={classes.input}
          data-autofocus
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
          placeholder="Search or jump to"
          role="combobox"
          aria-label="Search or jump to"
          aria-expanded="true"
          aria-controls={id}
          aria-activedescendant={entries.length === 0 ? undefined : `${id}-${chosen}`}
          autoComplete="off"
          spellCheck={false}
        />
      </div>
      <div ref={list} id={id} role="listbox" aria-label="What was found" className={classes.list}>
        {entries.map((entry, index) => (
          // The field has the keyboard: entries are chosen by arrows there, or by the mouse here.
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys
          // biome-ignore lint/a11y/useFocusableInteractive: aria-activedescendant of the field leads here
          <div
            key={entry.key}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === chosen}
            className={classes.entry}
            onMouseMove={() => setAt(index)}
            onClick={() => run(entry)}
          >
            <Icon name={entry.icon} />
            <span className={classes.title}>{entry.title}</span>
            {entry.detail === undefined ? null : <span className={classes.detail}>{entry.detail}</span>}
          </div>
        ))}
      </div>
      {entries.length === 0 ? <p className={classes.none}>Nothing here has that name.</p> : null}
    </>
  );
};

/** Leads to anything by its name. */
export const Palette = (opening: Opening) => (
  <Modal.Root
    opened={opening.opened}
    onClose={opening.onClose}
    padding={0}
    size="34rem"
    yOffset="12vh"
    transitionProps={{ duration: 80 }}
  >
    <Modal.Overlay />
    <Modal.Content aria-label="Search">
      <Modal.Body>
        <Choices opening={opening} />
      </Modal.Body>
    </Modal.Content>
  </Modal.Root>
);

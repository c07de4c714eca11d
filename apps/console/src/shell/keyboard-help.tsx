import { Modal } from "@mantine/core";
import classes from "./keyboard-help.module.css";
import { useKnownPages } from "./known-pages.ts";

export const KeyboardHelp = ({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) => {
  const rows: readonly (readonly [keys: string, does: string])[] = [
    ["Ctrl K", "Search or jump to anything"],
    ["/", "Filter what the page lists"],
    ["?", "This list"],
    ...useKnownPages().flatMap(({ page }) =>
      page.key === undefined ? [] : [[`g ${page.key}`, `Go to ${page.title}`] as const],
    ),
  ];
  return (
    <Modal opened={opened} onClose={onClose} title="Keyboard" closeButtonProps={{ "aria-label": "Close" }} size="sm">
      <dl className={classes.keys}>
        {rows.map(([keys, does]) => (
          <div key={keys}>
            <dt>
              {keys.split(" ").map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
};

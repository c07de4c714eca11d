import { ActionIcon } from "@mantine/core";
import { Icon } from "./icon.tsx";

/** Puts away what is told beside a list. */
export const CloseButton = ({ what, close }: { readonly what: string; readonly close: () => void }) => (
  <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`Close ${what}`} onClick={close}>
    <Icon name="close" size={14} />
  </ActionIcon>
);

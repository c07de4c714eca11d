import { Button } from "@mantine/core";
import { Refused } from "../api/client.ts";
import { Standing } from "./standing.tsx";

const titleOf = (error: unknown): string => {
  if (!(error instanceof Refused)) return "This cannot be shown";
  switch (error.code) {
    case "unreachable":
      return "The server does not answer";
    case "not-ready":
      return "Not known yet";
    case "forbidden":
      return "Not for your roles";
    case "not-found":
      return "Not there";
    case "conflict":
      return "Nothing to show";
    default:
      return "The server could not answer";
  }
};

/** Something was asked for and did not come: what the server says, and another try. */
export const Failed = ({ error, again }: { readonly error: unknown; readonly again?: () => void }) => (
  <Standing
    icon="warning"
    tone="bad"
    title={titleOf(error)}
    {...(again === undefined
      ? {}
      : {
          action: (
            <Button size="xs" variant="default" onClick={again}>
              Ask again
            </Button>
          ),
        })}
  >
    {error instanceof Error ? error.message : String(error)}
  </Standing>
);

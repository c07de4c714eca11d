import type { LogOptions } from "@orrery/server";
import { printError } from "../../output.ts";
import { openPlace } from "../store-place.ts";

/** Where accounts, tokens, the audit trail and history are kept. What goes wrong there is told as the server's log tells. */
export const keptBy = (level: LogOptions["level"]): ReturnType<typeof openPlace> => {
  const tell = (told: Readonly<Record<string, unknown>>, message: string): void => {
    if (level !== "silent" && level !== "error")
      printError(JSON.stringify({ level: 40, time: Date.now(), ...told, msg: message }));
  };
  return openPlace(process.env, {
    onTrouble: ({ message }) => tell({ trouble: message }, "a connection to PostgreSQL broke"),
    onEmbedded: (embedded) => {
      if (embedded.kind === "down") tell({ embedded }, "the embedded PostgreSQL is down; it is started again");
    },
  });
};

import { setTimeout as sleep } from "node:timers/promises";
import type { Store } from "@orrery/store";
import type { Keeping } from "./keeping.ts";
import { accountsIn } from "./postgres/accounts.ts";
import { auditIn } from "./postgres/audit.ts";
import { Doubt } from "./postgres/reaching.ts";
import { attemptsIn, sessionsIn, tokensIn } from "./postgres/sessions.ts";

/** A database that takes longer to say that it is there is told as gone. Milliseconds. */
const patienceMs = 2000;

/** Keeps everything in PostgreSQL, for all servers on that database. */
export const storeKeeping = ({ db }: Pick<Store, "db">): Keeping => {
  const doubt = new Doubt();
  return {
    about: { kind: "PostgreSQL", outlivesProcess: true },
    accounts: accountsIn(db, doubt),
    sessions: sessionsIn(db, doubt),
    tokens: tokensIn(db, doubt),
    attempts: attemptsIn(db, doubt),
    audit: auditIn(db, doubt),
    trouble: async () => {
      const asked = db
        .selectFrom("audit_head")
        .select("seq")
        .execute()
        .then(
          () => doubt.why(),
          (error: unknown) => (error instanceof Error ? error.message : String(error)),
        );
      const waited = sleep(patienceMs, `PostgreSQL has said nothing for ${patienceMs} ms.`, { ref: false });
      return Promise.race([asked, waited]);
    },
  };
};

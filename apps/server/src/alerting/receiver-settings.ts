import type { AlertReceiver } from "@orrery/model";
import type { Store } from "@orrery/store";
import type { Receivers } from "@orrery/watch";

/** Who is told of alerts of all clusters, beside those whom a declaration names. */
export type ReceiverSettings = {
  readonly all: () => Promise<Receivers>;
  /** Takes the place of all that there were. */
  readonly put: (receivers: Receivers) => Promise<void>;
};

export const memoryReceivers = (): ReceiverSettings => {
  let kept: Receivers = {};
  return {
    all: () => Promise.resolve(kept),
    put: (receivers) => {
      kept = receivers;
      return Promise.resolve();
    },
  };
};

export const storeReceivers = ({ db }: Pick<Store, "db">): ReceiverSettings => ({
  all: async () => {
    const rows = await db.selectFrom("alert_receiver").selectAll().orderBy("name").execute();
    // As it was put, which was checked then.
    return Object.fromEntries(rows.map(({ name, entry }) => [name, JSON.parse(entry) as AlertReceiver]));
  },
  put: (receivers) =>
    db.transaction().execute(async (trx) => {
      await trx.deleteFrom("alert_receiver").execute();
      const rows = Object.entries(receivers).map(([name, receiver]) => ({ name, entry: JSON.stringify(receiver) }));
      if (rows.length > 0) await trx.insertInto("alert_receiver").values(rows).execute();
    }),
});

import { defineChapter } from "@orrery/model";
import { backup as written } from "../backup.ts";

const zone = "America/New_York";

/** A policy as 6.1 has it. */
const policy = (id: string) => {
  const found = written.policies.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no policy is called ${id}`);
  return found;
};

/** The key of the datastores is the backup client's; a copy lies where a fire in the lab does not reach it. */
const encryption = { key: "pbs-lab", keyKeptAt: "printed, with the lab's papers at another address" } as const;
const verified = { every: "day", at: "06:00", zone } as const;
const asProxmoxDoes = { mode: "snapshot", notes: "{{guestname}}", options: {}, encryption, verified } as const;

// All guests: of the backup server its system, for its datastores' disk is no part of its own copies.
// The maintenance window begins on Fridays at ten: the daily run is moved out of working hours and away from it.
export const backup = defineChapter("backup", {
  ...written,
  policies: [
    {
      ...policy("daily"),
      ...asProxmoxDoes,
      covers: "all guests",
      schedule: { every: "day", at: "22:00", zone },
    },
    {
      ...policy("weekly"),
      ...asProxmoxDoes,
      covers: "all guests",
      schedule: { every: "week", on: "Sunday", at: "01:00", zone },
    },
    {
      ...policy("monthly"),
      ...asProxmoxDoes,
      covers: "all guests",
      schedule: { every: "month", on: "first Sunday", at: "04:00", zone },
    },
    { ...policy("configuration"), encryption, verified, schedule: { every: "day", at: "21:00", zone } },
  ],
});

import { defineChapter, unknown } from "@orrery/model";
import { diskOptions, unixLike, windows } from "./hardware.ts";

const golden = { node: "node05", storage: "nfs", size: "32 GiB", vcpus: 2, memory: "4 GiB" } as const;

/** Made of an image that somebody puts on node05: Orrery fetches nothing. */
const from = <I extends string>(image: I) => ({
  disks: [
    {
      storage: "nfs",
      size: "32 GiB",
      used: unknown("it is not built yet"),
      from: `local:import/${image}`,
      options: diskOptions,
    } as const,
  ],
});

const ubuntu = { ...golden, ...unixLike("nfs"), os: "Ubuntu 24.04", ...from("ubuntu-24.04.raw") };
const server2025 = { ...golden, ...windows("nfs"), os: "Server 2025", ...from("server-2025.raw") };

/** Six, as the dashboard counts them; on the storage that all nodes reach, so that guests anywhere are made from them. */
export const templates = defineChapter("templates", {
  items: [
    { ...ubuntu, name: "ubuntu-2404", id: 9000 },
    { ...ubuntu, name: "ubuntu-2404-docker", id: 9001 },
    { ...ubuntu, name: "ubuntu-2404-rke2", id: 9002 },
    { ...ubuntu, name: "ubuntu-2404-postgres", id: 9003 },
    { ...server2025, name: "server-2025", id: 9004 },
    { ...server2025, name: "server-2025-sql", id: 9005 },
  ],
  claims: [{ kind: "count", of: "templates", is: 6, source: "dashboard of March 2025" }],
});

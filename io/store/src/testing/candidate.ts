import { leaderOf } from "../leader/leader.ts";

/** A process of its own that stands for a leadership, and tells its parent what becomes of it. */
const [connection = "{}", cluster = "", pace = "{}"] = process.argv.slice(2);
leaderOf({ connection: JSON.parse(connection) }, cluster, {
  pace: JSON.parse(pace),
  onChange: (leadership) => process.send?.(leadership),
});

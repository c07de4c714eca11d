import { type ClusterState, concealed } from "@orrery/state";

type Leaf = string | number | boolean | null;

/** What a world built from an observation does not give back as it was seen, and why. Paths are joined by slashes. */
const deliberate: readonly {
  readonly path: RegExp;
  /** A fact of the same state, named by what the path holds, that must be there too. */
  readonly where?: (found: RegExpExecArray) => readonly [path: string, is: Leaf | undefined];
  readonly because: string;
}[] = [
  { path: /\/at$|^at$/, because: "when each part was read" },
  { path: /\/figures(\/|$)/, because: "readings of a moment: the load of a guest is only known as that moment's" },
  { path: /^nodes\/[^/]+\/time\/value\/ahead$/, because: "a reading of a clock in whole seconds" },
  { path: /^nodes\/[^/]+\/replication\/value\/\d+\/next_sync$/, because: "when it comes next is worked out anew" },
  { path: /^nodes\/[^/]+\/replication\/value\/\d+\/pid$/, because: "a sync that runs is a task that runs" },
  {
    path: /^haStatus\/value\/\d+\/(?:timestamp|status)$/,
    because: "when each manager wrote last, also in words; the states themselves are compared",
  },
  {
    path: /^nodes\/[^/]+\/network\/value\/staged$/,
    because: "of changed interfaces the API shows what they will be, and of what they are only a difference of files",
  },
  {
    path: /^tasks\/value\/([^/]+)\//,
    where: ([, upid]) => [`tasks/value/${upid}/end/at`, undefined],
    because: "what a running task has still to do is known to its node alone, so that it is left out",
  },
  {
    path: /^guests\/value\/(\d+)\/file\/value\/digest$/,
    where: ([, vmid]) => [`guests/value/${vmid}/file/value/config/cipassword`, concealed],
    because: "a password for cloud-init is hidden from everybody, and the digest is of the file with it",
  },
];

const walk = (value: unknown, path: string, found: Map<string, Leaf>): void => {
  if (typeof value !== "object" || value === null) {
    if (value !== undefined) found.set(path, typeof value === "boolean" ? value : (value as Leaf));
    return;
  }
  const entries = Object.entries(value);
  // That something is there and empty is a fact too.
  if (entries.length === 0) found.set(path, Array.isArray(value) ? "[]" : "{}");
  for (const [key, one] of entries) walk(one, path === "" ? key : `${path}/${key.replaceAll("/", "|")}`, found);
};

/** The list of tasks by their UPIDs: those that began in one second have no order. */
const byUpid = (state: ClusterState): unknown => {
  if (state.tasks.kind !== "observed") return state;
  const value = Object.fromEntries(state.tasks.value.map((task) => [task.upid, task]));
  return { ...state, tasks: { ...state.tasks, value } };
};

/** Every fact of a state by its path, without those that are deliberately different. */
export const factsOf = (state: ClusterState): Record<string, Leaf> => {
  const found = new Map<string, Leaf>();
  walk(byUpid(state), "", found);
  return Object.fromEntries(
    [...found]
      .filter(([path]) => !deliberate.some((one) => one.path.test(path)))
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
};

/** The facts that two states do not share. */
export const differencesOf = (one: ClusterState, other: ClusterState): string[] => {
  const [left, right] = [factsOf(one), factsOf(other)];
  const paths = [...new Set([...Object.keys(left), ...Object.keys(right)])].toSorted();
  return paths.flatMap((path) =>
    left[path] === right[path] ? [] : [`${path}: ${String(left[path])} -> ${String(right[path])}`],
  );
};

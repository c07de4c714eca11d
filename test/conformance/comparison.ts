/** Keys whose values must agree once ids are renamed; of all others only the kind must. */
const exact = new Set(
  (
    "id vmid node name userid groupid roleid type poolid storage volid status exitstatus user ugid path sid rule zone vnet subnet key plugintype " +
    "content kind comment tokenid realm privs propagate privsep state hastate template enabled enable lock pool tags qmpstatus delete pending"
  ).split(" "),
);

const kindOf = (value: unknown): string => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isSeries = (rows: readonly unknown[]): boolean =>
  rows.length > 20 && rows.every((row) => isRecord(row) && typeof row.time === "number" && row.id === undefined);

/** A task's log: what tools print line by line differs from run to run; how it ends does not. */
const isLog = (rows: readonly unknown[]): rows is readonly { n: number; t: string }[] =>
  rows.length > 0 &&
  rows.every(
    (row) => isRecord(row) && typeof row.n === "number" && typeof row.t === "string" && Object.keys(row).length === 2,
  );

const ending = (rows: readonly { n: number; t: string }[]): string =>
  rows.find((row) => row.t.startsWith("TASK "))?.t ?? "";

/** By what the rows of a list are told apart. */
const identityKeys = [
  "id",
  "upid",
  "vmid",
  "userid",
  "groupid",
  "roleid",
  "poolid",
  "storage",
  "volid",
  "sid",
  "rule",
  "key",
  "name",
  "node",
  "tokenid",
  "realm",
  "subdir",
  "pos",
  "n",
  "service",
  "iface",
  "zone",
  "vnet",
  "subnet",
  "Package",
  "cidr",
  "uid",
  "path",
  "ref",
  "method",
];

const identityOf = (row: unknown): string | undefined => {
  if (!isRecord(row)) return undefined;
  const parts = identityKeys.flatMap((key) =>
    typeof row[key] === "string" || typeof row[key] === "number" ? [`${key}=${row[key]}`] : [],
  );
  return parts.join(" ");
};

/** A comma list in one order, and no times of day. */
const sortedList = (text: string): string =>
  text
    .replace(/^\d+(:pve\d)$/, "SERIAL$1")
    .replaceAll(/[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}/g, "TIME")
    .split(",")
    .toSorted()
    .join(",");

/** Where two answers differ in shape, kinds of values or ids: one line a place, empty when nowhere. */
export const differences = (wanted: unknown, got: unknown, rename: (text: string) => string, at = "data"): string[] => {
  const [kind, gotKind] = [kindOf(wanted), kindOf(got)];
  if (kind !== gotKind) return [`${at}: ${kind} wanted, got ${gotKind}`];
  if (Array.isArray(wanted) && Array.isArray(got)) return listDifferences(wanted, got, rename, at);
  if (isRecord(wanted) && isRecord(got)) {
    const theirs = new Map(Object.entries(wanted).map(([key, value]) => [rename(key), value]));
    const keys = new Set([...theirs.keys(), ...Object.keys(got)]);
    return [...keys].flatMap((key) => {
      if (!theirs.has(key)) return [`${at}.${key}: not wanted`];
      if (!Object.hasOwn(got, key)) return [`${at}.${key}: missing`];
      return differences(theirs.get(key), got[key], rename, `${at}.${key}`);
    });
  }
  const key = /([^.[\]]+)$/.exec(at)?.[1] ?? "";
  if (!exact.has(key)) return [];
  const [left, right] = [sortedList(rename(String(wanted))), sortedList(String(got))];
  return left === right ? [] : [`${at}: ${left} wanted, got ${right}`];
};

const listDifferences = (
  wanted: readonly unknown[],
  got: readonly unknown[],
  rename: (text: string) => string,
  at: string,
): string[] => {
  if (isLog(wanted)) {
    if (!isLog(got)) return [`${at}: the lines of a log wanted`];
    const [left, right] = [rename(ending(wanted)), ending(got)];
    return left === right ? [] : [`${at}: a log that ends "${left}" wanted, got "${right}"`];
  }
  if (isSeries(wanted)) return isSeries(got) ? [] : [`${at}: a time series wanted`];
  if (wanted.length > 0 && wanted.every((one) => typeof one === "string" && /^[\d.]+$/.test(one))) {
    return wanted.length === got.length && got.every((one) => typeof one === "string")
      ? []
      : [`${at}: ${wanted.length} numbers as texts wanted`];
  }
  if (wanted.every((one) => !isRecord(one))) {
    const [left, right] = [
      wanted
        .map((one) => rename(String(one)))
        .toSorted()
        .join(),
      got.map(String).toSorted().join(),
    ];
    return left === right ? [] : [`${at}: [${left}] wanted, got [${right}]`];
  }
  const found: string[] = [];
  const left = [...got];
  const pending: unknown[] = [];
  for (const row of wanted) {
    const identity = rename(identityOf(row) ?? "");
    const index = left.findIndex((other) => identityOf(other) === identity);
    if (index < 0) pending.push(row);
    else found.push(...differences(row, left.splice(index, 1)[0], rename, `${at}[${identity}]`));
  }
  // What cannot be told apart by its ids is compared in order.
  for (const row of pending) {
    if (left.length === 0) found.push(`${at}: row ${JSON.stringify(row).slice(0, 120)} missing`);
    else found.push(...differences(row, left.shift(), rename, `${at}[${identityOf(row)}]`));
  }
  for (const row of left) found.push(`${at}: row ${JSON.stringify(row).slice(0, 120)} not wanted`);
  return found;
};

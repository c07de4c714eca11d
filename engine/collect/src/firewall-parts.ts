import type { ClusterFirewall, FirewallFile, FirewallRules, IpSetState, Row } from "@orrery/state";
import { given, needText, rowOf, rowsOf, textOf, without } from "./answers.ts";
import type { Reader } from "./reader.ts";

type Place = { readonly base: string; readonly of: Readonly<Record<string, string | number>> };

const plain = (row: Row): Row => without(row, "digest", "ipversion");
const rule = (row: Row): Row => without(row, "digest", "pos", "ipversion");

const readOptions = async (reader: Reader, { base, of }: Place): Promise<Row> =>
  plain(rowOf(await reader.ask(`${base}/options`, of)));

const readRules = async (reader: Reader, path: string, of: Place["of"]): Promise<Row[]> =>
  rowsOf(await reader.ask(path, of)).map(rule);

const readSets = async (reader: Reader, { base, of }: Place): Promise<IpSetState[]> => {
  const sets = rowsOf(await reader.ask(`${base}/ipset`, of));
  return Promise.all(
    sets.map(async (row): Promise<IpSetState> => {
      const name = needText(row, "name");
      const entries = rowsOf(await reader.ask(`${base}/ipset/{name}`, { ...of, name })).map(plain);
      return { name, ...given("comment", textOf(row, "comment")), entries };
    }),
  );
};

const readLists = async (reader: Reader, place: Place): Promise<Omit<FirewallFile, "options">> => {
  const [rules, aliases, ipsets] = await Promise.all([
    readRules(reader, `${place.base}/rules`, place.of),
    reader.ask(`${place.base}/aliases`, place.of).then((answer) => rowsOf(answer).map(plain)),
    readSets(reader, place),
  ]);
  return { rules, aliases, ipsets };
};

const cluster: Place = { base: "/cluster/firewall", of: {} };

/** Two levels of one file: five lists, then each set and each group. */
export const readClusterFirewall = async (reader: Reader): Promise<ClusterFirewall> => {
  const [options, lists, groups] = await Promise.all([
    readOptions(reader, cluster),
    readLists(reader, cluster),
    reader.ask("/cluster/firewall/groups").then(rowsOf),
  ]);
  const whole = groups.map(async (row) => {
    const name = needText(row, "group");
    const rules = await readRules(reader, "/cluster/firewall/groups/{group}", { group: name });
    return { name, ...given("comment", textOf(row, "comment")), rules };
  });
  return { options, ...lists, groups: await Promise.all(whole) };
};

export const readNodeFirewall = async (reader: Reader, node: string): Promise<FirewallRules> => {
  const place: Place = { base: "/nodes/{node}/firewall", of: { node } };
  const [options, rules] = await Promise.all([
    readOptions(reader, place),
    readRules(reader, `${place.base}/rules`, place.of),
  ]);
  return { options, rules };
};

/** A guest's firewall file; with `unlessOff` undefined where its options say that it is off. */
export const readGuestFirewall = async (
  reader: Reader,
  { kind, node, vmid }: { kind: "qemu" | "lxc"; node: string; vmid: number },
  unlessOff: boolean,
): Promise<FirewallFile | undefined> => {
  const place: Place = { base: `/nodes/{node}/${kind}/{vmid}/firewall`, of: { node, vmid } };
  if (!unlessOff) {
    const [options, lists] = await Promise.all([readOptions(reader, place), readLists(reader, place)]);
    return { options, ...lists };
  }
  const options = await readOptions(reader, place);
  return options.enable === 1 ? { options, ...(await readLists(reader, place)) } : undefined;
};

import { expect, test } from "vitest";
import { familiesOf } from "./page.ts";
import names from "./pve-exporter-names.json" with { type: "json" };
import { pageOf, watchedLab } from "./watched-lab.ts";

type Expected = { readonly type: string; readonly labels: readonly string[]; readonly absent?: string };
const expected: Readonly<Record<string, Expected>> = names;

test("every metric of prometheus-pve-exporter 3.10 is there, by its name, type and labels", async () => {
  const families = familiesOf(pageOf(await watchedLab()));
  const found = Object.fromEntries(
    Object.entries(expected)
      .filter(([, { absent }]) => absent === undefined)
      .map(([name]) => {
        const family = families.get(name);
        return [name, family === undefined ? "missing" : { type: family.type, labels: family.labels }];
      }),
  );
  const wanted = Object.entries(expected).flatMap(([name, { type, labels, absent }]) =>
    absent === undefined ? [[name, { type, labels }]] : [],
  );
  expect(found).toEqual(Object.fromEntries(wanted));
});

test("what it lacks does not take a name of its own for something else", async () => {
  const families = familiesOf(pageOf(await watchedLab()));
  const others = [...families.keys()].filter((name) => !Object.hasOwn(expected, name));
  const prefixes = /^(orrery_|pve_(node|cluster|guest|ha|tasks|storage)_)/;
  expect(others.filter((name) => !prefixes.test(name))).toEqual([]);
});

test("values are those of the API, by the ids that the field uses", async () => {
  const lab = await watchedLab();
  const families = familiesOf(pageOf(lab));
  const value = (name: string, labels: string): number | undefined => families.get(name)?.values.get(labels);
  const { data } = await lab.pve.request("GET", "/cluster/resources");
  const rows = data as readonly { readonly id: string; readonly [key: string]: unknown }[];
  const sized = rows.filter((row) => typeof row.maxdisk === "number");
  expect(sized.length).toBeGreaterThan(10);
  for (const row of sized) expect(value("pve_disk_size_bytes", `id=${row.id}`)).toBe(row.maxdisk);
  for (const row of rows.filter(({ type }) => type === "qemu")) {
    expect(value("pve_up", `id=${row.id}`)).toBe(row.status === "running" ? 1 : 0);
    expect(value("pve_ha_state", `id=${row.id},state=started`)).toBe(row.hastate === "started" ? 1 : 0);
  }
  expect(value("pve_not_backed_up_info", "id=qemu/9001")).toBe(1);
  expect(value("pve_guest_info", "id=qemu/9001,name=forgotten,node=pve1,tags=b;a,template=0,type=qemu")).toBe(1);
  expect(value("pve_subscription_info", "id=node/pve1,level=c")).toBe(1);
  expect(value("pve_subscription_status", "id=node/pve2,status=notfound")).toBe(1);
  expect(value("pve_subscription_next_due_timestamp_seconds", "id=node/pve1")).toBe(Date.UTC(2027, 10, 22) / 1000);
  expect(families.get("pve_replication_info")?.values.size).toBe(5);
});

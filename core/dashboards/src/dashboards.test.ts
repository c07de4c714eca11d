import tidy from "@orrery/example-tidy-lab";
import { parseLab } from "@orrery/model";
import { expect, test } from "vitest";
import { asked, dashboardsOf, type ExportedDashboard, expressionsIn } from "./index.ts";

const parsed = parseLab(tidy);
if (parsed.kind === "problems") throw new Error("no lab");
const { lab } = parsed;
const all = dashboardsOf(lab);

type Dashboard = ExportedDashboard["dashboard"];
const shown = ({ panels = [] }: Dashboard) => panels.flatMap((panel) => ("panels" in panel ? panel.panels : [panel]));

test("there is a dashboard for each thing that one asks about", () => {
  expect(all.map(({ title }) => title)).toEqual([
    "Cluster",
    "Node",
    "Guest",
    "Storage",
    "Backup and objectives",
    "Maintenance",
    "Exporter",
  ]);
  expect(new Set(all.map(({ uid }) => uid)).size).toBe(all.length);
});

test.each(all)("$title: no panel covers another, and none leaves the grid", ({ dashboard }) => {
  const taken = new Map<string, string | undefined>();
  for (const { title, gridPos } of dashboard.panels ?? []) {
    const { x, y, w, h } = gridPos ?? expect.fail(`${title} has no place`);
    expect(x + w).toBeLessThanOrEqual(24);
    for (let column = x; column < x + w; column += 1)
      for (let line = y; line < y + h; line += 1) {
        expect({ title, under: taken.get(`${column} ${line}`) }).toEqual({ title, under: undefined });
        taken.set(`${column} ${line}`, title);
      }
  }
  const ids = (dashboard.panels ?? []).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test.each(all)("$title: every line is full, and as high from one end to the other", ({ dashboard }) => {
  const lines = Map.groupBy(
    (dashboard.panels ?? []).filter(({ type }) => type !== "row"),
    ({ gridPos }) => gridPos?.y,
  );
  for (const panels of lines.values()) {
    const titles = panels.map(({ title }) => title);
    const width = panels.reduce((sum, { gridPos }) => sum + (gridPos?.w ?? 0), 0);
    const heights = new Set(panels.map(({ gridPos }) => gridPos?.h)).size;
    expect({ titles, width, heights }).toEqual({ titles, width: 24, heights: 1 });
  }
});

test.each(all)("$title: every panel says what it tells", ({ dashboard }) => {
  for (const { title, description, targets = [] } of shown(dashboard)) {
    expect({ title, says: (description ?? "").length > 8 }).toEqual({ title, says: true });
    expect(targets.length).toBeGreaterThan(0);
  }
});

test("every metric that is asked for is in the list, and no other is in it", () => {
  const known = new Set<string>(Object.values(asked).flat());
  const used = new Set<string>();
  for (const { expr, where } of all.flatMap(expressionsIn)) {
    const names = [...expr.matchAll(/([a-zA-Z_]\w*)\{/g)].map(([, name = ""]) => name);
    const bare = expr === "pve_up" ? ["pve_up"] : [];
    expect({ where, asks: names.length + bare.length > 0 }).toEqual({ where, asks: true });
    for (const name of [...names, ...bare]) {
      expect({ where, name, known: known.has(name) }).toEqual({ where, name, known: true });
      used.add(name);
    }
  }
  expect([...known].filter((name) => !used.has(name))).toEqual([]);
});

test("a dashboard asks for no choice that it does not offer", () => {
  for (const { title, dashboard } of all) {
    const offered = new Set(dashboard.templating.list?.map(({ name }) => name));
    const text = JSON.stringify(dashboard);
    const used = [...text.matchAll(/\$\{?([a-z]\w*)/g)].map(([, name = ""]) => name);
    expect({ title, lacks: used.filter((name) => !offered.has(name)) }).toEqual({ title, lacks: [] });
  }
});

test("every link leads to a dashboard that there is, with a choice that it offers", () => {
  const offers = new Map(
    all.map(({ uid, dashboard }) => [uid, new Set<string>(dashboard.templating.list?.map(({ name }) => name))]),
  );
  const links = [...JSON.stringify(all).matchAll(/\/d\/([\w-]+)\?([^"]*)/g)];
  expect(links.length).toBeGreaterThan(10);
  for (const [link, uid = "", query = ""] of links)
    for (const [, name = ""] of query.matchAll(/var-(\w+)=/g))
      expect({ link, offered: offers.get(uid)?.has(name) }).toEqual({ link, offered: true });
});

test("levels are those that the lab declares, and none are drawn where it declares none", () => {
  const steps = (of: typeof lab): unknown => {
    const cluster = dashboardsOf(of).find(({ uid }) => uid === "orrery-cluster")?.dashboard ?? expect.fail("none");
    return shown(cluster)
      .find(({ title }) => title === "CPU of the nodes")
      ?.fieldConfig?.defaults.thresholds?.steps.map(({ value }) => value);
  };
  const threshold = lab.monitoring.thresholds.find(({ subject }) => subject === "node cpu");
  if (threshold?.subject !== "node cpu") expect.fail("the tidy lab declares CPU thresholds");
  expect(steps(lab)).toEqual([null, threshold.warning.above, threshold.critical.above]);
  expect(steps({ ...lab, monitoring: { ...lab.monitoring, thresholds: [] } })).toEqual([null]);
});

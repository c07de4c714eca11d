import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderWith, orrery } from "./orrery-process.ts";

test("monitoring export writes rules, tests, configurations, dashboards, a composition, and says what to know", async () => {
  const out = join(folderWith({}), "deep/monitoring");
  const { code, out: said, err } = await orrery(["monitoring", "export", "examples/astronomy-lab", "--out", out]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(said).toContain("rules/orrery-nodes.rules.yml");
  expect(said).toContain("assumed 15m; 4.2 says sustained, and not for how long.");
  expect(said).toContain("Alertmanager tells nobody");
  expect(readFileSync(join(out, "rules/orrery-nodes.rules.yml"), "utf8")).toContain("procedure: PROX-RESP-001");
  for (const path of ["alertmanager/alertmanager.yml", "prometheus.yml", "targets/orrery.yml", "compose.yaml"])
    expect({ path, there: existsSync(join(out, path)) }).toEqual({ path, there: true });
  expect(JSON.parse(readFileSync(join(out, "grafana/dashboards/orrery-cluster.json"), "utf8"))).toMatchObject({
    uid: "orrery-cluster",
  });
});

test("monitoring export as JSON is one object, and no secret is in what it writes", async () => {
  const out = folderWith({});
  const { code, out: said } = await orrery(["monitoring", "export", "examples/tidy-lab", "--out", out, "--json"], {
    env: { NTFY_TOKEN: "tk_hidden", SLACK_URL: "https://hooks.example/hidden" },
  });
  expect(code).toBe(0);
  const { files, notes } = JSON.parse(said) as { files: { path: string }[]; notes: string[] };
  expect(notes).toContain("Write NTFY_TOKEN to alertmanager/secrets/NTFY_TOKEN.");
  for (const { path } of files) expect(readFileSync(join(out, path), "utf8")).not.toContain("hidden");
});

test("monitoring export asks where to write, and refuses what it cannot load or write", async () => {
  expect((await orrery(["monitoring", "export", "examples/tidy-lab"])).code).toBe(2);
  expect((await orrery(["monitoring", "export", "examples", "--out", folderWith({})])).code).toBe(2);
  const folder = folderWith({ taken: "a file" });
  const { code, err } = await orrery(["monitoring", "export", "examples/tidy-lab", "--out", join(folder, "taken")]);
  expect(code).toBe(1);
  expect(err).toContain("Cannot write to");
});

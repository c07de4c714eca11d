import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { monitoringOf } from "@orrery/alerting";
import astronomy from "@orrery/example-astronomy-lab";
import decided from "@orrery/example-astronomy-lab/decided";
import tidy from "@orrery/example-tidy-lab";
import { parseLab } from "@orrery/model";
import { describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { reasonToSkip } from "../others/debian.ts";

const reason = reasonToSkip("alerting/export.test.ts");
const at = Date.UTC(2026, 11, 1);

type Exported = { readonly folder: string; readonly tests: readonly string[]; readonly rules: readonly string[] };

const exported = (input: unknown): Exported => {
  const parsed = parseLab(input);
  if (parsed.kind === "problems") throw new Error("no lab");
  const { files } = monitoringOf(parsed.lab, at);
  const folder = mkdtempSync(join(tmpdir(), "orrery-export-"));
  for (const { path, text } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const under = (start: string): string[] => files.map(({ path }) => path).filter((path) => path.startsWith(start));
  return { folder, tests: under("tests/"), rules: under("rules/") };
};

/** promtool makes a database for each test, and waits for the disk where it is on one. */
const env = { ...process.env, TMPDIR: existsSync("/dev/shm") ? "/dev/shm" : tmpdir() };

const run = (folder: string, program: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: "utf8", env });
  return { status, output: `${stdout}${stderr}`.trim().slice(0, 6_000) };
};

const well = { status: 0 };

type RuleFile = { readonly groups: readonly { readonly rules: readonly { readonly alert?: string }[] }[] };
type TestFile = { readonly tests: readonly { readonly alert_rule_test: readonly { readonly alertname: string }[] }[] };

const tried = new Set<string>();

/** Leaves out of the unit tests those that passed with another lab, word for word and of the very same rules. */
const untried = ({ folder, tests, rules }: Exported): readonly string[] => {
  const read = (path: string): unknown => parse(readFileSync(join(folder, path), "utf8"));
  const alerts = Map.groupBy(
    rules.flatMap((path) => (read(path) as RuleFile).groups.flatMap((group) => group.rules)),
    ({ alert }) => alert,
  );
  return tests.filter((path) => {
    const file = read(path) as TestFile;
    const fresh = file.tests.filter((one) => {
      const key = JSON.stringify([one, one.alert_rule_test.map(({ alertname }) => alerts.get(alertname))]);
      const isFresh = !tried.has(key);
      tried.add(key);
      return isFresh;
    });
    if (fresh.length < file.tests.length) writeFileSync(join(folder, path), stringify({ ...file, tests: fresh }));
    return fresh.length > 0;
  });
};

describe.skipIf(reason !== undefined)(
  `Prometheus and Alertmanager${reason === undefined ? "" : ` (${reason})`}`,
  () => {
    test.each(Object.entries({ tidy, astronomy, decided }))(
      "take what is exported of the %s lab, and its unit tests pass",
      (_, input) => {
        const all = exported(input);
        const { folder, rules } = all;
        try {
          expect(run(folder, "promtool", "check", "rules", ...rules)).toMatchObject(well);
          expect(run(folder, "promtool", "test", "rules", ...untried(all))).toMatchObject(well);
          expect(run(folder, "amtool", "check-config", "alertmanager/alertmanager.yml")).toMatchObject(well);
        } finally {
          rmSync(folder, { recursive: true });
        }
      },
    );

    test("Alertmanager sends each severity to whom it is for", () => {
      const { folder } = exported(tidy);
      const to = (...labels: string[]) =>
        run(
          folder,
          "amtool",
          "config",
          "routes",
          "test",
          "--config.file=alertmanager/alertmanager.yml",
          ...labels,
        ).output.split("\n")[0];
      try {
        expect(to("alertname=NodeDown", "severity=warning")).toBe("rota,team");
        expect(to("alertname=UpdatesPending", "severity=info")).toBe("team");
        expect(to("alertname=Watchdog", "severity=none")).toBe("nobody");
        expect(to("alertname=NodeServiceDown", "severity=warning", "window=expected")).toBe("rota,team");
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  },
);

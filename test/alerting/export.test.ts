import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { monitoringOf } from "@orrery/alerting";
import astronomy from "@orrery/example-astronomy-lab";
import decided from "@orrery/example-astronomy-lab/decided";
import tidy from "@orrery/example-tidy-lab";
import { parseLab } from "@orrery/model";
import { describe, expect, test } from "vitest";
import { reasonToSkip } from "../others/debian.ts";

const reason = reasonToSkip("alerting/export.test.ts");
const at = Date.UTC(2026, 11, 1);

const exported = (input: unknown): { folder: string; tests: string[]; rules: string[] } => {
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

const run = (folder: string, program: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: "utf8" });
  return { status, output: `${stdout}${stderr}`.trim().slice(0, 6_000) };
};

const well = { status: 0 };

describe.skipIf(reason !== undefined)(
  `Prometheus and Alertmanager${reason === undefined ? "" : ` (${reason})`}`,
  () => {
    test.each(Object.entries({ tidy, astronomy, decided }))(
      "take what is exported of the %s lab, and its unit tests pass",
      (_, input) => {
        const { folder, tests, rules } = exported(input);
        try {
          expect(run(folder, "promtool", "check", "rules", ...rules)).toMatchObject(well);
          expect(run(folder, "promtool", "test", "rules", ...tests)).toMatchObject(well);
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

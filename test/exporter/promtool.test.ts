import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { reasonToSkip } from "../others/debian.ts";
import { pageOf, watchedLab } from "./watched-lab.ts";

const reason = reasonToSkip("exporter/promtool.test.ts");

/** What promtool's linter says of names that prometheus-pve-exporter chose: they are what dashboards know. */
const inherited = /^pve_not_backed_up_total non-counter metrics should not have "_total" suffix$/;

describe.skipIf(reason !== undefined)(`promtool${reason === undefined ? "" : ` (${reason})`}`, () => {
  test("Prometheus' own linter finds nothing in a page, beside what the field chose", async () => {
    const page = pageOf(await watchedLab());
    const { stdout, stderr, status } = spawnSync("/usr/bin/promtool", ["check", "metrics"], {
      input: page,
      encoding: "utf8",
    });
    const complaints = `${stdout}${stderr}`.split("\n").filter((line) => line !== "" && !inherited.test(line));
    expect({ complaints, understood: status === 0 || status === 3 }).toEqual({ complaints: [], understood: true });
  });
});

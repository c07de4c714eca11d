import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reasonToSkip } from "./debian.ts";
import { runProgram } from "./program.ts";
import { type StartedTwin, startedTwin } from "./started-twin.ts";

type Check = { title: string; passed: boolean; actual?: string; expected?: string };

const reason = reasonToSkip("others/proxmoxer.test.ts");

describe.skipIf(reason !== undefined)(`python3-proxmoxer${reason === undefined ? "" : ` (${reason})`}`, () => {
  let started: StartedTwin;
  let folder: string;

  beforeAll(async () => {
    started = await startedTwin();
    folder = mkdtempSync(join(tmpdir(), "proxmoxer-"));
    writeFileSync(join(folder, "ca.pem"), started.certificate);
  });
  afterAll(async () => {
    await started.stop();
    rmSync(folder, { recursive: true });
  });

  /** The checks that a script told of, in order. */
  const checksOf = async (script: string): Promise<Check[]> => {
    const { status, stdout, stderr } = await runProgram("/usr/bin/python3", [script], {
      cwd: new URL("proxmoxer/", import.meta.url),
      env: {
        TWIN_HOST: started.host,
        TWIN_PASSWORD: started.credentials.password,
        TWIN_CA: join(folder, "ca.pem"),
        PYTHONDONTWRITEBYTECODE: "1",
      },
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    return stdout.split("\n").flatMap((line): Check[] => (line === "" ? [] : [JSON.parse(line)]));
  };

  test.each([
    ["a VM lives its life on a cluster", "virtual-machine.py", 45],
    ["a container lives its life, by token", "container.py", 25],
    ["users do what they may and no more", "access.py", 30],
  ])("%s", async (_, script, least) => {
    const checks = await checksOf(script);
    expect(checks.filter(({ passed }) => !passed)).toEqual([]);
    expect(checks.length).toBeGreaterThanOrEqual(least);
    expect(Object.keys(started.world.guests)).toEqual([]);
    expect(started.world.locks).toEqual({});
  });

  test("the twin met nothing that it did not know to answer", () => {
    expect(started.failures).toEqual([]);
  });
});

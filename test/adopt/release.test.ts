import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startTwin } from "@orrery/twin-server";
import type { World } from "@orrery/twin-world";
import { expect, onTestFinished, test } from "vitest";
import { observeTwin, overTwin } from "../observe/observed-twin.ts";
import { someWorld } from "../observe/some-world.ts";

const repository = join(import.meta.dirname, "../..");
const run = promisify(execFile);

/** Three nodes of 8.4 with a guest in an HA group, made through the API. */
const world84 = async (): Promise<World> => {
  const twin = overTwin(someWorld({ release: "8.4" }));
  const send = (path: string, parameters: Record<string, string | number>) =>
    twin.clock.drive(twin.pve.request("POST", path, parameters));
  await send("/nodes/{node}/qemu", { node: "pve1", vmid: 100, name: "web", scsi0: "local:1" });
  await send("/cluster/ha/groups", { group: "first", nodes: "pve1:2,pve2", restricted: 1 });
  await send("/cluster/ha/resources", { sid: "vm:100", group: "first", state: "stopped" });
  await observeTwin(twin);
  return twin.world;
};

test("a cluster of 8.4 is adopted with its HA groups, and a plan right after is empty", async () => {
  const twin = await startTwin({ world: await world84(), tokens: { "root@pam!ci": "s3cret" } });
  onTestFinished(() => twin.stop());
  const folder = mkdtempSync(join(tmpdir(), "orrery-adopted-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { FORCE_COLOR: _, ...inherited } = process.env;
  const env = {
    ...inherited,
    ORRERY_URL: twin.url,
    ORRERY_FINGERPRINT: twin.fingerprint,
    ORRERY_TOKEN: "root@pam!ci=s3cret",
    XDG_CACHE_HOME: join(folder, "cache"),
  };
  const orrery = async (...args: readonly string[]): Promise<string> =>
    (await run(process.execPath, [join(repository, "apps/cli/src/main.mjs"), ...args], { cwd: folder, env })).stdout;
  const adopted = await orrery("adopt");
  expect(adopted).toContain("✔ A plan of it against the cluster is empty.");
  expect(adopted).not.toContain("Not read");
  expect(readFileSync(join(folder, "ha.ts"), "utf8")).toMatch(/first: \{[^}]*kind: "node affinity"/);
  expect(await orrery("plan", "--detailed")).toMatch(/✔ (?:The cluster|What could be compared) is as declared\./);
});

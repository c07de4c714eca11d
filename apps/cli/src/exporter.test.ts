import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { startTwin } from "@orrery/twin-server";
import { expect, onTestFinished, test } from "vitest";
import { folderWith, main, orrery, repository } from "./orrery-process.ts";

test("orrery exporter serves a twin of a lab, held against its declaration, until it is told to end", async () => {
  const lab = join(repository, "examples/tidy-lab");
  const twin = await startTwin({ lab, speed: 1, tokens: { "root@pam!exporter": "s3cret" } });
  onTestFinished(() => twin.stop());
  const child = spawn(process.execPath, [main, "exporter", "--lab", lab, "--listen", "127.0.0.1:0"], {
    cwd: repository,
    env: {
      ...process.env,
      XDG_CACHE_HOME: join(repository, "node_modules/.cache"),
      ORRERY_URL: twin.url,
      ORRERY_FINGERPRINT: twin.fingerprint,
      ORRERY_TOKEN: "root@pam!exporter=s3cret",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let err = "";
  child.stderr.setEncoding("utf8").on("data", (chunk) => (err += chunk));
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const url = /^(\S+\/pve) {2}metrics of the cluster/.exec(String(line))?.[1] ?? expect.fail(String(line));
  const page = async () => (await fetch(url)).text();
  expect(await page()).toMatch(/^pve_up\{id="node\/pve1"\} 1$/m);
  await expect.poll(page, { timeout: 20_000 }).toMatch(/^orrery_drift_changes\{change="missing"\} 0$/m);
  expect(await page()).toMatch(/^orrery_objective_state\{.*state="met"\} 1$/m);
  child.kill("SIGTERM");
  const [code] = await once(child, "close");
  expect({ code, err }).toEqual({ code: 0, err: "" });
});

const config = "default:\n  user: a@pve\n  token_name: t\n  token_value: env:NONE\n  verify_ssl: false\n";

test.each([
  [["exporter"], /Say which cluster: --url/],
  [
    ["exporter", "--url", "https://pve1", "--token", "a@pve!t=s", "--listen", "nowhere"],
    /--listen nowhere is no address/,
  ],
  [["exporter", "--config", "pve.yml", "--lab", "."], /--lab is one cluster, and --config may be several/],
  [["exporter", "--config", "pve.yml"], /the module default names no targets/],
  [["exporter", "--config", "pve.yml", "--target", "pve1"], /verify_ssl: false\. Orrery always looks/],
])("%j is refused with a sentence", async (args, sentence) => {
  const cwd = folderWith({ "pve.yml": config, "orrery.config.ts": "" });
  const { code, out, err } = await orrery(args, { cwd, env: { ORRERY_URL: "", ORRERY_TOKEN: "" } });
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toMatch(sentence);
});

import { chmodSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderWith } from "../../orrery-process.ts";
import { modulesOfFile } from "./config-file.ts";
import { targetUrl } from "./target.ts";

const read = (text: string, { env = {}, mode = 0o600, others = ["pve1"] } = {}) => {
  const file = join(folderWith({ "pve.yml": text }), "pve.yml");
  chmodSync(file, mode);
  return modulesOfFile(file, others, env);
};

const head = "default:\n  user: prometheus@pve\n  token_name: exporter\n";

test("a file of prometheus-pve-exporter is read as it is, with targets from the command line", async () => {
  const [module] = await read(`${head}  token_value: s3cret\n  verify_ssl: true\n`);
  expect(module).toMatchObject({
    name: "default",
    targets: ["https://pve1:8006"],
    credentials: { kind: "token", id: "prometheus@pve!exporter", secret: "s3cret" },
  });
  expect(module?.trustOf("https://pve1:8006")).toEqual({ kind: "ca" });
});

test("secrets come from the environment, a file, or what systemd gives", async () => {
  const folder = folderWith({ token: "from a file\nmore\n" });
  const of = async (place: string) =>
    (
      await read(`${head}  token_value: ${place}\n`, {
        mode: 0o644,
        env: { TOKEN: "from env", CREDENTIALS_DIRECTORY: folder },
      })
    )[0]?.credentials;
  expect(await of("env:TOKEN")).toMatchObject({ secret: "from env" });
  expect(await of(`file:${folder}/token`)).toMatchObject({ secret: "from a file" });
  expect(await of("credential:token")).toMatchObject({ secret: "from a file" });
  await expect(of("env:OTHER")).rejects.toThrow("takes its token_value from env:OTHER, and there is nothing");
});

test("each target may have a fingerprint of its own", async () => {
  const [module] = await read(
    `${head}  token_value: s\n  targets: [pve1, "pve2:443"]\n  fingerprint: { pve1: "AA:BB" }\n`,
  );
  expect(module?.targets).toEqual(["https://pve1:8006", "https://pve2:443"]);
  expect(module?.trustOf("https://pve1:8006")).toEqual({ kind: "fingerprint", sha256: "AA:BB" });
  expect(module?.trustOf("https://pve2:443")).toEqual({ kind: "ca" });
});

test.each([
  [`${head}  token_value: s\n  verify_ssl: false\n`, {}, /verify_ssl: false\. Orrery always looks whom it talks to/],
  [`${head}  token_value: s\n`, { mode: 0o644 }, /token_value in clear, and anybody can read the file/],
  [`${head}  token_value: s\n`, { others: [] }, /names no targets/],
  [`${head}  token_valu: s\n`, {}, /has "token_valu", which says nothing here\. Did you mean token_value\?/],
  [head, {}, /has a token_name and no token_value/],
  ["default:\n  user: a@pve\n", {}, /neither token_name with token_value, nor a password/],
  [
    `${head}  token_value: s\n  targets: ["http://pve1"]\n`,
    {},
    /"http:\/\/pve1" among its targets, which is no address/,
  ],
  ["default: [", {}, /pve\.yml:1: this is no YAML\.$/],
  ["", {}, /there are no modules/],
  ["default:\n", {}, /the module default says nothing/],
])("%j is refused with a sentence", async (text, options, sentence) => {
  await expect(read(text, options)).rejects.toThrow(sentence);
});

test.each([
  ["pve1", "https://pve1:8006"],
  ["10.0.0.1:443", "https://10.0.0.1:443"],
  ["https://pve1.lab:8007/", "https://pve1.lab:8007"],
  ["fd00::1", "https://[fd00::1]:8006"],
  ["[fd00::1]:8006", "https://[fd00::1]:8006"],
  ["http://pve1", undefined],
  ["pve1/path", undefined],
  ["user@pve1", undefined],
  ["", undefined],
])("the target %j is %s", (target, url) => {
  expect(targetUrl(target)).toBe(url);
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import { get } from "node:https";
import { expect, test } from "vitest";
import { folderWith, main, orrery, repository } from "./orrery-process.ts";

type Served = {
  readonly url: string;
  readonly certificate: string;
  readonly setupLink: string;
  readonly clusters: string[];
};

const asked = (url: string, ca: string): Promise<string> =>
  new Promise((resolve, reject) => {
    get(url, { ca }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      answer.on("end", () => resolve(`${answer.statusCode} ${text}`));
    }).on("error", reject);
  });

test("it serves the twin of a lab on this machine, by its own certificate, and ends well when asked to", async () => {
  const args = ["serve", "--twin", "examples/tidy-lab", "--listen", "127.0.0.1:0", "--memory", "--json"];
  const child = spawn(process.execPath, [main, ...args], { cwd: repository, stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(child.stdout, "data");
  const { url, certificate, setupLink, clusters }: Served = JSON.parse(String(line));
  expect(await asked(`${url}/healthz`, certificate)).toBe('200 {"status":"alive"}');
  expect(await asked(`${url}/api/clusters`, certificate)).toMatch(/^401 /);
  expect(setupLink).toMatch(new RegExp(`^${url}/setup#[\\w-]{43}$`));
  expect(clusters).toHaveLength(1);
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
});

test("a server whose twin hurries goes by the twin's time", async () => {
  const args = [
    "serve",
    "--twin",
    "examples/tidy-lab",
    "--speed",
    "3600",
    "--listen",
    "127.0.0.1:0",
    "--memory",
    "--json",
  ];
  const child = spawn(process.execPath, [main, ...args], { cwd: repository, stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(child.stdout, "data");
  const { url, certificate }: Served = JSON.parse(String(line));
  const ahead = (): Promise<number> =>
    new Promise((resolve, reject) => {
      get(`${url}/healthz`, { ca: certificate, agent: false }, (answer) => {
        answer.resume();
        resolve(Date.parse(answer.headers.date ?? "") - Date.now());
      }).on("error", reject);
    });
  const first = await ahead();
  let later = first;
  while (later < first + 600_000) later = await ahead();
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
});

test("settings that cannot be used are told whole, each with its place, and a secret is named by its place alone", async () => {
  const cluster = {
    id: "lab",
    connection: { urls: ["http://pve1"], credentials: { user: "root@pam", password: "s3cret" } },
  };
  const folder = folderWith({ "server.json": JSON.stringify({ clusters: [cluster], listen: "here" }) });
  const { code, err } = await orrery(["serve", "--settings", `${folder}/server.json`]);
  expect(code).toBe(2);
  expect(err).toContain("listen: expected HOST:PORT");
  expect(err).toContain("clusters.0.connection.urls.0: expected https://HOST");
  expect(err).not.toContain("s3cret");
});

test("what makes no sense together is refused before anything is asked", async () => {
  const both = await orrery(["serve", "--twin", "examples/tidy-lab", "--url", "https://pve1:8006"]);
  expect([both.code, both.err]).toEqual([2, "A cluster and --twin are two worlds. Take one.\n"]);
  const listen = await orrery(["serve", "--twin", "examples/tidy-lab", "--listen", "7443"]);
  expect([listen.code, listen.err]).toEqual([2, expect.stringMatching(/^Cannot listen on "7443"/)]);
});

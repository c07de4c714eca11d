import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { orrery, repository } from "../orrery-process.ts";

const installed = (shell: string): boolean => spawnSync(shell, ["--version"]).status === 0;

const scriptOf = async (shell: string): Promise<string> => {
  const { code, out } = await orrery(["completion", shell]);
  expect(code).toBe(0);
  return out;
};

/** What bash offers after these words, the last one being typed. */
const offered = (script: string, ...words: string[]): string[] => {
  const list = ["orrery", ...words].map((word) => `'${word}'`).join(" ");
  const ask = `${script}\nCOMP_WORDS=(${list}); COMP_CWORD=${words.length}; _orrery 2>/dev/null; printf '%s\\n' "\${COMPREPLY[@]}"; complete -p orrery`;
  const { stdout, status } = spawnSync("bash", ["--norc", "-c", ask], { cwd: repository, encoding: "utf8" });
  expect(status).toBe(0);
  const lines = stdout.trimEnd().split("\n");
  expect(lines.pop()).toBe("complete -F _orrery orrery");
  return lines.filter((line) => line !== "").sort();
};

test("bash completes commands, options, rules, severities, shells and files", async () => {
  const bash = await scriptOf("bash");
  expect(offered(bash, "")).toEqual(expect.arrayContaining(["check", "explain", "completion", "--help", "--version"]));
  expect(offered(bash, "ch")).toEqual(["check"]);
  expect(offered(bash, "check", "--s")).toEqual(["--sarif", "--severity"]);
  expect(offered(bash, "check", "--severity", "")).toEqual(["error", "note", "warning"]);
  expect(offered(bash, "check", "--rule", "waivers")).toEqual(["waivers", "waivers/expired"]);
  expect(offered(bash, "check", "examples/astronomy-lab/orr")).toEqual(["examples/astronomy-lab/orrery.config.ts"]);
  expect(offered(bash, "check", "--at", "")).toEqual([]);
  expect(offered(bash, "explain", "waivers/")).toEqual(["waivers/expired"]);
  expect(offered(bash, "completion", "")).toEqual(["bash", "fish", "zsh"]);
  expect(offered(bash, "twin", "")).toEqual(expect.arrayContaining(["assumptions", "clock", "fault", "run", "serve"]));
  expect(offered(bash, "twin", "fault", "")).toEqual(expect.arrayContaining(["add", "clear", "list"]));
  expect(offered(bash, "twin", "fault", "add", "node", "pve1", "lo")).toEqual(["loses-disks", "loses-power"]);
  expect(offered(bash, "twin", "serve", "--pve", "")).toEqual(["8.4", "9.2"]);
  expect(offered(bash, "twin", "run", "examples/astronomy-lab/orr")).toEqual([
    "examples/astronomy-lab/orrery.config.ts",
  ]);
  expect(offered(bash, "placement", "")).toEqual(expect.arrayContaining(["absorb", "drain", "place", "spread"]));
  expect(offered(bash, "placement", "drain", "--t")).toEqual(["--tags", "--token", "--twin"]);
  expect(offered(bash, "placement", "drain", "--tags", "")).toEqual(["none", "proxlb"]);
  expect(offered(bash, "status", "--pass")).toEqual(["--password-file"]);
});

type Asked = { readonly shell: string; readonly args: readonly string[]; readonly ask: (script: string) => string };
/** What each other shell is asked, and must answer: that it knows the command, and rules. */
const others: readonly Asked[] = [
  {
    shell: "zsh",
    args: ["-f", "-c"],
    ask: (script) =>
      `autoload -Uz compinit && compinit -u -D\n${script}\nprint -- $_comps[orrery] && functions _orrery`,
  },
  {
    shell: "fish",
    args: ["--no-config", "-c"],
    ask: (script) => `${script}\ncomplete -C 'orrery ch'\ncomplete -C 'orrery explain waivers/'; echo _orrery`,
  },
];

test("zsh and fish, where they are installed, take their scripts without a word", async () => {
  for (const { shell, args, ask } of others) {
    const script = await scriptOf(shell);
    expect(script).toContain("waivers/expired");
    if (!installed(shell)) continue;
    const { stdout, stderr } = spawnSync(shell, [...args, ask(script)], { encoding: "utf8" });
    expect({ shell, stderr, known: /^_orrery/m.test(stdout) }).toEqual({ shell, stderr: "", known: true });
    expect(stdout).toMatch(/check/);
    expect(stdout).toMatch(/waivers\/expired/);
  }
});

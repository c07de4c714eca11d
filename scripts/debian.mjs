/**
 * Installs the Debian packages that tests need: clients that others wrote, run against the twin. Node 20 must be able
 * to read this file. `test/debian-packages.json` says which test needs what.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./root.mjs";

const aptGet = (...args) =>
  spawnSync("apt-get", ["-qq", "-o", "DPkg::Lock::Timeout=300", ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    encoding: "utf8",
  });

/** Those of the packages that are not installed; all of them where there is no dpkg. */
const missingOf = (packages) => {
  const { stdout } = spawnSync("dpkg-query", ["-s", ...packages], { encoding: "utf8" });
  const installed = (stdout ?? "").matchAll(/^Package: (.+)\nStatus: install ok installed$/gm);
  const names = new Set([...installed].map((match) => match[1]));
  return packages.filter((name) => !names.has(name));
};

const whyNot = () => {
  const release = existsSync("/etc/os-release") ? readFileSync("/etc/os-release", "utf8") : "";
  if (!/^ID=debian$/m.test(release)) return "this is not Debian";
  return process.getuid?.() === 0 ? undefined : "only root may install packages";
};

/** Whether a run with these file filters reaches a test; options are no filters. */
const runs = (test, filters) => filters.length === 0 || filters.some((filter) => `test/${test}`.includes(filter));

/**
 * Sees to the packages of the tests that the arguments of `npm test` select. Where it may not install them, it says so,
 * and those tests skip themselves; where it fails to, they fail.
 */
export const setUpDebian = (args) => {
  const filters = args.filter((arg) => !arg.startsWith("-"));
  const needs = JSON.parse(readFileSync(join(root, "test", "debian-packages.json"), "utf8"));
  const tests = Object.keys(needs).filter((test) => runs(test, filters));
  if (tests.length === 0) return;
  const missing = missingOf([...new Set(tests.flatMap((test) => needs[test]))]);
  if (missing.length === 0) return;
  const reason = whyNot();
  if (reason !== undefined) {
    const skipped = tests.filter((test) => needs[test].some((name) => missing.includes(name)));
    process.stderr.write(
      `Not installed: ${missing.join(", ")}, and ${reason}. Skipped for want of them: ${skipped.join(", ")}.\n`,
    );
    return;
  }
  process.stderr.write(
    `Installing Debian packages that tests need: ${missing.join(", ")}; ansible takes about a minute.\n`,
  );
  const began = performance.now();
  aptGet("update");
  const { status, stderr } = aptGet("install", "-y", "--no-install-recommends", ...missing);
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  if (status === 0) process.stderr.write(`Installed them in ${seconds} s.\n`);
  else process.stderr.write(`apt-get could not install them; the tests that need them will fail.\n${stderr}\n`);
};

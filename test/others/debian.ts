import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import needs from "../debian-packages.json" with { type: "json" };

const isInstalled = (name: string): boolean =>
  /^Status: install ok installed$/m.test(spawnSync("dpkg-query", ["-s", name], { encoding: "utf8" }).stdout ?? "");

const mayInstall = (): boolean => {
  try {
    return process.getuid?.() === 0 && /^ID=debian$/m.test(readFileSync("/etc/os-release", "utf8"));
  } catch {
    return false;
  }
};

/** Why a test that needs Debian packages cannot run here. Never where `npm test` may install them: there it must run. */
export const reasonToSkip = (test: keyof typeof needs): string | undefined => {
  const missing = needs[test].filter((name) => !isInstalled(name));
  if (missing.length === 0) return undefined;
  if (mayInstall()) throw new Error(`${missing.join(", ")} missing. \`npm test\` installs what this test needs.`);
  return `needs Debian's ${missing.join(", ")}`;
};

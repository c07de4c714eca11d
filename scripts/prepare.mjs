/**
 * After an installation: makes what would otherwise be made at the first start, the bundle of the command and the console.
 * That one of them cannot be made is told, and hinders nothing.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { bin, root } from "./root.mjs";

const make = async (script) => {
  const child = spawn(bin("node"), [script], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  const [status] = await once(child, "close").catch((error) => [error.message]);
  if (status !== 0) process.stderr.write(`${script} failed (${status}); the next \`npm start\` tries again.\n`);
};

await Promise.all(["scripts/bundle.mjs", "apps/console/build/main.ts"].map(make));

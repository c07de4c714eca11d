import { spawn } from "node:child_process";

export type Ended = { readonly status: number | null; readonly stdout: string; readonly stderr: string };

/** Runs a program of this machine to its end, with Debian's tools first in its path. */
export const runProgram = (
  command: string,
  args: readonly string[],
  options: { readonly cwd: URL; readonly env: Readonly<Record<string, string>> },
): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const env = { PATH: "/usr/bin:/bin", HOME: process.env.HOME, LC_ALL: "C.UTF-8", ...options.env };
    const child = spawn(command, args, { cwd: options.cwd, env });
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.on("error", reject);
    child.on("close", (status) =>
      resolve({ status, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }),
    );
  });

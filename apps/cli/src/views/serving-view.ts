import type { RunningServer } from "@orrery/server";
import type { Terminal } from "../terminal.ts";

/** What `orrery serve --json` prints: one line. */
export const servingJson = (
  { url, fingerprint, certificate, setupLink }: RunningServer,
  clusters: readonly string[],
): string => JSON.stringify({ url, fingerprint, certificate, setupLink, clusters });

export const servingView = (
  { url, fingerprint, setupLink }: RunningServer,
  clusters: readonly string[],
  keptIn: string | undefined,
  { paint }: Terminal,
): string =>
  [
    `${paint("bold", url)}  watches ${clusters.join(", ")}`,
    `  fingerprint  ${fingerprint}`,
    `  the API      ${url}/api/docs`,
    ...(setupLink === undefined ? [] : [`  first account, once and within an hour:`, `  ${paint("cyan", setupLink)}`]),
    `Accounts, tokens and the audit trail are kept in ${keptIn ?? "this process and end with it"}. Interrupt to stop.`,
  ].join("\n");

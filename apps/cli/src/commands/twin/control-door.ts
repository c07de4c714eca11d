import { CommandError, exitCode } from "../../exit-code.ts";
import { fetchPinned, type PinnedAnswer } from "../../pinned-fetch.ts";

export type ControlOptions = { readonly url?: string; readonly control?: string; readonly fingerprint?: string };

/** Asks a running twin beside Proxmox's paths. Throws what the twin says is wrong. */
export const askTwin = async (
  options: ControlOptions,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> => {
  const url = options.url ?? process.env.ORRERY_TWIN_URL ?? "https://127.0.0.1:8006";
  const secret = options.control ?? process.env.ORRERY_TWIN_CONTROL;
  if (secret === undefined || secret === "")
    throw new CommandError(
      "The twin asks for its control secret: --control SECRET or ORRERY_TWIN_CONTROL, as `orrery twin serve` printed it.",
    );
  const fingerprint = options.fingerprint ?? process.env.ORRERY_TWIN_FINGERPRINT;
  const answer = await fetchPinned({
    url: new URL(path, url),
    method,
    fingerprint,
    headers: { authorization: `Bearer ${secret}` },
    body: body === undefined ? undefined : JSON.stringify(body),
  }).catch((error: unknown): PinnedAnswer => {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(`No twin answers at ${url}: ${why}`, exitCode.failed);
  });
  const parsed: unknown = JSON.parse(answer.body);
  if (answer.status === 200) return parsed;
  const problem =
    typeof parsed === "object" && parsed !== null && "problem" in parsed
      ? String(parsed.problem)
      : `it answered ${answer.status}`;
  throw new CommandError(problem, answer.status === 401 ? exitCode.failed : exitCode.usage);
};

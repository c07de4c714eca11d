import {
  type Clock,
  type Proxmox,
  PveError,
  type PveErrorKind,
  type PveVersion,
  parseUpid,
  type TaskEnd,
  taskEndOf,
} from "@orrery/contract";

export type AnyPve = Pick<Proxmox<PveVersion>, "version" | "request">;

export type TaskTold = {
  readonly line: (text: string) => void;
  readonly share: (share: number) => void;
};

/** Before the first look at a task, and between two: the longer it lasts, the more seldom. Milliseconds. */
const looks = { first: 200, second: 400, most: 3000 };
/** For so long nobody may answer before a task's end is called unknown: a node fences and boots in less. Milliseconds. */
const patienceMs = 120_000;
/** The task goes on whether or not somebody can be asked about it. */
const passing: ReadonlySet<PveErrorKind> = new Set(["unreachable", "node-unreachable", "broken-answer", "deadline"]);
/** A task that lasts so long has its log read while it runs. Milliseconds. */
const logAfterMs = 3000;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

/** How much is done by a line of a log: `transferred 1.5 GiB of 32.0 GiB (4.69%)`, `progress 23% (…)`. */
const shareIn = (line: string): number | undefined => {
  const found = /(\d{1,3}(?:\.\d+)?) ?%/.exec(line)?.[1];
  const share = Number(found) / 100;
  return found === undefined || share > 1 ? undefined : share;
};

/** Reads a log bit by bit. */
class Log {
  readonly #pve: AnyPve;
  readonly #upid: string;
  readonly #told: TaskTold;
  #next = 0;

  constructor(pve: AnyPve, upid: string, told: TaskTold) {
    this.#pve = pve;
    this.#upid = upid;
    this.#told = told;
  }

  /** Tells the lines that are new. A log that cannot be read now is read later, or never: the task goes on. */
  async read(): Promise<void> {
    const node = parseUpid(this.#upid)?.node ?? "";
    const parameters = { node, upid: this.#upid, start: this.#next, limit: 500 };
    try {
      const { data } = await this.#pve.request("GET", "/nodes/{node}/tasks/{upid}/log", parameters);
      for (const row of Array.isArray(data) ? data : []) this.#tell(row);
    } catch (error) {
      if (!(error instanceof PveError)) throw error;
    }
  }

  #tell(row: unknown): void {
    const { n, t } = isRecord(row) ? row : {};
    if (typeof n !== "number" || typeof t !== "string" || n <= this.#next || t === "no content") return;
    this.#next = n;
    this.#told.line(t);
    const share = shareIn(t);
    if (share !== undefined) this.#told.share(share);
  }
}

type Look =
  | { readonly kind: "running" }
  | { readonly kind: "ended"; readonly end: TaskEnd }
  | { readonly kind: "lost"; readonly why: string };

const lookAt = async (pve: AnyPve, upid: string): Promise<Look> => {
  const node = parseUpid(upid)?.node ?? "";
  try {
    const { data } = await pve.request("GET", "/nodes/{node}/tasks/{upid}/status", { node, upid });
    return isRecord(data) && data.status === "stopped"
      ? { kind: "ended", end: taskEndOf(data.exitstatus) }
      : { kind: "running" };
  } catch (error) {
    if (error instanceof PveError && passing.has(error.kind)) return { kind: "lost", why: error.message };
    throw error;
  }
};

/** Follows a task to its end, with its log where it takes its time or goes wrong. Rejects with a `PveError`. */
export const followTask = async (pve: AnyPve, clock: Clock, upid: string, told: TaskTold): Promise<TaskEnd> => {
  const log = new Log(pve, upid, told);
  const began = clock.monotonic();
  let heard = began;
  await clock.sleep(looks.first);
  for (let pause = looks.second; ; pause = Math.min(pause * 2, looks.most)) {
    const look = await lookAt(pve, upid);
    const now = clock.monotonic();
    const isLong = now - began >= logAfterMs;
    if (look.kind === "ended") {
      if (look.end.kind !== "ok" || isLong) await log.read();
      return look.end;
    }
    if (look.kind === "running") heard = now;
    else if (now - heard >= patienceMs) return { kind: "unknown", reason: look.why };
    if (isLong && look.kind === "running") await log.read();
    await clock.sleep(pause);
  }
};

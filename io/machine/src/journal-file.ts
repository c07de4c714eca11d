import { type FileHandle, mkdir, open, readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";

/** Lines of JSON that are only ever added to. */
export type JournalFile = {
  /** What was there when it was opened, and what was added since. */
  readonly read: () => Promise<readonly unknown[]>;
  /** Resolves when the line is on the disk. */
  readonly append: (line: unknown) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Somebody else writes this journal. */
export class JournalHeld extends Error {
  override readonly name = "JournalHeld";
  readonly pid: number;

  constructor(path: string, pid: number) {
    super(`Another process (${pid}) writes ${path}.`);
    this.pid = pid;
  }
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error ? String(error.code) : undefined;

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
};

/** The process that holds a journal, by the file beside it; undefined where none does. */
const holderOf = async (lock: string): Promise<number | undefined> => {
  try {
    const pid = Number(await readFile(lock, "utf8"));
    return Number.isSafeInteger(pid) && pid > 0 && isAlive(pid) ? pid : undefined;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
};

/** Whether a living process writes this journal. */
export const isHeld = async (path: string): Promise<boolean> => (await holderOf(`${path}.lock`)) !== undefined;

const hold = async (path: string): Promise<string> => {
  const lock = `${path}.lock`;
  for (let tries = 0; ; tries += 1) {
    try {
      const file = await open(lock, "wx", 0o600);
      await file.writeFile(String(process.pid));
      await file.close();
      return lock;
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
      const pid = await holderOf(lock);
      if (pid !== undefined || tries > 0) throw new JournalHeld(path, pid ?? 0);
      // Who held it is gone.
      await rm(lock, { force: true });
    }
  }
};

/** The lines of a file; one that was torn in the writing, which only the last can be, is none. */
export const readLines = async (path: string): Promise<unknown[]> => {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
  return text.split("\n").flatMap((line): unknown[] => {
    try {
      return line === "" ? [] : [JSON.parse(line)];
    } catch {
      return [];
    }
  });
};

/** A line that was torn stays as it is: what is added begins on a line of its own. */
const endTornLine = async (file: FileHandle): Promise<void> => {
  const { size } = await file.stat();
  if (size === 0) return;
  const last = Buffer.alloc(1);
  await file.read(last, 0, 1, size - 1);
  if (last.toString() !== "\n") await file.appendFile("\n");
};

/**
 * Opens a journal to add to it, for this process alone. Throws a `JournalHeld` where another process has it; rejects
 * where the folder cannot be written.
 */
export const openJournal = async (path: string): Promise<JournalFile> => {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const lock = await hold(path);
  let file: FileHandle;
  try {
    file = await open(path, "a+", 0o600);
    await endTornLine(file);
  } catch (error) {
    await rm(lock, { force: true });
    throw error;
  }
  let last: Promise<void> = Promise.resolve();
  let pending: { lines: string; written: Promise<void> } | undefined;
  const append = (line: unknown): Promise<void> => {
    const text = `${JSON.stringify(line)}\n`;
    if (pending !== undefined) {
      pending.lines += text;
      return pending.written;
    }
    // Who comes while the disk is busy shares the next write.
    const mine = { lines: text, written: Promise.resolve() };
    const write = async (): Promise<void> => {
      pending = undefined;
      await file.appendFile(mine.lines);
      await file.datasync();
    };
    mine.written = last.then(write);
    last = mine.written.catch(() => undefined);
    pending = mine;
    return mine.written;
  };
  return {
    read: () => readLines(path),
    append,
    close: async () => {
      await last;
      await file.close();
      await rm(lock, { force: true });
    },
  };
};

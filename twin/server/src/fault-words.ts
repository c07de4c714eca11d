import { duration, size } from "@orrery/model";
import { type AskedFault, type FaultKind, type Subject, subjectText } from "@orrery/twin-world";

/** What follows a fault's name: `factor=0.1`. */
type Setting = { readonly name: string; readonly about: string; readonly optional?: true };

export type FaultWord = {
  readonly on: readonly Subject["kind"][];
  readonly about: string;
  readonly settings: readonly Setting[];
};

const factor: Setting = { name: "factor", about: "share of its speed that is left, 0 to 1" };

/** Every fault that there is, by its name. */
export const faultWords: Readonly<Record<FaultKind["kind"], FaultWord>> = {
  "loses-power": { on: ["node"], about: "off at once; boots when the fault ends", settings: [] },
  hangs: { on: ["node"], about: "answers nothing more", settings: [] },
  "is-partitioned": {
    on: ["node"],
    about: "cut off from all nodes but those named",
    settings: [{ name: "with", about: "nodes on its side, by commas", optional: true }],
  },
  "is-lost": { on: ["switch", "link"], about: "carries nothing", settings: [] },
  "is-slow": { on: ["link", "backing"], about: "works at a share of its speed", settings: [factor] },
  fails: { on: ["disk", "backing"], about: "is broken; a pool goes on while it has spares", settings: [] },
  fills: {
    on: ["backing"],
    about: "so many bytes more lie on it",
    settings: [{ name: "bytes", about: "a size: 500GiB" }],
  },
  "stays-locked": {
    on: ["guest"],
    about: "a lock that nobody takes away",
    settings: [{ name: "lock", about: "backup, migrate, snapshot …" }],
  },
  crashes: { on: ["guest"], about: "its process is gone", settings: [] },
  "loses-disks": { on: ["guest"], about: "it stops, and its disks are gone for good", settings: [] },
  "agent-dies": { on: ["guest"], about: "the guest agent answers no more", settings: [] },
  "ignores-shutdown": { on: ["guest"], about: "hears no shutdown request", settings: [] },
  "task-fails": {
    on: ["guest", "node"],
    about: "the next task of a type fails on its way",
    settings: [
      { name: "type", about: "vzdump, qmigrate, qmstart …" },
      { name: "share", about: "where on its way, 0 to 1" },
      { name: "message", about: "what it says" },
    ],
  },
  "api-fails": {
    on: ["path"],
    about: "requests below the path are refused",
    settings: [
      { name: "status", about: "an HTTP status: 595" },
      { name: "reason", about: "its reason phrase" },
    ],
  },
  "api-delays": {
    on: ["path"],
    about: "requests below the path wait, in real time",
    settings: [{ name: "ms", about: "milliseconds" }],
  },
  "api-resets": { on: ["path"], about: "connections are broken off", settings: [] },
  "clock-wrong": {
    on: ["node"],
    about: "its own clock is ahead",
    settings: [{ name: "byMs", about: "milliseconds, negative for behind" }],
  },
  "certificate-expires": { on: ["node"], about: "its certificate is no longer valid", settings: [] },
};

/** What a subject is called by: `node node02`, `disk node05:/dev/sda`, `path /nodes`. */
const subjectForms: Readonly<Record<Subject["kind"], string>> = {
  node: "node NAME",
  guest: "guest VMID",
  link: "link ID",
  switch: "switch NAME",
  backing: "backing ID",
  disk: "disk NODE:/dev/…",
  path: "path /…",
};

/** One line a fault: what it befalls, its name, its settings, what it does. */
export const faultHelp = (): readonly string[] =>
  Object.entries(faultWords).map(([name, { on, settings, about }]) => {
    const subject = on.map((kind) => subjectForms[kind]).join(" | ");
    const words = settings.map((one) => (one.optional ? `[${one.name}=…]` : `${one.name}=…`)).join(" ");
    return `${`${subject} ${name}`.padEnd(44)} ${[about, words].filter(Boolean).join("; ")}`;
  });

export type Misread = { readonly problem: string };

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isFaultName = (name: string): name is FaultKind["kind"] => Object.hasOwn(faultWords, name);
const isSubjectKind = (name: string): name is Subject["kind"] => Object.hasOwn(subjectForms, name);

const subjectOf = (kind: string, name: string): Subject | Misread => {
  if (!isSubjectKind(kind))
    return { problem: `Nothing is a "${kind}". There are: ${Object.values(subjectForms).join(", ")}.` };
  if (name === "") return { problem: `Say which ${kind}: ${subjectForms[kind]}.` };
  switch (kind) {
    case "node":
      return { kind, node: name };
    case "guest": {
      const vmid = Number(name);
      return Number.isSafeInteger(vmid)
        ? { kind, vmid }
        : { problem: `A guest is named by its number, not "${name}".` };
    }
    case "link":
      return { kind, link: name };
    case "switch":
      return { kind, switch: name };
    case "backing":
      return { kind, backing: name };
    case "disk": {
      const at = name.indexOf(":");
      return at > 0
        ? { kind, node: name.slice(0, at), devpath: name.slice(at + 1) }
        : { problem: `A disk is named NODE:/dev/…, not "${name}".` };
    }
    case "path":
      return { kind, path: name };
  }
};

const numberIn = (raw: unknown, least: number, most: number): number | undefined => {
  const value = typeof raw === "number" ? raw : typeof raw === "string" && raw.trim() !== "" ? Number(raw) : Number.NaN;
  return Number.isFinite(value) && value >= least && value <= most ? value : undefined;
};

const textIn = (raw: unknown): string | undefined =>
  typeof raw === "string" && raw !== "" && raw.length <= 500 && !/[\r\n]/.test(raw) ? raw : undefined;

const bytesIn = (raw: unknown): number | undefined => {
  if (typeof raw !== "string" || /^\d+$/.test(raw)) return numberIn(raw, 1, Number.MAX_SAFE_INTEGER);
  const parsed = size.safeParse(raw.replace(/^(\d+(?:\.\d+)?) ?([A-Za-z]+)$/, "$1 $2"));
  return parsed.success ? parsed.data : undefined;
};

const namesIn = (raw: unknown): string[] | undefined => {
  if (raw === undefined) return [];
  const list: unknown[] | undefined = typeof raw === "string" ? raw.split(",") : Array.isArray(raw) ? raw : undefined;
  return list?.every((one): one is string => typeof one === "string" && one !== "") ? list : undefined;
};

/** The settings that a fault takes, read; undefined where one is missing or is none. */
const kindOf = (name: FaultKind["kind"], given: Readonly<Record<string, unknown>>): FaultKind | undefined => {
  switch (name) {
    case "is-partitioned": {
      const others = namesIn(given.with);
      return others && { kind: name, with: others };
    }
    case "is-slow": {
      const share = numberIn(given.factor, 0, 1);
      return share === undefined ? undefined : { kind: name, factor: share };
    }
    case "fills": {
      const bytes = bytesIn(given.bytes);
      return bytes === undefined ? undefined : { kind: name, bytes };
    }
    case "stays-locked": {
      const lock = textIn(given.lock);
      return lock === undefined ? undefined : { kind: name, lock };
    }
    case "task-fails": {
      const [type, share, message] = [textIn(given.type), numberIn(given.share, 0, 1), textIn(given.message)];
      return type === undefined || share === undefined || message === undefined
        ? undefined
        : { kind: name, type, share, message };
    }
    case "api-fails": {
      const [status, reason] = [numberIn(given.status, 400, 599), textIn(given.reason)];
      return status === undefined || reason === undefined ? undefined : { kind: name, status, reason };
    }
    case "api-delays": {
      const ms = numberIn(given.ms, 0, 600_000);
      return ms === undefined ? undefined : { kind: name, ms };
    }
    case "clock-wrong": {
      const byMs = numberIn(given.byMs, -1e12, 1e12);
      return byMs === undefined ? undefined : { kind: name, byMs };
    }
    case "loses-power":
    case "hangs":
    case "is-lost":
    case "fails":
    case "crashes":
    case "loses-disks":
    case "agent-dies":
    case "ignores-shutdown":
    case "api-resets":
    case "certificate-expires":
      return { kind: name };
  }
};

const whatOf = (name: string, given: Readonly<Record<string, unknown>>): FaultKind | Misread => {
  if (!isFaultName(name))
    return { problem: `No fault is called "${name}". There are: ${Object.keys(faultWords).join(", ")}.` };
  const { settings } = faultWords[name];
  const unknown = Object.keys(given).find((key) => !settings.some((one) => one.name === key));
  if (unknown !== undefined) return { problem: `${name} has no setting "${unknown}".` };
  const what = kindOf(name, given);
  if (what !== undefined) return what;
  return { problem: `${name} takes ${settings.map((one) => `${one.name}=… (${one.about})`).join(", ")}.` };
};

/** Milliseconds of `90 s`, `10 min`, `2h`, `30d`. */
export const parseSpan = (text: string): number | undefined => {
  const spaced = text
    .trim()
    .replace(
      /^(\d+(?:\.\d+)?)\s*(s|min|m|h|d|w)$/,
      (_, number: string, unit: string) => `${number} ${unit === "m" ? "min" : unit}`,
    );
  const parsed = duration.safeParse(spaced);
  return parsed.success ? parsed.data * 1000 : undefined;
};

export type FaultSentence = Pick<AskedFault, "subject" | "what">;

/** `node node02 loses-power`, `link node01/lan1g is-slow factor=0.1`; words with blanks in quotes. */
export const parseFaultSentence = (words: string | readonly string[]): FaultSentence | Misread => {
  const list =
    typeof words === "string"
      ? (words.match(/[^\s"]*"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ""))
      : words;
  const [kind = "", name = "", fault = "", ...settings] = list;
  const subject = subjectOf(kind, name);
  if ("problem" in subject) return subject;
  const given: Record<string, unknown> = Object.create(null);
  for (const setting of settings) {
    const at = setting.indexOf("=");
    if (at < 1) return { problem: `A setting is written name=value, not "${setting}".` };
    given[setting.slice(0, at)] = setting.slice(at + 1);
  }
  if (fault === "") return { problem: `Say what happens to ${kind} ${name}: ${Object.keys(faultWords).join(", ")}.` };
  const what = whatOf(fault, given);
  return "problem" in what ? what : { subject, what };
};

const wordOf = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? `${value}` : "");

/** A fault from JSON: `{ fault: "node node02 loses-power" }` or `{ subject: { kind, … }, what: { kind, … } }`. */
export const parseFault = (raw: unknown): FaultSentence | Misread => {
  if (typeof raw === "string") return parseFaultSentence(raw);
  if (!isRecord(raw)) return { problem: 'A fault is a sentence, "node node02 loses-power", or { subject, what }.' };
  if (typeof raw.fault === "string") return parseFaultSentence(raw.fault);
  const { subject: at, what } = raw;
  if (!isRecord(at) || !isRecord(what))
    return {
      problem:
        'A fault has a subject and what befalls it: { subject: { kind: "node", node: "node02" }, what: { kind: "loses-power" } }.',
    };
  const { kind, node, vmid, link, switch: of, backing, devpath, path } = at;
  const name =
    kind === "disk" ? `${wordOf(node)}:${wordOf(devpath)}` : wordOf(node ?? vmid ?? link ?? of ?? backing ?? path);
  const subject = subjectOf(wordOf(kind), name);
  if ("problem" in subject) return subject;
  const { kind: fault, ...given } = what;
  const read = whatOf(wordOf(fault), given);
  return "problem" in read ? read : { subject, what: read };
};

/** A fault as a sentence that `parseFaultSentence` reads. */
export const faultSentence = ({ subject, what }: FaultSentence): string => {
  const { kind, ...settings } = what;
  const words = Object.entries(settings).flatMap(([name, value]) => {
    const text = Array.isArray(value) ? value.join(",") : String(value);
    return text === "" ? [] : [text.includes(" ") ? `${name}="${text}"` : `${name}=${text}`];
  });
  return [subjectText(subject), kind, ...words].join(" ");
};

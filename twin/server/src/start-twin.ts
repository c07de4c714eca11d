import { randomBytes } from "node:crypto";
import { makeCertificate, makeKeys, type SelfMadeCertificate } from "@orrery/machine";
import type { Lab } from "@orrery/model";
import { hashPassword, type Twin, twinOf } from "@orrery/twin-api";
import { advanceTo, bareWorld, clearFault, type Fault, fault, type Release, type World } from "@orrery/twin-world";
import { type Door, openDoor, type Running } from "./door.ts";
import { type FaultSentence, parseFaultSentence, parseSpan } from "./fault-words.ts";
import { PacedClock, type Speed } from "./paced-clock.ts";
import { TwinError } from "./twin-error.ts";

export type TwinToken = { readonly id: string; readonly secret: string };

export type StartTwin = {
  /** The lab that it is the twin of: a declaration, or the path of one. */
  readonly lab?: Lab | string;
  /** Or an empty world of these nodes; one alone is no cluster. */
  readonly bare?: readonly string[];
  /** Or a world that was built or restored elsewhere. */
  readonly world?: World;
  /** Of a lab: its hardware alone, before anything is set up on it. */
  readonly empty?: boolean;
  /** The API that it speaks. */
  readonly pve?: Release;
  /** `127.0.0.1:8006`; port 0, the default, is any that is free. */
  readonly listen?: string;
  /** A door for each node besides, on free ports of the same address. */
  readonly doorPerNode?: boolean;
  /** Times as fast as real time; `max`: what somebody waits for is there at once. 1 unless told. */
  readonly speed?: Speed;
  readonly seed?: number;
  /** When the world begins, epoch milliseconds; now unless told. */
  readonly now?: number;
  /** Lived through before that by a lab, `30d` or milliseconds: its jobs ran, its backups were made and pruned. Nothing unless told. */
  readonly past?: string | number;
  /** Drawn where none is given. */
  readonly rootPassword?: string;
  /** API tokens with all rights of their users: `root@pam!ci` to its secret. One is made where none is given. */
  readonly tokens?: Readonly<Record<string, string>>;
  /** Told of errors that no answer of the API is; they are faults in the twin. */
  readonly onFailure?: (error: unknown, request: string) => void;
  /** Told of each request before it is answered, `GET /api2/json/version`: to count them. */
  readonly onRequest?: (request: string) => void;
};

export type TwinCredentials = {
  readonly user: string;
  readonly password: string;
  readonly tokens: readonly TwinToken[];
  /** For `/orrery/faults` and `/orrery/clock`: `Authorization: Bearer …`. */
  readonly control: string;
};

export type RunningTwin = {
  /** `https://127.0.0.1:38211`, which speaks for the first node that is up. */
  readonly url: string;
  /** The door of each node, where they were asked for. */
  readonly urls: Readonly<Record<string, string>>;
  /** SHA-256 of the certificate. */
  readonly fingerprint: string;
  /** PEM, to be trusted as an authority. */
  readonly certificate: string;
  readonly credentials: TwinCredentials;
  readonly world: World;
  readonly clock: PacedClock;
  /** Answers the API over the world in this process. */
  readonly api: Twin;
  /**
   * Has something go wrong: `fault("node node02 loses-power", { for: "10 min" })`. Throws a `TwinError` where it cannot.
   */
  readonly fault: (
    what: string | FaultSentence,
    when?: { readonly in?: string | number; readonly for?: string | number },
  ) => Fault;
  /** Ends a fault; false where there is none that could end. */
  readonly clear: (fault: Fault | string) => boolean;
  /** To be called after the world was changed by hand, so that no answer from before is given again. */
  readonly changed: () => void;
  readonly stop: () => Promise<void>;
};

const longestPastMs = 366 * 86_400_000;

const listenOn = (text: string): { host: string; port: number } => {
  const found = /^(?:\[?([^\]]*?)\]?:)?(\d{1,5})$/.exec(text);
  const port = Number(found?.[2]);
  if (found === null || port > 65_535)
    throw new TwinError(
      "twin-listen",
      `Cannot listen on "${text}".`,
      "Write HOST:PORT, such as 127.0.0.1:8006; port 0 is any that is free.",
    );
  return { host: found[1] || "127.0.0.1", port };
};

const readLab = async (lab: Lab | string): Promise<Lab> => {
  if (typeof lab !== "string") return lab;
  const { loadDeclaration } = await import("@orrery/declaration");
  const read = await loadDeclaration(lab);
  if (read.kind === "declaration") return read.lab;
  throw new TwinError(
    "twin-lab",
    read.problems.map(({ message }) => message).join("\n"),
    "`orrery check` tells every problem with its place.",
  );
};

const millisecondsOf = (past: string | number): number => {
  const span = typeof past === "number" ? past : parseSpan(past);
  if (span !== undefined && span >= 0 && span <= longestPastMs) return span;
  throw new TwinError(
    "twin-past",
    `"${past}" is no past that a lab can have.`,
    "Write up to a year, such as 30d or 12h.",
  );
};

/** A lab as it is at a moment, after all that it went through before. */
const livedUpTo = (now: number, past: number, begin: (at: number) => World): World => {
  const world = begin(now - past);
  if (past > 0) advanceTo(world, now);
  return world;
};

const worldFor = async ({
  lab,
  bare,
  world,
  empty = false,
  pve,
  seed = 1,
  now = Date.now(),
  past = 0,
}: StartTwin): Promise<World> => {
  if ([lab, bare, world].filter((one) => one !== undefined).length !== 1)
    throw new TwinError("twin-world", "A twin has one world.", "Give a lab, bare nodes or a world: one of the three.");
  if (world !== undefined) return world;
  const release = pve === undefined ? {} : { release: pve };
  if (lab !== undefined) {
    const { hardwareOf, worldOf } = await import("@orrery/twin-lab");
    const read = await readLab(lab);
    return livedUpTo(now, millisecondsOf(past), (at) =>
      (empty ? hardwareOf : worldOf)(read, { ...release, seed, now: at }),
    );
  }
  const nodes = [...(bare ?? [])];
  const wrong = nodes.find(
    (name, index) => !/^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/.test(name) || nodes.indexOf(name) !== index,
  );
  if (nodes.length === 0 || wrong !== undefined)
    throw new TwinError(
      "twin-nodes",
      nodes.length === 0 ? "A world needs a node." : `"${wrong}" is no name of a node, or is given twice.`,
      "Write names such as pve1,pve2,pve3.",
    );
  return bareWorld({ nodes, seed, now, ...release });
};

const giveTokens = (world: World, tokens: Readonly<Record<string, string>>): TwinToken[] =>
  Object.entries(tokens).map(([id, secret]) => {
    const [userid = "", name] = id.split("!");
    const user = world.access.users[userid];
    if (name === undefined || !/^[A-Za-z][A-Za-z0-9._-]+$/.test(name) || secret === "")
      throw new TwinError(
        "twin-token",
        `"${id}" is no API token with a secret.`,
        "Write USER@REALM!NAME=SECRET, such as root@pam!ci=s3cret.",
      );
    if (user === undefined)
      throw new TwinError(
        "twin-token",
        `There is no user ${userid} for the token ${id}.`,
        `There are: ${Object.keys(world.access.users).join(", ")}.`,
      );
    user.tokens[name] = { expire: 0, privsep: false, secret };
    return { id, secret };
  });

const drawSecret = (): string => randomBytes(18).toString("base64url");

/** The name that a door is called by: a wildcard address cannot be called. */
const callable = (host: string): string =>
  host === "0.0.0.0" || host === "::" || host === "" ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host;

const openDoors = async (
  running: Running,
  asked: StartTwin,
  certificate: SelfMadeCertificate,
): Promise<{ door: Door; byNode: Record<string, Door> }> => {
  const { host, port } = listenOn(asked.listen ?? "127.0.0.1:0");
  const open: Door[] = [];
  try {
    const door = await openDoor(running, { host, port, certificate });
    open.push(door);
    const byNode: Record<string, Door> = {};
    if (asked.doorPerNode) {
      for (const node of Object.keys(running.twin.world.nodes)) {
        const own = await openDoor(running, { host, port: 0, certificate, node });
        open.push(own);
        byNode[node] = own;
      }
    }
    return { door, byNode };
  } catch (error) {
    for (const door of open) await door.close();
    const why = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new TwinError(
      "twin-port",
      `Cannot listen on ${host}:${port} (${why}).`,
      why === "EADDRINUSE"
        ? "Something listens there already; port 0 takes any that is free."
        : "Take an address of this machine.",
    );
  }
};

const spanOf = (raw: string | number | undefined, otherwise: number): number => {
  if (raw === undefined) return otherwise;
  const span = typeof raw === "number" ? raw : parseSpan(raw);
  if (span !== undefined) return span;
  throw new TwinError("twin-fault", `"${raw}" is no span of time.`, 'Write "90 s", "10 min", "2 h" or milliseconds.');
};

/** Starts a twin behind an HTTPS door on the loopback. Throws a `TwinError` where what is asked cannot be. */
export const startTwin = async (asked: StartTwin = {}): Promise<RunningTwin> => {
  const [keys, world] = await Promise.all([makeKeys(), worldFor(asked)]);
  const names = Object.values(world.nodes).flatMap(({ name, address }) => [name, address]);
  const { host } = listenOn(asked.listen ?? "127.0.0.1:0");
  const certificate = makeCertificate(
    {
      commonName: Object.keys(world.nodes)[0] ?? "twin",
      hosts: [...new Set(["127.0.0.1", "localhost", callable(host), ...names])],
      from: Date.now() - 86_400_000,
      until: Date.now() + 730 * 86_400_000,
    },
    keys,
  );
  const password = asked.rootPassword ?? drawSecret();
  const root = world.access.users["root@pam"];
  if (root !== undefined) root.password = hashPassword(world, password);
  const tokens = giveTokens(world, asked.tokens ?? { "root@pam!twin": drawSecret() });
  const clock = new PacedClock(world, asked.speed ?? 1);
  const api = twinOf(world, drawSecret());
  const control = drawSecret();
  const { onFailure = () => undefined, onRequest = () => undefined } = asked;
  const running: Running = { twin: api, clock, control, changes: 0, onFailure, onRequest };
  const { door, byNode } = await openDoors(running, asked, certificate);
  clock.disturbed();
  const urlOf = (one: Door): string => `https://${callable(one.host)}:${one.port}`;
  const changed = (): void => {
    running.changes += 1;
    clock.disturbed();
  };
  return {
    url: urlOf(door),
    urls: Object.fromEntries(Object.entries(byNode).map(([node, one]) => [node, urlOf(one)])),
    fingerprint: certificate.fingerprint,
    certificate: certificate.pem,
    credentials: { user: "root@pam", password, tokens, control },
    world,
    clock,
    api,
    fault: (what, when = {}) => {
      clock.sync();
      const read = typeof what === "string" ? parseFaultSentence(what) : what;
      if ("problem" in read)
        throw new TwinError("twin-fault", read.problem, "`orrery twin fault --help` lists every fault.");
      const at = world.now + spanOf(when.in, 0);
      const lasting = spanOf(when.for, Number.POSITIVE_INFINITY);
      const made = fault(world, { ...read, at, ...(Number.isFinite(lasting) ? { until: at + lasting } : {}) });
      if ("refused" in made)
        throw new TwinError("twin-fault", made.refused, "`orrery twin fault --help` lists every fault.");
      changed();
      return made;
    },
    clear: (one) => {
      clock.sync();
      const cleared = clearFault(world, typeof one === "string" ? one : one.id);
      changed();
      return cleared;
    },
    changed,
    stop: async () => {
      clock.stop();
      await Promise.all([door, ...Object.values(byNode)].map((one) => one.close()));
    },
  };
};

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import tidy from "@orrery/example-tidy-lab";
import { type RunningTwin, startTwin } from "@orrery/twin-server";
import { reasonToSkip } from "../others/debian.ts";
import { type Ended, runProgram } from "../others/program.ts";

/** Making sure of guests, by one tool, the first or the second time. */
type EnsureRun = {
  readonly tool: "Ansible" | "Orrery";
  readonly time: "first" | "again";
  readonly requests: number;
  readonly seconds: number;
  /** What the tool says that it changed: tasks of Ansible, actions of Orrery. */
  readonly changed: number;
};

export type EnsureFigures = { readonly guests: number; readonly runs: readonly EnsureRun[]; readonly skipped?: string };

/** Times as fast as real time passes on the twin: what lists of guests show is ten seconds old at most. */
const speed = 120;

type Counted = { readonly twin: RunningTwin; readonly asked: () => number };

const counted = async (): Promise<Counted> => {
  let asked = 0;
  const twin = await startTwin({
    lab: join(import.meta.dirname, "../../examples/tidy-lab"),
    speed,
    onRequest: () => (asked += 1),
  });
  return { twin, asked: () => asked };
};

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

const nodeOf = (index: number): string => `pve${(index % 3) + 1}`;

/** The tidy lab with so many guests more. */
const declarationOf = (count: number): string =>
  JSON.stringify({
    ...tidy,
    guests: {
      claims: [],
      items: [
        ...tidy.guests.items,
        ...numbers(count).map((index) => ({
          kind: "vm",
          name: `ensured${index}`,
          id: 1000 + index,
          category: "Batch",
          role: "Worker",
          os: "Debian 13",
          node: nodeOf(index),
          vcpus: 1,
          memory: "256 MiB",
          disks: [{ storage: "local-zfs", size: "4 GiB", used: "1 GiB" }],
          nics: [{ bridge: "vmbr0", vlan: 20 }],
          bootTime: "1 min",
          onDrain: "migrate",
          recoveryTier: 3,
          options: { ostype: "l26", scsihw: "virtio-scsi-pci" },
        })),
      ],
    },
  });

const guestsOf = (count: number) =>
  numbers(count).map((index) => ({
    name: `ensured${index}`,
    vmid: 1000 + index,
    node: nodeOf(index),
    cores: 1,
    memory: 256,
    ostype: "l26",
    scsihw: "virtio-scsi-pci",
    scsi: { scsi0: "local-zfs:4" },
    net: { net0: "virtio,bridge=vmbr0,tag=20" },
  }));

const root = new URL("../..", import.meta.url);

const timed = async (
  { asked }: Counted,
  run: () => Promise<Ended>,
): Promise<{ requests: number; seconds: number; ended: Ended }> => {
  const [before, began] = [asked(), performance.now()];
  const ended = await run();
  return { requests: asked() - before, seconds: (performance.now() - began) / 1000, ended };
};

type Played = {
  plays: { tasks: { hosts: { localhost: { results?: { changed?: boolean; failed?: boolean; msg?: string }[] } } }[] }[];
};

const changedByAnsible = ({ stdout, stderr }: Ended): number => {
  const from = stdout.indexOf("{");
  if (from < 0) throw new Error(`${stdout}${stderr}`);
  const played: Played = JSON.parse(stdout.slice(from));
  const results = played.plays.flatMap(({ tasks }) => tasks.flatMap(({ hosts }) => hosts.localhost.results ?? []));
  const failed = results.find((result) => result.failed);
  if (failed !== undefined) throw new Error(`Ansible: ${failed.msg}`);
  return results.filter(({ changed }) => changed).length;
};

const byAnsible = async (count: number, folder: string): Promise<EnsureRun[]> => {
  const at = await counted();
  try {
    const vars = join(folder, "guests.json");
    writeFileSync(vars, JSON.stringify({ guests: guestsOf(count) }));
    const play = () =>
      runProgram("/usr/bin/ansible-playbook", ["-i", "localhost,", "ensure.yml", "-e", `@${vars}`], {
        cwd: new URL(".", import.meta.url),
        env: {
          TWIN_HOST: at.twin.url.replace("https://", ""),
          TWIN_PASSWORD: at.twin.credentials.password,
          ANSIBLE_HOME: folder,
          ANSIBLE_LOCAL_TEMP: join(folder, "local"),
          ANSIBLE_REMOTE_TEMP: join(folder, "remote"),
          ANSIBLE_STDOUT_CALLBACK: "json",
          ANSIBLE_PIPELINING: "1",
          ANSIBLE_PYTHON_INTERPRETER: "/usr/bin/python3",
        },
      });
    const runs: EnsureRun[] = [];
    for (const time of ["first", "again"] as const) {
      const { ended, ...figures } = await timed(at, play);
      runs.push({ tool: "Ansible", time, ...figures, changed: changedByAnsible(ended) });
    }
    return runs;
  } finally {
    await at.twin.stop();
  }
};

const changedByOrrery = ({ status, stdout, stderr }: Ended): number => {
  if (status !== 0) throw new Error(`Orrery: ${stdout}${stderr}`);
  return stdout.split("\n").filter((line) => line.includes('"ended"') && line.includes('"done"')).length;
};

const byOrrery = async (count: number, folder: string): Promise<EnsureRun[]> => {
  const at = await counted();
  try {
    writeFileSync(join(folder, "orrery.config.json"), declarationOf(count));
    const [token] = at.twin.credentials.tokens;
    const apply = () =>
      runProgram(
        process.execPath,
        ["apps/cli/src/main.mjs", "apply", folder, "--yes", "--now", "--breaking", "--json"],
        {
          cwd: root,
          env: {
            HOME: folder,
            ORRERY_URL: at.twin.url,
            ORRERY_FINGERPRINT: at.twin.fingerprint,
            ORRERY_TOKEN: `${token?.id}=${token?.secret}`,
          },
        },
      );
    const runs: EnsureRun[] = [];
    for (const time of ["first", "again"] as const) {
      const { ended, ...figures } = await timed(at, apply);
      runs.push({ tool: "Orrery", time, ...figures, changed: changedByOrrery(ended) });
    }
    return runs;
  } finally {
    await at.twin.stop();
  }
};

/** Makes sure of so many guests twice, by Debian's Ansible and by us, each on a twin of its own that began alike. */
export const measureEnsure = async (guests = 50): Promise<EnsureFigures> => {
  const skipped = reasonToSkip("others/ansible.test.ts");
  const folder = mkdtempSync(join(tmpdir(), "ensure-"));
  try {
    const ours = await byOrrery(guests, folder);
    const theirs = skipped === undefined ? await byAnsible(guests, folder) : [];
    return { guests, runs: [...theirs, ...ours], ...(skipped === undefined ? {} : { skipped }) };
  } finally {
    rmSync(folder, { recursive: true });
  }
};

export const ensureTable = ({ guests, runs, skipped }: EnsureFigures): string => {
  const lines = runs.map(
    ({ tool, time, requests, seconds, changed }) =>
      `  ${tool.padEnd(9)}${time.padEnd(8)}${String(requests).padStart(10)}${seconds.toFixed(1).padStart(10)} s${String(changed).padStart(10)}`,
  );
  const ratios = (["first", "again"] as const).flatMap((time) => {
    const [theirs, ours] = (["Ansible", "Orrery"] as const).map((tool) =>
      runs.find((run) => run.tool === tool && run.time === time),
    );
    if (theirs === undefined || ours === undefined) return [];
    const [requests, seconds] = [theirs.requests / ours.requests, theirs.seconds / ours.seconds];
    return [
      `  ${time}: Ansible takes ${requests.toFixed(1)} times the requests and ${seconds.toFixed(1)} times the time`,
    ];
  });
  return [
    `Ensuring ${guests} guests over HTTPS on a twin ${speed} times as fast as real time`,
    "  tool     time      requests      took   changed",
    ...lines,
    ...ratios,
    ...(skipped === undefined ? [] : [`  Ansible: ${skipped}`]),
  ].join("\n");
};

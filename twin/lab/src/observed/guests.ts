import { concealed, type GuestState, pendingSection, valueIn, whyUnknown } from "@orrery/state";
import { addGuest, agentEnabled, type Config, dict, type Guest, type LoadShape } from "@orrery/twin-world";
import { assumed, defaults } from "../defaults.ts";
import { guestFile } from "./firewalls.ts";
import { optionsOf } from "./options.ts";
import type { Seeing } from "./seeing.ts";

/** What is left of a configuration that could not be read. */
const likely = ({ ledger }: Seeing, guest: GuestState): Config => {
  const presence = valueIn(guest.presence);
  const why = whyUnknown(guest.file) ?? "";
  ledger.assume("configuration of a guest", "its name, CPUs, memory and tags, and no disk", why, String(guest.vmid));
  const config = dict<string | number>();
  const put = (key: string, value: string | number | undefined): void => {
    if (value !== undefined) config[key] = value;
  };
  put(guest.kind === "qemu" ? "name" : "hostname", presence?.name);
  put("cores", presence?.cpus);
  put("memory", presence?.memory === undefined ? undefined : presence.memory / 2 ** 20);
  put("tags", presence?.tags);
  put("lock", presence?.lock);
  if (presence?.template === true) config.template = 1;
  return config;
};

/** The load as it was at the moment of the reading, taken for its average. */
const loadOf = ({ ledger }: Seeing, guest: GuestState): Partial<LoadShape> => {
  const { figures, memory } = valueIn(guest.presence) ?? {};
  const subject = String(guest.vmid);
  if (figures === undefined || figures.uptime === 0) {
    ledger.assume("load of a guest", "next to idle", "it did not run", subject);
    return {};
  }
  ledger.assume("load of a guest", "steady, as at the moment of the reading", "one reading tells no course", subject);
  const rate = (bytes: number): number => bytes / figures.uptime;
  return {
    cpu: Math.min(1, figures.cpu),
    memory: memory === undefined || memory === 0 ? 0.35 : Math.min(0.97, figures.memory / memory),
    netIn: rate(figures.netIn),
    netOut: rate(figures.netOut),
    diskRead: rate(figures.diskRead),
    diskWrite: rate(figures.diskWrite),
  };
};

const giveRun = ({ world, state, ledger }: Seeing, made: Guest, guest: GuestState): void => {
  const presence = valueIn(guest.presence);
  const holder = world.nodes[guest.node];
  if (presence?.status !== "running" || holder?.state.kind !== "online") return;
  const since = world.now - (presence.figures?.uptime ?? 0) * 1000;
  holder.lastPid += 7;
  const run = { pid: holder.lastPid, since, agentAt: since + made.bootMs };
  const told = guest.kind === "lxc" ? "running" : valueIn(state.nodes[guest.node]?.runStates)?.[guest.vmid];
  if (told === "paused" || told === "io-error") made.run = { kind: "paused", ...run, reason: told };
  else made.run = { kind: "running", ...run };
  if (told === undefined)
    ledger.assume("whether a guest that runs is paused", "it is not", "its node was not asked", String(guest.vmid));
  made.history.push([since, guest.node]);
};

const giveHabits = ({ ledger }: Seeing, made: Guest): void => {
  const subject = String(made.vmid);
  const isWindows = String(made.config.ostype ?? "").startsWith("w");
  const usual = made.kind === "lxc" ? defaults.containerBootMs : isWindows ? defaults.windowsBootMs : defaults.vmBootMs;
  made.bootMs = assumed(ledger, "time that a guest takes to boot", usual, subject);
  made.shutdownMs = Math.max(2000, Math.round(made.bootMs / 4));
  if (made.kind === "lxc") return;
  made.agent = agentEnabled(made) ? "present" : "absent";
  if (made.agent === "present")
    ledger.assume("guest agent", "installed, where it is on", "nobody asked the guests themselves", subject);
};

/** Guests with their configurations to the byte, as they ran. */
export const seeGuests = (seeing: Seeing): void => {
  const { world, state, ledger } = seeing;
  if (valueIn(state.guests) === undefined) ledger.leaveOut("guests", whyUnknown(state.guests) ?? "", "cluster");
  for (const guest of Object.values(valueIn(state.guests) ?? {})) {
    const { vmid, kind, node } = guest;
    const file = valueIn(guest.file);
    const config = file === undefined ? likely(seeing, guest) : optionsOf(file.config);
    const made = addGuest(world, { vmid, kind, node, config, installed: true, load: loadOf(seeing, guest) });
    if (file !== undefined) made.pending = optionsOf(pendingSection(file));
    if (file?.raw !== undefined) ledger.leaveOut("raw lxc options", "the twin's containers have none", String(vmid));
    if (Object.values(config).includes(concealed))
      ledger.leaveOut("password for cloud-init", "Proxmox tells it to nobody", String(vmid));
    for (const snapshot of valueIn(guest.snapshots) ?? []) {
      const section = valueIn(snapshot.config);
      if (section === undefined)
        ledger.leaveOut("snapshot", whyUnknown(snapshot.config) ?? "", `${vmid}/${snapshot.name}`);
      else made.snapshots[snapshot.name] = { config: optionsOf(section) };
    }
    if (guest.snapshots.kind !== "observed")
      ledger.leaveOut("snapshots", whyUnknown(guest.snapshots) ?? "", String(vmid));
    const firewall = valueIn(guest.firewall);
    if (firewall !== undefined) made.firewall = guestFile(firewall);
    giveHabits(seeing, made);
    giveRun(seeing, made, guest);
  }
};

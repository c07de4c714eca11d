import { type GuestState, valueIn } from "@orrery/state";
import { propertiesOf } from "./property.ts";

/** The name of a guest, which its configuration tells where the list of resources does not yet. */
export const ownName = ({ presence, file }: GuestState): string | undefined => {
  const { name, hostname } = valueIn(file)?.config ?? {};
  const found = valueIn(presence)?.name ?? name ?? hostname;
  return found === undefined ? undefined : `${found}`;
};

/** What a guest is given: bytes, and CPUs. Undefined where nothing tells. */
export const sizesOf = ({
  kind,
  presence,
  file,
}: GuestState): { memory: number | undefined; cpus: number | undefined } => {
  const seen = valueIn(presence);
  const config = valueIn(file)?.config;
  if (config === undefined) return { memory: seen?.memory, cpus: seen?.cpus };
  const memory = propertiesOf(config.memory ?? 512);
  const mib = Number(memory.get("current") ?? memory.get("") ?? 512);
  const cores = Number(config.cores ?? (kind === "lxc" ? Number.NaN : 1));
  const cpus = kind === "lxc" ? cores : Number(config.vcpus ?? cores * Number(config.sockets ?? 1));
  return {
    memory: seen?.memory ?? (Number.isFinite(mib) ? mib * 2 ** 20 : undefined),
    cpus: seen?.cpus ?? (Number.isFinite(cpus) ? cpus : undefined),
  };
};

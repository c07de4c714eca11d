type Config = Readonly<Record<string, string | number>>;

/** A line of a guest's configuration that stands for a device: `scsi0`, and its options in their order. */
export type Device = {
  readonly key: string;
  readonly value: string;
  readonly options: Readonly<Record<string, string>>;
};

const deviceOf = (key: string, given: string | number): Device => {
  const text = String(given);
  const options: Record<string, string> = {};
  for (const part of text.split(",")) {
    const at = part.indexOf("=");
    if (at > 0) options[part.slice(0, at)] = part.slice(at + 1);
    else options[""] ??= part;
  }
  return { key, value: text, options };
};

const devicesOf = (config: Config, name: RegExp): readonly Device[] =>
  Object.entries(config)
    .filter(([key]) => name.test(key))
    .map(([key, value]) => deviceOf(key, value))
    .toSorted((one, other) => one.key.localeCompare(other.key, "en", { numeric: true }));

/** Disks and drives, the root file system and mount points of containers among them. */
export const disksOf = (config: Config): readonly Device[] =>
  devicesOf(config, /^((ide|sata|scsi|virtio|efidisk|tpmstate|unused|mp)\d+|rootfs)$/);

export const networkCardsOf = (config: Config): readonly Device[] => devicesOf(config, /^net\d+$/);

/** The MAC address of a card: VMs give it to the model, containers by name. */
export const macOf = ({ options }: Device): string | undefined =>
  options.hwaddr ?? Object.entries(options).find(([, value]) => /^([\da-f]{2}:){5}[\da-f]{2}$/i.test(value))?.[1];

/** What is neither disk nor card. */
export const restOf = (config: Config): readonly (readonly [key: string, value: string])[] => {
  const taken = new Set([...disksOf(config), ...networkCardsOf(config)].map(({ key }) => key));
  return Object.entries(config)
    .filter(([key]) => !taken.has(key))
    .map(([key, value]) => [key, String(value)] as const)
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
};

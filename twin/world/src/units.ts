/** Texts as Proxmox's logs write them. */
const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** `render_bytes` of pve-common: binary units, one or two digits after the point. */
export const bytesText = (bytes: number, digits = 1): string => {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value.toFixed(digits)} ${units[unit]}`;
};

/** `render_duration` of pve-common: `1h 2m 3s`, without the parts that are zero. */
export const durationText = (ms: number): string => {
  const seconds = Math.floor(ms / 1000);
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "m"],
    [seconds % 60, "s"],
  ];
  const shown = parts.filter(([amount]) => amount > 0).map(([amount, unit]) => `${amount}${unit}`);
  return shown.length > 0 ? shown.join(" ") : "0s";
};

const two = (value: number): string => `${value}`.padStart(2, "0");

/** `hh:mm:ss` of a duration. */
export const clockText = (ms: number): string => {
  const seconds = Math.floor(ms / 1000);
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
};

/** Sizes as `format_size` of vzdump writes them: MB below 1 GiB, else GB, both binary. */
export const archiveSizeText = (bytes: number): string => {
  const mib = bytes / 1_048_576;
  return mib < 1024 ? `${Math.floor(mib)}MB` : `${(mib / 1024).toFixed(2)}GB`;
};

/** Sizes as they stand in a drive's `size=`: whole units where they divide, else the next smaller one. */
export const driveSizeText = (bytes: number): string => {
  for (const [unit, size] of [
    ["T", 2 ** 40],
    ["G", 2 ** 30],
    ["M", 2 ** 20],
    ["K", 2 ** 10],
  ] as const) {
    if (bytes >= size && bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return `${bytes}`;
};

const factors: Record<string, number> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** Bytes of a text such as `32G` or `528K`; undefined where it is none. */
export const parseDriveSize = (text: string): number | undefined => {
  const found = /^(\d+(?:\.\d+)?)([KMGT])?$/.exec(text);
  if (!found) return undefined;
  return Math.round(Number(found[1]) * (found[2] === undefined ? 1 : (factors[found[2]] ?? 1)));
};

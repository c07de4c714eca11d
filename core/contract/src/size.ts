const unitBytes: Readonly<Record<string, number>> = { "": 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/**
 * Bytes of a size as Proxmox writes it in a disk: `32G`, `1.5T`, `512` (binary units).
 * Undefined for anything else. Mirrors `parse_size` in pve-common `src/PVE/JSONSchema.pm`.
 */
export const parsePveSize = (text: string): number | undefined => {
  const match = /^(\d+(?:\.\d+)?)([KMGT]?)$/.exec(text);
  const unit = unitBytes[match?.[2] ?? ""];
  return match === null || unit === undefined ? undefined : Math.trunc(Number(match[1]) * unit);
};

/** The shortest exact form of so many bytes: `32G`, and `33000` where no unit divides it. Mirrors `format_size`. */
export const formatPveSize = (bytes: number): string => {
  let size = Math.trunc(bytes);
  for (const unit of ["", "K", "M", "G"]) {
    if (size === 0 || size % 1024 !== 0) return `${size}${unit}`;
    size /= 1024;
  }
  return `${size}T`;
};

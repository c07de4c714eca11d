const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/** Bytes with three digits that matter: `512 B`, `3.75 GiB`, `128 GiB`. */
export const size = (bytes: number): string => {
  let value = Math.abs(bytes);
  let index = 0;
  while (value >= 1023.5 && index < units.length - 1) {
    value /= 1024;
    index += 1;
  }
  const digits = index === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  const text = value
    .toFixed(digits)
    .replace(/(\.\d*?)0+$/, "$1")
    .replace(/\.$/, "");
  return `${bytes < 0 ? "−" : ""}${text} ${units[index] ?? ""}`;
};

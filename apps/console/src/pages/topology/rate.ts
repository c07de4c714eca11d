const units = [
  [1e9, "Gbit/s"],
  [1e6, "Mbit/s"],
  [1e3, "kbit/s"],
] as const;

/** Bits per second: `2.5 Gbit/s`. */
export const linkRate = (bits: number): string => {
  const [size, unit] = units.find(([least]) => bits >= least) ?? [1, "bit/s"];
  return `${Number((bits / size).toFixed(1))} ${unit}`;
};

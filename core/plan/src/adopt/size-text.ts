import type { Size } from "@orrery/model";

const units = [
  [2 ** 40, "TiB"],
  [2 ** 30, "GiB"],
  [2 ** 20, "MiB"],
  [2 ** 10, "KiB"],
  [1e12, "TB"],
  [1e9, "GB"],
  [1e6, "MB"],
] as const;

/** Bytes in the unit that says them shortest: `512 MiB`; `256 GB` of what is sold by the decimal. */
export const sizeText = (bytes: number): Size => {
  const whole = units.filter(([factor]) => bytes >= factor && bytes % factor === 0);
  const texts = whole.map(([factor, unit]): Size => `${bytes / factor} ${unit}`);
  return texts.reduce((best, text) => (text.length < best.length ? text : best), `${bytes} B`);
};

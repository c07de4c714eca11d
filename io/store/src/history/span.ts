export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;
/** What a rollup point covers. */
export const rollupStep = 5 * minute;

export const floorTo = (at: number, span: number): number => Math.floor(at / span) * span;
export const ceilTo = (at: number, span: number): number => Math.ceil(at / span) * span;

export const monthOf = (at: number): number => {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
};
export const monthAfter = (at: number): number => {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
};

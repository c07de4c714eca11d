/** How far the server's clock is ahead of the browser's. Milliseconds. */
let ahead = 0;

/** Takes note of the `date` of an answer, which tells whole seconds: what is less than that apart is the same. */
export const noteServerTime = (date: string | null): void => {
  const told = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(told)) return;
  const apart = told - Date.now();
  ahead = Math.abs(apart) < 2000 ? 0 : apart;
};

/** Now, by the server's clock. Epoch milliseconds. */
export const serverNow = (): number => Date.now() + ahead;

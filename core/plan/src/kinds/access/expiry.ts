/** A declared expiry as the API has it: epoch seconds in text, `0` of what never ends. */
export const expiryOf = (expires: string): string =>
  expires === "never" ? "0" : String(Math.floor(Date.parse(expires) / 1000));

/** What a declaration says for epoch seconds: a date where they are midnight in UTC. */
export const expiresAt = (seconds: number): string => {
  if (seconds === 0) return "never";
  const instant = new Date(seconds * 1000).toISOString();
  return instant.endsWith("T00:00:00.000Z") ? instant.slice(0, 10) : instant.replace(".000Z", "Z");
};

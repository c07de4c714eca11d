import type { Dict, Section } from "@orrery/twin-world";

/** What the product compares as text whatever it is. */
const same = (one: unknown, other: unknown): boolean => String(one) === String(other);

/**
 * A section with what would change if the configuration were applied now: what runs stands in the row itself, what
 * is new in `pending`. Mirrors pending_config in pve-network's SDN.
 */
export const pendingRow = (
  key: string,
  id: string,
  next: Section | undefined,
  live: Section | undefined,
): Record<string, unknown> => {
  const base = next ?? live;
  const row: Record<string, unknown> = { [key]: id, type: base?.type, digest: null, ...live?.options };
  if (next === undefined) return { ...row, state: "deleted", pending: {} };
  if (live === undefined) return { ...row, state: "new", pending: { ...next.options } };
  const pending: Record<string, unknown> = {};
  for (const name of Object.keys(live.options)) if (next.options[name] === undefined) pending[name] = "deleted";
  for (const [name, value] of Object.entries(next.options)) if (!same(live.options[name], value)) pending[name] = value;
  return Object.keys(pending).length === 0 ? row : { ...row, state: "changed", pending };
};

/** Whether anything waits to be applied. */
export const differs = (next: Dict<Section>, live: Dict<Section>): boolean =>
  [...new Set([...Object.keys(next), ...Object.keys(live)])].some(
    (id) => pendingRow("id", id, next[id], live[id]).state !== undefined,
  );

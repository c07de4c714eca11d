import table from "./catalogues/iso-27001-crosswalk.json" with { type: "json" };

let forward: ReadonlyMap<string, readonly string[]> | undefined;
let backward: ReadonlyMap<string, readonly string[]> | undefined;

/**
 * The controls of ISO/IEC 27001:2022 that took over a control of 2013: `crosswalk("A.12.3.1")` is `["8.13"]`.
 * Empty when the id is no control of 2013. Mirrors ISO/IEC 27002:2022, Annex B.
 */
export function crosswalk(id2013: string): readonly string[] {
  if (forward === undefined) {
    const built = new Map<string, string[]>();
    for (const { to, from } of table.rows) {
      for (const id of from) built.set(id, [...(built.get(id) ?? []), to]);
    }
    forward = built;
  }
  return forward.get(id2013) ?? [];
}

/**
 * The controls of 2013 that a control of 2022 was made from; empty for one that is new in 2022,
 * undefined when the id is no control of 2022.
 */
export function crosswalkBack(id2022: string): readonly string[] | undefined {
  backward ??= new Map(table.rows.map(({ to, from }) => [to, from]));
  return backward.get(id2022);
}

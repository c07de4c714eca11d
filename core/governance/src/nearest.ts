import { type CatalogueId, catalogueOf } from "./catalogue.ts";

/** Up to three ids of the catalogue that lie nearest to one it does not have; none when nothing is near. */
export function nearestIds(catalogue: CatalogueId, id: string): readonly string[] {
  const wanted = partsOf(id);
  return catalogueOf(catalogue)
    .controls.map((control) => ({ id: control.id, far: distance(wanted, partsOf(control.id)) }))
    .filter(({ far }) => far < Number.POSITIVE_INFINITY)
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
    .map((near) => near.id);
}

function partsOf(id: string): readonly string[] {
  return id.split(/[.-]/);
}

/** Earlier parts count for more; an id of another family is near only if one letter and no number differs. */
function distance(a: readonly string[], b: readonly string[]): number {
  let sum = 0;
  const length = Math.max(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const [one, two] = [a[at], b[at]];
    const step = one === undefined || two === undefined ? 1 : partDistance(one, two);
    sum = sum * 100 + step;
  }
  return sum;
}

function partDistance(one: string, two: string): number {
  if (one === two) return 0;
  const difference = Math.abs(Number(one) - Number(two));
  if (!Number.isNaN(difference)) return Math.min(difference, 99);
  const letters = one.split("").filter((letter, at) => letter !== two[at]).length;
  return letters < one.length ? letters : Number.POSITIVE_INFINITY;
}

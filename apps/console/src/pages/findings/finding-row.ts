import type { Api } from "../../api/client.ts";

/** A finding with a key of its own, which an address can carry, and its place as short as it can be told. */
export type FindingRow = Api<"Finding"> & {
  readonly key: string;
  /** `guests.ts:369`: from the folder that all places share. */
  readonly at?: string;
};

/** How much of these paths is the same for all of them, whole folders only. */
const sharedLength = (files: readonly string[]): number => {
  const [first = "", ...others] = files.map((file) => file.slice(0, file.lastIndexOf("/") + 1));
  const steps = first.split("/");
  let length = first.length;
  for (let count = steps.length - 1; count > 0; count--) {
    const beginning = `${steps.slice(0, count).join("/")}/`;
    if (others.every((other) => other.startsWith(beginning))) return beginning.length;
    length = 0;
  }
  return length;
};

export const findingRows = (findings: readonly Api<"Finding">[]): readonly FindingRow[] => {
  const shared = sharedLength(findings.flatMap(({ claim: { place } }) => place?.file ?? []));
  const counts = new Map<string, number>();
  return findings.map((finding) => {
    const { rule, subject, claim } = finding;
    const { path, place } = claim;
    const same = [rule, subject, path.join(".")].join(" ");
    const count = (counts.get(same) ?? 0) + 1;
    counts.set(same, count);
    return {
      ...finding,
      key: count === 1 ? same : `${same} ${count}`,
      ...(place === undefined ? {} : { at: `${place.file.slice(shared)}:${place.line}` }),
    };
  });
};

import { routesOf } from "../src/data.js";
import { type PveVersion, pveVersions } from "../src/version.ts";
import { type Deviations, readDeviations } from "./deviations.ts";
import { readRecordings } from "./recordings.ts";
import { routesText } from "./routes-text.ts";

const generatedFolder = new URL("../src/generated/", import.meta.url);
const recordings = new URL("../../../test/conformance/recordings/", import.meta.url);

const joined = (one: Deviations, other: Deviations): Deviations => {
  const places = new Set([...one.otherKinds.keys(), ...other.otherKinds.keys()]);
  const kindsAt = (place: string) => [...(one.otherKinds.get(place) ?? []), ...(other.otherKinds.get(place) ?? [])];
  return {
    beside: [...new Set([...one.beside, ...other.beside])],
    otherKinds: new Map([...places].map((place) => [place, kindsAt(place)])),
    absent: [...new Set([...one.absent, ...other.absent])],
  };
};

/** Every generated file of this package and what it must hold. */
export const generate = (): readonly { readonly file: URL; readonly text: string }[] => {
  const observed = readDeviations(new URL("../data/observed-deviations.json", import.meta.url));
  const recorded = readRecordings(recordings);
  const deviationsOf = (version: PveVersion, method: string, path: string): Deviations => {
    const seen = observed(version, method, path);
    // The recordings are of 9.2.
    return version === "9.2" ? joined(seen, recorded(method, path)) : seen;
  };
  return pveVersions.map((version) => ({
    file: new URL(`pve-${version}.ts`, generatedFolder),
    text: routesText(routesOf, version, deviationsOf),
  }));
};

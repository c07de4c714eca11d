import { routesOf } from "../src/data.js";
import { type PveVersion, pveVersions } from "../src/version.ts";
import { readDeviations } from "./deviations.ts";
import { routesText } from "./routes-text.ts";

const generatedFolder = new URL("../src/generated/", import.meta.url);

/** Every generated file of this package and what it must hold. */
export const generate = (): readonly { readonly file: URL; readonly text: string }[] => {
  const deviationsOf = readDeviations(new URL("../data/observed-deviations.json", import.meta.url));
  return pveVersions.map((version: PveVersion) => ({
    file: new URL(`pve-${version}.ts`, generatedFolder),
    text: routesText(routesOf, version, deviationsOf),
  }));
};

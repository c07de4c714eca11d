import { bareWorld, type World } from "@orrery/twin-world";
import type { Exchange } from "./recording.ts";

/** The world that a topic began in, as far as the topic shows it. */
export const startingWorld = (exchanges: readonly Exchange[]): World => {
  const nodes = ["pve1"];
  for (const exchange of exchanges) {
    const text = JSON.stringify(exchange.response ?? null);
    for (const name of ["pve2", "pve3"]) if (text.includes(`"${name}"`) && !nodes.includes(name)) nodes.push(name);
  }
  return bareWorld({ nodes: nodes.toSorted(), release: "9.2" });
};

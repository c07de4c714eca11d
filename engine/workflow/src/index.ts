export { type MonteCarlo, type MonteCarloAsked, monteCarlo, type Run, type Spread } from "./monte-carlo.ts";
export type { Bottleneck, FlowPeak, Happening, NodePeaks, ObjectiveMeasured, Peak, Rehearsal } from "./rehearsal.ts";
export { type Rehearsing, rehearse } from "./rehearse.ts";
export { acting, type Port, type Script, type ScriptEvent, type Tell } from "./script.ts";

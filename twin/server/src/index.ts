export {
  type FaultSentence,
  faultHelp,
  faultSentence,
  faultWords,
  type Misread,
  parseFault,
  parseSpan,
} from "./fault-words.ts";
export { PacedClock, type Speed } from "./paced-clock.ts";
export { runScenario, type ScenarioRun } from "./run-scenario.ts";
export { parseScenario, type ScenarioEvent } from "./scenario.ts";
export { type RunningTwin, type StartTwin, startTwin, type TwinCredentials, type TwinToken } from "./start-twin.ts";
export { TwinError } from "./twin-error.ts";
export type { TaskTally, TimelineEntry } from "./watcher.ts";

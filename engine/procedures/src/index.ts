export { type DrainedNode, type DrainNodes, drainNodes } from "./drain-nodes.ts";
export { type RecoveredGuest, type RecoverGuests, recoverGuests } from "./recover-guests.ts";
export {
  type Grounds,
  type Misasked,
  type Rehearsable,
  type RehearsableWord,
  rehearsables,
  rehearsableWords,
} from "./rehearsables.ts";
export { lookAt } from "./standing.ts";
export { Halted } from "./task.ts";

import type { Figures, Fullness } from "./figures.ts";
import type { Proof } from "./proof.ts";

/** Why a guest moves. */
export type Because =
  /** Its host is drained. */
  | { readonly kind: "leaves" }
  /** It had no host. */
  | { readonly kind: "starts" }
  /** Others that have to move found no place without this. */
  | { readonly kind: "makes-room" }
  /** The end is worth so many points more with it there than with it where it was. */
  | { readonly kind: "gains"; readonly points: number }
  /** It is in the way of another and moves on in a later step. */
  | { readonly kind: "parks" }
  /** It was parked and goes back. */
  | { readonly kind: "returns" };

/** One guest's way in one step, with why it and why there. */
export interface PlannedMove {
  readonly item: string;
  /** Absent for one that starts. */
  readonly from?: string;
  readonly to: string;
  readonly by: "live" | "restart" | "start";
  /** Bytes of memory and local disks that it copies. */
  readonly bytes: number;
  /** By the slower of the two links, alone on it. Absent where the speed of no link is known. */
  readonly seconds?: number;
  readonly because: Because;
  /** The best other host for it as all else ends, and how many points worse; absent where no other takes it, and for a stop on the way. */
  readonly runnerUp?: { readonly host: string; readonly worse: number };
  /** How full both hosts are before and after this move, with the moves named before it done. */
  readonly figures: {
    readonly from?: { readonly before: Fullness; readonly after: Fullness };
    readonly to: { readonly before: Fullness; readonly after: Fullness };
  };
}

/** Moves that run side by side. The next step begins when all have arrived. */
export interface PlanStep {
  readonly moves: readonly PlannedMove[];
}

/** What the end is charged, in points; `bound` was proven to be the least that any end can be charged. */
export interface Score {
  /** What doing nothing is charged. Absent where doing nothing was not the question. */
  readonly before?: number;
  readonly after: number;
  readonly bound: number;
  /** `after` less `bound`: what might be left to gain, at most. */
  readonly gap: number;
}

/** Why what has to move cannot. */
export type Obstacle =
  /** These may not move. */
  | {
      readonly kind: "held";
      readonly items: readonly { readonly item: string; readonly because: "settled" | "offline" }[];
    }
  /** There is nowhere for them. */
  | { readonly kind: "no-place"; readonly proof: Proof }
  /** There is room for these, and no way there: every arrangement that moves can bring about was looked at. */
  | { readonly kind: "no-order"; readonly items: readonly string[]; readonly looked: number };

export type Doubt =
  | { readonly kind: "no-place"; readonly why: "steps-spent" | "asked-to-stop"; readonly unplaced: readonly string[] }
  | { readonly kind: "no-order"; readonly left: readonly string[] }
  /** Every end that was found leaves the loss of these hosts unabsorbed, or not shown to be absorbed, where it was before. */
  | { readonly kind: "not-absorbed"; readonly hosts: readonly string[] };

/** What becomes of a purpose. Throughout, points are those of `weights`. */
export type MovePlan =
  | {
      readonly kind: "moves";
      readonly steps: readonly PlanStep[];
      readonly score: Score;
      readonly before: Figures;
      readonly after: Figures;
      /** Guests that stop with their drained host, by declaration. */
      readonly stopped: readonly string[];
      /** Guests without measured use, taken to use all that they were given. */
      readonly unmeasured: readonly string[];
      /** Hosts whose loss could be absorbed before and cannot, or not surely, in the end. Empty unless that was a wish. */
      readonly unabsorbed: readonly string[];
      readonly spent: number;
    }
  | {
      readonly kind: "nothing-to-do";
      readonly why: /** Nothing is there that would have to move. */
        | { readonly kind: "empty" }
        /** The best that was found gains `gain` points, which is less than `least`; no plan at all gains more than `atMost`. */
        | { readonly kind: "not-worth-it"; readonly gain: number; readonly least: number; readonly atMost: number }
        /** What is better cannot be come by without breaking a rule on the way, or in the loss of these hosts. */
        | { readonly kind: "out-of-reach"; readonly doubt: Doubt; readonly atMost: number };
      readonly before: Figures;
      readonly stopped: readonly string[];
      readonly unmeasured: readonly string[];
      readonly spent: number;
    }
  | {
      readonly kind: "impossible";
      readonly obstacle: Obstacle;
      readonly stopped: readonly string[];
      readonly spent: number;
    }
  | { readonly kind: "undecided"; readonly doubt: Doubt; readonly stopped: readonly string[]; readonly spent: number };

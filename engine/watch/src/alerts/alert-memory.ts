import type { Incident, Message, Sample, Silence, Told, Transition, Watch } from "@orrery/alerting";

/** Where alerts are in their lives, and who was told of what. Plain JSON. Times are epoch milliseconds. */
export type Going = {
  /** The look that it is the outcome of. */
  readonly at: number;
  readonly watch: Watch;
  readonly told: Told;
};

/** Of a look, what rules ask for from long ago. */
export type KeptLook = { readonly at: number; readonly lasting: readonly Sample[] };

/** Something that is otherwise than in the look before: a node went away, a guest was started, or moved. */
export type Change = { readonly at: number; readonly subject: string; readonly title: string };

/** What somebody is to be told, until it was. */
export type Notice = {
  /** The same each time that it is sent. */
  readonly id: string;
  readonly at: number;
  readonly receiver: string;
  readonly message: Message;
};
export type NoticeState =
  | { readonly kind: "waiting"; readonly tries: number; readonly next: number; readonly why?: string }
  /** Somebody sends it now; when that is long ago, he is no more, and nobody knows whether it went out. */
  | { readonly kind: "sending"; readonly tries: number; readonly until: number }
  | { readonly kind: "sent"; readonly at: number; readonly tries: number }
  | { readonly kind: "failed"; readonly at: number; readonly tries: number; readonly why: string };
export type KeptNotice = Notice & { readonly state: NoticeState };

/** What a look brought about: kept as a whole, or not at all. */
export type AlertStep = {
  readonly going: Going;
  readonly looks: readonly KeptLook[];
  /** Looks from before then are of no more use. */
  readonly forgetLooksBefore: number;
  readonly transitions: readonly Transition[];
  readonly changes: readonly Change[];
  /** What becomes of the incidents that are not closed; left out where nothing does. */
  readonly incidents?: (open: readonly Incident[]) => readonly Incident[];
  readonly notices: readonly Notice[];
};

export type LoadedAlerts = {
  /** Grows with each step. */
  readonly revision: number;
  readonly going: Going | undefined;
  /** Ascending. */
  readonly looks: readonly KeptLook[];
};

type Span = { readonly from: number; readonly to: number; readonly limit: number };

/** A silence as it was set, and ended before its time. */
export type KeptSilence = Silence & { readonly setAt: number };

/**
 * Keeps what alerts of a cluster need over restarts, so that whoever takes over goes on where the last one stood. Of
 * several who write, one gets through: the others are told that it has moved on.
 */
export type AlertMemory = {
  readonly load: (cluster: string) => Promise<LoadedAlerts>;
  /** Only where things stand: without the looks. */
  readonly going: (cluster: string) => Promise<Going | undefined>;
  /** The incidents that changed; undefined, and nothing kept, where another wrote since that revision. */
  readonly keep: (cluster: string, revision: number, step: AlertStep) => Promise<readonly Incident[] | undefined>;

  /** Notices that nobody has settled, in the order in which they were made. */
  readonly unsettled: (cluster: string) => Promise<readonly KeptNotice[]>;
  /** Takes one to send, for so long; false where another has it, or it is settled. */
  readonly claim: (cluster: string, id: string, now: number, until: number) => Promise<boolean>;
  readonly settle: (cluster: string, id: string, state: NoticeState) => Promise<void>;
  /** The newest first. */
  readonly notices: (cluster: string, limit: number) => Promise<readonly KeptNotice[]>;

  /** Those that have not ended by then. */
  readonly silences: (cluster: string, at: number) => Promise<readonly KeptSilence[]>;
  readonly addSilence: (cluster: string, silence: KeptSilence) => Promise<void>;
  /** False where there is none that could end. */
  readonly endSilence: (cluster: string, id: string, at: number) => Promise<boolean>;

  /** The newest first. */
  readonly incidents: (cluster: string, limit: number) => Promise<readonly Incident[]>;
  readonly incident: (cluster: string, id: string) => Promise<Incident | undefined>;
  /** What it is afterwards; undefined where there is no such incident. */
  readonly amend: (
    cluster: string,
    id: string,
    change: (incident: Incident) => Incident,
  ) => Promise<Incident | undefined>;

  /** The newest first, both ends included. */
  readonly transitions: (cluster: string, span: Span) => Promise<readonly Transition[]>;
  readonly changes: (cluster: string, span: Span) => Promise<readonly Change[]>;
};

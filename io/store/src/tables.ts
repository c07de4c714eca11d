import type { ColumnType, Generated, GeneratedAlways } from "kysely";

/** Hashes and packed samples. */
type Bytes = ColumnType<Buffer, Buffer, Buffer>;

type MigrationTable = { id: number; name: string; checksum: string; applied_at: Generated<Date> };

type AuditTable = { seq: number; at: Date; entry: string; previous: Bytes; hash: Bytes };
type AuditHeadTable = { lone: Generated<boolean>; seq: number; hash: Bytes };

type LeaderTable = {
  cluster: string;
  term: number;
  pid: number;
  who: string;
  since: Generated<Date>;
  seen: Generated<Date>;
};

type SeriesTable = {
  id: GeneratedAlways<number>;
  cluster: string;
  subject: string;
  metric: string;
  places: number | null;
};
type SampleTable = { series: number; at: Date; value: number };
type ChunkTable = { series: number; hour: Date; samples: number; data: Bytes };
type RollupTable = { series: number; day: Date; data: Bytes };
type HistoryClockTable = { lone: Generated<boolean>; seen: Date; steady_since: Date };

type AccountTable = {
  id: string;
  name: string;
  roles: readonly string[];
  password: string | null;
  issuer: string | null;
  subject: string | null;
  made_at: Date;
  disabled: boolean;
};
type SessionTable = {
  hash: string;
  account: string;
  csrf: string;
  roles: readonly string[] | null;
  made_at: Date;
  seen_at: Date;
  ends_at: Date;
};
type TokenTable = {
  id: string;
  hash: string;
  account: string;
  about: string;
  roles: readonly string[];
  clusters: readonly string[] | null;
  made_at: Date;
  expires_at: Date;
};
type SignInAttemptTable = {
  hash: string;
  state: string;
  nonce: string;
  verifier: string;
  return_to: string;
  ends_at: Date;
};

type LastLookTable = { cluster: string; term: number; at: Date; data: Bytes };

type AlertGoingTable = { cluster: string; revision: number; at: number | null; going: string | null };
type AlertLookTable = { cluster: string; at: number; lasting: string };
type AlertEntryTable = { id: GeneratedAlways<number>; cluster: string; at: number; entry: string };
type AlertNoticeTable = {
  seq: GeneratedAlways<number>;
  cluster: string;
  id: string;
  at: number;
  receiver: string;
  message: string;
  state: "waiting" | "sending" | "sent" | "failed";
  tries: number;
  moment: number;
  why: string | null;
};
type AlertSilenceTable = { cluster: string; id: string; ends: number; entry: string };
type IncidentTable = { cluster: string; id: string; opened: number; closed: boolean; entry: string };
type AlertReceiverTable = { name: string; entry: string };

/** The tables of schema `orrery`, as the last migration leaves them. */
export type Tables = {
  migration: MigrationTable;
  audit: AuditTable;
  audit_head: AuditHeadTable;
  leader: LeaderTable;
  series: SeriesTable;
  sample: SampleTable;
  chunk: ChunkTable;
  rollup: RollupTable;
  history_clock: HistoryClockTable;
  account: AccountTable;
  session: SessionTable;
  token: TokenTable;
  sign_in_attempt: SignInAttemptTable;
  last_look: LastLookTable;
  alert_going: AlertGoingTable;
  alert_look: AlertLookTable;
  alert_transition: AlertEntryTable;
  alert_change: AlertEntryTable;
  alert_notice: AlertNoticeTable;
  alert_silence: AlertSilenceTable;
  incident: IncidentTable;
  alert_receiver: AlertReceiverTable;
};

import type { Migration } from "./migration.ts";

export const lastLook: Migration = {
  id: 5,
  name: "last look",
  sql: `
-- Not worth a write-ahead log: after a crash of the server the next look is seconds away.
create unlogged table last_look (
  cluster text primary key,
  term bigint not null,
  at timestamptz(3) not null,
  data bytea not null
);
alter table last_look alter column data set storage external;
comment on table last_look is 'What the leader of a cluster saw last, for the servers that follow; lost in a crash';
`,
};

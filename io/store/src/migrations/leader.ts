import type { Migration } from "./migration.ts";

export const leader: Migration = {
  id: 2,
  name: "leader",
  sql: `
create table leader (
  cluster text primary key,
  term bigint not null,
  pid int not null,
  who text not null,
  since timestamptz not null default clock_timestamp(),
  seen timestamptz not null default clock_timestamp()
);
comment on table leader is 'Who leads a cluster, and the number of the term; an advisory lock decides, this tells';
`,
};

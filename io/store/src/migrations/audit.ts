import type { Migration } from "./migration.ts";

export const audit: Migration = {
  id: 1,
  name: "audit",
  sql: `
create table audit (
  seq bigint primary key check (seq > 0),
  at timestamptz(3) not null,
  entry text not null,
  previous bytea not null check (length(previous) = 32),
  hash bytea not null unique check (length(hash) = 32)
);
comment on table audit is 'What was asked and refused, in a chain: each hash covers the one before';

-- Where the chain ends: rows cut off its end are missed by it.
create table audit_head (
  lone boolean primary key default true check (lone),
  seq bigint not null,
  hash bytea not null
);
insert into audit_head (seq, hash) values (0, decode(repeat('00', 32), 'hex'));

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;
create trigger append_only before update or delete or truncate on audit
  for each statement execute function refuse_change();
`,
};

import type { Migration } from "./migration.ts";

export const history: Migration = {
  id: 3,
  name: "history",
  sql: `
create table series (
  id int primary key generated always as identity,
  cluster text not null,
  subject text not null,
  metric text not null,
  places smallint check (places between 0 and 9),
  unique (cluster, subject, metric)
);

comment on column series.places is 'Digits after the point that are kept; null for every bit of the value';

create table sample (
  series int not null,
  at timestamptz(3) not null,
  value float8 not null,
  primary key (series, at)
) partition by range (at);
comment on table sample is 'As they came, in partitions of an hour; closed ones become chunks';

create table chunk (
  series int not null,
  hour timestamptz(0) not null,
  samples int not null,
  data bytea not null,
  primary key (series, hour)
) partition by range (hour);
comment on table chunk is 'All samples of a series in an hour, packed; partitions of a day';

create table rollup (
  series int not null,
  day timestamptz(0) not null,
  data bytea not null,
  primary key (series, day)
) partition by range (day);
comment on table rollup is 'Min, avg, max and count of five minutes, a day packed together; partitions of a month';

-- They are packed already: neither tried again nor moved out of the row.
alter table chunk alter column data set storage external;
alter table rollup alter column data set storage external;

create table history_clock (
  lone boolean primary key default true check (lone),
  seen timestamptz(3) not null,
  steady_since timestamptz(3) not null
);
`,
};

import type { Migration } from "./migration.ts";

export const alerting: Migration = {
  id: 6,
  name: "alerting",
  sql: `
create table alert_going (
  cluster text primary key,
  revision bigint not null,
  at double precision,
  going text
);
comment on table alert_going is 'Where the alerts of a cluster are in their lives, and who was told of what: one step after the other';

create table alert_look (
  cluster text not null,
  at double precision not null,
  lasting text not null,
  primary key (cluster, at)
);
comment on table alert_look is 'Of each look what rules ask for from long ago, for whoever takes over';

create table alert_transition (
  id bigint generated always as identity primary key,
  cluster text not null,
  at double precision not null,
  entry text not null
);
create index alert_transition_at on alert_transition (cluster, at);
comment on table alert_transition is 'What alerts did';

create table alert_change (
  id bigint generated always as identity primary key,
  cluster text not null,
  at double precision not null,
  entry text not null
);
create index alert_change_at on alert_change (cluster, at);
comment on table alert_change is 'What nodes and guests did, for the timeline';

create table alert_notice (
  seq bigint generated always as identity primary key,
  cluster text not null,
  id text not null,
  at double precision not null,
  receiver text not null,
  message text not null,
  state text not null check (state in ('waiting', 'sending', 'sent', 'failed')),
  tries int not null,
  moment double precision not null,
  why text,
  unique (cluster, id)
);
create index alert_notice_unsettled on alert_notice (cluster, seq) where state in ('waiting', 'sending');
comment on table alert_notice is 'What receivers are to be told, until they were';
comment on column alert_notice.moment is 'When it is due, when its sender is given up, when it was settled: by its state';

create table alert_silence (
  cluster text not null,
  id text not null,
  ends double precision not null,
  entry text not null,
  primary key (cluster, id)
);
comment on table alert_silence is 'What somebody keeps quiet for a while';

create table incident (
  cluster text not null,
  id text not null,
  opened double precision not null,
  closed boolean not null,
  entry text not null,
  primary key (cluster, id)
);
create index incident_opened on incident (cluster, opened);
comment on table incident is 'What went wrong, with its response and its timeline';

create table alert_receiver (
  name text primary key,
  entry text not null
);
comment on table alert_receiver is 'Who is told of alerts beside those of declarations; secrets by their places';
`,
};

import type { Migration } from "./migration.ts";

export const keeping: Migration = {
  id: 4,
  name: "keeping",
  sql: `
create table account (
  id text primary key,
  name text not null unique,
  roles text[] not null,
  password text,
  issuer text,
  subject text,
  made_at timestamptz(3) not null,
  disabled boolean not null,
  unique (issuer, subject),
  check ((issuer is null) = (subject is null)),
  check ((password is null) <> (issuer is null))
);
comment on table account is 'Who may sign in: by a password, or by what a provider of identities says';
comment on column account.password is 'How it was hashed, with salt and costs';

create table session (
  hash text primary key,
  account text not null references account on delete cascade,
  csrf text not null,
  roles text[],
  made_at timestamptz(3) not null,
  seen_at timestamptz(3) not null,
  ends_at timestamptz(3) not null
);
create index on session (account);
create index on session (ends_at);
comment on column session.hash is 'SHA-256 of the secret in the cookie';
comment on column session.roles is 'At most these of its account; null for all';

create table token (
  id text primary key,
  hash text not null unique,
  account text not null references account on delete cascade,
  about text not null,
  roles text[] not null,
  clusters text[],
  made_at timestamptz(3) not null,
  expires_at timestamptz(3) not null
);
create index on token (expires_at);
comment on column token.clusters is 'Null for all';

create table sign_in_attempt (
  hash text primary key,
  state text not null,
  nonce text not null,
  verifier text not null,
  return_to text not null,
  ends_at timestamptz(3) not null
);
create index on sign_in_attempt (ends_at);
comment on table sign_in_attempt is 'Who was sent to a provider of identities and is not back yet; good once, for minutes';
`,
};

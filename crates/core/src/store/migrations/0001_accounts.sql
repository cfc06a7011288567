-- Institutions, certificates, accounts, sessions and the audit log.

create table facility (
  facility_code text not null primary key,
  name text not null,
  secret_number_hash text not null,
  created_at bigint not null,
  stopped_at bigint,
  stopped_reason text
);

create table terminal_certificate (
  serial text not null primary key,
  facility_code text not null references facility (facility_code),
  terminal_name text not null,
  fingerprint text not null,
  not_before bigint not null,
  not_after bigint not null,
  issued_at bigint not null,
  revoked_at bigint,
  revoked_reason text
);
create index terminal_certificate_by_facility on terminal_certificate (facility_code, serial);

create table account (
  account_id text not null primary key,
  facility_code text not null references facility (facility_code),
  user_id text not null,
  user_id_key text not null,
  kind text not null,
  name text not null,
  profession text,
  license_number text,
  designation_reason text,
  designation_approver text,
  valid_from bigint,
  valid_until bigint,
  note text not null,
  password_hash text not null,
  password_origin text not null,
  password_changed_at bigint not null,
  created_at bigint not null,
  created_by text,
  stopped_at bigint,
  stopped_reason text,
  retired_at bigint,
  retired_reason text,
  last_login_at bigint,
  last_login_terminal text,
  version bigint not null
);
-- A retired account keeps its row, so that its id is never given out again.
create unique index account_by_user_id on account (facility_code, user_id_key);

create table password_history (
  account_id text not null references account (account_id),
  replaced_at bigint not null,
  password_hash text not null
);
create index password_history_by_account on password_history (account_id, replaced_at);

-- Failures are counted for what was typed, whether such an account exists or not: otherwise the
-- lock would tell which user ids exist.
create table login_failure (
  facility_code text not null,
  user_id_key text not null,
  failures bigint not null,
  last_failed_at bigint not null,
  locked_until bigint,
  primary key (facility_code, user_id_key)
);

create table web_session (
  token_hash text not null primary key,
  account_id text not null references account (account_id),
  facility_code text not null,
  certificate_serial text not null,
  terminal_name text not null,
  started_at bigint not null,
  last_seen_at bigint not null,
  previous_login_at bigint,
  ended_at bigint,
  ended_reason text,
  ended_by_terminal text
);
create index web_session_by_account on web_session (account_id, ended_at);

create table takeover_ticket (
  ticket_hash text not null primary key,
  account_id text not null references account (account_id),
  certificate_serial text not null,
  expires_at bigint not null
);

-- The audit log grows with the nation: small keys, small numbers.
create table audit_chain (
  chain bigint not null primary key,
  node text not null,
  last_seq bigint not null,
  last_hash $bytes not null
);
create unique index audit_chain_by_node on audit_chain (node);

create table audit_entry (
  chain bigint not null,
  seq bigint not null,
  at bigint not null,
  request bigint not null,
  function bigint not null,
  outcome bigint not null,
  refusal text,
  role bigint not null,
  account_id text,
  facility_code text,
  certificate_serial text,
  subject_kind bigint not null,
  subject text,
  basis text,
  detail text
);
create unique index audit_entry_by_seq on audit_entry (chain, seq);
create index audit_entry_by_facility on audit_entry (facility_code, at);

create table audit_seal (
  chain bigint not null,
  first_seq bigint not null,
  last_seq bigint not null,
  sealed_at bigint not null,
  hash $bytes not null
);
create unique index audit_seal_by_seq on audit_seal (chain, last_seq);

-- 二要素認証: what an institution wants of each kind of account, and what the operator allows it, as texts such as
-- 'admin=required general=offered' and 'admin=offered-required'. What is not named there is as the rules say.
create table factor_policy (
  facility_code text not null primary key,
  version bigint not null,
  wanted text not null,
  allowed text not null,
  changed_by text not null,
  changed_at bigint not null
);

-- An authenticator application. The secret is sealed with a key of the centre; of a code only the step is kept, so that
-- none is taken twice.
create table totp_factor (
  account_id text not null primary key,
  secret $bytes not null,
  added_at bigint not null,
  last_step bigint not null,
  last_used_at bigint
);

-- Recovery codes that are not used yet, under a keyed hash.
create table recovery_code (
  account_id text not null,
  code text not null,
  made_at bigint not null,
  primary key (account_id, code)
);

-- Log-ins whose password was right, and that wait for the second factor.
create table second_step (
  ticket_hash text not null primary key,
  account_id text not null,
  certificate_serial text not null,
  expires_at bigint not null
);
create index second_step_by_account on second_step (account_id);

-- 1 where the password is one that is long enough only beside a second factor.
alter table account add column password_short bigint not null default 0;

-- 1 where a second factor was required when the session began.
alter table web_session add column factor_needed bigint not null default 0;

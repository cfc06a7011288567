-- 利用開始コード: the one-time activation of an account, by which its holder chooses the first password. An account has one at
-- the most: a newer one takes the place of the one before. One that was used stays, so that it is known for what it is.
create table account_activation (
  account_id text not null primary key,
  facility_code text not null,
  code_hash text not null,
  issued_at bigint not null,
  issued_by text,
  expires_at bigint not null,
  used_at bigint
);

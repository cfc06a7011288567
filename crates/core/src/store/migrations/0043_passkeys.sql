-- Passkeys: the public key of each, and the address (site) where it is good. The number of signatures that a device says
-- it made is kept, so that a copy of it is noticed.
create table passkey (
  passkey_id text not null primary key,
  account_id text not null,
  credential text not null,
  name text not null,
  site text not null,
  algorithm bigint not null,
  public_key $bytes not null,
  counter bigint not null,
  added_at bigint not null,
  last_used_at bigint
);
create index passkey_by_account on passkey (account_id);

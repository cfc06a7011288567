-- My Number Cards at the reader: the authorities whose certificates are taken, what they revoked, and whose
-- certificate is whose. A certificate is known by the key of its authority and its number: several generations of an
-- authority share one name.
create table card_authority (
  key_id text not null primary key,
  name text not null,
  certificate text not null,
  not_before bigint not null,
  not_after bigint not null,
  added_at bigint not null
);

-- The newest list of revocations of each distribution point of an authority; an authority without such points has
-- one with no name.
create table card_revocation_list (
  key_id text not null,
  point text not null,
  made_at bigint not null,
  next_at bigint not null,
  taken_at bigint not null,
  primary key (key_id, point)
);

create table card_revocation (
  key_id text not null,
  serial text not null,
  revoked_at bigint not null,
  held bigint not null,
  point text not null,
  list_made_at bigint not null,
  primary key (key_id, serial)
);
create index card_revocation_held on card_revocation (key_id, point, held);

-- registered_at is when the holder registered the card as insurance card (保険証利用登録).
create table card_registration (
  key_id text not null,
  serial text not null,
  person bigint not null,
  medium text not null,
  registered_at bigint,
  taken_at bigint not null,
  primary key (key_id, serial)
);
create index card_registration_by_person on card_registration (person);

-- What cards have signed: each once. Before it is used a challenge is kept nowhere, since it says itself for whom and
-- until when it is good.
create table card_challenge (
  digest text not null primary key,
  valid_until bigint not null
);
create index card_challenge_by_time on card_challenge (valid_until);

-- A patient at the reader, from the card to the result.
create table reader_visit (
  visit_id text not null primary key,
  facility_code text not null,
  reader_serial text not null,
  reader_name text not null,
  account_id text not null,
  key_id text,
  serial text,
  person bigint,
  state text,
  verified text,
  released_by text,
  registered bigint not null,
  certificate_until bigint,
  begun_at bigint not null,
  valid_until bigint not null,
  changed_at bigint not null,
  ended_at bigint,
  outcome text,
  validity text
);
create index reader_visit_by_change on reader_visit (facility_code, changed_at);
create index reader_visit_by_time on reader_visit (begun_at);

-- Which account a reader speaks with.
create table reader_account (
  account_id text not null primary key,
  facility_code text not null,
  reader_name text not null,
  bound_at bigint not null
);
create index reader_account_by_reader on reader_account (facility_code, reader_name);

-- 目視確認: passcodes that staff had shown, and the mode that ends by itself.
create table by_eye_passcode (
  passcode_id text not null primary key,
  facility_code text not null,
  digest text not null,
  issued_by text not null,
  issued_at bigint not null,
  valid_until bigint not null,
  failures bigint not null,
  ended_at bigint
);
create index by_eye_passcode_open on by_eye_passcode (facility_code, ended_at);
create table reader_mode (
  facility_code text not null,
  reader_name text not null,
  set_by text not null,
  set_at bigint not null,
  valid_until bigint not null,
  ended_at bigint,
  primary key (facility_code, reader_name)
);

-- What runs at a reader, as it last said.
create table reader_report (
  facility_code text not null,
  reader_name text not null,
  version text not null,
  settings text not null,
  reported_at bigint not null,
  primary key (facility_code, reader_name)
);

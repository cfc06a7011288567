-- Insurers, qualifications, reference numbers, bulk requests, tokens.
--
-- What insurers report is in a file of its own on SQLite ("$insured."): every commit makes whoever
-- reads the same file forget the pages that it keeps in memory, and the audit log commits all the
-- time, while insured persons change only with an import.

-- 連携システム文字コード: 0 UTF-8, 1 Shift_JIS.
alter table facility add column character_code text not null default '0';

create table $insured.insurer (
  insurer_number text not null primary key,
  name text not null,
  data_date bigint not null,
  updated_at bigint not null
);

-- One row for each stretch of time in which a person is insured under one card. What nearly every
-- answer needs is in the row itself, so that a check is one descent of an index and one row;
-- 160 million rows pay for every byte, so what few have is in details. The card is a 64-bit digest of
-- insurer, symbol and number in the form in which they are compared.
create table $insured.qualification (
  card bigint not null,
  person bigint not null,
  acquired bigint not null,
  lost bigint,
  reason_of_loss text,
  insurer_number text not null,
  symbol text,
  number text not null,
  branch text,
  birthdate bigint not null,
  classification text not null,
  person_or_family text,
  insured_name text,
  name text not null,
  name_of_other text,
  name_kana text,
  name_of_other_kana text,
  sex1 text not null,
  sex2 text,
  address text,
  post_number text,
  issued bigint,
  card_valid bigint,
  card_expires bigint,
  ratio text,
  details text
);
create index $insured.qualification_by_card on qualification (card, birthdate);
create unique index $insured.qualification_by_person on qualification (person, acquired, card);

-- Which persons have a ticket of medical assistance for an institution and month.
create table $insured.medical_ticket (
  facility_code text not null,
  treatment_month bigint not null,
  person bigint not null,
  primary key (facility_code, treatment_month, person)
);

create table $insured.import_run (
  source text not null primary key,
  begun_at bigint not null,
  updated_at bigint not null,
  position bigint not null,
  lines bigint not null,
  accepted bigint not null,
  rejected bigint not null,
  finished_at bigint
);

-- An institution's own number for a patient (照会番号).
create table reference_number (
  facility_code text not null,
  person bigint not null,
  reference_number text not null,
  registered_at bigint not null,
  primary key (facility_code, person)
);

create table bulk_request (
  reception_number text not null primary key,
  facility_code text not null,
  account_id text not null,
  account_kind text not null,
  certificate_serial text not null,
  kind text not null,
  idempotency_key text not null,
  file_identifier text,
  asked_for bigint,
  received_at bigint not null,
  items bigint not null,
  next_item bigint not null,
  finished_at bigint,
  delete_after bigint not null
);
create unique index bulk_request_by_key on bulk_request (facility_code, idempotency_key);
create index bulk_request_open on bulk_request (finished_at, received_at);

create table bulk_item (
  reception_number text not null,
  item bigint not null,
  question text not null,
  answer text,
  primary key (reception_number, item)
);

create table api_token (
  token_hash text not null primary key,
  family text not null,
  use text not null,
  account_id text not null references account (account_id),
  facility_code text not null,
  certificate_serial text not null,
  issued_at bigint not null,
  expires_at bigint not null,
  ended_at bigint
);
create index api_token_by_account on api_token (account_id, ended_at);
create index api_token_by_family on api_token (family);

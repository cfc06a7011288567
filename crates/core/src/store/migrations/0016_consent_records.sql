-- A consent as one record: who agreed to what, how they were verified and for which kind of care. The kinds that
-- were agreed to are rows of `consent`, each of which ends by itself.
create table consent_record (
  record_id text not null primary key,
  facility_code text not null,
  person bigint not null,
  purpose text not null,
  verified text not null,
  agreed text not null,
  declined text not null,
  ceiling bigint not null,
  booked_day bigint,
  given_at bigint not null,
  valid_until bigint,
  given_by text,
  certificate_serial text,
  reader_serial text
);
create index consent_record_by_person on consent_record (facility_code, person, given_at);
create index consent_record_by_day on consent_record (facility_code, purpose, given_at);
create index consent_record_by_booked_day on consent_record (facility_code, purpose, booked_day);

alter table consent add column record_id text;
alter table consent add column purpose text not null default '1';
alter table consent add column ended_why text;
create index consent_by_record on consent (record_id);
create index consent_by_time on consent (facility_code, given_at);

-- The certificates of card readers: what a reader signs is checked with the key.
create table reader_certificate (
  serial text not null primary key,
  facility_code text not null,
  reader_name text not null,
  public_key text not null,
  fingerprint text not null,
  not_before bigint not null,
  not_after bigint not null,
  issued_at bigint not null,
  revoked_at bigint,
  revoked_reason text
);
create index reader_certificate_by_facility on reader_certificate (facility_code);

-- What a reader sent lately, so that the same again is the same.
create table reader_request (
  reader_serial text not null,
  request_id text not null,
  content text not null,
  answer text not null,
  received_at bigint not null,
  primary key (reader_serial, request_id)
);
create index reader_request_by_time on reader_request (received_at);

-- Results of checks at the reader on their way to the institution's folder.
create table reader_result (
  result_id text not null primary key,
  facility_code text not null,
  name text not null,
  answer text not null,
  made_at bigint not null,
  claimed_by text,
  claimed_until bigint,
  delivered_at bigint
);
create index reader_result_waiting on reader_result (facility_code, delivered_at, made_at);
create index reader_result_by_time on reader_result (made_at);

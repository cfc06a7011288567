-- 電子証明書の取得: codes, each of which fetches one certificate for one key. Only the hash of a code is kept. What was fetched
-- stays, so that whoever lost the answer is given the same certificate for the same key.
create table enrolment (
  enrolment_id text not null primary key,
  code_hash text not null,
  kind text not null,
  facility_code text,
  insurer_numbers text not null,
  name text not null,
  issued_at bigint not null,
  ends_at bigint not null,
  voided_at bigint,
  used_at bigint,
  key_digest text,
  serial text,
  certificate text
);
create unique index enrolment_by_code on enrolment (code_hash);
create index enrolment_by_facility on enrolment (facility_code, issued_at);

-- マイナ資格確認アプリ: the phones of staff who visit patients. Each begins with an アクティベーションコード that is good
-- once; from then on its browser keeps a secret, of which the hash is here. A phone that was voided keeps its row.
create table staff_phone (
  phone_id text not null primary key,
  facility_code text not null,
  name text not null,
  code_hash text not null,
  issued_by text not null,
  issued_at bigint not null,
  code_until bigint not null,
  secret_hash text,
  account_id text,
  activated_at bigint,
  voided_by text,
  voided_at bigint
);
create index staff_phone_by_facility on staff_phone (facility_code, issued_at);
create index staff_phone_by_code on staff_phone (code_hash);
create index staff_phone_by_secret on staff_phone (secret_hash);
create index web_session_by_certificate on web_session (certificate_serial, ended_at);

-- 電子証明書の期限のお知らせ: of which certificates the institution was written to, and at how many days before the end; -1 that it has
-- ended. A letter is written down with its row, so that no node writes the same again.
create table certificate_warning (
  serial text not null,
  days_before bigint not null,
  facility_code text not null,
  warned_at bigint not null,
  primary key (serial, days_before)
);
create index terminal_certificate_by_end on terminal_certificate (not_after);
create index reader_certificate_by_end on reader_certificate (not_after);

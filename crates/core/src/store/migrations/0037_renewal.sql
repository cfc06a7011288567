-- 電子証明書の更新: what was issued in the place of a certificate that ends soon, for which key. What was issued stays, so that
-- whoever lost the answer is given the same certificate for the same key. The old one ends some time after the new one was
-- used first; until then both are good.
create table certificate_renewal (
  old_serial text not null,
  key_digest text not null,
  facility_code text not null,
  kind text not null,
  serial text not null,
  certificate text not null,
  issued_at bigint not null,
  used_at bigint,
  primary key (old_serial, key_digest)
);
create unique index certificate_renewal_by_serial on certificate_renewal (serial);

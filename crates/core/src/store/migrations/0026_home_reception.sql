-- マイナ在宅受付Web: the addresses by which patients come to an institution from home. At most one of an institution is
-- in force; those of before stay, so that what is printed somewhere leads to nobody else.
create table home_address (
  token text not null primary key,
  facility_code text not null,
  issued_by text not null,
  issued_at bigint not null,
  voided_by text,
  voided_at bigint
);
create unique index home_address_in_force on home_address (facility_code) where voided_at is null;

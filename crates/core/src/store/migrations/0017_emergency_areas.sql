-- Openings for areas too, with their beginning; those of one notice have its number, and an extension names what it
-- extends. An area is a prefecture (two digits) or a municipality (five); of an institution it is empty.
alter table emergency_opening add column notice text;
alter table emergency_opening add column area text not null default '';
alter table emergency_opening add column begins_at bigint;
alter table emergency_opening add column extends text;
create index emergency_opening_by_notice on emergency_opening (notice);
create index emergency_opening_by_end on emergency_opening (function, valid_until);

-- 全国地方公共団体コード (five digits) of where an institution is; its prefecture stands in its code.
alter table facility add column municipality text;

-- Each use of what was opened, for the review and the report of use.
create table emergency_use (
  use_id text not null primary key,
  opening_id text not null,
  facility_code text not null,
  function bigint not null,
  person bigint not null,
  consented bigint not null,
  reason text not null,
  account_id text not null,
  used_at bigint not null,
  operator_reviewed_at bigint,
  operator_remark text
);
create index emergency_use_by_facility on emergency_use (facility_code, used_at);
create index emergency_use_to_review on emergency_use (operator_reviewed_at, used_at);

-- Somebody without a card is looked for by the birthdate first.
create index $insured.qualification_by_birthdate on qualification (birthdate);


-- Who looked at a person. Plain checks (functions 32 and 34) are the mass of the log, and are left out: the
-- index must cost them nothing.
create index audit_entry_by_person on audit_entry (subject, at)
  where subject_kind = 4 and function not in (32, 34);

-- 導入の権限: which installer may make an institution's terminals and accounts from a sheet, and to the end of which day (a number
-- such as 20261231). One that was ended stays, so that the institution sees it.
create table installer_right (
  installer_id text not null,
  facility_code text not null,
  name text not null,
  person text not null,
  given_at bigint not null,
  ends_on bigint not null,
  ended_at bigint,
  ended_reason text,
  primary key (installer_id, facility_code)
);
create index installer_right_by_facility on installer_right (facility_code, given_at);

-- 導入: the sheets that were rolled out. The number is drawn before anything is done and stands on what is handed over, so that after
-- a crash it is known whether that is good.
create table rollout (
  rollout_id text not null primary key,
  installer_id text not null,
  sheet_digest text not null,
  applied_at bigint not null
);

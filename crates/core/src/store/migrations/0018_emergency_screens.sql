-- Whom a search in an emergency found, for who searched and for a short time: a use is of one of these, and of
-- nobody else.
create table emergency_candidate (
  candidate_id text not null primary key,
  facility_code text not null,
  account_id text not null,
  function bigint not null,
  person bigint not null,
  found_at bigint not null
);
create index emergency_candidate_by_age on emergency_candidate (found_at);

-- The day for which eligibility is asked in a use, and the institution's own review of it.
alter table emergency_use add column asked_for bigint;
alter table emergency_use add column facility_reviewed_at bigint;
alter table emergency_use add column facility_remark text;
alter table emergency_use add column facility_reviewer text;

-- What institutions ask to have opened for them, with whom to call back.
create table emergency_request (
  request_id text not null primary key,
  facility_code text not null,
  account_id text not null,
  function bigint not null,
  reason text not null,
  contact text not null,
  phone text not null,
  requested_at bigint not null,
  settled_at bigint,
  remark text
);
create index emergency_request_by_facility on emergency_request (facility_code, requested_at);
create index emergency_request_to_settle on emergency_request (settled_at, requested_at);

-- The number in the institution's notification to the authority (保険医療機関届), which alone is called back.
alter table facility add column phone text;

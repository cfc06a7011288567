-- Functions that the operator opens for an institution in a failure or a disaster, and until when.
create table emergency_opening (
  opening_id text not null primary key,
  facility_code text not null,
  function bigint not null,
  reason text not null,
  opened_at bigint not null,
  valid_until bigint not null,
  closed_at bigint
);
create index emergency_opening_by_facility on emergency_opening (facility_code, function);

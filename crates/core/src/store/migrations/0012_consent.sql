-- What a patient lets an institution see, each kind of information by itself. A consent that is over keeps its
-- row: the audit log names it as the basis of what was shown.
create table consent (
  consent_id text not null primary key,
  facility_code text not null,
  person bigint not null,
  scope text not null,
  given_at bigint not null,
  valid_until bigint,
  given_by text,
  certificate_serial text,
  ended_at bigint,
  ended_by text
);
create index consent_by_person on consent (facility_code, person, scope);

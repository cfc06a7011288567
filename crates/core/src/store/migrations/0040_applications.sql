-- 利用申請: applications of institutions. Of the code that the applicant has there is only the hash; what the form said is JSON.
create table application (
  receipt text not null primary key,
  kind text not null,
  state text not null,
  facility_code text not null,
  mail text not null,
  particulars text not null,
  code_hash text not null,
  portal_url text not null,
  made_at bigint not null,
  confirm_until bigint not null,
  confirmed_at bigint,
  first_by text,
  decided_at bigint,
  decided_by text,
  reason text,
  notice_at bigint,
  notice_enrolment text
);
create index application_by_state on application (state, made_at);
create index application_by_mail on application (mail, made_at);
create index application_by_facility on application (facility_code, made_at);

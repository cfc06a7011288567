-- Mail that the centre sends. The text is sealed under a key of the secrets folder and goes when the letter was sent or given up.
create table outgoing_mail (
  mail_id text not null primary key,
  facility_code text,
  to_address text not null,
  subject text not null,
  sealed_text $bytes,
  written_at bigint not null,
  next_at bigint not null,
  tries bigint not null,
  last_error text,
  ended_at bigint
);
create index outgoing_mail_due on outgoing_mail (next_at) where ended_at is null;
create index outgoing_mail_ended on outgoing_mail (ended_at) where ended_at is not null;

-- Where an institution is written to, as the operator registered it.
alter table facility add column mail text;

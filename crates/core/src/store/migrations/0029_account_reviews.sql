-- アカウントの棚卸し: what was signed off, as it was then. Numbers and accounts stand in texts of our own, so that a record never
-- changes with what it is about.
create table account_review (
  facility_code text not null,
  review_id text not null,
  signed_at bigint not null,
  signed_by text not null,
  summary text not null,
  accounts text not null,
  primary key (facility_code, review_id)
);
create index account_review_by_time on account_review (facility_code, signed_at);

-- Accounts whose session was taken over from one terminal to another: how often, and when the last time. Sessions are deleted
-- after days; this is what a review asks for.
create table account_takeover (
  account_id text not null,
  from_terminal text not null,
  to_terminal text not null,
  times bigint not null,
  last_at bigint not null,
  primary key (account_id, from_terminal, to_terminal)
);

-- When a terminal last came with its certificate, to five minutes.
alter table terminal_certificate add column last_contact_at bigint;

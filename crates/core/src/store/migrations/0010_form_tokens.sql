-- Forms that were sent: each is taken once, and what came of it can be shown again for a while.
-- What is shown is sealed with a key that only the session's own cookie gives.

create table form_token (
  owner text not null,
  token text not null,
  used_at bigint not null,
  location text,
  shown $bytes,
  shown_until bigint,
  secret $bytes,
  secret_until bigint,
  kept_until bigint not null,
  primary key (owner, token)
);
create index form_token_by_end on form_token (kept_until);
create index form_token_by_shown_until on form_token (shown_until);
create index form_token_by_secret_until on form_token (secret_until);

-- Which database this is, and that it can be written; what is deleted is found by its time.
--
-- The same two tables stand in the file of the insured persons. They are made before any migration
-- and in a transaction of their own ("migrate.rs"), since a transaction over two files is not one
-- when the process is killed between them.

-- One row. The keys carry the same word.
create table database_identity (
  identity text not null primary key
);

-- When each node last wrote for no other reason than to find out whether it can.
create table store_probe (
  node text not null primary key,
  probed_at bigint not null
);

create index web_session_by_start on web_session (started_at);
create index login_failure_by_time on login_failure (last_failed_at);
create index api_token_by_expiry on api_token (expires_at);
create index bulk_request_by_end on bulk_request (delete_after);

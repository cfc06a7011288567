-- Who checked whose eligibility. It is written by a job and not by the checks, which must not pay for it, from the
-- log in its order; by day first, so that a job writes into one part of it, however large the whole is. A person is found
-- by one look for each day. What the job has not read yet, the end of each chain, is read as it is.
create table check_access (
  day bigint not null,
  person bigint not null,
  at bigint not null,
  chain bigint not null,
  seq bigint not null,
  primary key (day, person, at, chain, seq)
) $clustered;

-- How far each chain of the log has been read for it.
create table check_access_progress (
  chain bigint not null primary key,
  seq bigint not null
);

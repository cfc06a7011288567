-- Insurers' own certificates, and what is known of what they report. The latter is committed together
-- with the rows, and so in their file.

create table insurer_certificate (
  serial text not null primary key,
  name text not null,
  fingerprint text not null,
  not_before bigint not null,
  not_after bigint not null,
  issued_at bigint not null,
  revoked_at bigint,
  revoked_reason text
);

-- For which insurers its holder may report.
create table insurer_certificate_number (
  serial text not null references insurer_certificate (serial),
  insurer_number text not null,
  primary key (serial, insurer_number)
);

-- Counted as rows come in: counting 160 million rows when somebody asks would take minutes, and an
-- index for it would be as large as a fifth of the table.
create table $insured.insurer_count (
  insurer_number text not null primary key,
  persons bigint not null,
  qualifications bigint not null
);
insert into $insured.insurer_count (insurer_number, persons, qualifications)
  select insurer_number, count(distinct person), count(*) from $insured.qualification group by insurer_number;

-- The digest is that of all bytes up to the position, so that going on with another file is found out.
-- pending is the insurer's name and day, which stand only when the report is there as a whole.
alter table $insured.import_run add column digest text;
alter table $insured.import_run add column insurer_number text;
alter table $insured.import_run add column pending text;
alter table $insured.import_run add column added bigint not null default 0;
alter table $insured.import_run add column changed bigint not null default 0;
alter table $insured.import_run add column unchanged bigint not null default 0;
create index $insured.import_run_by_insurer on import_run (insurer_number, begun_at);

-- The lines of an insurer's report that could not be taken, with reasons and without their content.
create table $insured.import_rejection (
  source text not null,
  line bigint not null,
  problems text not null,
  primary key (source, line)
);

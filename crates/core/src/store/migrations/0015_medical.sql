-- Medical records (診療・薬剤・特定健診情報): what one institution reported of a person for one month and kind,
-- a row each. They are beside the insured persons, since they come in by the same imports and nothing
-- else writes them ("$insured."). Rows are kept in the order of the key where the database can
-- ("$clustered"): what a fetch reads of a person lies side by side, although it came in month by month.
create table $insured.medical_record (
  person bigint not null,
  kind bigint not null,
  month bigint not null,
  institution text not null,
  prescriber text not null,
  in_out text not null,
  insurer text not null,
  content $bytes not null,
  primary key (person, kind, month, institution, prescriber, in_out, insurer)
) $clustered;

-- Whose lines an import has: 'insured' persons or 'medical' records.
alter table $insured.import_run add column lines_of text not null default 'insured';

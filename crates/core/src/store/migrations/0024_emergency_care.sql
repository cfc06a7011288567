-- 救急時医療情報閲覧: which institutions are hospitals that may use it, who of theirs may look (救急時閲覧権限), and
-- what was named when somebody did: the pattern that was asked for, the two factors, and the program that asked.
alter table facility add column emergency_hospital bigint not null default 0;
alter table account add column emergency_viewing bigint not null default 0;
alter table emergency_use add column pattern text;
alter table emergency_use add column factors text;
alter table emergency_use add column asked_by text;
create index emergency_use_by_person on emergency_use (facility_code, person, used_at);

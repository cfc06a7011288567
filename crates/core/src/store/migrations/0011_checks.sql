-- What a check asked and found, so that a list reads columns and not words: the day, the answer, what was
-- told with it (1 a notice, 2 the ceiling), and under which card and since when the coverage is kept.
alter table audit_entry add column asked_for bigint;
alter table audit_entry add column validity bigint;
alter table audit_entry add column told bigint;
alter table audit_entry add column card bigint;
alter table audit_entry add column acquired bigint;

-- The coverage by which a patient's number was registered: a check by that number asks for this card again.
alter table reference_number add column card bigint;
alter table reference_number add column acquired bigint;
create index reference_number_by_number on reference_number (facility_code, reference_number);

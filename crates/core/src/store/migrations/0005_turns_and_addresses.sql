-- Open bulk requests are found by their institution, since institutions are served in turn.
drop index bulk_request_open;
create index bulk_request_open on bulk_request (facility_code, received_at) where finished_at is null;

-- From where whoever asked was connected. Rows of before have none, and are sealed as before.
alter table audit_entry add column peer_address text;

-- How a row of a bulk request is kept: 1 as blocks of the messages, as builds before this one did; 2 as core's
-- own record.
alter table bulk_item add column version bigint not null default 1;

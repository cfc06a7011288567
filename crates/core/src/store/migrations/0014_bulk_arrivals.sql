-- Bulk requests that come in piece by piece: what is here of them is nobody's yet. The request is made
-- with the last piece; what never got its last one is deleted.

create table bulk_arrival (
  reception_number text not null primary key,
  facility_code text not null,
  begun_at bigint not null
);
create index bulk_arrival_by_begin on bulk_arrival (begun_at);

-- SHA-256 of the questions: a repeated upload is told from another one without reading them all.
alter table bulk_request add column content text;

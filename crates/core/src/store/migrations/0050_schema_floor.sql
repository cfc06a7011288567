-- What a program must know to serve: the number of a migration. A migration that only adds leaves it; one that takes something
-- away writes here which migration a program must have that goes on (docs/adr/0055).
create table schema_floor (
  migration bigint not null primary key
);

//! What a database has, tables, columns and indexes, in words that are the same for both; and what
//! is different between them.

use super::connection::{Backend, Connection};
use super::value::Row;
use crate::error::Fault;

impl Connection {
    /// True when each statement is a round trip, so that one of many rows is worth its length.
    /// SQLite has none to save, and keeps a copy of every page that a statement of many rows, or
    /// one that returns some, changes, in case it has to be undone half-way.
    pub fn pays_round_trips(&self) -> bool {
        matches!(self.0, Backend::Postgres { .. })
    }

    /// The columns of every table, sorted, in words that are the same for both databases.
    pub(super) fn columns(&mut self) -> Result<Vec<Row>, Fault> {
        let sql = match self.0 {
            Backend::Sqlite { .. } => {
                "select m.name, c.name, lower(c.type), case when c.\"notnull\" = 1 then 'not null' \
                 else 'null' end from (select 'main' part, type, name from main.sqlite_master \
                 union all select 'insured', type, name from insured.sqlite_master) m, \
                 pragma_table_info(m.name, m.part) c \
                 where m.type = 'table' and m.name not like 'sqlite_%' order by 1, c.cid"
            }
            Backend::Postgres { .. } => {
                "select table_name::text, column_name::text, \
                 case data_type when 'bytea' then 'blob' else data_type::text end, \
                 case is_nullable when 'NO' then 'not null' else 'null' end \
                 from information_schema.columns where table_schema = current_schema() \
                 order by 1, ordinal_position"
            }
        };
        self.rows(sql, &[])
    }

    /// The columns of every index, and whether it is a primary or another key, in words that are the
    /// same for both databases.
    pub(super) fn indexes(&mut self) -> Result<Vec<Row>, Fault> {
        let sql = match self.0 {
            Backend::Sqlite { .. } => {
                "select m.name, group_concat(c.name, ', ' order by c.seqno), \
                 case when i.origin = 'pk' then 'primary key' when i.\"unique\" = 1 then 'key' \
                 else 'index' end \
                 from (select 'main' part, type, name from main.sqlite_master \
                 union all select 'insured', type, name from insured.sqlite_master) m, \
                 pragma_index_list(m.name, m.part) i, pragma_index_info(i.name, m.part) c \
                 where m.type = 'table' and m.name not like 'sqlite_%' \
                 group by m.name, i.name, i.origin, i.\"unique\" order by 1, 2"
            }
            Backend::Postgres { .. } => {
                "select t.relname::text, string_agg(c.attname::text, ', ' order by k.place), \
                 case when i.indisprimary then 'primary key' when i.indisunique then 'key' \
                 else 'index' end \
                 from pg_index i join pg_class t on t.oid = i.indrelid \
                 cross join unnest(i.indkey::smallint[]) with ordinality k (number, place) \
                 join pg_attribute c on c.attrelid = t.oid and c.attnum = k.number \
                 where t.relnamespace = current_schema()::regnamespace \
                 group by t.relname, i.indexrelid, i.indisprimary, i.indisunique order by 1, 2"
            }
        };
        self.rows(sql, &[])
    }
}

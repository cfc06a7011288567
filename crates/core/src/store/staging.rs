//! Many rows at once on PostgreSQL: they are copied into a table of the connection's own, from where statements take them.
//!
//! A statement of many rows costs PostgreSQL more for reading its parameters than for keeping the rows. SQLite has neither round
//! trips nor a server that reads: there each row is a statement.

use super::connection::{Backend, Connection, watch};
use super::value::Value;
use crate::error::Fault;
use onshi_postgres::types::Type;

/// What a column of a staged row holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Int,
    Text,
}

/// A table of the connection's own, which holds rows for one transaction at the most (一時表).
pub(crate) struct Staging {
    make: String,
    copy: String,
    types: Vec<Type>,
}

/// So that what joins the staged rows with a table finds each by an index. A connection keeps the plan of a statement, and who
/// plans while a table is empty reads all of it, also when there are millions. What is kept of a scan would make reading the whole
/// table look as cheap as the index; and what is dear is not to be compiled, nor shared out.
const BY_INDEX: &str = "set local enable_hashjoin = off; set local enable_mergejoin = off; \
                        set local enable_seqscan = off; set local enable_material = off; set local jit = off; \
                        set local max_parallel_workers_per_gather = 0";

const AS_USUAL: &str = "set local enable_hashjoin to default; set local enable_mergejoin to default; \
                        set local enable_seqscan to default; set local enable_material to default; set local jit to default; \
                        set local max_parallel_workers_per_gather to default";

impl Staging {
    pub(crate) fn new(name: &str, columns: &[(&str, Kind)]) -> Staging {
        let declared = |(column, kind): &(&str, Kind)| match kind {
            Kind::Int => format!("{column} bigint"),
            Kind::Text => format!("{column} text"),
        };
        let declared: Vec<String> = columns.iter().map(declared).collect();
        let names: Vec<&str> = columns.iter().map(|(column, _)| *column).collect();
        Staging {
            // That it is there already is no news to anybody.
            make: format!(
                "set local client_min_messages = warning; \
                 create temporary table if not exists {name} ({}) on commit delete rows; \
                 truncate {name}; set local client_min_messages to default; {BY_INDEX}",
                declared.join(", ")
            ),
            copy: format!("copy {name} ({}) from stdin binary", names.join(", ")),
            types: columns
                .iter()
                .map(|(_, kind)| match kind {
                    Kind::Int => Type::INT8,
                    Kind::Text => Type::TEXT,
                })
                .collect(),
        }
    }
}

impl Connection {
    /// Puts rows into the table, in the place of those that it had, and does something with them. Only where round trips are paid
    /// ([`Connection::pays_round_trips`]).
    pub(crate) fn with_staged<const N: usize, T>(
        &mut self,
        staging: &Staging,
        rows: &[[Value; N]],
        work: impl FnOnce(&mut Connection) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        self.batch(&staging.make)?;
        match &mut self.0 {
            Backend::Sqlite { .. } => {
                let cause = "SQLite takes each row by a statement";
                return Err(Fault::at("staging rows", cause));
            }
            Backend::Postgres { client, lost, .. } => {
                let rows = rows.iter().map(|row| row.as_slice());
                watch(lost, client.copy_in(&staging.copy, &staging.types, rows))?;
            }
        }
        let done = work(self)?;
        self.batch(AS_USUAL)?;
        Ok(done)
    }
}

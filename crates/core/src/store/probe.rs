//! Whether both files of the database can be written.

use super::Connection;
use super::connection::Backend;
use crate::error::Fault;

/// Writes a row for no other reason than to find out whether it can be written, in each of the two
/// files. Every node has a row of its own, so that none meets another.
pub(crate) fn probe(connection: &mut Connection, node: &str) -> Result<(), Fault> {
    match commit_probes(connection, node) {
        // Another process of our name was quicker; so it can be written.
        Err(fault) if fault.again => Ok(()),
        done => done,
    }
}

/// The same, and kept: when this comes back well, what was committed before it is as safe as this is. PostgreSQL shows a
/// commit that no replica has yet, once whoever waited for it was cut off; the next commit waits for both.
pub(crate) fn commit_probes(connection: &mut Connection, node: &str) -> Result<(), Fault> {
    connection.begin()?;
    let done = write_probes(connection, node).and_then(|()| connection.batch("commit"));
    if done.is_err() {
        // The rollback's own failure would hide why we roll back.
        let _ = connection.batch("rollback");
    }
    done
}

fn write_probes(connection: &mut Connection, node: &str) -> Result<(), Fault> {
    let named = |file: &'static str| move |fault: Fault| fault.within(file);
    connection
        .execute(
            "insert into store_probe (node, probed_at) values ($1, 1) \
             on conflict (node) do update set probed_at = store_probe.probed_at + 1",
            &[node.into()],
        )
        .map_err(named("writing the database"))?;
    if let Backend::Sqlite { .. } = connection.0 {
        connection
            .execute(
                "insert into insured_probe (node, probed_at) values ($1, 1) \
                 on conflict (node) do update set probed_at = insured_probe.probed_at + 1",
                &[node.into()],
            )
            .map_err(named("writing the file of the insured persons"))?;
    }
    Ok(())
}

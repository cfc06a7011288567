//! Whether a program may serve on a schema that is newer than its own: as long as that was only added to (ADR 0055).

use super::{Connection, newest_migration};
use crate::error::Fault;

/// The migration that a program must know to serve; none where nothing was ever taken away.
pub(crate) fn floor(connection: &mut Connection) -> Result<Option<i64>, Fault> {
    if !connection.has_table("schema_floor")? {
        return Ok(None);
    }
    kept(connection)
}

fn kept(connection: &mut Connection) -> Result<Option<i64>, Fault> {
    let row = connection.row("select max(migration) from schema_floor", &[])?;
    Ok(row.map(|row| row.opt_int(0)).transpose()?.flatten())
}

/// Refuses to go on with a schema from which something was taken away that this program needs. For a program whose own
/// migrations are applied.
pub(crate) fn check(connection: &mut Connection) -> Result<(), Fault> {
    may_serve(kept(connection)?, newest_migration())
}

/// Looks whether a program may serve that does not know some of the migrations that were applied.
pub(super) fn beside_newer(
    connection: &mut Connection,
    newer: &[i64],
    missing: &[i64],
) -> Result<(), Fault> {
    may_serve(floor(connection)?, newest_migration())?;
    if !missing.is_empty() {
        let cause = format!(
            "the database has the migrations {newer:?}, which this program does not know, and lacks {missing:?}, which it has: \
             they are not of one line of versions"
        );
        let japanese = format!(
            "データベースには、このプログラムの知らない移行 {newer:?} があり、このプログラムの移行 {missing:?} がありません。同じ系列のプログラムを使ってください。"
        );
        return Err(Fault::at("migrating", cause).in_japanese(japanese));
    }
    tracing::warn!(
        ?newer,
        "the database is newer than this program and was only added to: it may serve beside the newer one; replace it soon"
    );
    Ok(())
}

fn may_serve(floor: Option<i64>, newest: i64) -> Result<(), Fault> {
    match floor {
        Some(floor) if floor > newest => {
            let cause = format!(
                "the database is newer than this program: it needs one that knows the migration {floor}, and this one knows them \
                 up to {newest}"
            );
            let japanese = "データベースがこのプログラムより新しいため、使えません。新しいプログラムを使ってください。";
            Err(Fault::unavailable("looking at the schema", cause).in_japanese(japanese))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::may_serve;

    #[test]
    fn a_program_serves_until_something_is_taken_away_that_it_needs() {
        assert!(may_serve(None, 50).is_ok());
        assert!(may_serve(Some(50), 50).is_ok());
        let fault = may_serve(Some(51), 50).unwrap_err();
        assert!(fault.cause.contains("newer than this program"), "{fault}");
    }
}

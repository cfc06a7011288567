//! Which database it is: the word that its two files and its keys have in common.

use super::{Connection, insured_path};
use crate::entropy::Entropy;
use crate::error::Fault;
use std::path::Path;

/// The word that a database, its two files and its keys have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatabaseId(String);

impl DatabaseId {
    /// Reads it as it is kept beside the keys.
    pub fn parse(text: &str) -> Option<DatabaseId> {
        let text = text.trim();
        let whole = text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit());
        whole.then(|| DatabaseId(text.to_owned()))
    }

    /// As it is kept.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A new one.
    pub(crate) fn begun(entropy: &mut Entropy) -> DatabaseId {
        DatabaseId(crate::entropy::hex(&entropy.bytes::<16>()))
    }

    /// Enough of it to tell two apart.
    pub(crate) fn short(&self) -> &str {
        &self.0[..8]
    }
}

pub(crate) fn swapped(path: &Path, own: &DatabaseId, beside: Option<&DatabaseId>) -> Fault {
    let whose = match beside {
        Some(other) => format!("it belongs to the database {}", other.short()),
        None => "it belongs to another database, or comes from before an upgrade".to_owned(),
    };
    let cause = format!(
        "{whose}, and {} is the database {}; put the file back that belongs to it",
        path.display(),
        own.short()
    );
    let beside = insured_path(path);
    let japanese = format!(
        "{} は、データベース {} のものではありません。正しいファイルを戻してください。",
        beside.display(),
        path.display()
    );
    Fault::at(format!("opening {}", beside.display()), cause).in_japanese(japanese)
}

/// The identities that the database and the file of the insured persons say.
pub(crate) fn identities(
    connection: &mut Connection,
) -> Result<(Option<DatabaseId>, Option<DatabaseId>), Fault> {
    let mut one = |sql| {
        let row = connection.row(sql, &[])?;
        row.map(|row| row.text(0).map(DatabaseId)).transpose()
    };
    Ok((
        one("select identity from database_identity")?,
        one("select identity from insured_identity")?,
    ))
}

/// Whether anything was ever sealed in it.
pub(crate) fn has_seals(connection: &mut Connection) -> Result<bool, Fault> {
    let found = connection.row("select chain from audit_seal limit 1", &[])?;
    Ok(found.is_some())
}

/// Writes the identity into one of the two tables.
pub(crate) fn keep(
    connection: &mut Connection,
    table: &'static str,
    identity: &DatabaseId,
) -> Result<(), Fault> {
    let sql = match table {
        "insured_identity" => "insert into insured_identity (identity) values ($1)",
        _ => "insert into database_identity (identity) values ($1)",
    };
    connection
        .execute(sql, &[identity.as_str().into()])
        .map(drop)
}

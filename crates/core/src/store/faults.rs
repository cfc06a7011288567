//! What goes wrong with a database, as faults: which mean that it can't be used at present.

use crate::error::{Effect, Fault};
use onshi_postgres::SqlState;
use rusqlite::ErrorCode;

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Fault {
        let outside = matches!(
            error.sqlite_error_code(),
            Some(
                ErrorCode::DiskFull
                    | ErrorCode::SystemIoFailure
                    | ErrorCode::ReadOnly
                    | ErrorCode::CannotOpen
                    | ErrorCode::DatabaseBusy
                    | ErrorCode::DatabaseLocked
                    | ErrorCode::DatabaseCorrupt
                    | ErrorCode::NotADatabase
                    | ErrorCode::OperationInterrupted
            )
        );
        let fault = Fault::at("sqlite", error);
        match outside {
            true => Fault {
                effect: Effect::NotDone,
                ..fault
            },
            false => fault,
        }
    }
}

/// Whether a lock was not given in time. PostgreSQL's code stands at the end of what it says.
pub(crate) fn is_of_a_lock(fault: &Fault) -> bool {
    fault.cause.ends_with("(55P03)")
}

/// Classes of PostgreSQL's codes that say nothing of the statement: connections, resources, locks
/// that were not given in time, an operator's hand, the system's errors.
const OUTSIDE: [&str; 8] = ["08", "53", "57", "58", "55P03", "25006", "25P03", "28"];

impl From<onshi_postgres::Error> for Fault {
    fn from(error: onshi_postgres::Error) -> Fault {
        let code = error.code().map(SqlState::code);
        let again = matches!(code, Some("40001" | "40P01"));
        let outside = error.is_of_the_connection()
            || code.is_some_and(|code| OUTSIDE.iter().any(|class| code.starts_with(class)));
        Fault {
            japanese: None,
            place: "postgres".to_owned(),
            cause: error.to_string(),
            again,
            effect: if outside {
                Effect::NotDone
            } else {
                Effect::Broken
            },
        }
    }
}

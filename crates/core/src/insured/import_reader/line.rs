//! What an intake needs to know of the lines that it reads.

use super::Words;
use crate::insured::check::check;
use crate::insured::lines;
use crate::insured::record::{InsurerRecord, Line};

/// A kind of lines that are imported and reported.
pub trait IntakeLine: Sized + Send + Sync + 'static {
    /// Whether a report begins with the line of its insurer, which says for which day it is true.
    const HEADED: bool;

    /// The longest line, in bytes.
    const BYTES_MAX: usize;

    /// Reads a line of JSON, or says why it can't be read.
    fn read_json(text: &[u8]) -> Result<Self, Vec<String>>;

    /// The names of a CSV's columns, or why they can't be.
    fn columns(text: &[u8]) -> Result<Vec<String>, Words>;

    /// Reads a row of CSV.
    fn read_csv(columns: &[String], text: &[u8]) -> Result<Self, Vec<String>>;

    /// What is wrong with a line that could be read.
    fn problems(&self) -> Vec<String>;

    /// 保険者番号 of the insurer whose line it is.
    fn insurer_number(&self) -> &str;

    /// The insurer itself, where the line is its own.
    fn insurer(&self) -> Option<&InsurerRecord> {
        None
    }
}

impl IntakeLine for Line {
    const HEADED: bool = true;
    /// The richest qualification has a tenth of it.
    const BYTES_MAX: usize = 64 * 1024;

    fn read_json(text: &[u8]) -> Result<Line, Vec<String>> {
        lines::read_json(text).map_err(|why| vec![why])
    }

    fn columns(text: &[u8]) -> Result<Vec<String>, Words> {
        lines::columns(text)
    }

    fn read_csv(columns: &[String], text: &[u8]) -> Result<Line, Vec<String>> {
        lines::read_csv(columns, text).map_err(|why| vec![why])
    }

    fn problems(&self) -> Vec<String> {
        check(self)
    }

    fn insurer_number(&self) -> &str {
        match self {
            Line::Insurer(record) => &record.insurer_number,
            Line::Qualification(record) => &record.insurer_number,
        }
    }

    fn insurer(&self) -> Option<&InsurerRecord> {
        match self {
            Line::Insurer(record) => Some(record),
            Line::Qualification(_) => None,
        }
    }
}

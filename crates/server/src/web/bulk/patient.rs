//! A patient as a table has them: what was read, mended and found wrong.

use onshi_core::eligibility::bulk::RowQuestion;

/// One patient as the table has them.
#[derive(Clone, Debug, Default)]
pub(in crate::web) struct Patient {
    /// The row's number in the table.
    pub(in crate::web) row: usize,
    /// The six values as they stood there, in the order of [`Column::ALL`].
    pub(in crate::web) values: [String; 6],
    /// What is asked, when it can be.
    pub(in crate::web) question: Option<RowQuestion>,
    /// What was mended, for the person to see.
    pub(in crate::web) notes: Vec<String>,
    /// What is wrong, by its cell.
    pub(in crate::web) problems: Vec<String>,
}

/// What a table says.
#[derive(Clone, Debug, Default)]
pub(in crate::web) struct Patients {
    /// Every patient.
    pub(in crate::web) patients: Vec<Patient>,
    /// Headings of columns that are not used.
    pub(in crate::web) unused: Vec<String>,
    /// Why the table as a whole can't be read.
    pub(in crate::web) problem: Option<String>,
}

//! The mapping's table: where each element of the messages stands in FHIR.
//!
//! It is one table for both directions and for the published page (`docs/fhir-mapping.md`): what it does not
//! say is not told, and a test fails when an element has no row.

/// Rows of a table: block, element, and where it stands.
macro_rules! rows {
    ($(#[doc = $doc:literal])+ $name:ident { $( $block:literal $element:literal $to:expr; )+ }) => {
        $(#[doc = $doc])+
        pub(super) const $name: &[Row] = &[ $( row($block, $element, $to) ),+ ];
    };
}

mod checkups;
mod eligibility;
mod medicines;

use super::form::Form;

/// Where something of a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// A value, at this place and in this form.
    At(&'static str, Form),
    /// The same, with another place for what the first can't take: a text.
    AtOrText(&'static str, Form, &'static str),
    /// A block or each entry of a list, whose own rows go on from this place.
    Within(&'static str),
    /// A block whose rows go on from where its holder's do.
    Here,
    /// Each entry is a resource of its own, or goes into the resources of the entries in it.
    Each(&'static str),
    /// Told in another way, which the words say; code that is no table does it.
    As(&'static str),
    /// Not told in FHIR, and why.
    NotTold(&'static str),
}

/// One element of one block.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The block, by its name in the schema.
    pub block: &'static str,
    /// The element.
    pub element: &'static str,
    /// Where it stands.
    pub to: To,
}

const fn row(block: &'static str, element: &'static str, to: To) -> Row {
    Row { block, element, to }
}

/// A table of rows: one for each resource that a block can become.
#[derive(Debug)]
pub struct Table {
    /// What it is about.
    pub title: &'static str,
    /// Which message and which resources.
    pub about: &'static str,
    /// The rows, by block in the order of the layout.
    pub rows: &'static [&'static [Row]],
}

impl Table {
    /// The row of an element.
    pub fn find(&self, block: &str, element: &str) -> Option<&'static Row> {
        self.rows
            .iter()
            .flat_map(|rows| rows.iter())
            .find(|row| row.block == block && row.element == element)
    }
}

/// OQSsiquc01req.
pub static REQUEST: Table = Table {
    title: "OQSsiquc01req ↔ CoverageEligibilityRequest",
    about: "Sent to `CoverageEligibilityRequest/$submit`. `Patient` and `Coverage` stand in `contained`.",
    rows: &[eligibility::REQUEST],
};

/// OQSsiquc01res.
pub static RESPONSE: Table = Table {
    title: "OQSsiquc01res ↔ CoverageEligibilityResponse, Coverage, Patient, Consent",
    about: "The answer to `$submit`. `Patient`, `Coverage` and a `Consent` for each kind stand in `contained`; \
            `Patient` and `Coverage` are read by themselves too.",
    rows: &[
        eligibility::HEADER,
        eligibility::PERSON,
        eligibility::CONSENTS,
        eligibility::CERTIFICATES,
        eligibility::TICKETS,
    ],
};

/// YZKsiquc01res, the medicines.
pub static MEDICINES: Table = Table {
    title: "YZKsiquc01res ↔ MedicationStatement",
    about: "One `MedicationStatement` for each medicine of each day.",
    rows: &[
        medicines::HEADER,
        medicines::CLAIMS,
        medicines::PRESCRIPTIONS,
        medicines::DISPENSINGS,
    ],
};

/// YZKsiquc01res, the treatment.
pub static TREATMENTS: Table = Table {
    title: "YZKsiquc01res (FileCategory 4) ↔ Procedure",
    about: "One `Procedure` for each treatment and each operation of each day.",
    rows: &[medicines::TREATMENTS],
};

/// TKKsiquc01res.
pub static CHECKUPS: Table = Table {
    title: "TKKsiquc01res ↔ DiagnosticReport, Observation",
    about: "One `DiagnosticReport` for each checkup, and one `Observation` for each result and answer.",
    rows: &[checkups::ROWS],
};

/// Every table, as it is published.
pub static ALL: &[&Table] = &[&REQUEST, &RESPONSE, &MEDICINES, &TREATMENTS, &CHECKUPS];

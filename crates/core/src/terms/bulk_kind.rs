//! What can be asked for many at once.

/// What a bulk request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BulkKind {
    /// OQSmuquc: eligibility of many.
    Eligibility,
    /// OQSmuimm: reference numbers of many.
    ReferenceNumbers,
    /// OQSmutic: who has a ticket of medical assistance here.
    Tickets,
    /// OQSmuhvq: who has consented at home.
    HomeVisits,
    /// OQSmuonq: who has consented online.
    Online,
}

/// What the rows of a bulk request are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowsOf {
    /// Checks of those who were asked about.
    Checks,
    /// Registrations of those who were asked about.
    Registrations,
    /// A list of persons; nobody is asked about.
    Persons,
}

impl BulkKind {
    const ALL: [BulkKind; 5] = [
        BulkKind::Eligibility,
        BulkKind::ReferenceNumbers,
        BulkKind::Tickets,
        BulkKind::HomeVisits,
        BulkKind::Online,
    ];

    /// The word kept in the database.
    pub const fn code(self) -> &'static str {
        match self {
            BulkKind::Eligibility => "muquc",
            BulkKind::ReferenceNumbers => "muimm",
            BulkKind::Tickets => "mutic",
            BulkKind::HomeVisits => "muhvq",
            BulkKind::Online => "muonq",
        }
    }

    pub(crate) fn from_code(code: &str) -> Option<BulkKind> {
        BulkKind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// What its rows are.
    pub const fn rows(self) -> RowsOf {
        match self {
            BulkKind::Eligibility => RowsOf::Checks,
            BulkKind::ReferenceNumbers => RowsOf::Registrations,
            BulkKind::Tickets | BulkKind::HomeVisits | BulkKind::Online => RowsOf::Persons,
        }
    }

    /// What a person reads.
    pub const fn label(self) -> &'static str {
        match self {
            BulkKind::Eligibility => "資格確認",
            BulkKind::ReferenceNumbers => "照会番号登録",
            BulkKind::Tickets => "医療券・調剤券の一覧",
            BulkKind::HomeVisits => "同意の一覧（訪問診療等）",
            BulkKind::Online => "同意の一覧（オンライン診療等）",
        }
    }
}

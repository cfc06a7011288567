//! What something is done to.

/// What something is to be done to, as far as it is known beforehand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    pub(crate) kind: SubjectKind,
    pub(crate) id: Option<String>,
}

impl Subject {
    /// Nothing in particular, or not known yet.
    pub const NONE: Subject = Subject {
        kind: SubjectKind::None,
        id: None,
    };

    /// This thing.
    pub fn of(kind: SubjectKind, id: impl Into<String>) -> Subject {
        Subject {
            kind,
            id: Some(id.into()),
        }
    }
}

/// What something was done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubjectKind {
    /// Nothing in particular.
    None = 0,
    /// An account, by its id.
    Account = 1,
    /// An institution, by its code.
    Facility = 2,
    /// A certificate, by its serial number.
    Certificate = 3,
    /// An insured person, by our own key.
    Person = 4,
    /// A file or a bulk request, by its reception number.
    Request = 5,
    /// An insurer, by its number.
    Insurer = 6,
    /// An application of an institution, by its receipt number.
    Application = 7,
}

impl SubjectKind {
    pub(crate) const ALL: [SubjectKind; 8] = [
        SubjectKind::None,
        SubjectKind::Account,
        SubjectKind::Facility,
        SubjectKind::Certificate,
        SubjectKind::Person,
        SubjectKind::Request,
        SubjectKind::Insurer,
        SubjectKind::Application,
    ];

    /// The small stable number kept in the log.
    pub const fn number(self) -> i64 {
        self as i64
    }

    /// Reads [`SubjectKind::number`] back.
    pub fn from_number(number: i64) -> Option<SubjectKind> {
        SubjectKind::ALL
            .into_iter()
            .find(|kind| kind.number() == number)
    }

    /// What a person reads.
    pub const fn label(self) -> &'static str {
        match self {
            SubjectKind::None => "",
            SubjectKind::Account => "アカウント",
            SubjectKind::Facility => "医療機関等",
            SubjectKind::Certificate => "電子証明書",
            SubjectKind::Person => "加入者",
            SubjectKind::Request => "一括照会",
            SubjectKind::Insurer => "保険者",
            SubjectKind::Application => "利用申請",
        }
    }
}

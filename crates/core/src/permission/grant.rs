//! What a cell of the table says, and to what a patient consents.

/// What the table says yes to, where it does not say never (`-`).
///
/// The door hands it to the work. Five of them are no yes yet: what needs a consent, an opening, emergency care, the own card or
/// an installer's right has to show it (`Tx::consented`, `Tx::opened`, `Tx::emergency_care`, `home_reception`,
/// `Tx::installing`), and what ends well without having shown it is a fault, so that nothing is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// `S`: for the own account only.
    OwnAccount,
    /// `F`: for the own institution.
    OwnFacility,
    /// `C`: for the own institution, with the patient's valid consent.
    NeedsConsent,
    /// `E`: for the own institution, only while the operator has opened it.
    NeedsOpening,
    /// `H`: for the own institution where it is a hospital that gives emergency care, on what was declared for
    /// one patient (救急時).
    NeedsEmergencyCare,
    /// `I`: for the insurer numbers of the own certificate.
    OwnInsurer,
    /// `P`: for the own person, who is known by the own card, at the institution whose address was opened.
    OwnPerson,
    /// `R`: at an institution where an installer's right holds now (導入の権限).
    NeedsInstallerRight,
    /// `A`: everywhere.
    Everywhere,
}

impl Grant {
    pub(super) const fn parse(letter: u8) -> Option<Grant> {
        match letter {
            b'-' => None,
            b'S' => Some(Grant::OwnAccount),
            b'F' => Some(Grant::OwnFacility),
            b'C' => Some(Grant::NeedsConsent),
            b'E' => Some(Grant::NeedsOpening),
            b'H' => Some(Grant::NeedsEmergencyCare),
            b'I' => Some(Grant::OwnInsurer),
            b'P' => Some(Grant::OwnPerson),
            b'R' => Some(Grant::NeedsInstallerRight),
            b'A' => Some(Grant::Everywhere),
            _ => panic!("a cell is one of - S F C E H I P R A"),
        }
    }

    /// The letter in the table.
    pub const fn letter(self) -> char {
        match self {
            Grant::OwnAccount => 'S',
            Grant::OwnFacility => 'F',
            Grant::NeedsConsent => 'C',
            Grant::NeedsOpening => 'E',
            Grant::NeedsEmergencyCare => 'H',
            Grant::OwnInsurer => 'I',
            Grant::OwnPerson => 'P',
            Grant::NeedsInstallerRight => 'R',
            Grant::Everywhere => 'A',
        }
    }

    /// Whether what is done by it must say on what it rests.
    pub const fn needs_a_basis(self) -> bool {
        matches!(
            self,
            Grant::NeedsConsent
                | Grant::NeedsOpening
                | Grant::NeedsEmergencyCare
                | Grant::OwnPerson
                | Grant::NeedsInstallerRight
        )
    }
}

/// The kinds of information that a patient consents to by themselves (閲覧同意情報種別).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// YZK: 薬剤情報.
    Medicines,
    /// SRJ: 診療情報.
    Treatment,
    /// SHJ: 手術情報.
    Surgery,
    /// TKK: 特定健診情報.
    Checkups,
    /// TSR: 特定疾病療養受療証.
    SpecificDiseases,
}

impl Scope {
    /// Every kind.
    pub const ALL: [Scope; 5] = [
        Scope::Medicines,
        Scope::Treatment,
        Scope::Surgery,
        Scope::Checkups,
        Scope::SpecificDiseases,
    ];

    /// The word that is kept: that of the interface's list OQSCD036.
    pub const fn code(self) -> &'static str {
        match self {
            Scope::Medicines => "YZK",
            Scope::Treatment => "SRJ",
            Scope::Surgery => "SHJ",
            Scope::Checkups => "TKK",
            Scope::SpecificDiseases => "TSR",
        }
    }

    /// Reads [`Scope::code`] back.
    pub fn from_code(code: &str) -> Option<Scope> {
        Scope::ALL.into_iter().find(|scope| scope.code() == code)
    }

    /// What a person reads.
    pub const fn label(self) -> &'static str {
        match self {
            Scope::Medicines => "薬剤情報",
            Scope::Treatment => "診療情報",
            Scope::Surgery => "手術情報",
            Scope::Checkups => "特定健診情報",
            Scope::SpecificDiseases => "特定疾病療養受療証",
        }
    }
}

//! Who may view medical information by profession.

/// The professions that may view medical information.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profession {
    /// 医師
    Doctor,
    /// 歯科医師
    Dentist,
    /// 薬剤師
    Pharmacist,
}

impl Profession {
    /// Every profession.
    pub const ALL: [Profession; 3] = [
        Profession::Doctor,
        Profession::Dentist,
        Profession::Pharmacist,
    ];

    /// The word kept in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Profession::Doctor => "doctor",
            Profession::Dentist => "dentist",
            Profession::Pharmacist => "pharmacist",
        }
    }

    /// What a person reads.
    pub const fn label(self) -> &'static str {
        match self {
            Profession::Doctor => "医師",
            Profession::Dentist => "歯科医師",
            Profession::Pharmacist => "薬剤師",
        }
    }
}

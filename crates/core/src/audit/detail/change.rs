//! What was changed of an account or of a policy: from what, to what.

use crate::actor::AccountKind;
use crate::terms::FactorPolicy;

/// A field of an account that can be edited, with the word that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum AccountField {
    Name,
    Profession,
    LicenseNumber,
    DesignationReason,
    DesignationApprover,
    ValidFrom,
    ValidUntil,
    Note,
    EmergencyViewing,
}

impl AccountField {
    /// Every field, in the order of the form.
    pub const ALL: [AccountField; 9] = [
        AccountField::Name,
        AccountField::Profession,
        AccountField::LicenseNumber,
        AccountField::DesignationReason,
        AccountField::DesignationApprover,
        AccountField::ValidFrom,
        AccountField::ValidUntil,
        AccountField::Note,
        AccountField::EmergencyViewing,
    ];

    /// The word that is kept.
    pub const fn code(self) -> &'static str {
        match self {
            AccountField::Name => "name",
            AccountField::Profession => "profession",
            AccountField::LicenseNumber => "license_number",
            AccountField::DesignationReason => "designation_reason",
            AccountField::DesignationApprover => "designation_approver",
            AccountField::ValidFrom => "valid_from",
            AccountField::ValidUntil => "valid_until",
            AccountField::Note => "note",
            AccountField::EmergencyViewing => "emergency_viewing",
        }
    }
}

/// One field that was changed: from what, to what. Empty is nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Change {
    pub field: AccountField,
    pub from: String,
    pub to: String,
}

/// What an institution wants of the second factor of a kind of account, from what, to what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct FactorPolicyChange {
    pub kind: AccountKind,
    pub from: FactorPolicy,
    pub to: FactorPolicy,
}

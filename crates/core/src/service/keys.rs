//! Keys that are derived from that of the seals, each for one purpose; none of them is in the database.

use crate::audit::SealKey;

/// The keys of a service.
pub(super) struct Keys {
    /// Under which user ids that nobody has are hidden.
    pub(super) typed_ids: [u8; 32],
    /// Under which what institutions are told instead of our keys is sealed.
    pub(super) opaque_ids: [u8; 32],
    /// Of what cards are asked to sign, and of passcodes.
    pub(super) challenges: [u8; 32],
    /// Under which one-time codes are kept.
    pub(super) one_time_codes: [u8; 32],
    /// Under which the text of a letter is kept until it is sent.
    pub(super) mail: [u8; 32],
    /// Under which second factors are kept.
    pub(super) second_factors: [u8; 32],
    /// By which the operator's key is known again.
    pub(super) operator: [u8; 32],
}

impl Keys {
    pub(super) fn of(key: &SealKey) -> Keys {
        Keys {
            typed_ids: key.derive("user ids that nobody has"),
            opaque_ids: key.derive("opaque ids"),
            challenges: key.derive("what cards are asked to sign"),
            one_time_codes: key.derive("one-time codes"),
            mail: key.derive("letters that wait"),
            second_factors: key.derive("second factors"),
            operator: key.derive("the operator"),
        }
    }
}

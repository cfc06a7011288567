//! Which certificate is revoked, and why.

use crate::web::layout::form::form;

form! {
    /// 電子証明書の失効.
    RevocationForm, RevocationField {
        /// The serial number.
        serial: Serial;
        /// 理由.
        reason: Reason = Reason;
    }
}

//! Which address is voided.

use crate::web::layout::form::form;

form! {
    /// 専用URLの無効化.
    VoidForm, VoidField {
        /// The address that was seen.
        address: Address;
    }
}

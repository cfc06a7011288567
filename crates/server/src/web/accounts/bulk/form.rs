//! What is pasted, chosen or carried along to register many accounts.

use crate::web::layout::form::form;

/// The most bytes of the form.
pub const FORM_BYTES_MAX: usize = 2 * 1024 * 1024;
/// The most bytes of a file in it: the rest of the form needs some too.
pub(super) const FILE_BYTES_MAX: usize = FORM_BYTES_MAX / 2;

form! {
    /// アカウント管理（一括登録）.
    RegistrationForm, RegistrationField {
        /// What was pasted, an account a line.
        text: Text;
        /// A file.
        file: File;
        /// Rows that were found good before, and are carried along.
        rows: Rows;
        /// `preview`, or `register`.
        action: Action;
    }
}

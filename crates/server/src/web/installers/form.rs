//! Whose right is ended, and why.

use crate::web::layout::form::form;

form! {
    /// 導入の権限の終了.
    EndingForm, EndingField {
        /// The installer.
        installer: Installer;
        /// 理由.
        reason: Reason = Reason;
    }
}

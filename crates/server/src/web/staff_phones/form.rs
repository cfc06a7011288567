//! What an administrator says of the phones of staff.

use crate::web::layout::form::form;

form! {
    /// アクティベーションコードの発行.
    IssueForm, IssueField {
        /// 端末名.
        name: Name = TerminalName;
    }
}

form! {
    /// 端末の無効化.
    VoidPhoneForm, VoidPhoneField {
        /// Which phone.
        phone: Phone;
    }
}

//! Which reader is set to which mode.

use crate::web::layout::form::form;

form! {
    /// 顔認証付きカードリーダー操作.
    ModeForm, ModeField {
        /// The reader's name.
        reader: Reader;
        /// `by_eye` or `normal`.
        mode: Mode;
    }
}

//! Looking for words in the manual: one field.

use crate::web::layout::form::form;

form! {
    /// What is looked for.
    ManualSearchForm, ManualSearchField {
        /// Words.
        q: Words;
    }
}

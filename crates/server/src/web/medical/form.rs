//! Which medicines are looked for.

use crate::web::layout::form::form;

form! {
    /// 薬剤情報の絞り込み.
    MedicinesForm, MedicinesField {
        /// Words of a medicine's name.
        q: Words;
        /// 診療年月（自）.
        from: From;
        /// 診療年月（至）.
        to: To;
        /// How many lines are passed over.
        skip: Skip;
    }
}

//! What is chosen of an institution's log, or of the operators' own.

use crate::web::layout::form::form;

form! {
    /// 操作履歴, of an operator.
    OperatorHistoryForm, OperatorHistoryField {
        /// 医療機関コード; empty is the operators' own unit.
        facility: Facility = FacilityCode;
        /// Which day, `yyyy-mm-dd`; empty is any.
        day: Day;
        /// Which function, by its word.
        function: Function;
        /// How many lines are passed over.
        skip: Skip;
    }
}

//! What is opened, for whom and how long, and what came of a request.

use crate::web::layout::form::form;

form! {
    /// 開放, and its extension.
    OpeningForm, OpeningField {
        /// What is opened, by its word.
        function: Function = Function;
        /// 医療機関コード, any number of them.
        facilities: Facilities = FacilityCode;
        /// 都道府県・市区町村のコード, any number of them.
        areas: Areas = Area;
        /// 開放の日時; empty is now.
        from: From;
        /// 閉塞の日時.
        until: Until;
        /// 理由.
        reason: Reason = Reason;
    }
}

form! {
    /// 開放の依頼: which are listed, and what came of one.
    OpeningRequestForm, OpeningRequestField {
        /// Which: empty is what waits, `all` is every one.
        state: State;
        /// 対応の内容.
        remark: Remark = Reason;
    }
}

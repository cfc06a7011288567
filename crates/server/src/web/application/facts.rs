//! What an application says, as facts that people read.

use crate::web::layout::form::{Fact, fact};
use onshi_core::Month;
use onshi_core::application::{ApplicationKind, Particulars};

/// A month, or that it is open.
fn month(kept: &str) -> String {
    let month = Month::parse(&kept.replace('-', ""));
    month.map_or_else(|| "未定".to_owned(), Month::words)
}

/// All of it, in the order of the form.
pub(in crate::web) fn facts(said: &Particulars) -> Vec<Fact> {
    let or_none = |text: &str| match text {
        "" => "なし".to_owned(),
        text => text.to_owned(),
    };
    let kind = said.application_kind();
    if kind == Some(ApplicationKind::Certificate) {
        return vec![
            fact("申請の種類", ApplicationKind::Certificate.label()),
            fact("医療機関コード", &said.facility_code),
            fact("名称", &said.name),
            fact("端末名称", &said.terminal_name),
            fact("担当者の部署名", &or_none(&said.department)),
            fact("担当者名", &said.responsible),
            fact("電話番号", &said.phone),
            fact("メールアドレス", &said.mail),
            fact("連絡事項", &or_none(&said.remark)),
        ];
    }
    let mut facts = vec![
        fact("申請の種類", kind.map_or("", ApplicationKind::label)),
        fact("医療機関コード", &said.facility_code),
        fact("種別", said.institution_words()),
        fact("名称", &said.name),
        fact("所在地", &said.address),
        fact("電話番号", &said.phone),
        fact("メールアドレス", &said.mail),
        fact("責任者", &said.responsible),
        fact("電気通信回線種別", said.line_words()),
        fact("お客さまID", &or_none(&said.customer_id)),
        fact("利用開始予定年月", &month(&said.starts_in)),
        fact("疎通確認テスト開始予定年月", &month(&said.tests_in)),
    ];
    if !said.terminal_name.is_empty() {
        facts.push(fact("端末名称", &said.terminal_name));
    }
    facts.push(fact("連絡事項", &or_none(&said.remark)));
    facts
}

//! What an institution is written of certificates that end.

use super::Due;
use crate::clock::Moment;
use crate::facility::Facility;
use crate::mail::{Letter, MailAddress};
use crate::terms::CertificateKind;

const END: &str = "\n--\nこのメールは、オンライン資格確認等システムから自動で送信しています。返信はできません。\n";

/// How much of time there is.
fn left(days: i64) -> String {
    match days {
        ..0 => "期限切れ".to_owned(),
        0 => "きょうまで".to_owned(),
        days => format!("あと{days}日"),
    }
}

fn what(kind: CertificateKind) -> &'static str {
    match kind {
        CertificateKind::Reader => "カードリーダー",
        CertificateKind::Terminal | CertificateKind::Insurer => "端末",
    }
}

fn line(due: &Due, now: Moment) -> String {
    let days = crate::certificate::ending::days_left(due.not_after, now);
    format!(
        "・{}「{}」\n　有効期限 {}（{}）\n",
        what(due.kind),
        due.name,
        due.not_after.jst_words(),
        left(days)
    )
}

/// Those of `told` for which this holds, each on its lines.
fn lines(told: &[Due], now: Moment, holds: impl Fn(&&Due) -> bool) -> String {
    told.iter()
        .filter(holds)
        .map(|due| line(due, now))
        .collect()
}

/// The letter; `told` is not empty, and has the most urgent first.
pub(super) fn of(facility: &Facility, to: MailAddress, (told, now): (&[Due], Moment)) -> Letter {
    let (ended, ending) = (
        lines(told, now, |due| due.days_before < 0),
        lines(told, now, |due| due.days_before >= 0),
    );
    let mut text = format!(
        "{} 御中\n\n医療機関コード {}\n\n",
        facility.name, facility.code
    );
    if !ended.is_empty() {
        text.push_str("■ 有効期限が切れた電子証明書\n次の機器は、オンライン資格確認等システムに接続できません。\n\n");
        text.push_str(&ended);
        text.push('\n');
    }
    if !ending.is_empty() {
        text.push_str("■ まもなく有効期限を迎える電子証明書\n期限を過ぎると、次の機器は、オンライン資格確認等システムに接続できなくなります。\n\n");
        text.push_str(&ending);
        text.push('\n');
    }
    text.push_str("■ 行うこと\n");
    for (number, step) in (1..).zip(steps(told)) {
        text.push_str(&format!("{number}. {step}\n"));
    }
    text.push_str(END);
    Letter {
        to,
        subject: subject(told, now),
        text,
    }
}

fn subject(told: &[Due], now: Moment) -> String {
    let Some(first) = told.first() else {
        return String::new();
    };
    let days = crate::certificate::ending::days_left(first.not_after, now);
    let more = match told.len() - 1 {
        0 => String::new(),
        more => format!(" ほか{more}台"),
    };
    let state = match days {
        ..0 => "電子証明書の有効期限が切れました",
        0..=15 => "【至急】電子証明書の有効期限のお知らせ",
        _ => "電子証明書の有効期限のお知らせ",
    };
    format!(
        "【オンライン資格確認等システム】{state}（{}「{}」{more}、{}）",
        what(first.kind),
        first.name,
        left(days)
    )
}

/// What there is to do.
fn steps(told: &[Due]) -> Vec<&'static str> {
    let has = |kind, ended: bool| {
        told.iter()
            .any(|due| due.kind == kind && (due.days_before < 0) == ended)
    };
    let mut steps = Vec::new();
    if has(CertificateKind::Terminal, false) {
        steps.push(
            "端末の電源を入れ、スタートページを開きます。「電子証明書の更新」が表示されたら、「証明書を更新する」を押します。自動で更新する設定の端末は、電源を入れてネットワークにつないでおけば更新されます。",
        );
    }
    if has(CertificateKind::Reader, false) {
        steps.push(
            "カードリーダーの電源を入れ、ネットワークにつないでおきます。カードリーダーの電子証明書は、期限の前に自動で更新されます。",
        );
    }
    if has(CertificateKind::Terminal, true) || has(CertificateKind::Reader, true) {
        steps.push(
            "期限の切れた機器を使い続けるときは、新しい取得コードが必要です。医療機関コードと機器の名称を伝えて、実施機関に発行を依頼してください。",
        );
    }
    steps.push(
        "もう使わない端末は、管理アカウントでログインし、「端末・電子証明書の一覧」で失効させてください。このお知らせは届かなくなります。",
    );
    steps.push("更新の状況は、「端末・電子証明書の一覧」で確認できます。更新が済んだときは、このメールは破棄してください。");
    steps
}

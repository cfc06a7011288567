//! The record of a review that was signed, as PDF.

use super::finding_words;
use crate::documents::{MadeFor, made, part};
use crate::http::route::Call;
use crate::web::accounts::bulk::cell::kind_word;
use axum::response::Response;
use onshi_core::account::review::{self, Finding, SignedAccount, SignedReview};
use onshi_core::{AccountKind, Day, Error, Moment, Subject, Tx};
use onshi_documents::{Block, Cell, Column, Document, Paper, Row, Table, Tone};

/// `GET /web/account-review/{review}`.
pub async fn pdf(call: Call) -> Result<Response, Error> {
    let id = call.parameter("review").to_owned();
    let read = move |tx: &mut Tx<'_>| review::show(tx, &id);
    let (signed, accounts) = call.service.scan(Subject::NONE, read).await?;
    let made_for = call.made_for()?;
    let session = call.session()?;
    let institution = format!("{}（{}）", session.facility_name, session.facility.as_str());
    let unused_days = call.centre.config.rules.account.unused_days;
    let name = format!("onshi-tanaoroshi-{}.pdf", signed.signed_at.jst_fourteen());
    let make = move || document(&signed, &accounts, (&institution, unused_days), &made_for);
    call.send_document(&name, make).await
}

fn words(code: &str, unused_days: i64) -> String {
    Finding::from_code(code).map_or_else(|| code.to_owned(), |one| finding_words(one, unused_days))
}

/// The record.
pub(super) fn document(
    signed: &SignedReview,
    accounts: &[SignedAccount],
    (institution, unused_days): (&str, i64),
    made_for: &MadeFor,
) -> Document {
    let summary = &signed.summary;
    let fact = |label: &str, value: String| (label.to_owned(), value);
    let mut facts = vec![
        fact("医療機関等", institution.to_owned()),
        fact(
            "署名した人",
            format!("{}（{}）", summary.name, summary.user_id),
        ),
        fact("署名した日時", signed.signed_at.jst_words()),
        fact(
            "対象",
            format!(
                "一般・医療情報閲覧・システム用のアカウント {}件",
                summary.accounts
            ),
        ),
        fact("確認が必要なもの", format!("{}件", summary.found)),
    ];
    for (finding, count) in &summary.findings {
        facts.push((words(finding, unused_days), format!("{count}件")));
    }
    facts.push(fact(
        "前回の棚卸しの後の処置",
        format!("停止 {}件、廃止 {}件", summary.stopped, summary.retired),
    ));
    if !summary.remark.is_empty() {
        facts.push(fact("所見", summary.remark.clone()));
    }
    let mut blocks = vec![Block::Facts(facts)];
    let (found, others): (Vec<_>, Vec<_>) =
        accounts.iter().partition(|one| !one.findings.is_empty());
    blocks.push(part("確認が必要なアカウント"));
    blocks.push(match found.is_empty() {
        true => Block::paragraph("確認が必要なアカウントはありません。"),
        false => table("確認が必要なアカウント", &found, unused_days),
    });
    blocks.push(part("そのほかのアカウント"));
    blocks.push(match others.is_empty() {
        true => Block::paragraph("そのほかのアカウントはありません。"),
        false => table("そのほかのアカウント", &others, unused_days),
    });
    blocks.push(Block::Paragraph(
        Tone::Quiet,
        "署名したときの内容です。その後の変更は、操作履歴にあります。".to_owned(),
    ));
    Document {
        title: "アカウントの棚卸しの記録".to_owned(),
        about: institution.to_owned(),
        made_for: format!("{} {}", made_for.words, made_for.now.jst_words()),
        made: made(made_for.now),
        paper: Paper::Landscape,
        blocks,
    }
}

fn table(summary: &str, accounts: &[&SignedAccount], unused_days: i64) -> Block {
    let rows = accounts.iter().map(|one| {
        let findings = one.findings.iter();
        let findings: Vec<String> = findings.map(|code| words(code, unused_days)).collect();
        let kind = AccountKind::from_code(&one.kind).map_or("", kind_word);
        let used = one.last_used.map(Moment::from_ms);
        let until = one.valid_until.and_then(Day::from_number);
        Row {
            cells: vec![
                Cell::plain(one.user_id.clone()),
                Cell::plain(one.name.clone()),
                Cell::plain(kind),
                Cell::plain(used.map_or("なし".to_owned(), |at| at.jst_day().words())),
                Cell::plain(until.map_or("期限なし".to_owned(), |day| day.words())),
                Cell::plain(findings.join("\n")),
            ],
        }
    });
    Block::Table(Table {
        summary: summary.to_owned(),
        columns: vec![
            Column::naming("ユーザID", 20),
            Column::new("ユーザ名", 26),
            Column::new("権限区分", 16),
            Column::new("最後の使用", 18),
            Column::new("使い終わる日", 18),
            Column::new("確認すること", 28),
        ],
        rows: rows.collect(),
    })
}

//! 利用開始のご案内: a page for each person, with the one-time activation to be typed from it.

use super::asked::SheetAccount;
use super::plan::{Code, FacilityPlan};
use super::report::Done;
use crate::documents::{code, made};
use crate::web::accounts::bulk::cell::kind_word;
use onshi_core::Fault;
use onshi_core::one_time_code::OneTimeCode;
use onshi_documents::{Block, Document, Level, Paper, Tone};

/// The people who get one, each with the code.
fn people(plan: &FacilityPlan) -> Vec<(&SheetAccount, &OneTimeCode)> {
    let all = plan.sheet.accounts.iter().zip(&plan.accounts);
    let handed = all.filter_map(|(account, item)| match &item.code {
        Some(Code::Activation(code)) if !account.kind().is_system() => Some((account, code)),
        _ => None,
    });
    handed.collect()
}

/// The pages of an institution's people; none where nobody gets a code.
pub fn document(plan: &FacilityPlan, done: &Done) -> Result<Option<Document>, Fault> {
    let people = people(plan);
    if people.is_empty() {
        return Ok(None);
    }
    let mut blocks = Vec::new();
    for (account, code) in people {
        if !blocks.is_empty() {
            blocks.push(Block::NewPage);
        }
        blocks.extend(page(plan, account, code, done)?);
    }
    Ok(Some(Document {
        title: "利用開始のご案内".to_owned(),
        about: format!("{}（{}）", plan.name, plan.sheet.code),
        made_for: format!("{} {}", plan.installer, done.at.jst_words()),
        made: made(done.at),
        paper: Paper::Portrait,
        blocks,
    }))
}

fn page(
    plan: &FacilityPlan,
    account: &SheetAccount,
    activation: &OneTimeCode,
    done: &Done,
) -> Result<Vec<Block>, Fault> {
    let until = done.activations_until.jst_words();
    let shown = activation.reveal();
    let fact = |label: &str, value: &str| (label.to_owned(), value.to_owned());
    let steps = [
        "1. 資格確認端末のスタートページを開き、電子証明書を選びます。".to_owned(),
        "2. ログイン画面の「利用開始」を押し、上のユーザIDと利用開始コードを入力します。コードを読み取る機器のある端末では、入力欄を選んで二次元コードを読み取れます。".to_owned(),
        "3. ご自身のパスワードを決めます。決めたパスワードは、ほかの人に知らせず、紙やファイルに残さないでください。".to_owned(),
        format!("4. この紙は、利用を始めたら処分してください。{until}を過ぎると、このコードは使えません。そのときは、管理アカウントの方（管理の方はマスタアカウントの方）に、コードの発行し直しを頼んでください。"),
    ];
    let mut blocks = vec![
        Block::Heading(Level::Part, format!("{} 様", account.name())),
        Block::Facts(vec![
            fact(
                "医療機関等",
                &format!("{}（{}）", plan.name, plan.sheet.code),
            ),
            fact("ユーザID", account.user_id().as_str()),
            fact("権限区分", kind_word(account.kind())),
            fact("利用開始コード", &shown),
            fact("有効期限", &format!("{until}（1回限り）")),
        ]),
        code(&shown, "利用開始コードの二次元コード", 38)?,
    ];
    blocks.extend(steps.into_iter().map(Block::paragraph));
    blocks.push(Block::Paragraph(
        Tone::Alert,
        "この紙を持っている人は、あなたのアカウントの利用を始められます。本人だけに手渡してください。".to_owned(),
    ));
    Ok(blocks)
}

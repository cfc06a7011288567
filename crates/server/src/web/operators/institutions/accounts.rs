//! アカウント of an institution, and what an operator does to one: what has somebody above it at the institution is done there.

use super::account_deed::AccountDeed;
use super::form::InstitutionForm;
use super::view::{AccountListPage, AccountRow, ActivationIssuedPage, InstitutionAccountPage};
use super::{PAGE, address, code, status, subject};
use crate::http::route::Call;
use crate::http::submission::After;
use crate::web::accounts::issue::Issued;
use crate::web::accounts::issue_view::PasswordIssue;
use crate::web::accounts::shown_state;
use crate::web::accounts::view::ConfirmPage;
use crate::web::layout::form::fact;
use crate::web::operators::confirmed::submitted;
use crate::web::reply;
use axum::response::Response;
use onshi_core::account::activation::Activation;
use onshi_core::account::{Account, ListFilter};
use onshi_core::audit::SubjectKind;
use onshi_core::facility::Facility;
use onshi_core::operator;
use onshi_core::second_factor::Factors;
use onshi_core::{AccountKind, Error, Moment, RefusalCode, Subject, Tx};
use serde::{Deserialize, Serialize};

/// The most accounts that are listed at a time.
const LISTED_MAX: i64 = 100;

/// The list.
pub async fn list(call: Call) -> Result<Response, Error> {
    let code = code(&call)?;
    let q = call.query.read::<InstitutionForm>().q;
    let filter = ListFilter {
        text: q.clone(),
        limit: LISTED_MAX,
        ..ListFilter::default()
    };
    let read = move |tx: &mut Tx<'_>| operator::list_accounts(tx, &code, &filter);
    let (facility, found, total) = call.service.scan(Subject::NONE, read).await?;
    let now = call.request.now;
    let unused_days = call.centre.config.rules.account.unused_days;
    let row = |account: &Account| AccountRow {
        id: account.account_id.clone(),
        user_id: account.user_id.as_str().to_owned(),
        name: account.name.clone(),
        kind: account.kind.label(),
        state: shown_state(account.state(now, unused_days)),
        last_login: account.last_login.as_ref().map(|(at, _)| at.jst_words()),
    };
    Ok(reply::page(&AccountListPage {
        frame: call.frame_at(PAGE)?,
        code: facility.code.as_str().to_owned(),
        name: facility.name,
        q,
        total,
        rows: found.iter().map(row).collect(),
    }))
}

async fn found(call: &Call) -> Result<(Facility, Account, Factors), Error> {
    let (code, id) = (code(call)?, call.parameter("account").to_owned());
    let read = move |tx: &mut Tx<'_>| operator::show_account(tx, &code, &id);
    call.service.scan(Subject::NONE, read).await
}

/// One account.
pub async fn show(call: Call) -> Result<Response, Error> {
    let (facility, account, factors) = found(&call).await?;
    let now = call.request.now;
    let unused_days = call.centre.config.rules.account.unused_days;
    let words = |at: Option<Moment>| at.map_or_else(|| "なし".to_owned(), Moment::jst_words);
    let enrolled = match factors.is_enrolled() {
        true => "登録あり",
        false => "登録なし",
    };
    let mut facts = subject(&facility);
    facts.extend([
        fact("名前", &account.name),
        fact("アカウント種別", account.kind.label()),
        fact("登録した日時", &account.created_at.jst_words()),
        fact(
            "最終ログイン",
            &words(account.last_login.as_ref().map(|(at, _)| *at)),
        ),
        fact("二要素認証", enrolled),
    ]);
    if let Some(until) = account.locked_until.filter(|until| *until > now) {
        facts.push(fact("ロックの期限", &until.jst_words()));
    }
    let deeds = AccountDeed::ALL.into_iter();
    Ok(reply::page(&InstitutionAccountPage {
        frame: call.frame_at(PAGE)?,
        code: facility.code.as_str().to_owned(),
        id: account.account_id.clone(),
        user_id: account.user_id.as_str().to_owned(),
        state: shown_state(account.state(now, unused_days)),
        facts,
        deeds: deeds
            .filter(|deed| deed.fits(&account, &factors, now))
            .collect(),
        elsewhere: elsewhere(&account),
    }))
}

/// Who gives this account another password, where one operator does not.
fn elsewhere(account: &Account) -> Option<&'static str> {
    if account.retired.is_some() || operator::may_reissue(account) {
        return None;
    }
    Some(match account.kind {
        AccountKind::Master => {
            "パスワードを忘れたときは、医療機関等でマスタパスワード初期化（リセット用アカウントと秘密の番号）を行います。すべて失くしたときは、利用申請（マスタ・リセット用アカウントの再発行）を案内してください。承認には、二人の担当者が必要です。"
        }
        AccountKind::Reset => {
            "失くしたときは、利用申請（マスタ・リセット用アカウントの再発行）を案内してください。承認には、二人の担当者が必要です。"
        }
        AccountKind::Admin => {
            "パスワードの初期化と利用開始コードの発行は、医療機関等のマスタアカウントが行います。"
        }
        _ => "パスワードの初期化と利用開始コードの発行は、医療機関等の管理アカウントが行います。",
    })
}

fn deed(call: &Call) -> Result<AccountDeed, Error> {
    AccountDeed::of_word(call.parameter("action")).ok_or_else(|| RefusalCode::NotFound.into())
}

/// A one-time activation with the institution that it is for, as it is kept with the form until it is shown.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Reissued {
    issued: Issued,
    code: String,
    institution: String,
}

/// The page that asks, or the one after it that shows a code.
pub async fn confirm(call: Call) -> Result<Response, Error> {
    let deed = deed(&call)?;
    match call.shown::<Reissued>() {
        Some(reissued) => issued(&call, reissued).await,
        None => question(&call, deed, None).await,
    }
}

async fn issued(call: &Call, reissued: Reissued) -> Result<Response, Error> {
    let Reissued {
        issued,
        code,
        institution,
    } = reissued;
    let about = Subject::of(SubjectKind::Account, issued.account_id.as_str());
    let secret = call.shown_once(about).await?;
    let back_href = format!("{PAGE}/{code}/accounts/{}", issued.account_id);
    Ok(reply::page(&ActivationIssuedPage {
        frame: call.frame_at(PAGE)?,
        code,
        name: institution,
        user_id: issued.user_id,
        kind: AccountKind::from_code(&issued.kind).map_or("", AccountKind::label),
        secret,
        until: issued.until.unwrap_or_default(),
        again_href: format!("{back_href}/{}", AccountDeed::Activate.word()),
        back_href,
    }))
}

/// Does it.
pub async fn perform(call: Call) -> Result<Response, Error> {
    let deed = deed(&call)?;
    let (code, id) = (code(&call)?, call.parameter("account").to_owned());
    let page = format!("{}/accounts/{id}", address(&code));
    if deed == AccountDeed::Activate {
        let page = format!("{page}/{}", deed.word());
        let work = move |tx: &mut Tx<'_>| operator::reissue_activation(tx, &code, &id);
        let after = move |(facility, issued): &(Facility, Activation)| {
            let reissued = Reissued {
                issued: Issued::activation(PasswordIssue::Activation, issued),
                code: facility.code.as_str().to_owned(),
                institution: facility.name.clone(),
            };
            let secret = issued.code.reveal();
            After::at(page.as_str())
                .page(&reissued)
                .secret(Some(secret))
        };
        let (_, answer) = call.service.submit(Subject::NONE, work, after).await?;
        return Ok(answer);
    }
    let work = move |tx: &mut Tx<'_>| match deed {
        AccountDeed::Unlock => operator::unlock_account(tx, &code, &id),
        AccountDeed::ResetFactor => operator::reset_second_factor(tx, &code, &id),
        AccountDeed::Activate => Err(RefusalCode::NotFound.into()),
    };
    let after = move |(): &()| After::at(page.as_str()).notice(deed.done());
    match submitted(&call, work, after).await? {
        Ok(answer) => Ok(answer),
        Err(wrong) => question(&call, deed, Some(wrong)).await,
    }
}

async fn question(
    call: &Call,
    deed: AccountDeed,
    wrong: Option<String>,
) -> Result<Response, Error> {
    let (facility, account, _) = found(call).await?;
    let here = format!(
        "{}/accounts/{}",
        address(&facility.code),
        account.account_id
    );
    let mut facts = subject(&facility);
    facts.extend([
        fact("ユーザID", account.user_id.as_str()),
        fact("名前", &account.name),
        fact("アカウント種別", account.kind.label()),
    ]);
    let page = ConfirmPage {
        frame: call.frame_at(PAGE)?,
        title: deed.title().to_owned(),
        consequences: deed
            .consequences()
            .iter()
            .map(|text| (*text).to_owned())
            .collect(),
        subject: facts,
        reason: None,
        confirm_label: deed.label().to_owned(),
        post_href: format!("{here}/{}", deed.word()),
        cancel_href: here,
        tone: deed.tone(),
    };
    Ok(reply::page_with(status(&wrong), &page))
}

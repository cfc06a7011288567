//! アカウント管理（登録）.

use crate::http::submission::After;
use crate::routes::{Call, Fields};
use crate::web::accounts::form_view::{AccountFormPage, AccountValues, KindChoice};
use crate::web::accounts::issue;
use crate::web::accounts::issue::Issued;
use crate::web::accounts::issue_view::PasswordIssue;
use crate::web::eligibility::typed;
use crate::web::layout::form::FieldError;
use crate::web::reply;
use crate::web::{field_errors, password};
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::account::manage;
use onshi_core::account::password::{AcceptedPassword, Owner, generate};
use onshi_core::account::{
    AccountName, Holder, Managed, NewAccount, PasswordOrigin, Period, Profession, UserId,
};
use onshi_core::clock::Day;
use onshi_core::entropy::{Entropy, fresh_seed};
use onshi_core::error::Problem;
use onshi_core::{AccountKind, Error, Refusal, RefusalCode, Subject, Tx};

fn kind_help(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Admin => "アカウントの登録と環境設定を行う方",
        AccountKind::General => "受付で資格確認を行う方",
        AccountKind::Viewer => "医師・歯科医師・薬剤師など",
        AccountKind::Link => "連携アプリケーション（フォルダ連携）",
        AccountKind::WebApi => "レセプトコンピュータ・電子カルテ",
        AccountKind::Face => "顔認証付きカードリーダー",
        AccountKind::Reset | AccountKind::Master => "",
    }
}

pub(in crate::web) fn kind_choices(managed: Managed) -> Vec<KindChoice> {
    managed
        .kinds()
        .iter()
        .map(|kind| KindChoice {
            value: kind.code().to_owned(),
            label: kind.label().to_owned(),
            help: kind_help(*kind).to_owned(),
            needs_profession: *kind == AccountKind::Viewer,
        })
        .collect()
}

/// The typed values, to be shown again.
pub(in crate::web) fn values(form: &Fields) -> AccountValues {
    let text = |name: &str| form.get(name).to_owned();
    AccountValues {
        name: text("name"),
        profession: text("profession"),
        license_number: text("license_number"),
        designation_reason: text("designation_reason"),
        designation_approver: text("designation_approver"),
        valid_from: text("valid_from"),
        valid_until: text("valid_until"),
        note: text("note"),
    }
}

fn page(call: &Call, errors: Vec<FieldError>) -> Result<AccountFormPage, Error> {
    let (managed, base) = call.group();
    let kinds = kind_choices(managed);
    let typed = call.form.get("kind").to_owned();
    let only = (kinds.len() == 1).then(|| kinds[0].value.clone());
    let facility = call.session()?.facility.as_str().to_owned();
    let mode = call.form.get("password_mode");
    let form_page = reply::page_of_form(base);
    let mut frame = call.frame_at(form_page)?;
    frame.form_page = Some(form_page.to_owned());
    Ok(AccountFormPage {
        frame,
        accounts_base: base.to_owned(),
        kind: only.unwrap_or(typed),
        kinds,
        user_id: call.form.get("user_id").to_owned(),
        values: values(&call.form),
        password_mode: if mode == "typed" { "typed" } else { "generate" }.to_owned(),
        rules: password::shown_rules(call, vec![facility]),
        errors,
    })
}

/// The form.
pub async fn form(call: Call) -> Result<Response, Error> {
    if let Some(page) = issue::page(&call).await? {
        return Ok(page);
    }
    Ok(reply::page(&page(&call, Vec::new())?))
}

/// Registers the account.
pub async fn register(call: Call) -> Result<Response, Error> {
    match attempt(&call).await {
        Ok(response) => Ok(response),
        Err(Error::Refused(refusal)) if !refusal.problems.is_empty() => {
            let status = StatusCode::from_u16(refusal.code.status())
                .unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
            Ok(reply::page_with(
                status,
                &page(&call, field_errors(&refusal))?,
            ))
        }
        Err(error) => Err(error),
    }
}

async fn attempt(call: &Call) -> Result<Response, Error> {
    call.take_password_form().await?;
    let (managed, base) = call.group();
    let mut problems = Vec::new();
    let kind = read_kind(&call.form, managed)
        .map_err(|p| problems.push(p))
        .ok();
    let typed = typed::one_width(call.form.get("user_id"));
    let user_id = UserId::parse(&typed).map_err(|p| problems.push(p)).ok();
    let name = AccountName::parse(call.form.get("name"))
        .map_err(|refusal| problems.extend(refusal.problems))
        .ok();
    let viewer = kind == Some(AccountKind::Viewer);
    let holder = read_holder(&call.form, viewer, &mut problems);
    let period = read_period(&call.form, &mut problems);
    let password = read_password(call, &mut problems).await?;
    let (Some(kind), Some(user_id), Some(name), Some((password, shown)), true) =
        (kind, user_id, name, password, problems.is_empty())
    else {
        return Err(Refusal::invalid(problems).into());
    };
    let facility = &call.session()?.facility;
    let hash = call.centre.hash_password(facility, password).await?;
    let new = NewAccount {
        user_id,
        kind,
        name,
        holder,
        period,
        note: call.form.get("note").trim().to_owned(),
        password: hash,
        origin: PasswordOrigin::Initial,
    };
    let (user_id, name) = (
        new.user_id.as_str().to_owned(),
        new.name.as_str().to_owned(),
    );
    let page_of_it = format!("{base}/new");
    let after = move |account_id: &String| {
        let issued = Issued {
            issue: PasswordIssue::Registered,
            account_id: account_id.clone(),
            user_id: user_id.clone(),
            name: name.clone(),
            kind: kind.code().to_owned(),
            made: shown.is_some(),
        };
        After::at(page_of_it.as_str())
            .page(&issued)
            .secret(shown.clone())
    };
    let register = move |tx: &mut Tx<'_>| manage::register(tx, managed, &new);
    let (_, response) = call.service.submit(Subject::NONE, register, after).await?;
    Ok(response)
}

fn read_kind(form: &Fields, managed: Managed) -> Result<AccountKind, Problem> {
    let kinds = managed.kinds();
    match AccountKind::from_code(form.get("kind")) {
        Some(kind) if kinds.contains(&kind) => Ok(kind),
        None if kinds.len() == 1 && form.get("kind").is_empty() => Ok(kinds[0]),
        _ => Err(Problem::new("kind", "アカウント種別を選んでください。")),
    }
}

/// Why the holder may view. Only asked of viewers; what is missing is a problem.
pub(in crate::web) fn read_holder(
    form: &Fields,
    viewer: bool,
    problems: &mut Vec<Problem>,
) -> Option<Holder> {
    if !viewer {
        return None;
    }
    let text = |name: &str| form.get(name).trim().to_owned();
    let profession = text("profession");
    if profession == "designated" {
        let (reason, approver) = (text("designation_reason"), text("designation_approver"));
        if reason.is_empty() {
            let words = "被選定者には、閲覧が必要な理由を入力してください。";
            problems.push(Problem::new("designation_reason", words));
        }
        if approver.is_empty() {
            let words = "被選定者には、承認した方の氏名を入力してください。";
            problems.push(Problem::new("designation_approver", words));
        }
        return Some(Holder::Designated { reason, approver });
    }
    let found = Profession::ALL
        .into_iter()
        .find(|known| known.code() == profession);
    if found.is_none() {
        let words = "医療情報閲覧アカウントには、職種の選択が必要です。医師・歯科医師・薬剤師・被選定者から選んでください。";
        problems.push(Problem::new("profession", words));
    }
    let license = Some(text("license_number")).filter(|number| !number.is_empty());
    found.map(|profession| Holder::Licensed(profession, license))
}

pub(in crate::web) fn read_period(form: &Fields, problems: &mut Vec<Problem>) -> Period {
    let mut day = |name: &'static str| {
        let text = form.get(name).trim();
        let day = Day::parse(text);
        if day.is_none() && !text.is_empty() {
            let words = "日付を選び直してください（例 2026-11-22）。";
            problems.push(Problem::new(name, words));
        }
        day
    };
    Period {
        from: day("valid_from"),
        until: day("valid_until"),
    }
}

type Given = Option<(AcceptedPassword, Option<String>)>;

/// The first password: generated and shown once, or typed twice.
async fn read_password(call: &Call, problems: &mut Vec<Problem>) -> Result<Given, Error> {
    if call.form.get("password_mode") != "typed" {
        let made = generate(&mut Entropy::new(fresh_seed()));
        let shown = Some(made.reveal().to_owned());
        return Ok(Some((made, shown)));
    }
    let (typed, again) = (call.form.get("password"), call.form.get("confirm_password"));
    let session = call.session()?;
    let owner = Owner {
        user_id: call.form.get("user_id").trim().to_owned(),
        name: call.form.get("name").trim().to_owned(),
        facility_code: session.facility.as_str().to_owned(),
        facility_name: session.facility_name.clone(),
    };
    if typed != again {
        let words = "パスワードと、確認のためのパスワードが一致しません。両方に同じものを入力し直してください。";
        problems.push(Problem::new("confirm_password", words));
    }
    let facility = &session.facility;
    match call.centre.judge_password(facility, typed, owner).await? {
        Ok(accepted) => Ok(Some((accepted, None))),
        Err(found) => {
            problems.extend(found);
            Ok(None)
        }
    }
}

/// What an unknown account answers: as one that does not exist.
pub(in crate::web) fn not_found() -> Error {
    RefusalCode::NotFound.into()
}

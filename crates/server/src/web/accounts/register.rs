//! アカウント管理（登録）.

use crate::http::route::Call;
use crate::http::submission::After;
use crate::web::accounts::form::{AccountField, AccountForm};
use crate::web::accounts::form_view::{AccountFormPage, KindChoice};
use crate::web::accounts::issue;
use crate::web::accounts::issue::Issued;
use crate::web::accounts::issue_view::PasswordIssue;
use crate::web::eligibility::typed;
use crate::web::errors::page_of_form;
use crate::web::layout::form::{FieldError, NotTaken, field_error, field_errors};
use crate::web::password;
use crate::web::reply;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::account::activation::{self, Activation};
use onshi_core::account::manage;
use onshi_core::account::password::{AcceptedPassword, Owner, generate};
use onshi_core::account::{
    AccountName, Holder, Managed, NewAccount, PasswordHash, PasswordOrigin, Period, Profession,
    UserId,
};
use onshi_core::clock::Day;
use onshi_core::entropy::{Entropy, fresh_seed};
use onshi_core::error::Problem;
use onshi_core::{AccountKind, Error, RefusalCode, Subject, Tx};

fn kind_help(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Admin => "アカウントの登録と環境設定を行う方",
        AccountKind::General => "受付で資格確認を行う方",
        AccountKind::Viewer => "医師・歯科医師・薬剤師など",
        AccountKind::Link => "連携アプリケーション（フォルダ連携）",
        AccountKind::WebApi => "レセプトコンピュータ・電子カルテ",
        AccountKind::Face => "顔認証付きカードリーダー",
        AccountKind::Reset | AccountKind::Master | AccountKind::Officer => "",
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

fn page(call: &Call, errors: Vec<FieldError<AccountField>>) -> Result<AccountFormPage, Error> {
    let (managed, base) = call.group();
    let kinds = kind_choices(managed);
    let mut values = call.form.read::<AccountForm>().shown();
    if let [only] = &kinds[..] {
        values.kind.clone_from(&only.value);
    }
    if !matches!(values.password_mode.as_str(), "typed" | "generate") {
        values.password_mode = "activation".to_owned();
    }
    let facility = call.session()?.facility.as_str().to_owned();
    let form_page = page_of_form(base);
    let mut frame = call.frame_at(form_page)?;
    frame.form_page = Some(form_page.to_owned());
    Ok(AccountFormPage {
        frame,
        accounts_base: base.to_owned(),
        kinds,
        values,
        rules: password::shown_rules(call, vec![facility], false),
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
        Err(NotTaken::Fields(code, errors)) => {
            let status =
                StatusCode::from_u16(code.status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
            Ok(reply::page_with(status, &page(&call, errors)?))
        }
        Err(NotTaken::Else(error)) => Err(error),
    }
}

async fn attempt(call: &Call) -> Result<Response, NotTaken<AccountField>> {
    call.take_password_form().await?;
    let form: AccountForm = call.form.read();
    let (managed, base) = call.group();
    let mut read = Reading::of(&form);
    let kind = read.kind(managed);
    let user_id = UserId::parse(&typed::one_width(&form.user_id));
    let user_id = user_id.map_err(|problem| read.wrong_by(&[problem])).ok();
    let name = read.name();
    let holder = read.holder(kind == Some(AccountKind::Viewer));
    let period = read.period();
    let given = match form.password_mode == "activation" {
        true => Some(None),
        false => read.password(call).await?.map(Some),
    };
    let (Some(kind), Some(user_id), Some(name), Some(given), true) =
        (kind, user_id, name, given, read.errors.is_empty())
    else {
        return Err(NotTaken::invalid(read.errors));
    };
    let new = NewAccount {
        user_id,
        kind,
        name,
        holder,
        // The box is on the form of every kind, and hidden for those that can't have it.
        emergency_viewing: kind == AccountKind::Viewer && form.emergency_viewing == "1",
        period,
        note: form.note.trim().to_owned(),
        password: PasswordHash::none(),
        origin: PasswordOrigin::Awaited,
    };
    match given {
        None => to_activate(call, managed, base, new).await,
        Some(given) => with_password(call, (managed, base), new, given).await,
    }
}

/// Registers it without a password: its holder chooses one by the one-time activation that is shown.
async fn to_activate(
    call: &Call,
    managed: Managed,
    base: &str,
    new: NewAccount,
) -> Result<Response, NotTaken<AccountField>> {
    let page_of_it = format!("{base}/new");
    let after = move |issued: &Activation| {
        After::at(page_of_it.as_str())
            .page(&Issued::activation(
                PasswordIssue::RegisteredToActivate,
                issued,
            ))
            .secret(Some(issued.code.reveal()))
    };
    let register = move |tx: &mut Tx<'_>| activation::register(tx, managed, &new);
    let (_, response) = call.service.submit(Subject::NONE, register, after).await?;
    Ok(response)
}

/// Registers it with the password that was made or typed.
async fn with_password(
    call: &Call,
    (managed, base): (Managed, &str),
    new: NewAccount,
    (password, shown): (AcceptedPassword, Option<String>),
) -> Result<Response, NotTaken<AccountField>> {
    let facility = &call.session()?.facility;
    let new = NewAccount {
        password: call.centre.hash_password(facility, password).await?,
        origin: PasswordOrigin::Initial,
        ..new
    };
    let kind = new.kind;
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
            until: None,
        };
        After::at(page_of_it.as_str())
            .page(&issued)
            .secret(shown.clone())
    };
    let register = move |tx: &mut Tx<'_>| manage::register(tx, managed, &new);
    let (_, response) = call.service.submit(Subject::NONE, register, after).await?;
    Ok(response)
}

type Given = Option<(AcceptedPassword, Option<String>)>;

/// A form that is read: what is wrong with it so far.
pub(in crate::web) struct Reading<'f> {
    form: &'f AccountForm,
    pub errors: Vec<FieldError<AccountField>>,
}

impl<'f> Reading<'f> {
    pub fn of(form: &'f AccountForm) -> Reading<'f> {
        Reading {
            form,
            errors: Vec::new(),
        }
    }

    fn wrong(&mut self, field: AccountField, words: &str) {
        self.errors.push(field_error(field, words));
    }

    /// What the rules say; whatever they name has a field here.
    fn wrong_by(&mut self, problems: &[Problem]) {
        let errors = field_errors(problems);
        let whole = || {
            let text = |problem: &Problem| field_error(AccountField::Version, &problem.text);
            problems.iter().map(text).collect()
        };
        self.errors.extend(errors.unwrap_or_else(whole));
    }

    fn kind(&mut self, managed: Managed) -> Option<AccountKind> {
        let kinds = managed.kinds();
        match AccountKind::from_code(&self.form.kind) {
            Some(kind) if kinds.contains(&kind) => Some(kind),
            None if kinds.len() == 1 && self.form.kind.is_empty() => Some(kinds[0]),
            _ => {
                self.wrong(AccountField::Kind, "アカウント種別を選んでください。");
                None
            }
        }
    }

    pub fn name(&mut self) -> Option<AccountName> {
        let name = AccountName::parse(&self.form.name);
        name.map_err(|refusal| self.wrong_by(&refusal.problems))
            .ok()
    }

    /// Why the holder may view. Only asked of viewers; what is missing is wrong.
    pub fn holder(&mut self, viewer: bool) -> Option<Holder> {
        if !viewer {
            return None;
        }
        let text = |text: &str| text.trim().to_owned();
        if self.form.profession.trim() == "designated" {
            let reason = text(&self.form.designation_reason);
            let approver = text(&self.form.designation_approver);
            if reason.is_empty() {
                let words = "被選定者には、閲覧が必要な理由を入力してください。";
                self.wrong(AccountField::DesignationReason, words);
            }
            if approver.is_empty() {
                let words = "被選定者には、承認した方の氏名を入力してください。";
                self.wrong(AccountField::DesignationApprover, words);
            }
            return Some(Holder::Designated { reason, approver });
        }
        let found = Profession::ALL
            .into_iter()
            .find(|known| known.code() == self.form.profession.trim());
        if found.is_none() {
            let words = "医療情報閲覧アカウントには、職種の選択が必要です。医師・歯科医師・薬剤師・被選定者から選んでください。";
            self.wrong(AccountField::Profession, words);
        }
        let license = Some(text(&self.form.license_number)).filter(|number| !number.is_empty());
        found.map(|profession| Holder::Licensed(profession, license))
    }

    pub fn period(&mut self) -> Period {
        let form = self.form;
        let mut day = |field: AccountField, text: &str| {
            let day = Day::parse(text.trim());
            if day.is_none() && !text.trim().is_empty() {
                self.wrong(field, "日付を選び直してください（例 2026-11-22）。");
            }
            day
        };
        Period {
            from: day(AccountField::ValidFrom, &form.valid_from),
            until: day(AccountField::ValidUntil, &form.valid_until),
        }
    }

    /// The first password: generated and shown once, or typed twice.
    async fn password(&mut self, call: &Call) -> Result<Given, Error> {
        let form = self.form;
        if form.password_mode != "typed" {
            let made = generate(&mut Entropy::new(fresh_seed()));
            let shown = Some(made.reveal().to_owned());
            return Ok(Some((made, shown)));
        }
        let session = call.session()?;
        let owner = Owner {
            user_id: form.user_id.trim().to_owned(),
            name: form.name.trim().to_owned(),
            facility_code: session.facility.as_str().to_owned(),
            facility_name: session.facility_name.clone(),
        };
        if form.password != form.confirm_password {
            let words = "パスワードと、確認のためのパスワードが一致しません。両方に同じものを入力し直してください。";
            self.wrong(AccountField::ConfirmPassword, words);
        }
        let facility = &session.facility;
        match call
            .centre
            .judge_password(facility, &form.password, owner)
            .await?
        {
            Ok(accepted) => Ok(Some((accepted, None))),
            Err(found) => {
                self.wrong_by(&found);
                Ok(None)
            }
        }
    }
}

/// What an unknown account answers: as one that does not exist.
pub(in crate::web) fn not_found() -> Error {
    RefusalCode::NotFound.into()
}

//! アカウント管理: the list, and one account.

pub mod actions;
pub mod bulk;
mod facts;
pub mod form;
pub mod form_view;
pub mod issue;
pub mod issue_view;
pub mod list_view;
pub mod register;
pub mod stale;
pub mod view;

use crate::http::route::Call;
use crate::web::accounts::form::{AccountField, AccountForm, ListField, ListForm};
use crate::web::accounts::list_view::{
    AccountListPage, AccountRow, AccountState, Paging, account_columns,
};
use crate::web::accounts::register::Reading;
use crate::web::accounts::stale::changed_meanwhile;
use crate::web::accounts::view::{AccountPage, SessionRow};
use crate::web::layout::form::{Choice, FieldError, NotTaken};
use crate::web::reply;

use crate::http::submission::After;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::account::activation;
use onshi_core::account::manage::{self, Edit};
use onshi_core::account::session::OpenSession;
use onshi_core::account::{Account, Holder, ListFilter, Managed, Sort, State};
use onshi_core::audit::SubjectKind;
use onshi_core::{AccountKind, Error, Moment, RefusalCode, Subject, Tx};

const PAGE_ACCOUNTS: i64 = 50;

fn read_sort(form: &ListForm) -> (Sort, &'static str) {
    match form.sort.as_str() {
        "name" => (Sort::Name, "name"),
        "kind" => (Sort::Kind, "kind"),
        "state" => (Sort::State, "state"),
        "last_login" => (Sort::LastLogin, "last_login"),
        "valid_until" => (Sort::ValidUntil, "valid_until"),
        _ => (Sort::UserId, "user_id"),
    }
}

fn read_filter(form: &ListForm) -> ListFilter {
    ListFilter {
        text: form.q.clone(),
        kind: AccountKind::from_code(&form.kind),
        state: State::from_code(&form.state),
        sort: read_sort(form).0,
        descending: form.order == "desc",
        skip: form.skip.parse().unwrap_or(0).max(0),
        limit: PAGE_ACCOUNTS,
    }
}

/// The list.
pub async fn list(call: Call) -> Result<Response, Error> {
    let (managed, base) = call.group();
    let form: ListForm = call.query.read();
    let filter = read_filter(&form);
    let asked = filter.clone();
    let (accounts, total) = call
        .service
        .scan(Subject::NONE, move |tx| manage::list(tx, managed, &asked))
        .await?;
    let href = |sort: &str, order: &str, skip: i64| {
        let mut pairs = Vec::new();
        for (field, value) in [
            (ListField::Words, &form.q),
            (ListField::Kind, &form.kind),
            (ListField::State, &form.state),
        ] {
            if !value.is_empty() {
                pairs.push((field.name(), value.clone()));
            }
        }
        pairs.extend([("sort", sort.to_owned()), ("order", order.to_owned())]);
        if skip > 0 {
            pairs.push(("skip", skip.to_string()));
        }
        format!(
            "{base}?{}",
            serde_urlencoded::to_string(pairs).unwrap_or_default()
        )
    };
    let sorted = read_sort(&form).1;
    let order = if filter.descending { "desc" } else { "asc" };
    let way = if filter.descending {
        crate::web::accounts::list_view::Sort::Descending
    } else {
        crate::web::accounts::list_view::Sort::Ascending
    };
    let now = call.request.now;
    let unused_days = call.centre.config.rules.account.unused_days;
    let shown = accounts.len() as i64;
    Ok(reply::page(&AccountListPage {
        frame: call.frame()?,
        accounts_base: base.to_owned(),
        subject: subject(managed).to_owned(),
        q: filter.text.clone(),
        kinds: kind_choices(managed, filter.kind),
        states: state_choices(filter.state, unused_days),
        filtered: !filter.text.trim().is_empty() || filter.kind.is_some() || filter.state.is_some(),
        kept: vec![
            ("sort".to_owned(), sorted.to_owned()),
            ("order".to_owned(), order.to_owned()),
        ],
        columns: account_columns(sorted, way, |key, next| href(key, next, 0)),
        rows: accounts
            .iter()
            .map(|account| row(account, base, now, unused_days))
            .collect(),
        paging: Paging {
            total,
            first: if shown == 0 { 0 } else { filter.skip + 1 },
            last: filter.skip + shown,
            previous: (filter.skip > 0)
                .then(|| href(sorted, order, (filter.skip - PAGE_ACCOUNTS).max(0))),
            next: (filter.skip + shown < total)
                .then(|| href(sorted, order, filter.skip + PAGE_ACCOUNTS)),
        },
    }))
}

fn subject(managed: Managed) -> &'static str {
    match managed {
        Managed::Administrators => "この医療機関の管理アカウント",
        Managed::Others | Managed::RolledOut | Managed::All | Managed::Officers => {
            "この医療機関の一般・医療情報閲覧・システム用のアカウント"
        }
    }
}

fn kind_choices(managed: Managed, chosen: Option<AccountKind>) -> Vec<Choice> {
    let mut choices = vec![Choice {
        value: String::new(),
        label: "すべての種別".to_owned(),
        selected: chosen.is_none(),
    }];
    choices.extend(managed.kinds().iter().map(|kind| Choice {
        value: kind.code().to_owned(),
        label: kind.label().to_owned(),
        selected: chosen == Some(*kind),
    }));
    choices
}

fn state_choices(chosen: Option<State>, unused_days: i64) -> Vec<Choice> {
    let mut choices = vec![Choice {
        value: String::new(),
        label: "廃止を除くすべて".to_owned(),
        selected: chosen.is_none(),
    }];
    choices.extend(State::ALL.into_iter().rev().map(|state| Choice {
        value: state.code().to_owned(),
        label: state.label(unused_days),
        selected: chosen == Some(state),
    }));
    choices
}

fn row(account: &Account, base: &str, now: Moment, unused_days: i64) -> AccountRow {
    AccountRow {
        user_id: account.user_id.as_str().to_owned(),
        name: account.name.clone(),
        kind_label: account.kind.label().to_owned(),
        states: vec![shown_state(account.state(now, unused_days))],
        last_login: account.last_login.as_ref().map(|(at, _)| at.jst_words()),
        valid_until: account.period.until.map(onshi_core::Day::words),
        href: format!("{base}/{}", account.account_id),
    }
}

/// The state of an account, as pages show it.
pub(in crate::web) fn shown_state(state: State) -> AccountState {
    match state {
        State::Retired => AccountState::Retired,
        State::Stopped => AccountState::Stopped,
        State::Expired => AccountState::Expired,
        State::NotYetValid => AccountState::NotYetValid,
        State::Locked => AccountState::Locked,
        State::NeverUsed => AccountState::NeverUsed,
        State::Unused => AccountState::Unused,
        State::Active => AccountState::Active,
    }
}

/// One account.
pub async fn show(call: Call) -> Result<Response, Error> {
    page(&call, Vec::new(), None, StatusCode::OK).await
}

async fn page(
    call: &Call,
    errors: Vec<FieldError<AccountField>>,
    typed: Option<AccountForm>,
    status: StatusCode,
) -> Result<Response, Error> {
    let (managed, base) = call.group();
    let id = call.parameter("id").to_owned();
    let wanted = id.clone();
    let about = Subject::of(SubjectKind::Account, id.clone());
    let look = move |tx: &mut Tx<'_>| {
        let (account, sessions) = manage::show(tx, managed, &wanted)?;
        let kept = activation::of(tx, &account)?;
        let factors = manage::factors_of(tx, &account)?;
        Ok((account, sessions, (kept, factors)))
    };
    let (account, sessions, (kept, factors)) = call.service.scan(about, look).await?;
    let now = call.request.now;
    let unused_days = call.centre.config.rules.account.unused_days;
    let frame = call.frame()?;
    let mut errors = errors;
    if let Some(typed) = typed.as_ref().filter(|_| status == StatusCode::CONFLICT) {
        errors = changed_meanwhile(typed, &kept_values(&account));
    }
    let history = if managed == Managed::Administrators {
        "/web/account-history"
    } else {
        "/web/history"
    };
    let account_query =
        serde_urlencoded::to_string([("account", account.user_id.as_str())]).unwrap_or_default();
    let page = AccountPage {
        frame,
        accounts_base: base.to_owned(),
        id,
        version: account.version,
        user_id: account.user_id.as_str().to_owned(),
        name: account.name.clone(),
        kind_label: account.kind.label().to_owned(),
        needs_profession: account.kind == AccountKind::Viewer,
        states: vec![shown_state(account.state(now, unused_days))],
        values: typed.unwrap_or_else(|| kept_values(&account)),
        editable: account.retired.is_none(),
        errors,
        facts: facts::of(&account, (kept.as_ref(), &factors), now),
        sessions: sessions.iter().map(session_row).collect(),
        actions: actions::possible((&account, &factors), &sessions, base, now),
        audit_href: Some(format!("{history}?{account_query}")),
    };
    Ok(reply::page_with(status, &page))
}

fn kept_values(account: &Account) -> AccountForm {
    let mut values = AccountForm {
        name: account.name.clone(),
        valid_from: account
            .period
            .from
            .map(onshi_core::Day::dashed)
            .unwrap_or_default(),
        valid_until: account
            .period
            .until
            .map(onshi_core::Day::dashed)
            .unwrap_or_default(),
        note: account.note.clone(),
        emergency_viewing: match account.emergency_viewing {
            true => "1".to_owned(),
            false => String::new(),
        },
        ..AccountForm::default()
    };
    match &account.holder {
        None => {}
        Some(Holder::Licensed(profession, number)) => {
            values.profession = profession.code().to_owned();
            values.license_number = number.clone().unwrap_or_default();
        }
        Some(Holder::Designated { reason, approver }) => {
            values.profession = "designated".to_owned();
            values.designation_reason = reason.clone();
            values.designation_approver = approver.clone();
        }
    }
    values
}

fn session_row(session: &OpenSession) -> SessionRow {
    SessionRow {
        terminal: session.terminal_name.clone(),
        since: session.started_at.jst_words(),
        last_active: session.last_seen_at.jst_words(),
    }
}

/// Changes what may be edited.
pub async fn edit(call: Call) -> Result<Response, Error> {
    let id = call.parameter("id").to_owned();
    let form: AccountForm = call.form.read();
    let (errors, status) = match attempt(&call, &id, &form).await {
        Ok(response) => return Ok(response),
        Err(NotTaken::Fields(_, errors)) => (errors, StatusCode::UNPROCESSABLE_ENTITY),
        Err(NotTaken::Else(Error::Refused(refusal)))
            if refusal.code == RefusalCode::ChangedMeanwhile =>
        {
            (Vec::new(), StatusCode::CONFLICT)
        }
        Err(NotTaken::Else(error)) => return Err(error),
    };
    page(&call, errors, Some(form), status).await
}

async fn attempt(
    call: &Call,
    id: &str,
    form: &AccountForm,
) -> Result<Response, NotTaken<AccountField>> {
    let (managed, base) = call.group();
    let mut read = Reading::of(form);
    let name = read.name();
    // Only a viewer's form has a profession; the rule compares it with the account's kind.
    let holder = read.holder(!form.profession.is_empty());
    let period = read.period();
    let (Some(name), true) = (name, read.errors.is_empty()) else {
        return Err(NotTaken::invalid(read.errors));
    };
    let edit = Edit {
        name,
        holder,
        emergency_viewing: form.emergency_viewing == "1",
        period,
        note: form.note.trim().to_owned(),
        version: form.version.parse().unwrap_or(0),
    };
    let (subject, key) = (Subject::of(SubjectKind::Account, id), id.to_owned());
    let page_of_it = format!("{base}/{id}");
    let after = move |(): &()| After::at(page_of_it.as_str()).notice("変更を保存しました。");
    let change = move |tx: &mut Tx<'_>| manage::edit(tx, managed, &key, &edit);
    let ((), response) = call.service.submit(subject, change, after).await?;
    Ok(response)
}

//! A password that the centre made, on the page after the form: shown once.

use crate::http::route::Call;
use crate::web::accounts::issue_view::{AccountRegisteredPage, IssuedPassword, PasswordIssue};
use crate::web::program;
use crate::web::reply;
use axum::response::Response;
use onshi_core::account::Account;
use onshi_core::account::activation::Activation;
use onshi_core::audit::SubjectKind;
use onshi_core::{AccountKind, Error, Subject};
use serde::{Deserialize, Serialize};

/// Whose password it is. It is kept with the form; the password itself only until it is shown.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::web) struct Issued {
    pub(in crate::web) issue: PasswordIssue,
    pub(in crate::web) account_id: String,
    pub(in crate::web) user_id: String,
    pub(in crate::web) name: String,
    pub(in crate::web) kind: String,
    /// Whether the centre made the password, rather than a person.
    pub(in crate::web) made: bool,
    /// Until when the one-time activation is good, where that is what was made.
    #[serde(default)]
    pub(in crate::web) until: Option<String>,
}

impl Issued {
    pub(in crate::web) fn new(issue: PasswordIssue, account: &Account, made: bool) -> Issued {
        Issued {
            issue,
            account_id: account.account_id.clone(),
            user_id: account.user_id.as_str().to_owned(),
            name: account.name.clone(),
            kind: account.kind.code().to_owned(),
            made,
            until: None,
        }
    }

    /// A one-time activation.
    pub(in crate::web) fn activation(issue: PasswordIssue, issued: &Activation) -> Issued {
        Issued {
            issue,
            account_id: issued.account_id.clone(),
            user_id: issued.user_id.as_str().to_owned(),
            name: issued.name.clone(),
            kind: issued.kind.code().to_owned(),
            made: true,
            until: Some(issued.until.jst_words()),
        }
    }
}

/// The page after a registration or a reset, when the address names one.
pub(in crate::web) async fn page(call: &Call) -> Result<Option<Response>, Error> {
    let Some(issued) = call.shown::<Issued>() else {
        return Ok(None);
    };
    let about = Subject::of(SubjectKind::Account, issued.account_id.as_str());
    let waiting = call.shown_once(about).await?;
    let (_, base) = call.group();
    let one = format!("{base}/{}", issued.account_id);
    let of_the_master = issued.issue == PasswordIssue::MasterReset;
    let password = match waiting {
        Some(password) => IssuedPassword::Made(password),
        None if !issued.made => IssuedPassword::Typed,
        None => {
            let again = match of_the_master {
                true => "/web/master-reset".to_owned(),
                false if issued.until.is_some() => format!("{one}/activate"),
                false => format!("{one}/reset"),
            };
            IssuedPassword::ShownBefore(again)
        }
    };
    let registered = matches!(
        issued.issue,
        PasswordIssue::Registered | PasswordIssue::RegisteredToActivate
    );
    let new = format!("{base}/new");
    let kind = AccountKind::from_code(&issued.kind);
    let (back_href, back_label) = match issued.issue {
        PasswordIssue::Registered | PasswordIssue::RegisteredToActivate => {
            (base.to_owned(), "一覧へ")
        }
        PasswordIssue::Reset | PasswordIssue::Activation => (one, "アカウントの画面へ戻る"),
        PasswordIssue::MasterReset => ("/web/menu".to_owned(), "メニューへ戻る"),
    };
    let path = if registered { &new } else { &call.uri_path };
    let page = AccountRegisteredPage {
        frame: call.frame_at(path)?,
        issue: issued.issue,
        user_id: issued.user_id,
        name: issued.name,
        kind_label: kind.map_or("", AccountKind::label).to_owned(),
        password,
        until: issued.until,
        program: kind.and_then(program),
        another_href: registered.then_some(new.clone()),
        back_href,
        back_label: back_label.to_owned(),
    };
    Ok(Some(reply::page(&page)))
}

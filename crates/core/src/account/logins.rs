//! ログイン履歴: where and when somebody logged in with the own account, or tried to.

use super::store;
use crate::audit::{Filter, Line, Page, SubjectKind};
use crate::error::{Error, RefusalCode};
use crate::history;
use crate::permission::Function;
use crate::service::Tx;

/// The log-ins with the own account, done and refused, the newest first.
pub fn list_own(tx: &mut Tx<'_>) -> Result<Vec<Line>, Error> {
    let facility = tx.facility()?;
    let id = tx.actor().account_id().ok_or(RefusalCode::NotLoggedIn)?;
    let id = id.to_owned();
    let account = store::find(tx, &facility, &id)?.ok_or(RefusalCode::NotFound)?;
    tx.set_subject(SubjectKind::Account, &id);
    let filter = Filter {
        user_id: Some(account.user_id.as_str().to_owned()),
        function: Some(Function::LogIn),
        ..Filter::default()
    };
    let limit = tx.rules().account.logins_shown;
    history::list(tx, &filter, Page { skip: 0, limit })
}

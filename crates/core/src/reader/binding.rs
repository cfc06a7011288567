//! Account and reader belong together: each reader speaks with an account of its own.

use super::{ReaderCertificate, store};
use crate::account;
use crate::error::{Error, RefusalCode};
use crate::service::Tx;

/// Binds the account to the reader with which it first signs, and refuses another pair afterwards. The reader is
/// meant by its name, so that a renewed certificate stays bound. A reader whose account was retired takes another.
pub(super) fn hold(tx: &mut Tx<'_>, reader: &ReaderCertificate) -> Result<(), Error> {
    let account = tx.actor().account_id().unwrap_or_default().to_owned();
    let facility = tx.facility()?;
    match store::find_reader_of(tx, &facility, &account)? {
        Some(known) if known == reader.reader_name => return Ok(()),
        Some(_) => return Err(RefusalCode::ReaderOtherAccount.into()),
        None => {}
    }
    for other in store::list_accounts_of(tx, &facility, &reader.reader_name)? {
        if account::is_in_use(tx, &other)? {
            return Err(RefusalCode::ReaderOtherAccount.into());
        }
        store::delete_reader_of(tx, &other)?;
    }
    Ok(store::insert_reader_of(
        tx,
        &facility,
        &account,
        &reader.reader_name,
    )?)
}

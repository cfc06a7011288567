//! 専用URL: the address by which patients come to one institution, and what its administrator does with it.

use super::{purposes, store};
use crate::audit::{Detail, SubjectKind};
use crate::clock::Moment;
use crate::entropy::hex;
use crate::environment;
use crate::error::{Error, RefusalCode};
use crate::facility;
use crate::service::Tx;
use crate::terms::Purpose;

/// An institution's address that is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HomeAddress {
    /// What stands in the URL: 128 random bits, in hexadecimal.
    pub token: String,
    /// User id and name of the account that issued it.
    pub issued_by: (String, String),
    /// When.
    pub issued_at: Moment,
}

/// The own institution's address; none before it is issued, and after it was voided.
pub fn current(tx: &mut Tx<'_>) -> Result<Option<HomeAddress>, Error> {
    let facility = tx.facility()?;
    tx.set_subject(SubjectKind::Facility, facility.as_str());
    Ok(store::find_in_force(tx, &facility)?)
}

/// Issues an address, unless there is one already. Refused where the settings use no kind of care that is consented to
/// from home.
pub fn issue(tx: &mut Tx<'_>) -> Result<(), Error> {
    if purposes(&environment::current(tx)?.settings).is_empty() {
        return Err(RefusalCode::HomeNotUsed.into());
    }
    if current(tx)?.is_some() {
        return Ok(());
    }
    tx.set_detail(Detail::HomeAddressIssued {});
    let facility = tx.facility()?;
    let token = hex(&tx.entropy().bytes::<16>());
    Ok(store::insert(tx, &facility, &token)?)
}

/// The own institution's address for a kind of care and its name, for a program that asks (医療機関等アクセスURL取得).
pub fn fetch(tx: &mut Tx<'_>, purpose: Purpose) -> Result<(String, String), Error> {
    if !purposes(&environment::current(tx)?.settings).contains(&purpose) {
        return Err(RefusalCode::HomeNotUsed.into());
    }
    let address = current(tx)?.ok_or(RefusalCode::HomeNotIssued)?;
    let facility = tx.facility()?;
    let name = facility::show(tx, &facility)?.name;
    tx.set_detail(Detail::HomeAddressFetched {});
    Ok((address.token, name))
}

/// Voids the address that was seen, which leads to nobody any more; another one may be issued. Refused where it is not
/// the one in force.
pub fn void(tx: &mut Tx<'_>, seen: &str) -> Result<(), Error> {
    let facility = tx.facility()?;
    tx.set_subject(SubjectKind::Facility, facility.as_str());
    tx.set_detail(Detail::HomeAddressVoided {});
    match store::change_voided(tx, &facility, seen)? {
        true => Ok(()),
        false => Err(RefusalCode::ChangedMeanwhile.into()),
    }
}

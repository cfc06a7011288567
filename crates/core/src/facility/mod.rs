//! Institutions (医療機関等): who uses the service.
//!
//! An institution is known by its ten-digit code (医療機関コード) and comes with two accounts from
//! the day it is registered: the master and the one that resets the master, with a secret number
//! (秘密の番号). Everything else the institution makes itself.

mod municipality;
mod phone;
mod store;

pub use crate::terms::FacilityCode;
pub use municipality::Municipality;
pub use phone::Phone;
pub(crate) use store::{
    change_alarm, change_secret_number, change_stopped, find, find_alarm, find_mail as mail_at,
    find_phone as phone_at, find_secret_number, insert, put_secret_number,
};

use crate::audit::{Detail, SubjectKind};
use crate::clock::Moment;
use crate::error::{Error, Fact, Problem, Refusal, RefusalCode};
use crate::mail::MailAddress;
use crate::network::{self, Network};
use crate::service::Tx;

/// An institution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facility {
    /// Its code.
    pub code: FacilityCode,
    /// Its name.
    pub name: String,
    /// When it was registered.
    pub created_at: Moment,
    /// When and why it was stopped, if it was.
    pub stopped: Option<(Moment, String)>,
    /// True when its programs read Shift_JIS (連携システム文字コード 1), else UTF-8.
    pub shift_jis: bool,
    /// From where its programs may send messages with a token alone; none leaves it at what the
    /// centre allows.
    pub message_networks: Vec<Network>,
}

/// Checks an institution's name.
pub fn check_name(name: &str) -> Result<String, Error> {
    let name = name.trim();
    let length = name.chars().count();
    if length == 0 || length > 60 {
        let text = "医療機関等の名称を60文字以内で入力してください。";
        let problem = Problem::new(Fact::FacilityName, text)
            .in_english("The institution's name has 1 to 60 characters.");
        return Err(Refusal::invalid(vec![problem]).into());
    }
    if let Some(text) = crate::text::wrong_in_a_line(name) {
        let problem =
            Problem::new(Fact::FacilityName, text).in_english(crate::text::FOREIGN_CHARACTER);
        return Err(Refusal::invalid(vec![problem]).into());
    }
    Ok(name.to_owned())
}

/// An institution, by its code.
pub fn show(tx: &mut Tx<'_>, code: &FacilityCode) -> Result<Facility, Error> {
    tx.set_subject(SubjectKind::Facility, code.as_str());
    Ok(store::find(tx.connection(), code)?.ok_or(RefusalCode::NotFound)?)
}

/// Gives an institution another name.
pub(crate) fn rename(tx: &mut Tx<'_>, code: &FacilityCode, name: &str) -> Result<(), Error> {
    let name = check_name(name)?;
    Ok(store::change_name(tx, code, &name)?)
}

/// Says in which municipality an institution is, or that it is not known.
pub fn set_municipality(
    tx: &mut Tx<'_>,
    code: &FacilityCode,
    of: Option<&Municipality>,
) -> Result<(), Error> {
    show(tx, code)?;
    let of = of.map(Municipality::as_str);
    tx.set_detail(Detail::MunicipalitySet {
        municipality: of.unwrap_or_default().to_owned(),
    });
    Ok(store::change_municipality(tx, code, of)?)
}

/// Says at which number an institution is called back (that of its 保険医療機関届), or that it is not known.
pub fn set_phone(
    tx: &mut Tx<'_>,
    code: &FacilityCode,
    number: Option<&Phone>,
) -> Result<(), Error> {
    show(tx, code)?;
    let number = number.map(Phone::as_str);
    tx.set_detail(Detail::PhoneSet {
        phone: number.unwrap_or_default().to_owned(),
    });
    Ok(store::change_phone(tx, code, number)?)
}

/// Says where an institution is written to, or that it is not known.
pub fn set_mail(
    tx: &mut Tx<'_>,
    code: &FacilityCode,
    address: Option<&MailAddress>,
) -> Result<(), Error> {
    show(tx, code)?;
    tx.set_detail(Detail::MailSet {
        known: address.is_some(),
    });
    Ok(store::change_mail(tx, code, address)?)
}

/// Where the own institution is written to, where that is known.
pub(crate) fn mail_of(tx: &mut Tx<'_>) -> Result<Option<MailAddress>, Error> {
    let code = tx.facility()?;
    Ok(store::find_mail(tx, &code)?)
}

/// Says whether an institution is a hospital that may read medical information in emergency care (救急時医療情報閲覧),
/// which its code does not tell.
pub fn set_emergency_hospital(
    tx: &mut Tx<'_>,
    code: &FacilityCode,
    hospital: bool,
) -> Result<(), Error> {
    show(tx, code)?;
    tx.set_detail(Detail::EmergencyHospitalSet { hospital });
    Ok(store::change_emergency_hospital(tx, code, hospital)?)
}

/// Whether the own institution is one.
pub(crate) fn is_emergency_hospital(tx: &mut Tx<'_>) -> Result<bool, Error> {
    let code = tx.facility()?;
    Ok(store::is_emergency_hospital(tx, &code)?)
}

/// Institutions in the order of their codes.
pub fn list(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<Facility>, Error> {
    Ok(store::list(tx, after, limit)?)
}

/// Which institutions are looked for.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// The beginning of the code, or a part of the name as it is written; empty is all.
    pub text: String,
    /// Only those that are stopped.
    pub only_stopped: bool,
}

/// The institutions that fit, in the order of their codes.
pub fn search(tx: &mut Tx<'_>, wanted: &Search, limit: i64) -> Result<Vec<Facility>, Error> {
    Ok(store::search(tx, wanted, limit)?)
}

/// Says which character set the institution's programs read.
pub fn set_encoding(tx: &mut Tx<'_>, code: &FacilityCode, shift_jis: bool) -> Result<(), Error> {
    show(tx, code)?;
    tx.set_detail(Detail::EncodingSet { shift_jis });
    Ok(store::change_encoding(tx, code, shift_jis)?)
}

/// Says from where the institution's programs may send messages with a token alone.
pub fn set_message_networks(
    tx: &mut Tx<'_>,
    code: &FacilityCode,
    networks: &[Network],
) -> Result<(), Error> {
    show(tx, code)?;
    tx.set_detail(Detail::MessageNetworksSet {
        networks: network::join(networks),
    });
    Ok(store::change_networks(tx, code, networks)?)
}

/// Lets a stopped institution go on.
pub fn resume(tx: &mut Tx<'_>, code: &FacilityCode) -> Result<(), Error> {
    let facility = show(tx, code)?;
    if facility.stopped.is_none() {
        return Err(RefusalCode::WrongState.into());
    }
    tx.set_detail(Detail::Resumed {});
    Ok(store::change_stopped(tx, code, None)?)
}

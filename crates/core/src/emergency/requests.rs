//! 開放の依頼: an institution asks the operator to open something, and is called back at the number of its
//! notification to the authority, never at one that somebody typed.

use super::{FUNCTIONS, store};
use crate::audit::{Detail, SubjectKind};
use crate::clock::Moment;
use crate::error::{Error, Fact, Problem, Refusal, RefusalCode};
use crate::facility::Phone;
use crate::permission::Function;
use crate::service::Tx;
use crate::terms::FacilityCode;

/// The longest name of a contact, in characters.
const CONTACT_CHARS_MAX: usize = 60;

/// What an institution asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct NewRequest {
    pub function: Function,
    pub reason: String,
    /// 担当者名: whom to ask for.
    pub contact: String,
    /// Where the contact can be reached. It is shown to the operator and is not what is called back first.
    pub phone: String,
}

impl NewRequest {
    /// Checks what somebody typed, and says of each field what is wrong.
    pub fn parse(
        function: &str,
        reason: &str,
        (contact, phone): (&str, &str),
    ) -> Result<NewRequest, Refusal> {
        let mut problems = Vec::new();
        let function = Function::from_code(function).filter(|one| FUNCTIONS.contains(one));
        if function.is_none() {
            problems.push(Problem::new(
                Fact::Function,
                "開放する機能を選んでください。",
            ));
        }
        let reason = crate::text::reason(reason).unwrap_or_else(|refusal| {
            problems.extend(refusal.problems);
            String::new()
        });
        let contact = contact.trim();
        let length = contact.chars().count();
        if length == 0 || length > CONTACT_CHARS_MAX {
            let words = format!("担当者名を{CONTACT_CHARS_MAX}文字以内で入力してください。");
            problems.push(Problem::new(Fact::Contact, words));
        } else if let Some(words) = crate::text::wrong_in_a_line(contact) {
            problems.push(Problem::new(Fact::Contact, words));
        }
        let phone = Phone::parse(phone).map_err(|problem| problems.push(problem));
        match (function, phone) {
            (Some(function), Ok(phone)) if problems.is_empty() => Ok(NewRequest {
                function,
                reason,
                contact: contact.to_owned(),
                phone: phone.as_str().to_owned(),
            }),
            _ => Err(Refusal::invalid(problems)),
        }
    }
}

/// A request, as the operator and the institution see it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct OpeningRequest {
    pub id: String,
    pub facility: FacilityCode,
    pub facility_name: String,
    pub function: Function,
    pub reason: String,
    pub contact: String,
    pub phone: String,
    /// The number of the notification to the authority, where it is known.
    pub call_back: Option<String>,
    pub requested_at: Moment,
    /// When the operator settled it, and what came of it.
    pub settled: Option<(Moment, String)>,
}

/// Asks for an opening; refused where the institution waits for the same already. Gives the number.
pub fn request(tx: &mut Tx<'_>, new: &NewRequest) -> Result<String, Error> {
    let facility = tx.facility()?;
    tx.set_subject(SubjectKind::Facility, facility.as_str());
    tx.set_detail(Detail::EmergencyRequested {
        function: new.function.code().to_owned(),
        reason: new.reason.clone(),
    });
    let id = tx.entropy().id('q');
    match store::requests::insert(tx, &id, &facility, new)? {
        0 => Err(RefusalCode::EmergencyRequestWaits.into()),
        _ => Ok(id),
    }
}

/// The newest requests of the own institution.
pub fn list_own_requests(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<OpeningRequest>, Error> {
    let facility = tx.facility()?;
    Ok(store::requests::list_own(tx, &facility, limit)?)
}

/// The newest requests of all; only those that are not settled, where that is asked.
pub fn list_requests(
    tx: &mut Tx<'_>,
    only_open: bool,
    limit: i64,
) -> Result<Vec<OpeningRequest>, Error> {
    Ok(store::requests::list(tx, only_open, limit)?)
}

/// One request.
pub fn show_request(tx: &mut Tx<'_>, id: &str) -> Result<OpeningRequest, Error> {
    let found = store::requests::find(tx, id)?.ok_or(RefusalCode::NotFound)?;
    tx.set_subject(SubjectKind::Facility, found.facility.as_str());
    Ok(found)
}

/// Takes note of what came of a request, once.
pub fn settle(tx: &mut Tx<'_>, id: &str, remark: &str) -> Result<(), Error> {
    let remark = crate::text::reason(remark)?;
    tx.set_detail(Detail::EmergencyRequestSettled {
        request: id.to_owned(),
        remark: remark.clone(),
    });
    let settled = store::requests::settle(tx, id, &remark)?;
    let facility = settled.ok_or(RefusalCode::WrongState)?;
    tx.set_subject(SubjectKind::Facility, &facility);
    Ok(())
}

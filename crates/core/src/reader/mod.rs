//! 顔認証付きカードリーダー: what a card reader sends, and what it does for its institution.
//!
//! A reader has a certificate of its own kind, which opens no connection: with its key it signs what it
//! sends ([`Signed`]), through the account and the terminal that it stands at. A card that is put there signs
//! what the centre made up ([`challenge`]) and begins a visit ([`visit`]). What its holder says then is a consent
//! ([`consented`]), and the answer goes to the reader, to the terminal's screen ([`arrivals`]) and, by the linked
//! application, into the institution's folder ([`results`]).

pub mod arrivals;
pub mod asked;
mod binding;
pub mod by_eye;
mod certificate;
pub mod challenge;
pub mod results;
pub(crate) mod retention;
pub mod rollout;
pub mod standing;
mod store;
#[cfg(test)]
mod tests;
pub mod visit;

pub use certificate::{
    NewReaderCertificate, ReaderCertificate, list_certificates, record_certificate,
    revoke_certificate,
};
pub(crate) use certificate::{must_have_signed, revoke_at};

use crate::actor::Actor;
use crate::clock::Moment;
use crate::consent::{self, EndedWhy, NewConsent, Purpose, Verification};
use crate::eligibility::{Judged, Question, confirm, confirm_person, message};
use crate::entropy::hex;
use crate::error::{Error, Fault, Refusal, RefusalCode};
use crate::insured::Card;
use crate::permission::{Function, Scope};
use crate::service::Tx;
use crate::{Day, audit::SubjectKind};
use onshi_wire::codes::PrescriptionIssueSelect;
use onshi_wire::messages::EligibilityResponse;
use onshi_wire::numbers::match_branch;
use onshi_wire::print_json;
use sha2::{Digest, Sha256};
use visit::Visit;

/// What a reader sent, byte for byte, with its signature.
#[derive(Clone)]
pub struct Signed {
    /// The serial number of the reader's certificate.
    pub reader: String,
    /// ECDSA over P-256 and SHA-256, as DER.
    pub signature: Vec<u8>,
    /// What was signed.
    pub content: Vec<u8>,
}

/// What every request of a reader says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// What the reader calls it: the same again is the same.
    pub request_id: String,
    /// When it was made, by the reader's clock.
    pub made_at: Moment,
    /// 医療機関コード, where the reader stands.
    pub institution: String,
}

/// Who is at the reader, by what stands on the card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The card.
    pub card: Card,
    /// 枝番.
    pub branch: Option<String>,
    /// 生年月日.
    pub birthdate: Day,
}

/// Who is at the reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// Whoever has this card, verified so.
    Holder(Holder, Verification),
    /// Whose visit this is, by a My Number Card that proved itself.
    Visit(String),
}

/// What the holder says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// For which kind of care.
    pub purpose: Purpose,
    /// The kinds that were asked for, with yes or no.
    pub kinds: Vec<(Scope, bool)>,
    /// 限度額: whether it may be shown.
    pub ceiling: bool,
    /// 診療（予定）日.
    pub booked: Option<Day>,
    /// 処方箋発行形態, where it was asked for.
    pub prescription: Option<PrescriptionIssueSelect>,
}

/// Takes what somebody said at a reader, and answers with their eligibility, as JSON of the message. The
/// same request again gets the same answer, and nothing is done twice.
pub fn consented(
    tx: &mut Tx<'_>,
    signed: &Signed,
    sent: &Sent,
    (who, said): (&Who, &Said),
) -> Result<String, Error> {
    if let (_, Some(before)) = answered_before(tx, signed, sent)? {
        return Ok(before);
    }
    let visit = visit_of(tx, signed, who)?;
    if let Some(visit) = &visit {
        may_consent(visit, said)?;
    }
    let verified = match (who, &visit) {
        (_, Some(visit)) => visit.verified,
        (Who::Holder(_, verified), None) => *verified,
        (Who::Visit(_), None) => return Err(RefusalCode::VisitOver.into()),
    };
    let opens = said.kinds.iter().any(|(_, yes)| *yes);
    let by_face = visit.is_none() && verified != Verification::Oral;
    if opens && by_face && !tx.rules().consent.without_card {
        return Err(RefusalCode::CardRequired.into());
    }
    let judged = check(tx, (who, visit.as_ref()))?;
    let validity = judged.validity;
    let consents = match judged.results.as_slice() {
        [only] => Some(only.person),
        // Several coverages of one person: the card says whose it is.
        _ => visit.as_ref().and_then(|visit| visit.person),
    };
    if let Some(person) = consents {
        let new = NewConsent {
            person,
            purpose: said.purpose,
            verified,
            kinds: said.kinds.clone(),
            ceiling: said.ceiling,
            booked: said.booked,
            reader: Some(signed.reader.clone()),
        };
        consent::record(tx, &new)?;
    } else {
        // Whose consent it would be is not known; the answer says why.
        tx.refuse_and_keep(Refusal::new(RefusalCode::NotFound));
    }
    let day = tx.now().jst_day();
    let token = hex(&tx.entropy().bytes::<15>());
    let mut answer = message::at_the_reader(tx, judged, (day, said.ceiling), &token)?;
    answer.body.prescription_issue_select = said.prescription.map(Into::into);
    let text = text(&answer)?;
    results::put(tx, &token, &text)?;
    if let Some(visit) = &visit
        && !store::visits::finish(tx, &visit.id, Some(validity))?
    {
        return Err(RefusalCode::VisitOver.into());
    }
    keep_answer(tx, signed, sent, &text)?;
    Ok(text)
}

/// Ends consents of whoever is at the reader, as the patient. Says how many there were.
pub fn withdrawn(
    tx: &mut Tx<'_>,
    signed: &Signed,
    sent: &Sent,
    who: &Who,
    (scopes, purpose): (&[Scope], Option<Purpose>),
) -> Result<u64, Error> {
    if let (_, Some(before)) = answered_before(tx, signed, sent)? {
        let count = before
            .parse()
            .map_err(|e| Fault::at("reading a request of a reader", e))?;
        return Ok(count);
    }
    let visit = visit_of(tx, signed, who)?;
    let person = match &visit {
        Some(visit) => visit::person_of(visit)?,
        None => match check(tx, (who, None))?.results.as_slice() {
            [only] => only.person,
            _ => return Err(RefusalCode::NotFound.into()),
        },
    };
    let ended = consent::take_back(tx, person, (scopes, purpose), EndedWhy::ByPatient)?;
    if let Some(visit) = &visit
        && !store::visits::finish(tx, &visit.id, None)?
    {
        return Err(RefusalCode::VisitOver.into());
    }
    keep_answer(tx, signed, sent, &ended.to_string())?;
    Ok(ended)
}

/// The open visit that is meant, where one is.
fn visit_of(tx: &mut Tx<'_>, signed: &Signed, who: &Who) -> Result<Option<Visit>, Error> {
    match who {
        Who::Holder(..) => Ok(None),
        Who::Visit(id) => visit::find_open(tx, signed, id).map(Some),
    }
}

/// Refuses a consent that a card is not good for.
fn may_consent(visit: &Visit, said: &Said) -> Result<(), RefusalCode> {
    if !visit.registered {
        return Err(RefusalCode::CardNotRegistered);
    }
    if !visit.state.opens_medical() && said.kinds.iter().any(|(_, yes)| *yes) {
        return Err(RefusalCode::CardNoMedical);
    }
    if !visit.asked.allows(&said.kinds, said.prescription) {
        return Err(RefusalCode::ReaderNotAsked);
    }
    Ok(())
}

fn text(answer: &EligibilityResponse) -> Result<String, Error> {
    let text = String::from_utf8(print_json(answer));
    Ok(text.map_err(|e| Fault::at("writing the answer to a reader", e))?)
}

fn digest(content: &[u8]) -> String {
    hex(&Sha256::digest(content))
}

/// Checks who is there. It has an entry of its own, as every check by card has.
fn check(tx: &mut Tx<'_>, (who, visit): (&Who, Option<&Visit>)) -> Result<Judged, Error> {
    let today = tx.now().jst_day();
    let reader: Actor = tx.actor().clone();
    tx.act_for(reader, Function::CheckEligibilityByCard)?;
    let judged = match (who, visit) {
        (Who::Holder(holder, _), _) => {
            let question = Question {
                day: today,
                today,
                card: holder.card.clone(),
                branch: match_branch(holder.branch.as_deref()),
                birthdate: holder.birthdate,
            };
            confirm(tx, &question)
        }
        (Who::Visit(_), Some(visit)) => {
            visit::person_of(visit).and_then(|person| confirm_person(tx, person, today))
        }
        (Who::Visit(_), None) => Err(RefusalCode::VisitOver.into()),
    };
    if judged.is_ok() {
        tx.close_entry();
    }
    tx.act_for_nobody();
    let judged = judged?;
    if let [only] = judged.results.as_slice() {
        tx.set_subject(SubjectKind::Person, &only.person.to_string());
    }
    Ok(judged)
}

/// Judges the signature, and gives the answer where the same was sent before.
fn answered_before(
    tx: &mut Tx<'_>,
    signed: &Signed,
    sent: &Sent,
) -> Result<(ReaderCertificate, Option<String>), Error> {
    let facility = tx.facility()?;
    let found = store::find_certificate(tx, &signed.reader)?;
    let certificate = standing::must_be_from((found, &facility), (signed, sent), tx.now())?;
    if let Some((content, answer)) = store::find_request(tx, signed, sent)? {
        if content != digest(&signed.content) {
            return Err(RefusalCode::KeyReused.into());
        }
        return Ok((certificate, Some(answer)));
    }
    let apart = tx.now().seconds_since(sent.made_at).abs();
    if apart > tx.rules().consent.reader_clock_seconds {
        return Err(RefusalCode::ReaderClock.into());
    }
    Ok((certificate, None))
}

/// Keeps what was answered, so that the same again gets the same.
fn keep_answer(tx: &mut Tx<'_>, signed: &Signed, sent: &Sent, answer: &str) -> Result<(), Fault> {
    store::insert_request(tx, signed, sent, &digest(&signed.content), answer)
}

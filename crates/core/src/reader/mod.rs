//! 顔認証付きカードリーダー: what a card reader sends, and what it does for its institution.
//!
//! A reader has a certificate of its own kind, which opens no connection: with its key it signs what it
//! sends ([`Signed`]), through the account and the terminal that it stands at. What somebody says there is a
//! consent ([`consented`]), and the answer goes to the reader and, by the linked application, into the
//! institution's folder ([`results`]).

mod certificate;
pub mod results;
pub(crate) mod retention;
mod store;
#[cfg(test)]
mod tests;

pub use certificate::{
    NewReaderCertificate, ReaderCertificate, list_certificates, record_certificate,
    revoke_certificate,
};

use crate::actor::Actor;
use crate::clock::Moment;
use crate::consent::{self, EndedWhy, NewConsent, Purpose, Verification};
use crate::eligibility::{Judged, Question, confirm, message};
use crate::entropy::hex;
use crate::error::{Error, Fault, Refusal, RefusalCode};
use crate::insured::Card;
use crate::permission::{Function, Scope};
use crate::service::Tx;
use crate::{Day, audit::SubjectKind};
use onshi_wire::messages::EligibilityResponse;
use onshi_wire::numbers::match_branch;
use onshi_wire::print_json;
use sha2::{Digest, Sha256};

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

/// What the holder says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// For which kind of care.
    pub purpose: Purpose,
    /// How the holder was verified.
    pub verified: Verification,
    /// The kinds that were asked for, with yes or no.
    pub kinds: Vec<(Scope, bool)>,
    /// 限度額: whether it may be shown.
    pub ceiling: bool,
    /// 診療（予定）日.
    pub booked: Option<Day>,
}

/// Takes what somebody said at a reader, and answers with their eligibility, as JSON of the message. The
/// same request again gets the same answer, and nothing is done twice.
pub fn consented(
    tx: &mut Tx<'_>,
    signed: &Signed,
    sent: &Sent,
    (holder, said): (&Holder, &Said),
) -> Result<String, Error> {
    if let Some(before) = received_before(tx, signed, sent)? {
        return Ok(before);
    }
    let judged = check(tx, holder)?;
    if let [only] = judged.results.as_slice() {
        let new = NewConsent {
            person: only.person,
            purpose: said.purpose,
            verified: said.verified,
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
    let answer = message::at_the_reader(tx, judged, (day, said.ceiling), &token)?;
    let text = text(&answer)?;
    results::put(tx, &token, &text)?;
    store::insert_request(tx, signed, sent, &digest(&signed.content), &text)?;
    Ok(text)
}

/// Ends consents of whoever is at the reader, as the patient. Says how many there were.
pub fn withdrawn(
    tx: &mut Tx<'_>,
    signed: &Signed,
    sent: &Sent,
    holder: &Holder,
    (scopes, purpose): (&[Scope], Option<Purpose>),
) -> Result<u64, Error> {
    if let Some(before) = received_before(tx, signed, sent)? {
        let count = before
            .parse()
            .map_err(|e| Fault::at("reading a request of a reader", e))?;
        return Ok(count);
    }
    let judged = check(tx, holder)?;
    let [only] = judged.results.as_slice() else {
        return Err(RefusalCode::NotFound.into());
    };
    let ended = consent::take_back(tx, only.person, (scopes, purpose), EndedWhy::ByPatient)?;
    let answer = ended.to_string();
    store::insert_request(tx, signed, sent, &digest(&signed.content), &answer)?;
    Ok(ended)
}

fn text(answer: &EligibilityResponse) -> Result<String, Error> {
    let text = String::from_utf8(print_json(answer));
    Ok(text.map_err(|e| Fault::at("writing the answer to a reader", e))?)
}

fn digest(content: &[u8]) -> String {
    hex(&Sha256::digest(content))
}

/// Checks who is there. It has an entry of its own, as every check by card has.
fn check(tx: &mut Tx<'_>, holder: &Holder) -> Result<Judged, Error> {
    let today = tx.now().jst_day();
    let question = Question {
        day: today,
        today,
        card: holder.card.clone(),
        branch: match_branch(holder.branch.as_deref()),
        birthdate: holder.birthdate,
    };
    let reader: Actor = tx.actor().clone();
    tx.act_for(reader, Function::CheckEligibilityByCard)?;
    let judged = confirm(tx, &question);
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
fn received_before(tx: &mut Tx<'_>, signed: &Signed, sent: &Sent) -> Result<Option<String>, Error> {
    let facility = tx.facility()?;
    let found = store::find_certificate(tx, &signed.reader)?;
    let Some((certificate, key)) = found.filter(|(found, _)| found.facility == facility) else {
        return Err(RefusalCode::ReaderUnknown.into());
    };
    certificate.state(tx.now()).must_be_valid()?;
    if !certificate::has_signed(&key, &signed.content, &signed.signature) {
        return Err(RefusalCode::ReaderSignature.into());
    }
    if sent.institution != facility.as_str() {
        return Err(RefusalCode::NotPermitted.into());
    }
    if let Some((content, answer)) = store::find_request(tx, signed, sent)? {
        if content != digest(&signed.content) {
            return Err(RefusalCode::KeyReused.into());
        }
        return Ok(Some(answer));
    }
    let apart = tx.now().seconds_since(sent.made_at).abs();
    if apart > tx.rules().consent.reader_clock_seconds {
        return Err(RefusalCode::ReaderClock.into());
    }
    Ok(None)
}

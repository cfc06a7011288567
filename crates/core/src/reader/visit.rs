//! 来院: a patient at the reader, from the card to the result.
//!
//! A visit begins with a card that proved itself and a holder who was verified, and ends with one consent, after which
//! it is of no use; or by its time.

use super::asked::Asked;
use super::challenge::{self, ChallengeFor};
use super::{Sent, Signed, answered_before, binding, by_eye, keep_answer, store};
use crate::audit::{Detail, SubjectKind};
use crate::card::{self, CardState, Medium, Proven, Trouble};
use crate::clock::Moment;
use crate::consent::Verification;
use crate::environment;
use crate::error::{Error, Fault, Refusal, RefusalCode};
use crate::service::Tx;
use serde::Serialize;

/// A card that was shown, and how its holder was verified.
#[derive(Clone)]
pub struct Presented {
    /// What the card proved.
    pub proven: Proven,
    /// What it signed.
    pub challenge: String,
    /// How it was made sure whose it is.
    pub verified: Verification,
    /// What was typed for 目視確認.
    pub passcode: Option<String>,
}

/// A visit as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// Its id.
    pub id: String,
    /// Authority and number of the certificate.
    pub card: Option<(String, String)>,
    /// Whose card it is.
    pub person: Option<i64>,
    /// What the card is worth.
    pub state: CardState,
    /// How the holder was verified.
    pub verified: Verification,
    /// Whether the card is registered as insurance card.
    pub registered: bool,
    /// Until when it is good.
    pub until: Moment,
    /// What the holder is asked for.
    pub asked: Asked,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    visit: String,
    state: &'static str,
    accepted: bool,
    registered: bool,
    medical: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<Words>,
    not_after: String,
    ask: Ask,
    expires_at: String,
}

#[derive(Serialize)]
struct Words {
    what: &'static str,
    next: &'static str,
}

#[derive(Serialize)]
struct Ask {
    kinds: Vec<&'static str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    prescription: bool,
}

/// Takes a card at the reader, and answers what it is worth, as JSON. The same request again gets the same answer. A
/// refusal that counts a wrong passcode is given with what was counted kept.
pub fn begin(
    tx: &mut Tx<'_>,
    signed: &Signed,
    sent: &Sent,
    presented: &Presented,
) -> Result<Result<String, RefusalCode>, Error> {
    let (reader, before) = answered_before(tx, signed, sent)?;
    if let Some(before) = before {
        return Ok(Ok(before));
    }
    binding::hold(tx, &reader)?;
    let judged = card::judge(tx, &presented.proven)?;
    if let Some(known) = judged.registration {
        tx.set_subject(SubjectKind::Person, &known.person.to_string());
        let by_phone = presented.verified == Verification::Smartphone;
        if by_phone != (known.medium == Medium::Smartphone) {
            return Err(RefusalCode::CardMethod.into());
        }
    }
    let released_by = match presented.verified {
        Verification::Oral => return Err(RefusalCode::CardMethod.into()),
        Verification::ByEye => {
            let typed = presented.passcode.as_deref();
            let Some(by) = by_eye::allow(tx, &reader.reader_name, typed)? else {
                tx.refuse_and_keep(Refusal::new(RefusalCode::CardPasscode));
                return Ok(Err(RefusalCode::CardPasscode));
            };
            by
        }
        Verification::Face | Verification::Pin | Verification::Smartphone => String::new(),
    };
    let whom = ChallengeFor {
        reader: signed.reader.clone(),
        account: tx.actor().account_id().unwrap_or_default().to_owned(),
        facility: tx.facility()?,
    };
    challenge::spend(tx, &presented.challenge, &whom)?;
    tx.set_detail(Detail::CardPresented {
        state: judged.state,
        verified: presented.verified,
        released_by: released_by.clone(),
    });
    let settings = environment::current(tx)?.settings;
    let key = presented.proven.key();
    let visit = Visit {
        id: tx.entropy().id('v'),
        card: key.map(|(authority, serial)| (authority.to_owned(), serial.to_owned())),
        person: judged.registration.map(|known| known.person),
        state: judged.state,
        verified: presented.verified,
        registered: judged
            .registration
            .is_some_and(|known| known.registered_at.is_some()),
        until: tx.now().plus_seconds(tx.rules().card.visit_seconds),
        asked: Asked::by(&settings, judged.state.opens_medical()),
    };
    let not_after = presented.proven.not_after();
    store::visits::insert(tx, &visit, (signed, &reader), (&released_by, not_after))?;
    let text = told(&visit, not_after)?;
    keep_answer(tx, signed, sent, &text)?;
    Ok(Ok(text))
}

fn told(visit: &Visit, not_after: Moment) -> Result<String, Fault> {
    let state = visit.state;
    let told = Told {
        visit: visit.id.clone(),
        state: state.code(),
        accepted: state.is_accepted(),
        registered: visit.registered,
        medical: state.opens_medical(),
        words: state.words().map(|[what, next]| Words { what, next }),
        not_after: not_after.jst_day().eight(),
        ask: Ask {
            kinds: visit.asked.kinds.iter().map(|kind| kind.code()).collect(),
            prescription: visit.asked.prescription,
        },
        expires_at: visit.until.jst_fourteen(),
    };
    serde_json::to_string(&told).map_err(|e| Fault::at("writing the answer to a reader", e))
}

/// The visit of this reader and account that is open; refused where there is none.
pub(super) fn find_open(tx: &mut Tx<'_>, signed: &Signed, id: &str) -> Result<Visit, Error> {
    let facility = tx.facility()?;
    let account = tx.actor().account_id().unwrap_or_default().to_owned();
    let whose = (&facility, signed.reader.as_str(), account.as_str());
    let found = store::visits::find_open(tx, whose, id)?;
    let visit = found.ok_or(RefusalCode::VisitOver)?;
    if visit.until <= tx.now() || !visit.state.is_accepted() {
        return Err(RefusalCode::VisitOver.into());
    }
    Ok(visit)
}

/// Whose visit it is, of a card that is accepted.
pub(super) fn person_of(visit: &Visit) -> Result<i64, Error> {
    visit.person.ok_or_else(|| RefusalCode::VisitOver.into())
}

/// Registers the card of a visit as insurance card (保険証利用登録), as its holder said.
pub fn register(
    tx: &mut Tx<'_>,
    signed: &Signed,
    sent: &Sent,
    visit_id: &str,
) -> Result<String, Error> {
    if let (_, Some(before)) = answered_before(tx, signed, sent)? {
        return Ok(before);
    }
    let visit = find_open(tx, signed, visit_id)?;
    let (authority, serial) = visit.card.clone().ok_or(RefusalCode::VisitOver)?;
    card::registration::register(tx, (&authority, &serial), person_of(&visit)?)?;
    tx.set_detail(Detail::CardRegistered {});
    store::visits::change_registered(tx, &visit.id)?;
    let answer = r#"{"registered":true}"#;
    keep_answer(tx, signed, sent, answer)?;
    Ok(answer.to_owned())
}

/// Keeps what ended a patient's try at a reader, for the staff to see. A visit that was begun is over with it, but
/// for a card that was only left behind.
pub fn trouble(
    tx: &mut Tx<'_>,
    signed: &Signed,
    sent: &Sent,
    (trouble, visit_id): (Trouble, Option<&str>),
) -> Result<String, Error> {
    let (reader, before) = answered_before(tx, signed, sent)?;
    if let Some(before) = before {
        return Ok(before);
    }
    binding::hold(tx, &reader)?;
    tx.set_detail(Detail::ReaderTrouble {
        reader: reader.reader_name.clone(),
        trouble,
    });
    let known = match visit_id {
        Some(id) => store::visits::end(tx, id, signed, trouble.code())?,
        None => false,
    };
    if !known {
        store::visits::insert_trouble(tx, (signed, &reader), trouble)?;
    }
    let answer = "{}";
    keep_answer(tx, signed, sent, answer)?;
    Ok(answer.to_owned())
}

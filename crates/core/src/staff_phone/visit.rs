//! 居宅同意取得型: a patient at home consents on the phone of the staff who visit, and the institution is told whether
//! the patient is insured today.
//!
//! The patient's card signs what is said, as at マイナ在宅受付Web: after its PIN, or after the staff looked at patient and
//! picture (目視確認). 限度額 is not asked for.

use super::must_be_used;
use crate::consent::{self, ConsentRecord, NewConsent, Purpose};
use crate::eligibility::{confirm_person, message};
use crate::entropy::hex;
use crate::environment;
use crate::error::{Error, RefusalCode};
use crate::home_reception::{self, Act, OnVisit, Signed};
use crate::permission::{Function, Scope};
use crate::service::Tx;
use onshi_wire::messages::EligibilityResponse;

/// What was registered on a visit, and what was found.
#[derive(Clone, Debug)]
pub struct Visited {
    /// The consents.
    pub record: ConsentRecord,
    /// Eligibility of this day, as a reader tells it.
    pub answer: EligibilityResponse,
}

/// Records what the holder of the card said for visits at home, and checks eligibility on this day. Refused where the
/// institution does not ask for it now, or the card is not good for it.
pub fn consented(tx: &mut Tx<'_>, signed: &Signed, said: &OnVisit) -> Result<Visited, Error> {
    must_be_used(tx)?;
    let holder = home_reception::holder(tx, signed, Act::Visit(said.clone()))?;
    let asked = environment::kinds(&environment::current(tx)?.settings);
    let of_each: Vec<Scope> = said.kinds.iter().map(|(kind, _)| *kind).collect();
    if of_each != asked {
        return Err(RefusalCode::ChangedMeanwhile.into());
    }
    if !holder.state.opens_medical() && said.kinds.iter().any(|(_, yes)| *yes) {
        return Err(RefusalCode::CardNoMedical.into());
    }
    // The check has an entry of its own, as every check has.
    let (asks, day) = (tx.actor().clone(), tx.now().jst_day());
    tx.act_for(asks, Function::CheckEligibility)?;
    let judged = confirm_person(tx, holder.person, day);
    if judged.is_ok() {
        tx.close_entry();
    }
    tx.act_for_nobody();
    let judged = judged?;
    let new = NewConsent {
        person: holder.person,
        purpose: Purpose::HomeVisit,
        verified: holder.verified,
        kinds: said.kinds.clone(),
        ceiling: true,
        booked: None,
        reader: None,
    };
    let record = consent::record(tx, &new)?;
    tx.add_basis("own card");
    let token = hex(&tx.entropy().bytes::<15>());
    let answer = message::at_the_reader(tx, judged, (day, true), &token)?;
    Ok(Visited { record, answer })
}

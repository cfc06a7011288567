//! 同意登録・照会・取消: what is done when a patient's card has signed it.

use super::act::{self, Act, ChallengeFor, Choice};
use super::purposes;
use crate::audit::{Detail, SubjectKind};
use crate::card::{self, CardState, Medium, Proven};
use crate::consent::{self, ConsentRecord, EndedWhy, NewConsent, OwnConsent, Verification};
use crate::environment;
use crate::error::{Error, Fact, Problem, Refusal, RefusalCode};
use crate::insured;
use crate::permission::Scope;
use crate::service::Tx;

/// What a card signed, in which browser.
#[derive(Clone)]
pub struct Signed {
    /// What the card proved.
    pub proven: Proven,
    /// What it was asked to sign.
    pub challenge: String,
    /// The browser that asked for it.
    pub browser: String,
}

/// What was done, and for whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done<T> {
    /// 氏名.
    pub name: String,
    /// What came of it.
    pub what: T,
}

/// Whose card it is, and how they were verified.
pub(crate) struct Holder {
    pub(crate) person: i64,
    name: String,
    pub(crate) state: CardState,
    pub(crate) verified: Verification,
}

/// Records what the holder of the card said; refused where the institution does not ask for it now.
pub fn register(
    tx: &mut Tx<'_>,
    signed: &Signed,
    choice: &Choice,
) -> Result<Done<ConsentRecord>, Error> {
    let holder = holder(tx, signed, Act::Register(choice.clone()))?;
    let settings = environment::current(tx)?.settings;
    if !purposes(&settings).contains(&choice.purpose) {
        return Err(RefusalCode::HomeNotUsed.into());
    }
    let asked = environment::kinds(&settings);
    let said: Vec<Scope> = choice.kinds.iter().map(|(kind, _)| *kind).collect();
    if said != asked {
        return Err(RefusalCode::ChangedMeanwhile.into());
    }
    if !holder.state.opens_medical() && choice.kinds.iter().any(|(_, yes)| *yes) {
        return Err(RefusalCode::CardNoMedical.into());
    }
    let new = NewConsent {
        person: holder.person,
        purpose: choice.purpose,
        verified: holder.verified,
        kinds: choice.kinds.clone(),
        // It is not asked for any more (2024-10-07).
        ceiling: true,
        booked: choice.booked,
        reader: None,
    };
    Ok(Done {
        what: consent::record(tx, &new)?,
        name: holder.name,
    })
}

/// What the holder of the card consents to at the institution now.
pub fn inquire(tx: &mut Tx<'_>, signed: &Signed) -> Result<Done<Vec<OwnConsent>>, Error> {
    let holder = holder(tx, signed, Act::Inquire)?;
    let what = consent::list_own(tx, holder.person)?;
    tx.set_detail(Detail::OwnConsentsRead {
        count: i64::try_from(what.len()).unwrap_or(i64::MAX),
    });
    Ok(Done {
        what,
        name: holder.name,
    })
}

/// Takes back all that the holder of the card consents to at the institution, and says how many there were.
pub fn withdraw(tx: &mut Tx<'_>, signed: &Signed) -> Result<Done<u64>, Error> {
    let holder = holder(tx, signed, Act::Withdraw)?;
    let all = (Scope::ALL.as_slice(), None);
    match consent::take_back(tx, holder.person, all, EndedWhy::ByPatient) {
        Ok(what) => Ok(Done {
            what,
            name: holder.name,
        }),
        Err(Error::Refused(refusal)) if refusal.code == RefusalCode::ConsentMissing => {
            Err(RefusalCode::HomeNoConsent.into())
        }
        Err(other) => Err(other),
    }
}

/// Whose card it is that signed this, once. What is done rests on it from here on. Refused where the card is good for
/// nothing, with what it is worth in words.
pub(crate) fn holder(tx: &mut Tx<'_>, signed: &Signed, act: Act) -> Result<Holder, Error> {
    let by_eye = matches!(&act, Act::Visit(said) if said.by_eye);
    let whom = ChallengeFor {
        facility: tx.facility()?,
        browser: signed.browser.clone(),
        act,
    };
    act::spend(tx, &signed.challenge, &whom)?;
    let judged = card::judge(tx, &signed.proven)?;
    let medium = judged
        .registration
        .map_or(Medium::Card, |known| known.medium);
    let verified = match medium {
        Medium::Card if by_eye => Verification::ByEye,
        // A card's key signs only after its PIN; a phone's owner unlocks it, and it has no picture.
        Medium::Card => Verification::Pin,
        Medium::Smartphone if by_eye => return Err(RefusalCode::CardMethod.into()),
        Medium::Smartphone => Verification::Smartphone,
    };
    tx.set_detail(Detail::CardPresented {
        state: judged.state,
        verified,
        // By eye it is whoever is logged in who let the patient in.
        released_by: String::new(),
    });
    let known = judged.registration.filter(|_| judged.state.is_accepted());
    let Some(known) = known else {
        return Err(unusable(judged.state).into());
    };
    tx.set_subject(SubjectKind::Person, &known.person.to_string());
    if known.registered_at.is_none() {
        return Err(RefusalCode::HomeNotRegistered.into());
    }
    tx.add_basis("own card");
    let coverages = insured::list_by_person(tx, known.person)?;
    let newest = coverages.into_iter().max_by_key(|one| one.acquired);
    Ok(Holder {
        person: known.person,
        name: newest.map_or_else(String::new, |one| one.name),
        state: judged.state,
        verified,
    })
}

fn unusable(state: CardState) -> Refusal {
    let [what, _] = state.words().unwrap_or_default();
    Refusal {
        problems: vec![Problem::new(Fact::Part("card"), what)],
        ..Refusal::new(RefusalCode::HomeCard)
    }
}

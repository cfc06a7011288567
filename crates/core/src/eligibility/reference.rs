//! 照会番号登録: an institution's own number for a patient.

use super::store;
use crate::audit::{Detail, SubjectKind};
use crate::clock::Day;
use crate::entropy::hex;
use crate::error::{Error, Refusal, RefusalCode};
use crate::insured::{Card, find_coverage, list_by_card, list_by_person, list_holders};
use crate::service::Tx;
use onshi_wire::error_codes::{self, ErrorCode};
use onshi_wire::numbers::match_branch;
use sha2::{Digest, Sha256};

/// What came of a registration: done, or why not.
pub type Registered = Result<(), &'static ErrorCode>;

/// 照会番号登録情報: the institution's number for whoever has the card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// 照会番号.
    pub reference_number: String,
    /// The card.
    pub card: Card,
    /// 枝番, where it is known.
    pub branch: Option<String>,
}

/// Somebody under a card, with the first day of the coverage.
struct Holder {
    person: i64,
    acquired: Day,
    name: String,
}

/// Whether a branch is the one that was asked for, as far as both are known.
fn same_branch(info: &Registration, known: Option<&str>) -> bool {
    let asked = match_branch(info.branch.as_deref());
    match (asked, match_branch(known)) {
        (Some(asked), Some(known)) => asked == known,
        _ => true,
    }
}

/// The one person among holders, by the newest coverage.
fn only_one(mut holders: Vec<Holder>) -> Result<Holder, &'static ErrorCode> {
    holders.sort_by_key(|holder| (holder.person, holder.acquired));
    let Some(newest) = holders.pop() else {
        return Err(&error_codes::NO_PERSON);
    };
    if holders.iter().any(|other| other.person != newest.person) {
        return Err(&error_codes::SEVERAL_PERSONS);
    }
    Ok(newest)
}

/// Registers the number for the one person whom the card names, by a message: a number that the
/// person had before gives way, and another person's is refused.
pub fn register(tx: &mut Tx<'_>, info: &Registration) -> Result<Registered, Error> {
    let card = &info.card;
    let holders = list_holders(tx, card)?
        .into_iter()
        .filter(|(_, branch, _)| same_branch(info, branch.as_deref()))
        .map(|(person, _, acquired)| Holder {
            person,
            acquired,
            name: String::new(),
        });
    let holder = match only_one(holders.collect()) {
        Ok(holder) => holder,
        Err(code) => return Ok(Err(not_registered(tx, code))),
    };
    tx.set_subject(SubjectKind::Person, &holder.person.to_string());
    let facility = tx.facility()?;
    let taken = store::find_person(tx, &facility, &info.reference_number)?;
    if taken.is_some_and(|person| person != holder.person) {
        return Ok(Err(not_registered(tx, &error_codes::REFERENCE_TAKEN)));
    }
    put(tx, &holder, card, &info.reference_number)?;
    Ok(Ok(()))
}

fn put(tx: &mut Tx<'_>, holder: &Holder, card: &Card, number: &str) -> Result<(), Error> {
    let facility = tx.facility()?;
    let coverage = (card.key(), holder.acquired);
    store::put_reference(tx, &facility, holder.person, number, coverage)?;
    tx.set_detail(Detail::ReferenceRegistered {});
    Ok(())
}

/// What came of a registration at the reception, where somebody can be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AtReception {
    /// It is registered.
    Done {
        /// For whom.
        name: String,
        /// The number that the person had before.
        before: Option<String>,
    },
    /// Something would be replaced, so somebody has to say that it is meant.
    Asks(Replacing),
    /// It can't be registered.
    Failed(&'static ErrorCode),
}

/// What a registration would replace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacing {
    /// For whom the number is to be registered.
    pub name: String,
    /// The number that this person has, where it is another one.
    pub theirs: Option<String>,
    /// Who has the number now, where it is somebody else.
    pub holder: Option<String>,
    /// Stands for exactly this: who agrees gives it back, and agrees to nothing else.
    pub proof: String,
}

/// Registers the number for the one person whom card and birthdate name. What it would replace is
/// replaced only for who has been told of it and gives back its proof.
pub fn register_at_reception(
    tx: &mut Tx<'_>,
    info: &Registration,
    birthdate: Day,
    agreed: &str,
) -> Result<AtReception, Error> {
    let card = &info.card;
    let holders = list_by_card(tx, card, birthdate)?
        .into_iter()
        .filter(|q| same_branch(info, q.branch.as_deref()))
        .map(|q| Holder {
            person: q.person,
            acquired: q.acquired,
            name: q.name,
        });
    let holder = match only_one(holders.collect()) {
        Ok(holder) => holder,
        Err(code) => return Ok(AtReception::Failed(not_registered(tx, code))),
    };
    tx.set_subject(SubjectKind::Person, &holder.person.to_string());
    let facility = tx.facility()?;
    let number = &info.reference_number;
    let theirs = store::find_reference(tx, &facility, holder.person)?;
    let theirs = theirs.filter(|theirs| theirs != number);
    let taken = store::find_registered(tx, &facility, number)?;
    let taken = taken.filter(|(person, _)| *person != holder.person);
    if theirs.is_some() || taken.is_some() {
        let taken_by = taken.map(|(person, _)| person);
        let proof = proof(holder.person, number, theirs.as_deref(), taken_by);
        if agreed != proof {
            let other = match taken {
                Some((person, coverage)) => Some(name_of(tx, person, coverage)?),
                None => None,
            };
            tx.set_detail(Detail::ReferenceReplacementAsked {});
            tx.refuse_and_keep(Refusal::new(RefusalCode::Invalid));
            return Ok(AtReception::Asks(Replacing {
                name: holder.name,
                theirs,
                holder: other,
                proof,
            }));
        }
        if taken_by.is_some() {
            store::delete_reference(tx, &facility, number)?;
        }
    }
    put(tx, &holder, card, number)?;
    if theirs.is_some() || taken.is_some() {
        tx.set_detail(Detail::ReferenceReplaced {});
    }
    Ok(AtReception::Done {
        name: holder.name,
        before: theirs,
    })
}

fn proof(person: i64, number: &str, theirs: Option<&str>, taken_by: Option<i64>) -> String {
    let told = format!("{person} {number:?} {theirs:?} {taken_by:?}");
    hex(&Sha256::digest(told.as_bytes())[..16])
}

/// The name of somebody who is a patient here already, with the birthdate: names are common.
fn name_of(tx: &mut Tx<'_>, person: i64, coverage: Option<(i64, Day)>) -> Result<String, Error> {
    let kept = match coverage {
        Some(coverage) => find_coverage(tx, person, coverage)?,
        None => None,
    };
    let newest = match kept {
        Some(kept) => Some(kept),
        None => list_by_person(tx, person)?.into_iter().next(),
    };
    let words = newest.map(|q| format!("{}（{}生）", q.name, q.birthdate.words()));
    Ok(words.unwrap_or_default())
}

/// The answer says why in the message's own words; the log must not read as if it had been done.
fn not_registered(tx: &mut Tx<'_>, why: &'static ErrorCode) -> &'static ErrorCode {
    tx.set_detail(Detail::ReferenceRefused {
        code: why.code.to_owned(),
    });
    tx.refuse_and_keep(Refusal::new(RefusalCode::Invalid));
    why
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestCentre;
    use crate::{Actor, Function};

    #[test]
    fn what_was_not_registered_does_not_read_as_done() {
        let centre = TestCentre::new();
        let at = centre.clinic(1);
        let actor = Actor::account(crate::AccountKind::General, "a1", at.code, "c1");
        let told = centre.change(actor, Function::RegisterReferenceNumber, |tx| {
            let nobody = Registration {
                reference_number: String::new(),
                card: Card::of("", "", ""),
                branch: None,
            };
            register(tx, &nobody)
        });
        assert_eq!(told.unwrap(), Err(&error_codes::NO_PERSON));
        let logged = centre.number(
            "select count(*) from audit_entry where outcome = 2 and refusal = 'input.invalid' \
             and detail = '[22,\"' || $1 || '\"]'",
            &[error_codes::NO_PERSON.code.into()],
        );
        assert_eq!(logged, 1);
    }

    fn ask(
        centre: &TestCentre,
        at: &crate::testing::Clinic,
        card: (&str, i64),
        number: &str,
        agreed: &str,
    ) -> AtReception {
        let actor = Actor::account(crate::AccountKind::General, "a1", at.code.clone(), "c1");
        let info = Registration {
            reference_number: number.to_owned(),
            card: Card::of("138057", "", card.0),
            branch: None,
        };
        let born = Day::from_number(card.1).unwrap();
        let agreed = agreed.to_owned();
        centre
            .change(actor, Function::RegisterReferenceNumber, move |tx| {
                register_at_reception(tx, &info, born, &agreed)
            })
            .unwrap()
    }

    #[test]
    fn replacing_a_number_asks_and_says_whose_it_was() {
        let centre = TestCentre::new();
        let at = centre.clinic(1);
        let patient = |person: i64, number: &str, born: i64, name: &str| {
            let card = Card::of("138057", "", number).key();
            centre
                .raw_connection()
                .batch(&format!(
                    "insert into qualification (card, person, acquired, insurer_number, number, \
                     birthdate, classification, name, sex1) values ({card}, {person}, 20200401, \
                     '138057', '{number}', {born}, '01', '{name}', '1')"
                ))
                .unwrap();
        };
        patient(1, "1001", 19_750_502, "架空　花子");
        patient(2, "1002", 19_800_101, "見本　太郎");
        let (hanako, taro) = (("1001", 19_750_502), ("1002", 19_800_101));
        let done = |name: &str, before: Option<&str>| AtReception::Done {
            name: name.to_owned(),
            before: before.map(str::to_owned),
        };
        let asked = |told: AtReception| match told {
            AtReception::Asks(replacing) => replacing,
            told => panic!("{told:?}"),
        };
        assert_eq!(
            ask(&centre, &at, hanako, "P1", ""),
            done("架空　花子", None)
        );
        // The same again replaces nothing.
        assert_eq!(
            ask(&centre, &at, hanako, "P1", ""),
            done("架空　花子", None)
        );
        let wrong_birthdate = ask(&centre, &at, ("1001", 19_750_503), "P9", "");
        assert_eq!(
            wrong_birthdate,
            AtReception::Failed(&error_codes::NO_PERSON)
        );

        // The person's own number.
        let own = asked(ask(&centre, &at, hanako, "P2", ""));
        assert_eq!(own.theirs.as_deref(), Some("P1"));
        assert_eq!(own.holder, None);
        let told = ask(&centre, &at, hanako, "P2", &own.proof);
        assert_eq!(told, done("架空　花子", Some("P1")));

        // Somebody else's, who has none afterwards.
        let others = asked(ask(&centre, &at, taro, "P2", ""));
        assert_eq!(
            others.holder.as_deref(),
            Some("架空　花子（1975年5月2日生）")
        );
        // An agreement to something else is none.
        let still = asked(ask(&centre, &at, taro, "P2", &own.proof));
        assert_eq!(still, others);
        let told = ask(&centre, &at, taro, "P2", &others.proof);
        assert_eq!(told, done("見本　太郎", None));
        let left = centre.number(
            "select count(*) from reference_number where person = $1",
            &[1.into()],
        );
        assert_eq!(left, 0);
        assert_eq!(
            centre.number("select count(*) from reference_number", &[]),
            1
        );
    }
}

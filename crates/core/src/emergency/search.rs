//! 氏名・生年月日・性別・住所による検索: how somebody without a card is found in an emergency.
//!
//! All four are needed, the name and the birthdate in full; only the address may be vague, and only beyond the
//! prefecture. Few are told, or nobody: it is for finding one person, and no list to browse.

use super::{Opened, store, uses};
use crate::audit::Detail;
use crate::clock::Day;
use crate::error::{Error, RefusalCode};
use crate::fold::folded;
use crate::insured::{self, Card, Known};
use crate::service::Tx;
use onshi_wire::numbers::match_branch;

/// What is known of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FourItems {
    /// 氏名, in kanji or kana.
    pub name: String,
    /// 生年月日.
    pub birthdate: Day,
    /// 性別: 1 or 2.
    pub sex: String,
    /// 住所, beginning with the prefecture.
    pub address: String,
}

/// Somebody whom it could be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// By which the opening is used for this person.
    pub id: String,
    /// The person.
    pub person: i64,
    /// 氏名.
    pub name: String,
    /// 氏名カナ.
    pub kana: Option<String>,
    /// 生年月日.
    pub birthdate: Day,
    /// 性別.
    pub sex: String,
    /// 住所.
    pub address: Option<String>,
}

/// The prefecture with which an address begins, and the rest.
fn prefecture(address: &str) -> Option<(&str, &str)> {
    // Two of them have the sign of a prefecture within their names: 京都府 and 東京都.
    let ends = ["東京都", "京都府", "大阪府", "北海道"];
    if let Some(name) = ends.iter().find(|name| address.starts_with(**name)) {
        return Some(address.split_at(name.len()));
    }
    let (at, sign) = address.char_indices().take(4).find(|(_, c)| *c == '県')?;
    Some(address.split_at(at + sign.len_utf8()))
}

impl FourItems {
    fn fits(&self, known: &Known) -> bool {
        let wanted = folded(&self.name);
        let names = [
            Some(&known.name),
            known.kana.as_ref(),
            known.other.as_ref(),
            known.other_kana.as_ref(),
        ];
        let named = names
            .into_iter()
            .flatten()
            .any(|name| folded(name) == wanted);
        let sex = known.sex == self.sex || known.sex == "3";
        named && sex && self.lives_at(known.address.as_deref().unwrap_or_default())
    }

    fn lives_at(&self, kept: &str) -> bool {
        let (asked, kept) = (folded(&self.address), folded(kept));
        match (prefecture(&asked), prefecture(&kept)) {
            (Some((asked, rest)), Some((kept, kept_rest))) => {
                asked == kept && kept_rest.contains(rest)
            }
            _ => false,
        }
    }
}

/// Those whom it could be. Where they are more than a few, nobody is told.
pub fn search(
    tx: &mut Tx<'_>,
    _opened: &Opened,
    asked: &FourItems,
) -> Result<Vec<Candidate>, Error> {
    let all_four = !folded(&asked.name).is_empty()
        && matches!(asked.sex.as_str(), "1" | "2")
        && prefecture(&folded(&asked.address)).is_some();
    if !all_four {
        return Err(RefusalCode::EmergencyFourItems.into());
    }
    let mut found: Vec<Candidate> = Vec::new();
    // The newest coverage of each comes first.
    for known in insured::list_by_birthdate(tx, asked.birthdate)? {
        let seen = found.iter().any(|other| other.person == known.person);
        if !seen && asked.fits(&known) {
            found.push(Candidate {
                id: String::new(),
                person: known.person,
                name: known.name,
                kana: known.kana,
                birthdate: asked.birthdate,
                sex: known.sex,
                address: known.address,
            });
        }
    }
    let found = keep(tx, found)?;
    tx.set_detail(Detail::EmergencySearched {
        count: i64::try_from(found.len()).unwrap_or(i64::MAX),
    });
    Ok(found)
}

/// Those who are or were insured under a card and have this birthdate.
pub fn search_by_card(
    tx: &mut Tx<'_>,
    _opened: &Opened,
    (card, branch, birthdate): (&Card, Option<&str>, Day),
) -> Result<Vec<Candidate>, Error> {
    let mut found: Vec<Candidate> = Vec::new();
    for known in insured::list_by_card(tx, card, birthdate)? {
        let seen = found.iter().any(|other| other.person == known.person);
        let other_branch = match (match_branch(branch), match_branch(known.branch.as_deref())) {
            (Some(asked), Some(kept)) => asked != kept,
            _ => false,
        };
        if !seen && !other_branch {
            found.push(Candidate {
                id: String::new(),
                person: known.person,
                name: known.name,
                kana: known.name_kana,
                birthdate,
                sex: known.sex1,
                address: known.address,
            });
        }
    }
    let found = keep(tx, found)?;
    tx.set_detail(Detail::EmergencySearchedByCard {
        count: i64::try_from(found.len()).unwrap_or(i64::MAX),
    });
    Ok(found)
}

/// Keeps for a while whom the account found: only of these it may use the opening.
fn keep(tx: &mut Tx<'_>, mut found: Vec<Candidate>) -> Result<Vec<Candidate>, Error> {
    if found.len() > tx.rules().emergency.candidates_max {
        return Err(RefusalCode::EmergencyTooMany.into());
    }
    let facility = tx.facility()?;
    let old = uses::fresh_since(tx);
    store::candidates::delete_before(tx, old)?;
    for candidate in &mut found {
        candidate.id = tx.entropy().id('k');
        store::candidates::insert(tx, &candidate.id, &facility, candidate.person)?;
    }
    Ok(found)
}

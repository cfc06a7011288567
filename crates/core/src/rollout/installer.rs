//! 導入の権限: what lets an installer make an institution's terminals and accounts. The operator gives it for institutions and to the end
//! of a day; each institution has it in its log, and that it ended.

use super::store;
use crate::audit::{Detail, SubjectKind};
use crate::clock::{Day, Moment};
use crate::error::{Error, Fact, Problem, Refusal, RefusalCode};
use crate::facility;
use crate::permission::Function;
use crate::service::Tx;
use crate::terms::FacilityCode;

/// The longest name of an installer or its person, in characters.
const NAME_CHARS_MAX: usize = 60;
/// The most institutions for which a right is given at once.
pub const FACILITIES_MAX: usize = 1000;

/// An installer's right at an institution, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstallerRight {
    /// By what the installer is known.
    pub installer_id: String,
    /// Where.
    pub facility: FacilityCode,
    /// The installer (導入業者).
    pub name: String,
    /// Who answers for it (担当者).
    pub person: String,
    /// Since when.
    pub given_at: Moment,
    /// The last day.
    pub ends_on: Day,
    /// When and why it was ended before.
    pub ended: Option<(Moment, String)>,
}

impl InstallerRight {
    /// Whether it holds at a moment.
    pub fn holds(&self, now: Moment) -> bool {
        self.ended.is_none() && now.jst_day() <= self.ends_on
    }
}

/// To whom a right is given, and to the end of which day.
#[derive(Clone, Debug)]
pub struct NewRight {
    /// The installer (導入業者).
    pub name: String,
    /// Who answers for it (担当者).
    pub person: String,
    /// The last day.
    pub ends_on: Day,
}

/// That an installer has the right at one institution now. Only [`Tx::installing`] makes one.
#[derive(Clone, Debug)]
pub struct Installing {
    pub(super) installer: String,
    basis: String,
}

impl Installing {
    /// Closes what was done as one entry of the log, on this right.
    pub(super) fn close(&self, tx: &mut Tx<'_>) {
        tx.add_basis(&self.basis);
        tx.close_entry();
    }
}

impl Tx<'_> {
    /// The right of an installer at the institution for which the work is done.
    pub(crate) fn installing(&mut self, installer_id: &str) -> Result<Installing, Error> {
        let facility = self.facility()?;
        let now = self.now();
        let found = store::find_right(self, installer_id, &facility)?;
        let right = found.filter(|right| right.holds(now));
        let right = right.ok_or(RefusalCode::InstallerRightMissing)?;
        Ok(Installing {
            installer: right.name,
            basis: format!("installer {installer_id}"),
        })
    }
}

fn name(text: &str, (about, what): (Fact, &str)) -> Result<String, Problem> {
    let text = text.trim();
    let length = text.chars().count();
    if length == 0 || length > NAME_CHARS_MAX {
        let words = format!("{what}を{NAME_CHARS_MAX}文字以内で入力してください。");
        let english = format!("A name has 1 to {NAME_CHARS_MAX} characters.");
        return Err(Problem::new(about, words).in_english(english));
    }
    match crate::text::wrong_in_a_line(text) {
        Some(words) => Err(Problem::new(about, words).in_english(crate::text::FOREIGN_CHARACTER)),
        None => Ok(text.to_owned()),
    }
}

/// The right as it is kept, or what is wrong with it.
fn checked(tx: &Tx<'_>, new: &NewRight) -> Result<NewRight, Refusal> {
    let mut problems = Vec::new();
    let mut taken = |text: &str, about: (Fact, &str)| match name(text, about) {
        Ok(name) => name,
        Err(problem) => {
            problems.push(problem);
            String::new()
        }
    };
    let installer = taken(&new.name, (Fact::Installer, "導入業者の名称"));
    let person = taken(&new.person, (Fact::Contact, "担当者の氏名"));
    let today = tx.now().jst_day();
    let most = tx.rules().account.installer_days_max;
    if new.ends_on < today || new.ends_on > today.plus_days(most) {
        let last = today.plus_days(most).words();
        let words = format!("導入の権限の最終日は、今日から{last}までの日にしてください。");
        let english =
            format!("The right's last day is from today on, and {most} days ahead at the most.");
        problems.push(Problem::new(Fact::ValidUntil, words).in_english(english));
    }
    match problems.is_empty() {
        true => Ok(NewRight {
            name: installer,
            person,
            ends_on: new.ends_on,
        }),
        false => Err(Refusal::invalid(problems)),
    }
}

/// Gives an installer the right at these institutions, and gives what it is known by from then on.
pub fn give(tx: &mut Tx<'_>, new: &NewRight, facilities: &[FacilityCode]) -> Result<String, Error> {
    let new = checked(tx, new)?;
    if facilities.len() > FACILITIES_MAX {
        return Err(RefusalCode::TooLarge.into());
    }
    let installer_id = tx.entropy().id('i');
    for code in facilities {
        tx.act_at(code, Function::ManageInstallers)?;
        facility::show(tx, code)?;
        store::insert_right(tx, &installer_id, code, &new)?;
        tx.set_detail(Detail::InstallerRightGiven {
            installer: new.name.clone(),
            person: new.person.clone(),
            until: new.ends_on.eight(),
        });
        tx.close_entry();
        tx.act_for_nobody();
    }
    Ok(installer_id)
}

/// Ends the rights of an installer that hold: at one institution, or at all of them. Says how many.
pub fn end(
    tx: &mut Tx<'_>,
    installer_id: &str,
    at: Option<&FacilityCode>,
    reason: &str,
) -> Result<usize, Error> {
    let reason = crate::text::reason(reason)?;
    let now = tx.now();
    let all = store::list_rights(tx, Some(installer_id), at)?;
    let holding: Vec<InstallerRight> = all.into_iter().filter(|right| right.holds(now)).collect();
    if holding.is_empty() {
        return Err(RefusalCode::NotFound.into());
    }
    for right in &holding {
        tx.act_at(&right.facility, Function::ManageInstallers)?;
        if !store::change_ended(tx, right, &reason)? {
            // Another node was faster: all of it is undone, and may be asked again.
            return Err(RefusalCode::ChangedMeanwhile.into());
        }
        tx.set_subject(SubjectKind::Facility, right.facility.as_str());
        tx.set_detail(Detail::InstallerRightEnded {
            installer: right.name.clone(),
            reason: reason.clone(),
        });
        tx.close_entry();
        tx.act_for_nobody();
    }
    Ok(holding.len())
}

/// The rights that were given, those of an institution or all, the newest first.
pub fn list(tx: &mut Tx<'_>, at: Option<&FacilityCode>) -> Result<Vec<InstallerRight>, Error> {
    if let Some(code) = at {
        tx.set_subject(SubjectKind::Facility, code.as_str());
    }
    Ok(store::list_rights(tx, None, at)?)
}

/// Those at the own institution, the newest first.
pub fn list_own(tx: &mut Tx<'_>) -> Result<Vec<InstallerRight>, Error> {
    let own = tx.facility()?;
    list(tx, Some(&own))
}

/// One at the own institution.
pub fn show_own(tx: &mut Tx<'_>, installer_id: &str) -> Result<InstallerRight, Error> {
    let own = tx.facility()?;
    tx.set_subject(SubjectKind::Facility, own.as_str());
    Ok(store::find_right(tx, installer_id, &own)?.ok_or(RefusalCode::NotFound)?)
}

/// Ends one at the own institution before its day.
pub fn end_own(tx: &mut Tx<'_>, installer_id: &str, reason: &str) -> Result<(), Error> {
    let right = show_own(tx, installer_id)?;
    let reason = crate::text::reason(reason)?;
    if !right.holds(tx.now()) || !store::change_ended(tx, &right, &reason)? {
        return Err(RefusalCode::WrongState.into());
    }
    tx.set_detail(Detail::InstallerRightEnded {
        installer: right.name,
        reason,
    });
    Ok(())
}

//! 二要素認証の設定: what an institution wants of each kind of account that people hold, within what the operator allows it.

use super::store;
use crate::actor::AccountKind;
use crate::audit::{Detail, FactorPolicyChange, SubjectKind};
use crate::clock::Day;
use crate::error::{Error, Fault, RefusalCode};
use crate::rules::SecondFactorRules;
use crate::service::Tx;
use crate::store::Connection;
use crate::terms::{FacilityCode, FactorPolicy};

/// The kinds that people hold. The programs' accounts have no second factor, and the account that resets the master has
/// the secret number (秘密の番号).
pub const PEOPLE: [AccountKind; 4] = [
    AccountKind::Master,
    AccountKind::Admin,
    AccountKind::General,
    AccountKind::Viewer,
];

/// Something for each kind that people hold; none where nothing was set.
type ByKind<T> = [Option<T>; PEOPLE.len()];

fn place(kind: AccountKind) -> Option<usize> {
    PEOPLE.iter().position(|known| *known == kind)
}

fn kept<T: Copy>(all: &ByKind<T>, word: impl Fn(T) -> String) -> String {
    let set = PEOPLE.iter().zip(all).filter_map(|(kind, value)| {
        let value = word((*value)?);
        Some(format!("{}={value}", kind.code()))
    });
    set.collect::<Vec<_>>().join(" ")
}

/// Reads [`kept`] back. What is not known, of a build after this one, is left out.
fn of_kept<T: Copy>(text: &str, read: impl Fn(&str) -> Option<T>) -> ByKind<T> {
    let mut all = [None; PEOPLE.len()];
    for pair in text.split(' ') {
        let found = pair
            .split_once('=')
            .and_then(|(kind, value)| Some((place(AccountKind::from_code(kind)?)?, read(value)?)));
        if let Some((at, value)) = found {
            all[at] = Some(value);
        }
    }
    all
}

/// What the operator allows an institution for a kind: no less than one and no more than the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// The least.
    pub least: FactorPolicy,
    /// The most.
    pub most: FactorPolicy,
}

impl Allowed {
    /// What holds where this was wanted.
    fn holds(self, wanted: FactorPolicy) -> FactorPolicy {
        wanted.min(self.most).max(self.least)
    }

    /// Whether it may be set.
    pub fn allows(self, wanted: FactorPolicy) -> bool {
        self.holds(wanted) == wanted
    }

    fn word(self) -> String {
        format!("{}-{}", self.least.code(), self.most.code())
    }

    fn read(word: &str) -> Option<Allowed> {
        let (least, most) = word.split_once('-')?;
        let least = FactorPolicy::from_code(least)?;
        let most = FactorPolicy::from_code(most)?;
        (least <= most).then_some(Allowed { least, most })
    }
}

/// What is set at an institution.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FactorSettings {
    /// 0 before the first change.
    pub version: i64,
    wanted: ByKind<FactorPolicy>,
    allowed: ByKind<Allowed>,
}

impl FactorSettings {
    /// As they are kept: the institution's version and texts.
    pub(crate) fn of_kept(
        version: Option<i64>,
        wanted: Option<&str>,
        allowed: Option<&str>,
    ) -> FactorSettings {
        FactorSettings {
            version: version.unwrap_or_default(),
            wanted: of_kept(wanted.unwrap_or_default(), FactorPolicy::from_code),
            allowed: of_kept(allowed.unwrap_or_default(), Allowed::read),
        }
    }

    /// What may be set for a kind on a day: what the operator said, or from a day on nothing but 必須.
    pub fn allowed(&self, kind: AccountKind, day: Day, rules: &SecondFactorRules) -> Allowed {
        if kind == AccountKind::Officer {
            let (least, most) = (rules.officers, rules.officers);
            return Allowed { least, most };
        }
        let Some(at) = place(kind) else {
            let (least, most) = (FactorPolicy::Off, FactorPolicy::Off);
            return Allowed { least, most };
        };
        let is_required = rules.required_from > 0 && day.number() >= rules.required_from;
        let least = match is_required {
            true => FactorPolicy::Required,
            false => FactorPolicy::Off,
        };
        self.allowed[at].unwrap_or(Allowed {
            least,
            most: FactorPolicy::Required,
        })
    }

    /// What holds for a kind on a day.
    pub fn of(&self, kind: AccountKind, day: Day, rules: &SecondFactorRules) -> FactorPolicy {
        let wanted = place(kind).and_then(|at| self.wanted[at]);
        let wanted = wanted.unwrap_or(rules.initial);
        self.allowed(kind, day, rules).holds(wanted)
    }
}

/// What is set at the own institution.
pub fn current(tx: &mut Tx<'_>) -> Result<FactorSettings, Error> {
    let facility = tx.facility()?;
    Ok(find(tx.connection(), &facility)?)
}

/// What is set at an institution, before anybody is let in.
pub(crate) fn find(
    connection: &mut Connection,
    facility: &FacilityCode,
) -> Result<FactorSettings, Fault> {
    store::find_settings(connection, facility)
}

/// What holds for a kind at the own institution today.
pub(crate) fn holds_for(tx: &mut Tx<'_>, kind: AccountKind) -> Result<FactorPolicy, Error> {
    let settings = current(tx)?;
    Ok(settings.of(kind, tx.now().jst_day(), &tx.rules().second_factor))
}

/// Sets what the own institution wants, on the version that was seen, and tells what changed.
pub fn set(
    tx: &mut Tx<'_>,
    wanted: &[(AccountKind, FactorPolicy)],
    seen: i64,
) -> Result<Vec<FactorPolicyChange>, Error> {
    let facility = tx.facility()?;
    tx.set_subject(SubjectKind::Facility, facility.as_str());
    let before = find(tx.connection(), &facility)?;
    if seen != before.version {
        return Err(RefusalCode::ChangedMeanwhile.into());
    }
    let (today, rules) = (tx.now().jst_day(), tx.rules().second_factor.clone());
    let (mut after, mut changes) = (before, Vec::new());
    for (kind, policy) in wanted {
        let is_allowed = before.allowed(*kind, today, &rules).allows(*policy);
        let at = place(*kind).filter(|_| is_allowed);
        let at = at.ok_or(RefusalCode::SecondFactorNotAllowed)?;
        after.wanted[at] = Some(*policy);
        let (from, to) = (before.of(*kind, today, &rules), *policy);
        if from != to {
            let kind = *kind;
            changes.push(FactorPolicyChange { kind, from, to });
        }
    }
    after.version += 1;
    let text = kept(&after.wanted, |policy| policy.code().to_owned());
    if !store::keep_policy(tx, &facility, (before.version, after.version), &text)? {
        // Another node was faster.
        return Err(RefusalCode::ChangedMeanwhile.into());
    }
    tx.set_detail(Detail::FactorPoliciesSet {
        version: after.version,
        changes: changes.clone(),
    });
    Ok(changes)
}

/// Says what an institution may set for a kind; none leaves it at what the rules say. Only the operator asks for it.
pub fn allow(tx: &mut Tx<'_>, kind: AccountKind, allowed: Option<Allowed>) -> Result<(), Error> {
    let facility = tx.facility()?;
    tx.set_subject(SubjectKind::Facility, facility.as_str());
    if crate::facility::find(tx.connection(), &facility)?.is_none() {
        return Err(RefusalCode::NotFound.into());
    }
    let at = place(kind).ok_or(RefusalCode::SecondFactorNotAllowed)?;
    let mut settings = find(tx.connection(), &facility)?;
    settings.allowed[at] = allowed;
    let text = kept(&settings.allowed, Allowed::word);
    store::keep_allowed(tx, &facility, &text)?;
    tx.set_detail(Detail::FactorPoliciesAllowed {
        kind,
        allowed: allowed.map(Allowed::word).unwrap_or_default(),
    });
    Ok(())
}

/// How many people of a kind could log in, and how many of them have a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Enrolled {
    /// The kind.
    pub kind: AccountKind,
    /// How many accounts that are not retired.
    pub accounts: i64,
    /// How many of them have a second factor.
    pub enrolled: i64,
}

/// The same for each kind at the own institution.
pub fn enrolled(tx: &mut Tx<'_>) -> Result<Vec<Enrolled>, Error> {
    let facility = tx.facility()?;
    let counted = store::count_enrolled(tx, &facility)?;
    let of = |kind: AccountKind| {
        let found = counted.iter().find(|(code, ..)| code == kind.code());
        let (accounts, enrolled) = found.map_or((0, 0), |(_, all, with)| (*all, *with));
        Enrolled {
            kind,
            accounts,
            enrolled,
        }
    };
    Ok(PEOPLE.map(of).to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use FactorPolicy::{Off, Offered, Required};

    fn day(number: i64) -> Day {
        Day::from_number(number).unwrap()
    }

    #[test]
    fn people_must_have_one_from_the_day_of_the_rules_and_programs_never() {
        let (settings, rules) = (FactorSettings::default(), SecondFactorRules::default());
        for kind in AccountKind::ALL {
            let is_a_person = PEOPLE.contains(&kind);
            let of = |number| settings.of(kind, day(number), &rules);
            let expected = match is_a_person {
                true => (Offered, Required),
                false => (Off, Off),
            };
            assert_eq!(
                (of(20_270_331), of(20_270_401)),
                expected,
                "{}",
                kind.code()
            );
        }
        let never = SecondFactorRules {
            required_from: 0,
            ..rules
        };
        assert_eq!(
            settings.of(AccountKind::Admin, day(20_990_101), &never),
            Offered
        );
    }

    #[test]
    fn an_institution_sets_within_what_the_operator_allows() {
        let rules = SecondFactorRules::default();
        let today = day(20_261_127);
        for (wanted, allowed, holds) in [
            ("", "", Offered),
            ("admin=required", "", Required),
            ("admin=off", "", Off),
            ("admin=off", "admin=offered-required", Offered),
            ("admin=required", "admin=off-offered", Offered),
            ("admin=required", "admin=off-off", Off),
            ("general=required", "general=off-off", Offered),
            ("admin=later general=off", "admin=required-off", Offered),
        ] {
            let settings = FactorSettings::of_kept(Some(1), Some(wanted), Some(allowed));
            let found = settings.of(AccountKind::Admin, today, &rules);
            assert_eq!(found, holds, "{wanted} within {allowed}");
        }
        // What the operator allowed holds after the day of the rules too.
        let settings = FactorSettings::of_kept(None, None, Some("admin=off-required"));
        assert_eq!(
            settings.of(AccountKind::Admin, day(20_280_101), &rules),
            Offered
        );
    }

    #[test]
    fn what_is_kept_is_read_back() {
        let mut settings = FactorSettings::default();
        settings.wanted[0] = Some(Required);
        settings.wanted[3] = Some(Off);
        let text = kept(&settings.wanted, |policy| policy.code().to_owned());
        assert_eq!(text, "master=required viewer=off");
        assert_eq!(of_kept(&text, FactorPolicy::from_code), settings.wanted);
    }
}

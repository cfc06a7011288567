//! What an edit of an account changes, for the log: each field with what it was.

use super::manage::Edit;
use super::{Account, Holder, Period};
use crate::audit::{AccountField, Change};
use crate::clock::Day;

/// The fields that an edit changes, with what they were.
pub(super) fn changes(account: &Account, edit: &Edit) -> Vec<Change> {
    let day = |day: Option<Day>| day.map(Day::dashed).unwrap_or_default();
    let holder = |holder: &Option<Holder>| match holder {
        None => [const { String::new() }; 4],
        Some(Holder::Licensed(profession, license)) => [
            profession.code().to_owned(),
            license.clone().unwrap_or_default(),
            String::new(),
            String::new(),
        ],
        Some(Holder::Designated { reason, approver }) => [
            "designated".to_owned(),
            String::new(),
            reason.clone(),
            approver.clone(),
        ],
    };
    let values =
        |name: &str, (of, urgent): (&Option<Holder>, bool), period: &Period, note: &str| {
            let [profession, license, reason, approver] = holder(of);
            [
                name.to_owned(),
                profession,
                license,
                reason,
                approver,
                day(period.from),
                day(period.until),
                note.to_owned(),
                if urgent {
                    "1".to_owned()
                } else {
                    String::new()
                },
            ]
        };
    let before = values(
        &account.name,
        (&account.holder, account.emergency_viewing),
        &account.period,
        &account.note,
    );
    let after = values(
        edit.name.as_str(),
        (&edit.holder, edit.emergency_viewing),
        &edit.period,
        &edit.note,
    );
    AccountField::ALL
        .into_iter()
        .zip(before.into_iter().zip(after))
        .filter(|(_, (from, to))| from != to)
        .map(|(field, (from, to))| Change { field, from, to })
        .collect()
}

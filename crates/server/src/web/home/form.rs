//! What a patient chooses from home, and what their card signed.

use crate::web::layout::form::{FieldError, field_error, form};
use onshi_core::Day;
use onshi_core::consent::Purpose;
use onshi_core::environment::{self, EnvironmentSettings};
use onshi_core::home_reception::{Choice, purposes};
use onshi_core::permission::Scope;

form! {
    /// 同意登録・更新, 同意照会 and 取消, on each page as far as it goes; and 同意登録 on the phone of staff.
    HomeForm, HomeField {
        /// 診療区分, by its code.
        purpose: Purpose;
        /// 診療予定日, where it is typed.
        booked: Booked;
        /// `1` to agree to all kinds, `0` to choose one by one.
        all: All;
        /// 薬剤情報: `1` yes, `0` no.
        medicines: Medicines;
        /// 診療情報.
        treatment: Treatment;
        /// 手術情報.
        surgery: Surgery;
        /// 特定健診情報.
        checkups: Checkups;
        /// `1` where a consent is changed: its booked day stays.
        update: Update;
        /// On the phone of staff, how the patient is verified: `pin` or `eye`.
        way: Way;
        /// What the card was asked to sign.
        challenge: Challenge;
        /// The card's certificate, base64url of its DER.
        certificate: Certificate;
        /// What the card signed, base64url.
        signature: Signature;
    }
}

impl HomeField {
    /// The field of a kind of medical information; none of what is not asked for from home.
    pub(in crate::web) const fn of_kind(kind: Scope) -> Option<HomeField> {
        match kind {
            Scope::Medicines => Some(HomeField::Medicines),
            Scope::Treatment => Some(HomeField::Treatment),
            Scope::Surgery => Some(HomeField::Surgery),
            Scope::Checkups => Some(HomeField::Checkups),
            Scope::SpecificDiseases => None,
        }
    }
}

impl HomeForm {
    /// What was chosen for a kind.
    pub(super) fn kind(&self, kind: Scope) -> &str {
        match kind {
            Scope::Medicines => &self.medicines,
            Scope::Treatment => &self.treatment,
            Scope::Surgery => &self.surgery,
            Scope::Checkups => &self.checkups,
            Scope::SpecificDiseases => "",
        }
    }

    /// The kind of care: what was chosen, or the only one.
    pub(super) fn purpose(&self, settings: &EnvironmentSettings) -> Option<Purpose> {
        let offered = purposes(settings);
        match offered[..] {
            [only] if self.purpose.is_empty() => Some(only),
            _ => Purpose::from_code(&self.purpose).filter(|one| offered.contains(one)),
        }
    }

    /// What the patient says; else what is missing or wrong. `last` is the last day that may be booked.
    pub(in crate::web) fn choice(
        &self,
        settings: &EnvironmentSettings,
        (today, last): (Day, Day),
    ) -> Result<Choice, Vec<FieldError<HomeField>>> {
        let mut errors = Vec::new();
        let purpose = self.purpose(settings);
        if purpose.is_none() {
            errors.push(field_error(
                HomeField::Purpose,
                "診療の種類を選んでください。",
            ));
        }
        let booked = match purpose {
            Some(Purpose::Online) => match Day::parse(&self.booked) {
                Some(day) if today <= day && day <= last => Some(day),
                _ => {
                    let text = format!(
                        "予約した診療日を、{}から{}までの日付で入力してください。",
                        today.words(),
                        last.words()
                    );
                    errors.push(field_error(HomeField::Booked, &text));
                    None
                }
            },
            _ => None,
        };
        let asked = environment::kinds(settings);
        if !asked.is_empty() && !matches!(self.all.as_str(), "0" | "1") {
            errors.push(field_error(
                HomeField::All,
                "すべて同意するか、1つずつ選ぶかを選んでください。",
            ));
        }
        let mut kinds = Vec::new();
        for kind in asked {
            match (self.all.as_str(), self.kind(kind)) {
                ("1", _) | ("0", "1") => kinds.push((kind, true)),
                ("0", "0") => kinds.push((kind, false)),
                ("0", _) => {
                    let text = format!("{}について、同意するかを選んでください。", kind.label());
                    if let Some(field) = HomeField::of_kind(kind) {
                        errors.push(field_error(field, &text));
                    }
                }
                _ => {}
            }
        }
        match (errors.is_empty(), purpose) {
            (true, Some(purpose)) => Ok(Choice {
                purpose,
                booked,
                kinds,
            }),
            _ => Err(errors),
        }
    }
}

/// The fields that say a choice.
pub(in crate::web) fn fields(choice: &Choice) -> Vec<(&'static str, String)> {
    let mut fields = vec![(HomeField::Purpose.name(), choice.purpose.code().to_owned())];
    if let Some(day) = choice.booked {
        fields.push((HomeField::Booked.name(), day.dashed()));
    }
    fields.push((HomeField::All.name(), "0".to_owned()));
    for (kind, agreed) in &choice.kinds {
        if let Some(field) = HomeField::of_kind(*kind) {
            fields.push((field.name(), u8::from(*agreed).to_string()));
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;
    use onshi_core::environment::Setting;

    fn settings(used: &[Setting]) -> EnvironmentSettings {
        used.iter()
            .fold(EnvironmentSettings::default(), |all, setting| {
                all.with(*setting, setting.value("1").unwrap())
            })
    }

    fn form(pairs: &[(&str, &str)]) -> HomeForm {
        let text = serde_urlencoded::to_string(pairs).unwrap();
        serde_urlencoded::from_str(&text).unwrap()
    }

    fn days() -> (Day, Day) {
        let today = Day::parse("20261127").unwrap();
        (today, today.plus_days(93))
    }

    #[test]
    fn all_is_every_kind_that_the_institution_asks_for() {
        let settings = settings(&[Setting::HomeVisits, Setting::Surgery]);
        let choice = form(&[("all", "1")]).choice(&settings, days()).unwrap();
        assert_eq!(choice.purpose, Purpose::HomeVisit);
        assert_eq!(
            choice.kinds,
            [Scope::Medicines, Scope::Surgery, Scope::Checkups].map(|kind| (kind, true))
        );
        // What a choice says is read as the same.
        let again = fields(&choice);
        let pairs: Vec<(&str, &str)> = again.iter().map(|(n, v)| (*n, v.as_str())).collect();
        assert_eq!(form(&pairs).choice(&settings, days()).unwrap(), choice);
    }

    #[test]
    fn what_is_missing_is_said_at_its_field() {
        let settings = settings(&[Setting::HomeVisits, Setting::OnlineCare]);
        let wrong = |pairs: &[(&str, &str)]| {
            let errors = form(pairs).choice(&settings, days()).unwrap_err();
            let fields = errors.iter().map(|error| error.field.name());
            fields.collect::<Vec<_>>()
        };
        assert_eq!(wrong(&[]), ["purpose", "all"]);
        assert_eq!(wrong(&[("purpose", "1"), ("all", "1")]), ["purpose"]);
        assert_eq!(
            wrong(&[("purpose", "2"), ("all", "0")]),
            ["medicines", "checkups"]
        );
        for day in ["", "2026-11-26", "2027-03-01", "tomorrow"] {
            let online = [("purpose", "3"), ("all", "1"), ("booked", day)];
            assert_eq!(wrong(&online), ["booked"], "{day}");
        }
        let online = [("purpose", "3"), ("all", "1"), ("booked", "2027-02-28")];
        let choice = form(&online).choice(&settings, days()).unwrap();
        assert_eq!(choice.booked, Day::parse("20270228"));
    }
}

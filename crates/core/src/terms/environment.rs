//! 環境設定情報: the settings of an institution, the values that each may have, and those it begins with.

use onshi_wire::codes::{CodeList, PrescriptionIssueTiming, PrescriptionUse, UseSetting};

/// One setting of an institution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Setting {
    /// 手術情報: whether patients are asked for it.
    Surgery,
    /// 薬剤情報: whether patients are asked for it.
    Medicines,
    /// 診療情報: whether patients are asked for it.
    Treatment,
    /// 特定健診情報: whether patients are asked for it.
    Checkups,
    /// 医療扶助関連項目.
    MedicalAssistance,
    /// 訪問診療等機能.
    HomeVisits,
    /// オンライン診療等・外来診療等（通常とは異なる動線）.
    OnlineCare,
    /// 医療費助成情報（PMH）.
    Subsidies,
    /// 電子処方箋利用区分.
    ElectronicPrescriptions,
    /// 処方箋発行形態選択タイミング.
    PrescriptionTiming,
}

/// A value that a setting may have: the code that is kept and sent, and what a person reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SettingValue {
    /// One character.
    pub code: &'static str,
    /// What a person reads.
    pub label: &'static str,
}

const fn of(entry: (&'static str, &'static str)) -> SettingValue {
    SettingValue {
        code: entry.0,
        label: entry.1,
    }
}

const NO: SettingValue = of(UseSetting::LIST.entries[0]);
const YES: SettingValue = of(UseSetting::LIST.entries[1]);

impl Setting {
    /// Every setting, in the order of the screen.
    pub const ALL: [Setting; 10] = [
        Setting::Surgery,
        Setting::Medicines,
        Setting::Treatment,
        Setting::Checkups,
        Setting::MedicalAssistance,
        Setting::HomeVisits,
        Setting::OnlineCare,
        Setting::Subsidies,
        Setting::ElectronicPrescriptions,
        Setting::PrescriptionTiming,
    ];

    /// The word that is kept.
    pub const fn code(self) -> &'static str {
        match self {
            Setting::Surgery => "surgery",
            Setting::Medicines => "medicines",
            Setting::Treatment => "treatment",
            Setting::Checkups => "checkups",
            Setting::MedicalAssistance => "medical_assistance",
            Setting::HomeVisits => "home_visits",
            Setting::OnlineCare => "online_care",
            Setting::Subsidies => "subsidies",
            Setting::ElectronicPrescriptions => "electronic_prescriptions",
            Setting::PrescriptionTiming => "prescription_timing",
        }
    }

    /// Reads [`Setting::code`] back.
    pub fn from_code(code: &str) -> Option<Setting> {
        Setting::ALL
            .into_iter()
            .find(|setting| setting.code() == code)
    }

    /// What a person reads.
    pub const fn label(self) -> &'static str {
        match self {
            Setting::Surgery => "手術情報",
            Setting::Medicines => "薬剤情報",
            Setting::Treatment => "診療情報",
            Setting::Checkups => "特定健診情報",
            Setting::MedicalAssistance => "医療扶助関連項目",
            Setting::HomeVisits => "訪問診療等機能",
            Setting::OnlineCare => "オンライン診療等・外来診療等（通常とは異なる動線）",
            Setting::Subsidies => "医療費助成情報",
            Setting::ElectronicPrescriptions => "電子処方箋利用区分",
            Setting::PrescriptionTiming => "処方箋発行形態選択タイミング",
        }
    }

    /// The code list with the values that it may have.
    pub const fn list(self) -> &'static CodeList {
        match self {
            Setting::ElectronicPrescriptions => &PrescriptionUse::LIST,
            Setting::PrescriptionTiming => &PrescriptionIssueTiming::LIST,
            _ => &UseSetting::LIST,
        }
    }

    /// The values that it may have, in the order of the screen.
    pub fn values(self) -> impl Iterator<Item = SettingValue> {
        self.list().entries.iter().copied().map(of)
    }

    /// The value with this code.
    pub fn value(self, code: &str) -> Option<SettingValue> {
        self.values().find(|value| value.code == code)
    }

    /// The value that an institution begins with. Public for the four kinds of medical information; chosen for the rest.
    const fn initial(self) -> SettingValue {
        match self {
            Setting::Medicines | Setting::Checkups | Setting::MedicalAssistance => YES,
            Setting::ElectronicPrescriptions => of(PrescriptionUse::LIST.entries[0]),
            Setting::PrescriptionTiming => of(PrescriptionIssueTiming::LIST.entries[0]),
            Setting::Surgery
            | Setting::Treatment
            | Setting::HomeVisits
            | Setting::OnlineCare
            | Setting::Subsidies => NO,
        }
    }
}

/// All settings of an institution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnvironmentSettings([SettingValue; Setting::ALL.len()]);

impl Default for EnvironmentSettings {
    fn default() -> EnvironmentSettings {
        EnvironmentSettings(Setting::ALL.map(Setting::initial))
    }
}

impl EnvironmentSettings {
    /// The value of a setting.
    pub fn get(&self, setting: Setting) -> SettingValue {
        self.0[setting as usize]
    }

    /// Whether something is 利用する.
    pub fn uses(&self, setting: Setting) -> bool {
        self.get(setting).code != NO.code
    }

    /// The same with one setting changed.
    #[must_use]
    pub fn with(mut self, setting: Setting, value: SettingValue) -> EnvironmentSettings {
        self.0[setting as usize] = value;
        self
    }

    /// Whether a reader asks for 処方箋発行形態: only where there is a choice, and it is made at the check.
    pub fn asks_for_prescription(&self) -> bool {
        self.get(Setting::ElectronicPrescriptions).code == PrescriptionUse::Both.code()
            && self.get(Setting::PrescriptionTiming).code == PrescriptionIssueTiming::Check.code()
    }

    /// What is different in another.
    pub fn changes_to(&self, other: &EnvironmentSettings) -> Vec<SettingChange> {
        Setting::ALL
            .into_iter()
            .map(|setting| SettingChange {
                setting,
                from: self.get(setting),
                to: other.get(setting),
            })
            .filter(|change| change.from != change.to)
            .collect()
    }

    /// How it is kept.
    pub fn kept(&self) -> String {
        let pairs = Setting::ALL.map(|one| format!("{}={}", one.code(), self.get(one).code));
        pairs.join(" ")
    }

    /// Reads [`EnvironmentSettings::kept`] back. A setting that is not named there is as it began; what is named and not
    /// known, of a build after this one, is left out.
    pub fn of_kept(text: &str) -> EnvironmentSettings {
        let known = text.split(' ').filter_map(|pair| {
            let (setting, code) = pair.split_once('=')?;
            let setting = Setting::from_code(setting)?;
            Some((setting, setting.value(code)?))
        });
        EnvironmentSettings::default().with_all(known)
    }

    /// These settings, with some of them set otherwise.
    #[must_use]
    pub fn with_all(
        self,
        wanted: impl IntoIterator<Item = (Setting, SettingValue)>,
    ) -> EnvironmentSettings {
        wanted
            .into_iter()
            .fold(self, |all, (setting, value)| all.with(setting, value))
    }
}

/// A setting that was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SettingChange {
    /// Which.
    pub setting: Setting,
    /// What it was.
    pub from: SettingValue,
    /// What it is now.
    pub to: SettingValue,
}

impl SettingChange {
    /// What a person reads.
    pub fn words(&self) -> String {
        let (from, to) = (self.from.label, self.to.label);
        format!("{}：{from}→{to}", self.setting.label())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_institution_begins_with_medicines_and_checkups_alone() {
        let initial = EnvironmentSettings::default();
        assert!(initial.uses(Setting::Medicines) && initial.uses(Setting::Checkups));
        assert!(!initial.asks_for_prescription());
        for off in [
            Setting::Surgery,
            Setting::Treatment,
            Setting::HomeVisits,
            Setting::OnlineCare,
            Setting::Subsidies,
            Setting::ElectronicPrescriptions,
        ] {
            assert!(!initial.uses(off), "{}", off.label());
        }
    }

    #[test]
    fn settings_stand_where_they_are_looked_for_and_read_back() {
        for (place, setting) in Setting::ALL.into_iter().enumerate() {
            assert_eq!(setting as usize, place);
            assert_eq!(Setting::from_code(setting.code()), Some(setting));
            for value in setting.values() {
                let all = EnvironmentSettings::default().with(setting, value);
                assert_eq!(all.get(setting), value);
                assert_eq!(EnvironmentSettings::of_kept(&all.kept()), all);
            }
        }
    }

    #[test]
    fn what_is_kept_by_another_build_is_read_as_far_as_it_is_known() {
        let read = EnvironmentSettings::of_kept("surgery=1 of_tomorrow=1 medicines=7");
        let expected = EnvironmentSettings::default().with(Setting::Surgery, YES);
        assert_eq!(read, expected);
        assert_eq!(
            EnvironmentSettings::of_kept(""),
            EnvironmentSettings::default()
        );
    }

    #[test]
    fn the_form_of_a_prescription_is_asked_for_only_where_there_is_a_choice_at_the_check() {
        for prescriptions in Setting::ElectronicPrescriptions.values() {
            for timing in Setting::PrescriptionTiming.values() {
                let all = EnvironmentSettings::default()
                    .with(Setting::ElectronicPrescriptions, prescriptions)
                    .with(Setting::PrescriptionTiming, timing);
                let expected = prescriptions.code == "2" && timing.code == "2";
                assert_eq!(all.asks_for_prescription(), expected);
            }
        }
    }
}

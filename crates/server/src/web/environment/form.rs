//! 環境設定情報更新: a value for each setting, and the version on which the change is made.

use crate::web::layout::form::form;
use onshi_core::environment::{Environment, EnvironmentSettings, Setting, SettingValue};

form! {
    /// The settings as a browser sends them.
    EnvironmentForm, EnvironmentField {
        /// The version that was seen.
        version: Version;
        /// 手術情報.
        surgery: Surgery;
        /// 薬剤情報.
        medicines: Medicines;
        /// 診療情報.
        treatment: Treatment;
        /// 特定健診情報.
        checkups: Checkups;
        /// 医療扶助関連項目.
        medical_assistance: MedicalAssistance;
        /// 訪問診療等機能.
        home_visits: HomeVisits;
        /// オンライン診療等・外来診療等（通常とは異なる動線）.
        online_care: OnlineCare;
        /// 医療費助成情報.
        subsidies: Subsidies;
        /// 電子処方箋利用区分.
        electronic_prescriptions: ElectronicPrescriptions;
        /// 処方箋発行形態選択タイミング.
        prescription_timing: PrescriptionTiming;
    }
}

impl EnvironmentField {
    /// The setting that it is about; none of the version.
    pub(super) fn of_setting(setting: Setting) -> EnvironmentField {
        match setting {
            Setting::Surgery => EnvironmentField::Surgery,
            Setting::Medicines => EnvironmentField::Medicines,
            Setting::Treatment => EnvironmentField::Treatment,
            Setting::Checkups => EnvironmentField::Checkups,
            Setting::MedicalAssistance => EnvironmentField::MedicalAssistance,
            Setting::HomeVisits => EnvironmentField::HomeVisits,
            Setting::OnlineCare => EnvironmentField::OnlineCare,
            Setting::Subsidies => EnvironmentField::Subsidies,
            Setting::ElectronicPrescriptions => EnvironmentField::ElectronicPrescriptions,
            Setting::PrescriptionTiming => EnvironmentField::PrescriptionTiming,
        }
    }
}

impl EnvironmentForm {
    fn text(&self, setting: Setting) -> &str {
        match setting {
            Setting::Surgery => &self.surgery,
            Setting::Medicines => &self.medicines,
            Setting::Treatment => &self.treatment,
            Setting::Checkups => &self.checkups,
            Setting::MedicalAssistance => &self.medical_assistance,
            Setting::HomeVisits => &self.home_visits,
            Setting::OnlineCare => &self.online_care,
            Setting::Subsidies => &self.subsidies,
            Setting::ElectronicPrescriptions => &self.electronic_prescriptions,
            Setting::PrescriptionTiming => &self.prescription_timing,
        }
    }

    /// The version that was seen.
    pub(super) fn seen(&self) -> Option<i64> {
        self.version.parse().ok()
    }

    /// The values that were chosen; none where one of them is no value of its setting. What was not sent stays as it
    /// is now.
    pub(super) fn chosen(&self) -> Option<Vec<(Setting, SettingValue)>> {
        let sent = Setting::ALL
            .into_iter()
            .filter(|setting| !self.text(*setting).is_empty());
        sent.map(|setting| Some((setting, setting.value(self.text(setting))?)))
            .collect()
    }

    /// What would hold with them.
    pub(super) fn applied_to(&self, now: &Environment) -> Option<EnvironmentSettings> {
        Some(now.settings.with_all(self.chosen()?))
    }
}

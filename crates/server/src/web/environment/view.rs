//! 環境設定情報更新: the settings with what they do, the page that asks before a change, and what came of earlier ones.

use crate::web::environment::form::EnvironmentField;
use crate::web::environment::words::{self, Question};
use crate::web::layout::form::{Choice, FieldError, choice};
use crate::web::layout::frame::Frame;
use crate::web::layout::sample::{Sample, frame};
use askama::Template;
use onshi_core::environment::{EnvironmentSettings, Setting};

/// A setting with its choices.
#[derive(Clone, Debug)]
pub struct SettingRow {
    /// Its field.
    pub field: EnvironmentField,
    /// What it is called.
    pub label: &'static str,
    /// What it does.
    pub effect: &'static str,
    /// Its values.
    pub choices: Vec<Choice>,
}

/// Settings under a heading.
#[derive(Clone, Debug)]
pub struct SettingGroup {
    /// The heading.
    pub title: &'static str,
    /// The settings.
    pub rows: Vec<SettingRow>,
}

const GROUPS: [(&str, &[Setting]); 4] = [
    (
        "閲覧同意の利用有無",
        &[
            Setting::Surgery,
            Setting::Medicines,
            Setting::Treatment,
            Setting::Checkups,
        ],
    ),
    (
        "医療扶助・医療費助成",
        &[Setting::MedicalAssistance, Setting::Subsidies],
    ),
    (
        "訪問診療等・オンライン診療等",
        &[Setting::HomeVisits, Setting::OnlineCare],
    ),
    (
        "処方箋",
        &[
            Setting::ElectronicPrescriptions,
            Setting::PrescriptionTiming,
        ],
    ),
];

/// All settings, with these values chosen.
pub(super) fn groups(chosen: &EnvironmentSettings) -> Vec<SettingGroup> {
    let row = |setting: &Setting| SettingRow {
        field: EnvironmentField::of_setting(*setting),
        label: setting.label(),
        effect: words::effect(*setting),
        choices: setting
            .values()
            .map(|value| choice(value.code, value.label, value == chosen.get(*setting)))
            .collect(),
    };
    let group = |(title, settings): (&'static str, &[Setting])| SettingGroup {
        title,
        rows: settings.iter().map(row).collect(),
    };
    GROUPS.into_iter().map(group).collect()
}

/// A reader, and whether it follows.
#[derive(Clone, Debug)]
pub struct AppliedRow {
    /// Its name.
    pub reader: String,
    /// Whether it works by the newest settings.
    pub applied: bool,
    /// Since when, or what is to be done.
    pub told: String,
}

/// A change of before.
#[derive(Clone, Debug)]
pub struct HistoryRow {
    /// Its version.
    pub version: i64,
    /// When.
    pub at: String,
    /// Who.
    pub by: String,
    /// What, each from what to what.
    pub changes: Vec<String>,
}

/// The settings.
#[derive(Clone, Debug, Template)]
#[template(path = "environment/environment.html")]
pub struct EnvironmentPage {
    /// The surroundings.
    pub frame: Frame,
    /// The version on which a change is made.
    pub version: i64,
    /// The settings.
    pub groups: Vec<SettingGroup>,
    /// What is wrong, or was changed by somebody else.
    pub errors: Vec<FieldError<EnvironmentField>>,
    /// What the reader asks by the settings that hold.
    pub questions: Vec<Question>,
    /// The readers.
    pub readers: Vec<AppliedRow>,
    /// The changes of before, the newest first.
    pub history: Vec<HistoryRow>,
}

impl EnvironmentPage {
    fn error(&self, field: EnvironmentField) -> Option<String> {
        crate::web::layout::form::errors_of(&self.errors, field)
    }

    fn applied(&self) -> usize {
        self.readers.iter().filter(|row| row.applied).count()
    }
}

/// The page that asks before a change.
#[derive(Clone, Debug, Template)]
#[template(path = "environment/confirm.html")]
pub struct ConfirmEnvironmentPage {
    /// The surroundings.
    pub frame: Frame,
    /// Name and value of what is sent.
    pub fields: Vec<(&'static str, String)>,
    /// What changes, each from what to what; none where nothing does.
    pub changes: Vec<(String, String, String)>,
    /// The same page with the values that were chosen.
    pub back: String,
    /// What the reader asks now.
    pub before: Vec<Question>,
    /// What it asks then.
    pub after: Vec<Question>,
}

impl Sample for EnvironmentPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let initial = EnvironmentSettings::default();
        let reader = |name: &str, applied, told: &str| AppliedRow {
            reader: name.to_owned(),
            applied,
            told: told.to_owned(),
        };
        let page = |errors, readers, history| EnvironmentPage {
            frame: frame(),
            version: 3,
            groups: groups(&initial),
            errors,
            questions: words::questions(&initial),
            readers,
            history,
        };
        let history = HistoryRow {
            version: 3,
            at: "2026/11/26 9:41".to_owned(),
            by: "山田 太郎（Kanri01）".to_owned(),
            changes: vec!["手術情報：利用しない→利用する".to_owned()],
        };
        let readers = vec![
            reader("KAO01", true, "9時42分に反映"),
            reader("KAO02", false, "2026/11/26 9:41 の変更から、版2のままです"),
        ];
        let error = FieldError {
            field: EnvironmentField::Version,
            text: "画面を開いている間に、佐藤 花子（Kanri02）が変更しました。".to_owned(),
        };
        let at_field = FieldError {
            field: EnvironmentField::Surgery,
            text: "手術情報の現在の設定は「利用する」です。".to_owned(),
        };
        vec![
            ("first", page(Vec::new(), Vec::new(), Vec::new())),
            (
                "some",
                page(Vec::new(), readers.clone(), vec![history.clone()]),
            ),
            (
                "meanwhile",
                page(vec![error, at_field], readers, vec![history]),
            ),
        ]
    }
}

impl Sample for ConfirmEnvironmentPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let before = EnvironmentSettings::default();
        let after = Setting::Surgery
            .value("1")
            .map_or(before, |value| before.with(Setting::Surgery, value));
        let change = |label: &str| {
            let text = |text: &str| text.to_owned();
            (text(label), text("利用しない"), text("利用する"))
        };
        let page = |changes| ConfirmEnvironmentPage {
            frame: frame(),
            fields: vec![("version", "3".to_owned()), ("surgery", "1".to_owned())],
            changes,
            back: "/web/environment?surgery=1".to_owned(),
            before: words::questions(&before),
            after: words::questions(&after),
        };
        vec![
            ("some", page(vec![change("手術情報")])),
            ("none", page(Vec::new())),
        ]
    }
}

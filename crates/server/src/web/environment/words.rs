//! What each setting does, in a sentence, and what a patient is asked at the reader, in the reader's own words.

use onshi_core::environment::{self, EnvironmentSettings, Setting};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The texts of the reader's screen. The page shows the very words that patients see.
const KIOSK: &str = include_str!("../../../../../assets/kiosk/texts.json");

#[derive(serde::Deserialize)]
struct Texts {
    texts: BTreeMap<String, Vec<String>>,
}

static TEXTS: LazyLock<BTreeMap<String, Vec<String>>> = LazyLock::new(|| {
    let read: Option<Texts> = serde_json::from_str(KIOSK).ok();
    read.map(|read| read.texts).unwrap_or_default()
});

/// The reader's Japanese words; Japanese is its first language.
fn said(key: &str) -> String {
    let found = TEXTS.get(key).and_then(|languages| languages.first());
    found.cloned().unwrap_or_else(|| key.to_owned())
}

/// What a setting does.
pub(super) const fn effect(setting: Setting) -> &'static str {
    match setting {
        Setting::Surgery => {
            "「利用する」にすると、カードリーダーで、手術情報を提供するかを患者にたずねます。傷病名と感染症の情報も、この同意に含まれます。"
        }
        Setting::Medicines => {
            "「利用する」にすると、カードリーダーで、薬剤情報を提供するかを患者にたずねます。電子処方箋の処方・調剤の情報も、この同意に含まれます。"
        }
        Setting::Treatment => {
            "「利用する」にすると、カードリーダーで、診療情報を提供するかを患者にたずねます。アレルギーと検査の情報も、この同意に含まれます。"
        }
        Setting::Checkups => {
            "「利用する」にすると、カードリーダーで、特定健診情報を提供するかを患者にたずねます。"
        }
        Setting::MedicalAssistance => {
            "生活保護を受けている方の医療券・調剤券の情報を使うときに「利用する」にします。いまは記録され、連携アプリなどに伝わるだけで、機能の制限はありません。"
        }
        Setting::HomeVisits => {
            "訪問診療、訪問看護などで、自宅などにいる患者の同意を得て資格確認をするときに「利用する」にします。患者が、マイナ在宅受付Webの専用URLから、訪問診療等の同意を登録できるようになります。"
        }
        Setting::OnlineCare => {
            "オンライン診療、オンライン服薬指導、またはカードリーダーのない場所での受付で、患者の同意を得て資格確認をするときに「利用する」にします。患者が、マイナ在宅受付Webの専用URLから、診療予定日を指定して同意を登録できるようになります。"
        }
        Setting::Subsidies => {
            "医療費助成の受給者証の情報（PMH）を使うときに「利用する」にします。いまは記録され、連携アプリなどに伝わるだけで、機能の制限はありません。"
        }
        Setting::ElectronicPrescriptions => {
            "発行できる処方箋の種類です。「併用」のときだけ、患者が電子処方箋か紙の処方箋かを選びます。"
        }
        Setting::PrescriptionTiming => {
            "「資格確認時に確認」にすると、「併用」のとき、カードリーダーで電子処方箋か紙の処方箋かを患者にたずねます。"
        }
    }
}

/// What stands on the reader's screen, one after the other, for a patient whose card opens medical information.
pub(super) fn questions(settings: &EnvironmentSettings) -> Vec<Question> {
    let mut questions = Vec::new();
    let kinds = environment::kinds(settings);
    if !kinds.is_empty() {
        let asks = kinds
            .iter()
            .map(|kind| said(&format!("ask_{}", kind.code())));
        questions.push(Question {
            title: said("consent"),
            items: asks.collect(),
            buttons: [said("agree_all"), said("apart"), said("agree_none")]
                .into_iter()
                .filter(|button| kinds.len() > 1 || *button != said("apart"))
                .collect(),
        });
    }
    if settings.asks_for_prescription() {
        questions.push(Question {
            title: said("prescription"),
            items: Vec::new(),
            buttons: vec![said("prescription_1"), said("prescription_2")],
        });
    }
    questions
}

/// A screen of the reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// What it asks.
    pub title: String,
    /// About what.
    pub items: Vec<String>,
    /// What can be touched.
    pub buttons: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preview_says_what_the_reader_says() {
        let initial = EnvironmentSettings::default();
        let shown = questions(&initial);
        assert_eq!(shown.len(), 1);
        assert_eq!(shown[0].title, "過去の医療情報を提供しますか");
        assert_eq!(shown[0].items, ["薬剤情報", "特定健診情報"]);
        assert_eq!(shown[0].buttons.len(), 3);

        let set = |all: EnvironmentSettings, setting: Setting, code: &str| {
            all.with(setting, setting.value(code).unwrap())
        };
        let all = Setting::ALL
            .into_iter()
            .filter(|setting| setting.value("1").is_some())
            .fold(initial, |all, setting| set(all, setting, "1"));
        let all = set(all, Setting::ElectronicPrescriptions, "2");
        let all = set(all, Setting::PrescriptionTiming, "2");
        let shown = questions(&all);
        assert_eq!(shown[0].items.len(), 4);
        assert_eq!(shown[1].buttons, ["電子処方箋", "紙の処方箋"]);
        let words = shown.iter().flat_map(|question| &question.items);
        assert!(words.clone().all(|word| !word.starts_with("ask_")));
    }

    #[test]
    fn where_nothing_is_used_nothing_is_asked() {
        let kinds = [
            Setting::Surgery,
            Setting::Medicines,
            Setting::Treatment,
            Setting::Checkups,
        ];
        let none = kinds
            .into_iter()
            .fold(EnvironmentSettings::default(), |all, setting| {
                all.with(setting, setting.value("0").unwrap())
            });
        assert_eq!(questions(&none), []);
    }
}

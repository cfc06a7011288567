//! 医療情報閲覧: the list of patients who consent, and what all pages of a patient have at their top.

use crate::web::layout::frame::Frame;
use crate::web::layout::sample::{Sample, frame};
use askama::Template;

/// A page of a patient's information.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// 薬剤.
    Medicines,
    /// 診療・手術.
    Treatment,
    /// 特定健診.
    Checkups,
}

impl Section {
    /// Every page, in the order of the tabs.
    pub const ALL: [Section; 3] = [Section::Medicines, Section::Treatment, Section::Checkups];

    /// What a person reads.
    pub const fn label(self) -> &'static str {
        match self {
            Section::Medicines => "薬剤",
            Section::Treatment => "診療・手術",
            Section::Checkups => "特定健診",
        }
    }

    /// The last part of its address.
    pub const fn path(self) -> &'static str {
        match self {
            Section::Medicines => "medicines",
            Section::Treatment => "treatment",
            Section::Checkups => "checkups",
        }
    }
}

/// A tab; without an address the patient does not consent to it.
#[derive(Clone, Debug)]
pub struct Tab {
    /// Its name.
    pub label: &'static str,
    /// Where it leads.
    pub href: Option<String>,
    /// Whether it is this page.
    pub current: bool,
}

/// On what a page of a patient rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The patient's consent.
    Consent,
    /// An opening in a disaster.
    Opening,
}

impl Basis {
    /// What a person reads beside the end of the time.
    pub const fn words(self) -> &'static str {
        match self {
            Basis::Consent => "患者の同意による",
            Basis::Opening => "災害時の開放による。利用は記録され、点検されます",
        }
    }

    /// Where the pages come from.
    pub const fn back_href(self) -> &'static str {
        match self {
            Basis::Consent => "/web/medical",
            Basis::Opening => "/web/emergency/medical",
        }
    }

    /// The same in words.
    pub const fn back_label(self) -> &'static str {
        match self {
            Basis::Consent => "同意取得済み患者一覧へ",
            Basis::Opening => "災害時医療情報閲覧の検索へ",
        }
    }

    /// What the page says when its time is over.
    pub const fn ended_text(self) -> &'static str {
        match self {
            Basis::Consent => {
                "患者の同意の期限が過ぎたため、画面の内容を消しました。続けて閲覧するときは、顔認証付きカードリーダーで、もう一度患者に同意していただいてください。"
            }
            Basis::Opening => {
                "1回の利用の時間、または開放の期間が過ぎたため、画面の内容を消しました。続けて閲覧するときは、もう一度検索してください。開放の期間が過ぎているときは、利用できません。"
            }
        }
    }
}

/// Who the patient is, and until when the page may be seen.
#[derive(Clone, Debug)]
pub struct PatientHead {
    /// 氏名.
    pub name: String,
    /// 氏名カナ.
    pub kana: String,
    /// 生年月日, 年齢, 性別.
    pub facts: String,
    /// On what the page rests.
    pub basis: Basis,
    /// 閲覧できる期限, in words.
    pub until: String,
    /// Seconds until then; none where it has no end of its own.
    pub left_seconds: Option<i64>,
    /// The pages of the patient.
    pub tabs: Vec<Tab>,
    /// This page as PDF.
    pub pdf_href: String,
    /// How old what is shown can be, a sentence a source.
    pub ages: Vec<String>,
}

/// Kinds of information that a patient consents to.
#[derive(Clone, Debug)]
pub struct KindShown {
    /// 薬剤情報 and the like; several where they end together.
    pub label: String,
    /// 閲覧できる期限.
    pub until: String,
    /// How long that is.
    pub left: String,
    /// Whether that is less than an hour.
    pub ends_soon: bool,
}

/// A patient of the list.
#[derive(Clone, Debug)]
pub struct PatientRow {
    /// 氏名.
    pub name: String,
    /// 氏名カナ.
    pub kana: String,
    /// 生年月日 and 性別.
    pub facts: String,
    /// 同意日時.
    pub given: String,
    /// What may be seen.
    pub kinds: Vec<KindShown>,
    /// The first page that may be seen; none where the consent is to something without a page.
    pub href: Option<String>,
}

/// 同意取得済み患者一覧.
#[derive(Template)]
#[template(path = "medical/patients.html")]
pub struct PatientsPage {
    /// The surroundings.
    pub frame: Frame,
    /// Those who consent, the newest first.
    pub rows: Vec<PatientRow>,
    /// What was looked for.
    pub asked: String,
    /// How many there are in all, before looking.
    pub count: usize,
    /// Whether there are more than a list tells.
    pub more: bool,
}

pub(super) fn sample_head(current: Section) -> PatientHead {
    let tab = |section: Section| Tab {
        label: section.label(),
        href: (section != Section::Treatment || current == Section::Treatment)
            .then(|| format!("/web/medical/7/{}", section.path())),
        current: section == current,
    };
    PatientHead {
        name: "架空 花子".to_owned(),
        kana: "カクウ ハナコ".to_owned(),
        facts: "1956年4月1日生（70歳） 女性".to_owned(),
        basis: Basis::Consent,
        until: "2026年11月27日 9時05分まで".to_owned(),
        left_seconds: Some(86_000),
        tabs: Section::ALL.into_iter().map(tab).collect(),
        pdf_href: format!("/web/medical/7/{}.pdf", current.path()),
        ages: vec![
            "レセプト：2023年11月から2026年9月診療分まで（診療の約1か月半後に届きます）。"
                .to_owned(),
            "処方・調剤：2026年8月18日からきょうまで（すぐに届きます）。".to_owned(),
        ],
    }
}

impl Sample for PatientsPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let kind = |label: &str, left: &str, ends_soon| KindShown {
            label: label.to_owned(),
            until: "2026年11月27日 9時05分まで".to_owned(),
            left: left.to_owned(),
            ends_soon,
        };
        let rows = vec![
            PatientRow {
                name: "架空 花子".to_owned(),
                kana: "カクウ ハナコ".to_owned(),
                facts: "1956年4月1日生（70歳） 女性".to_owned(),
                given: "2026年11月26日 9時05分".to_owned(),
                kinds: vec![
                    kind("薬剤情報", "あと23時間50分", false),
                    kind("特定健診情報", "あと23時間50分", false),
                ],
                href: Some("/web/medical/7/medicines".to_owned()),
            },
            PatientRow {
                name: "見本 太郎".to_owned(),
                kana: String::new(),
                facts: "2001年12月31日生（24歳） 男性".to_owned(),
                given: "2026年11月25日 10時10分".to_owned(),
                kinds: vec![kind("特定疾病療養受療証", "あと12分", true)],
                href: None,
            },
        ];
        let page = |rows: Vec<PatientRow>, asked: &str, more| PatientsPage {
            frame: frame(),
            count: if asked.is_empty() { rows.len() } else { 2 },
            rows,
            asked: asked.to_owned(),
            more,
        };
        vec![
            ("some", page(rows, "", true)),
            ("none", page(Vec::new(), "", false)),
            ("not-found", page(Vec::new(), "山田", false)),
        ]
    }
}

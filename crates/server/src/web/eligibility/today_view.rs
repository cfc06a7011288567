//! 本日の資格確認: the list, and one of its checks again.

use crate::web::eligibility::view::{EligibilityAnswer, ResultTone, sample_answer};
use crate::web::layout::frame::Frame;
use crate::web::layout::sample::{Sample, frame};
use askama::Template;

/// One of today's checks again.
#[derive(Clone, Debug, Template)]
#[template(path = "eligibility/eligibility_opened.html")]
pub struct OpenedCheckPage {
    /// The surroundings.
    pub frame: Frame,
    /// What is known now.
    pub answer: EligibilityAnswer,
}

/// One check of today.
#[derive(Clone, Debug)]
pub struct TodayRow {
    /// When.
    pub at: String,
    /// Who was checked.
    pub name: String,
    /// The same in kana.
    pub kana: String,
    /// With era and age.
    pub birthdate: String,
    /// How it looks.
    pub verdict: ResultTone,
    /// 資格有効性 in a word.
    pub word: String,
    /// 一部負担金の割合 in words.
    pub share: String,
    /// 資格確認日.
    pub day: String,
    /// Whether that is not today.
    pub other_day: bool,
    /// The insurer's name.
    pub insurer: String,
    /// Its number.
    pub insurer_number: String,
    /// Symbol, number and branch.
    pub card: String,
    /// 照会番号.
    pub reference_number: String,
    /// Which characters of it can't be shown, and where.
    pub unshown: String,
    /// Who checked, by name.
    pub account_name: String,
    /// Who checked.
    pub user_id: String,
    /// Where.
    pub terminal: String,
    /// Where it is opened again.
    pub href: Option<String>,
}

/// 本日の資格確認.
#[derive(Clone, Debug, Template)]
#[template(path = "eligibility/eligibility_today.html")]
pub struct TodayPage {
    /// The surroundings.
    pub frame: Frame,
    /// Which day it is.
    pub today: String,
    /// When the list was made.
    pub shown_at: String,
    /// For whom.
    pub shown_by: String,
    /// What is searched for.
    pub asked: String,
    /// The checks, newest first.
    pub rows: Vec<TodayRow>,
    /// Whether one of them has characters that can't be shown.
    pub has_unshown: bool,
    /// Where older ones are.
    pub older: Option<String>,
    /// Where newer ones are.
    pub newer: Option<String>,
    /// Where all of them are, as a file.
    pub csv_href: String,
}

impl Sample for OpenedCheckPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let reopened =
            "9時15分に架空 受付花子が確認した方です。いま登録されている内容を表示しています。";
        let page = OpenedCheckPage {
            frame: frame(),
            answer: EligibilityAnswer {
                reopened: Some(reopened.to_owned()),
                ..sample_answer()
            },
        };
        vec![("valid", page)]
    }
}

impl Sample for TodayPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let row = TodayRow {
            at: "9時15分".to_owned(),
            name: "架空　花子".to_owned(),
            kana: "ｶｸｳ ﾊﾅｺ".to_owned(),
            birthdate: "1975年5月2日（昭和50年） 51歳".to_owned(),
            verdict: ResultTone::Good,
            word: "有効".to_owned(),
            share: "3割".to_owned(),
            day: "2026年11月22日".to_owned(),
            other_day: false,
            insurer: "架空区".to_owned(),
            insurer_number: "138057".to_owned(),
            card: "見本１・1001・02".to_owned(),
            reference_number: "P0001".to_owned(),
            unshown: String::new(),
            account_name: "架空 受付花子".to_owned(),
            user_id: "Staff01".to_owned(),
            terminal: "ONS01".to_owned(),
            href: Some("/web/eligibility/today/1-234".to_owned()),
        };
        let other = TodayRow {
            verdict: ResultTone::Look,
            word: "有効の見込み".to_owned(),
            day: "2026年12月10日".to_owned(),
            other_day: true,
            name: "架空　\u{E000}子".to_owned(),
            unshown: "氏名（U+E000）".to_owned(),
            ..row.clone()
        };
        let page = |rows: Vec<TodayRow>, asked: &str| TodayPage {
            frame: frame(),
            today: "2026年11月22日".to_owned(),
            shown_at: "2026年11月22日 12時30分".to_owned(),
            shown_by: "架空 受付花子（Staff01、ONS01）".to_owned(),
            asked: asked.to_owned(),
            has_unshown: rows.iter().any(|row| !row.unshown.is_empty()),
            rows,
            older: None,
            newer: None,
            csv_href: "/web/eligibility/today.csv".to_owned(),
        };
        vec![
            ("empty", page(Vec::new(), "")),
            ("nothing", page(Vec::new(), "見本")),
            ("some", page(vec![row, other], "")),
        ]
    }
}

//! 資格確認: the form, the answer that a receptionist reads at a glance, and today's list.

use crate::web::eligibility::form::{CardField, CardForm};
use crate::web::layout::form::{Fact, FieldError};
use crate::web::layout::frame::Frame;
use crate::web::layout::sample::{Sample, frame};
use askama::Template;
use serde::{Deserialize, Serialize};

/// What a receptionist must do, by the colour, word and shape of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResultTone {
    /// 有効.
    Good,
    /// 有効, with something to look at.
    Look,
    /// 無効.
    Bad,
    /// 該当なし or 複数該当.
    Unclear,
}

impl ResultTone {
    pub(in crate::web) fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Look => "look",
            Self::Bad => "bad",
            Self::Unclear => "unclear",
        }
    }

    /// The sign that goes with the word, for paper and for who sees no colours.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Good => "○",
            Self::Look => "△",
            Self::Bad => "×",
            Self::Unclear => "？",
        }
    }
}

/// The answer.
#[derive(Clone, Debug)]
pub struct EligibilityAnswer {
    /// How it looks.
    pub verdict: ResultTone,
    /// The headline: 資格有効性, with its day unless that is today.
    pub word: String,
    /// Seconds until it is no more an answer for today.
    pub day_left: Option<i64>,
    /// That it is not an answer for today.
    pub other_day: Option<String>,
    /// Why, and what to do, where it is not a plain yes.
    pub advice: Option<String>,
    /// 一部負担金の割合 in words.
    pub share: Option<String>,
    /// The patient's name and kana.
    pub person: Option<(String, String)>,
    /// Which characters of it can't be shown, where, and what to do.
    pub unshown: Option<String>,
    /// Birthdate and the like.
    pub person_facts: Vec<Fact>,
    /// The insurance.
    pub insurance_facts: Vec<Fact>,
    /// 限度額 and the like.
    pub benefit_facts: Vec<Fact>,
    /// What the patient lets this institution see, and until when.
    pub consent_facts: Vec<Fact>,
    /// The day for which it was asked, in words.
    pub asked_for: String,
    /// When it was checked.
    pub checked_at: String,
    /// Who checked.
    pub checked_by: String,
    /// Whether what was typed is to be mended and sent again.
    pub again: bool,
    /// The card of whoever was found, and the number here.
    pub card: Option<EligibilityValues>,
    /// Of a check that was opened again: which one it is.
    pub reopened: Option<String>,
}

impl EligibilityAnswer {
    /// What the title of the page says.
    pub fn title(&self) -> String {
        match &self.share {
            Some(share) => format!("{}・{share}", self.word),
            None => self.word.clone(),
        }
    }

    /// The ids of what is read out with the headline.
    pub(in crate::web) fn described_by(&self) -> Option<String> {
        let ids = [
            ("answer-share", self.share.is_some()),
            ("answer-other-day", self.other_day.is_some()),
            ("answer-person", self.person.is_some()),
            ("answer-unshown", self.unshown.is_some()),
        ];
        let ids: Vec<&str> = ids
            .into_iter()
            .filter(|(_, is)| *is)
            .map(|(id, _)| id)
            .collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }
}

/// What was typed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct EligibilityValues {
    /// 保険者番号.
    pub insurer_number: String,
    /// 記号.
    pub symbol: String,
    /// 番号.
    pub number: String,
    /// 枝番.
    pub branch: String,
    /// 生年月日.
    pub birthdate: String,
    /// 資格確認日.
    pub day: String,
    /// Whether the ceiling was agreed to.
    pub limit: bool,
    /// 照会番号, in the place of a card.
    pub reference_number: String,
}

/// 資格確認（券面情報）.
#[derive(Clone, Debug, Template)]
#[template(path = "eligibility/eligibility.html")]
pub struct EligibilityPage {
    /// The surroundings.
    pub frame: Frame,
    /// What was typed.
    pub values: EligibilityValues,
    /// What is wrong with it.
    pub errors: Vec<FieldError<CardField>>,
    /// The answer, after a check.
    pub answer: Option<EligibilityAnswer>,
}

impl EligibilityPage {
    fn error(&self, field: CardField) -> Option<String> {
        crate::web::layout::form::errors_of(&self.errors, field)
    }
}

pub(in crate::web) fn sample_answer() -> EligibilityAnswer {
    let fact = |label: &str, value: &str| Fact {
        label: label.to_owned(),
        value: value.to_owned(),
    };
    EligibilityAnswer {
        verdict: ResultTone::Good,
        word: "有効".to_owned(),
        advice: None,
        share: Some("3割".to_owned()),
        person: Some(("架空　花子".to_owned(), "ｶｸｳ ﾊﾅｺ".to_owned())),
        unshown: None,
        person_facts: vec![
            fact("生年月日", "1975年5月2日（昭和50年） 51歳"),
            fact("性別", "女"),
        ],
        insurance_facts: vec![
            fact("保険者", "架空区（138057）"),
            fact("記号・番号・枝番", "見本１・1001・02"),
        ],
        benefit_facts: vec![
            fact("限度額の認定証", "限度額適用認定証（2027年7月31日まで）"),
            fact("限度額適用区分", "ウ"),
            fact(
                "1か月の自己負担限度額",
                "85,800円＋（医療費－286,000円）×1％、多数回該当 44,400円",
            ),
        ],
        consent_facts: vec![
            fact(
                "薬剤情報の閲覧",
                "同意あり。2026年11月23日 9時05分まで（同意 2026年11月22日 9時05分）",
            ),
            fact("特定健診情報の閲覧", "同意なし"),
        ],
        asked_for: "2026年11月22日".to_owned(),
        checked_at: "2026年11月22日 9時15分".to_owned(),
        checked_by: "架空 受付花子（Staff01）".to_owned(),
        again: false,
        day_left: Some(7200),
        other_day: None,
        card: Some(EligibilityValues {
            insurer_number: "138057".to_owned(),
            symbol: "見本１".to_owned(),
            number: "1001".to_owned(),
            branch: "02".to_owned(),
            birthdate: "19750502".to_owned(),
            reference_number: "P0001".to_owned(),
            ..EligibilityValues::default()
        }),
        reopened: None,
    }
}

impl Sample for EligibilityPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = |answer, errors| EligibilityPage {
            frame: frame(),
            values: EligibilityValues::default(),
            errors,
            answer,
        };
        let other_day = EligibilityAnswer {
            verdict: ResultTone::Look,
            word: "2026年12月10日に有効の見込み".to_owned(),
            day_left: None,
            asked_for: "2026年12月10日".to_owned(),
            other_day: Some("きょう（2026年11月22日）の資格を確認したものではありません。".to_owned()),
            advice: Some("先の日（2026年12月10日）の見込みで、確定していません（保険者のデータは2026年11月1日時点）。受診の日に、もう一度確認してください。".to_owned()),
            ..sample_answer()
        };
        let changed_day = EligibilityPage {
            values: EligibilityValues {
                day: "20261001".to_owned(),
                ..EligibilityValues::default()
            },
            ..page(None, Vec::new())
        };
        let lost = EligibilityAnswer {
            verdict: ResultTone::Bad,
            word: "無効".to_owned(),
            advice: Some("2026年10月1日に資格を喪失しています（医療保険等の資格取得）。新しい資格はまだ登録されていません。".to_owned()),
            share: None,
            benefit_facts: Vec::new(),
            ..sample_answer()
        };
        let own = EligibilityAnswer {
            person: Some(("架空　\u{E000}子".to_owned(), "ｶｸｳ ｻﾁｺ".to_owned())),
            unshown: Some("外字が含まれ、画面と印刷では空白や□になります：氏名（U+E000）。正しい文字は、券面かご本人に確かめてください。".to_owned()),
            ..sample_answer()
        };
        let missing = EligibilityAnswer {
            verdict: ResultTone::Unclear,
            word: "該当資格なし".to_owned(),
            advice: Some(
                "この保険者番号は登録されていません。保険者番号を確認してください。".to_owned(),
            ),
            share: None,
            person: None,
            card: None,
            person_facts: Vec::new(),
            insurance_facts: Vec::new(),
            consent_facts: Vec::new(),
            benefit_facts: Vec::new(),
            again: true,
            ..sample_answer()
        };
        let error = FieldError {
            field: CardField::InsurerNumber,
            text: "保険者番号は6桁または8桁の数字です。".to_owned(),
        };
        vec![
            ("empty", page(None, Vec::new())),
            ("valid", page(Some(sample_answer()), Vec::new())),
            ("own-characters", page(Some(own), Vec::new())),
            ("lost", page(Some(lost), Vec::new())),
            ("not-found", page(Some(missing), Vec::new())),
            ("other-day", page(Some(other_day), Vec::new())),
            ("changed-day", changed_day),
            ("errors", page(None, vec![error])),
        ]
    }
}

impl CardForm {
    /// The same without blanks at the ends.
    pub(in crate::web) fn values(&self) -> EligibilityValues {
        let text = |text: &str| text.trim().to_owned();
        EligibilityValues {
            insurer_number: text(&self.insurer_number),
            symbol: text(&self.symbol),
            number: text(&self.number),
            branch: text(&self.branch),
            birthdate: text(&self.birthdate),
            day: text(&self.day),
            limit: self.limit == "1",
            reference_number: text(&self.reference_number),
        }
    }
}

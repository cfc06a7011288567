//! 資格確認: the form, the answer that a receptionist reads at a glance, and today's list.

use super::form::{Fact, FieldError};
use super::frame::Frame;
use super::sample::{Sample, frame};
use askama::Template;

/// What a receptionist must do, by the colour, word and shape of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// 有効.
    Good,
    /// 有効, with something to look at.
    Look,
    /// 無効.
    Bad,
    /// 該当なし or 複数該当.
    Unclear,
}

impl Verdict {
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Look => "look",
            Self::Bad => "bad",
            Self::Unclear => "unclear",
        }
    }

    pub(super) fn sign(self) -> &'static str {
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
    pub verdict: Verdict,
    /// 資格有効性 in a word.
    pub word: String,
    /// Why, and what to do, where it is not a plain yes.
    pub advice: Option<String>,
    /// 一部負担金の割合 in words.
    pub share: Option<String>,
    /// The patient's name and kana.
    pub person: Option<(String, String)>,
    /// Birthdate and the like.
    pub person_facts: Vec<Fact>,
    /// The insurance.
    pub insurance_facts: Vec<Fact>,
    /// 限度額 and the like.
    pub benefit_facts: Vec<Fact>,
    /// The day for which it was asked, in words.
    pub asked_for: String,
    /// When it was checked.
    pub checked_at: String,
    /// Who checked.
    pub checked_by: String,
    /// Whether what was typed is to be mended and sent again.
    pub again: bool,
}

/// What was typed.
#[derive(Clone, Debug, Default)]
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
}

/// 資格確認（券面情報）.
#[derive(Clone, Debug, Template)]
#[template(path = "eligibility.html")]
pub struct EligibilityPage {
    /// The surroundings.
    pub frame: Frame,
    /// What was typed.
    pub values: EligibilityValues,
    /// What is wrong with it.
    pub errors: Vec<FieldError>,
    /// The answer, after a check.
    pub answer: Option<EligibilityAnswer>,
}

impl EligibilityPage {
    fn error(&self, field: &str) -> Option<String> {
        super::form::errors_of(&self.errors, field)
    }
}

/// One check of today.
#[derive(Clone, Debug)]
pub struct TodayRow {
    /// When.
    pub at: String,
    /// Who was checked.
    pub name: String,
    /// How it looks.
    pub verdict: Verdict,
    /// 資格有効性 in a word.
    pub word: String,
    /// Who checked.
    pub user_id: String,
    /// Where.
    pub terminal: String,
}

/// 本日の資格確認.
#[derive(Clone, Debug, Template)]
#[template(path = "eligibility_today.html")]
pub struct TodayPage {
    /// The surroundings.
    pub frame: Frame,
    /// The checks, newest first.
    pub rows: Vec<TodayRow>,
    /// Where older ones are.
    pub older: Option<String>,
    /// Where newer ones are.
    pub newer: Option<String>,
}

/// 照会番号登録.
#[derive(Clone, Debug, Template)]
#[template(path = "reference_number.html")]
pub struct ReferenceNumberPage {
    /// The surroundings.
    pub frame: Frame,
    /// The patient's number here.
    pub reference_number: String,
    /// The card.
    pub values: EligibilityValues,
    /// What is wrong with it.
    pub errors: Vec<FieldError>,
}

impl ReferenceNumberPage {
    fn error(&self, field: &str) -> Option<String> {
        super::form::errors_of(&self.errors, field)
    }
}

fn sample_answer() -> EligibilityAnswer {
    let fact = |label: &str, value: &str| Fact {
        label: label.to_owned(),
        value: value.to_owned(),
    };
    EligibilityAnswer {
        verdict: Verdict::Good,
        word: "有効".to_owned(),
        advice: None,
        share: Some("3割".to_owned()),
        person: Some(("架空　花子".to_owned(), "ｶｸｳ ﾊﾅｺ".to_owned())),
        person_facts: vec![fact("生年月日", "1975年5月2日"), fact("性別", "女")],
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
        asked_for: "2026年11月22日".to_owned(),
        checked_at: "2026年11月22日 9時15分".to_owned(),
        checked_by: "架空 受付花子（Staff01）".to_owned(),
        again: false,
    }
}

impl Sample for EligibilityPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let values = EligibilityValues {
            day: "2026-11-22".to_owned(),
            ..EligibilityValues::default()
        };
        let page = |answer, errors| EligibilityPage {
            frame: frame(),
            values: values.clone(),
            errors,
            answer,
        };
        let lost = EligibilityAnswer {
            verdict: Verdict::Bad,
            word: "無効".to_owned(),
            advice: Some("2026年10月1日に資格を喪失しています（医療保険等の資格取得）。新しい資格はまだ登録されていません。".to_owned()),
            share: None,
            ..sample_answer()
        };
        let missing = EligibilityAnswer {
            verdict: Verdict::Unclear,
            word: "該当資格なし".to_owned(),
            advice: Some(
                "この保険者番号は登録されていません。保険者番号を確認してください。".to_owned(),
            ),
            share: None,
            person: None,
            person_facts: Vec::new(),
            insurance_facts: Vec::new(),
            benefit_facts: Vec::new(),
            again: true,
            ..sample_answer()
        };
        let error = FieldError {
            field: "insurer_number".to_owned(),
            text: "保険者番号は6桁または8桁の数字です。".to_owned(),
        };
        vec![
            ("empty", page(None, Vec::new())),
            ("valid", page(Some(sample_answer()), Vec::new())),
            ("lost", page(Some(lost), Vec::new())),
            ("not-found", page(Some(missing), Vec::new())),
            ("errors", page(None, vec![error])),
        ]
    }
}

impl Sample for TodayPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let row = TodayRow {
            at: "9時15分".to_owned(),
            name: "架空　花子".to_owned(),
            verdict: Verdict::Good,
            word: "有効".to_owned(),
            user_id: "Staff01".to_owned(),
            terminal: "ONS01".to_owned(),
        };
        let page = |rows| TodayPage {
            frame: frame(),
            rows,
            older: None,
            newer: None,
        };
        vec![
            ("empty", page(Vec::new())),
            ("some", page(vec![row.clone(), row])),
        ]
    }
}

impl Sample for ReferenceNumberPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = |errors| ReferenceNumberPage {
            frame: frame(),
            reference_number: "P0001".to_owned(),
            values: EligibilityValues::default(),
            errors,
        };
        let error = FieldError {
            field: "number".to_owned(),
            text: "番号を入力してください。".to_owned(),
        };
        vec![("empty", page(Vec::new())), ("errors", page(vec![error]))]
    }
}

//! 資格確認: the form, the answer that a receptionist reads at a glance, and today's list.

use super::form::{Choice, Fact, FieldError};
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
    fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Look => "look",
            Self::Bad => "bad",
            Self::Unclear => "unclear",
        }
    }

    fn sign(self) -> &'static str {
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
    /// When it was checked.
    pub checked_at: String,
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

/// One bulk request.
#[derive(Clone, Debug)]
pub struct BulkRow {
    /// 受付番号.
    pub number: String,
    /// 受付日時.
    pub received_at: String,
    /// What for.
    pub kind: String,
    /// How many persons.
    pub items: i64,
    /// How many are done.
    pub done: i64,
    /// 処理中 or 完了.
    pub finished: bool,
    /// Where its results are.
    pub href: String,
}

/// 一括照会.
#[derive(Clone, Debug, Template)]
#[template(path = "bulk.html")]
pub struct BulkPage {
    /// The surroundings.
    pub frame: Frame,
    /// The requests, newest first.
    pub rows: Vec<BulkRow>,
    /// What was pasted.
    pub text: String,
    /// The day that is asked for.
    pub day: String,
    /// What is wrong with it.
    pub errors: Vec<FieldError>,
}

impl BulkPage {
    fn error(&self, field: &str) -> Option<String> {
        super::form::errors_of(&self.errors, field)
    }
}

/// One person of a bulk request.
#[derive(Clone, Debug)]
pub struct BulkResultRow {
    /// The sender's own mark.
    pub mark: String,
    /// The card that was asked for.
    pub card: String,
    /// Who it is.
    pub name: String,
    /// How it looks.
    pub verdict: Verdict,
    /// 資格有効性 in a word, or the error.
    pub word: String,
    /// Why, and what to do.
    pub advice: String,
}

/// 一括照会の結果.
#[derive(Clone, Debug, Template)]
#[template(path = "bulk_result.html")]
pub struct BulkResultPage {
    /// The surroundings.
    pub frame: Frame,
    /// 受付番号.
    pub number: String,
    /// How many are done.
    pub done: i64,
    /// How many persons.
    pub items: i64,
    /// Whether it is done.
    pub finished: bool,
    /// The results to look at: all, or those that are not plainly valid.
    pub rows: Vec<BulkResultRow>,
    /// Filters.
    pub filters: Vec<Choice>,
    /// How many of each, in words.
    pub summary: String,
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
        benefit_facts: vec![fact("限度額適用認定証", "ウ（2027年7月31日まで）")],
        checked_at: "2026年11月22日 9時15分".to_owned(),
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

impl Sample for BulkPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let row = BulkRow {
            number: "2026112218000500001".to_owned(),
            received_at: "2026-11-22 18:00:05".to_owned(),
            kind: "資格確認".to_owned(),
            items: 120,
            done: 50,
            finished: false,
            href: "/web/bulk/2026112218000500001".to_owned(),
        };
        let page = |rows| BulkPage {
            frame: frame(),
            rows,
            text: String::new(),
            day: "2026-11-22".to_owned(),
            errors: Vec::new(),
        };
        vec![("empty", page(Vec::new())), ("some", page(vec![row]))]
    }
}

impl Sample for BulkResultPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let row = BulkResultRow {
            mark: "P0002".to_owned(),
            card: "138057 見本１ 1001 02".to_owned(),
            name: "架空　花子".to_owned(),
            verdict: Verdict::Bad,
            word: "無効".to_owned(),
            advice: "2026年10月1日に資格を喪失しています（その他）。".to_owned(),
        };
        let page = |finished, rows| BulkResultPage {
            frame: frame(),
            number: "2026112218000500001".to_owned(),
            done: 2,
            items: 2,
            finished,
            rows,
            filters: Vec::new(),
            summary: "2件中、有効 1件、無効 1件".to_owned(),
        };
        vec![
            ("working", page(false, Vec::new())),
            ("done", page(true, vec![row])),
        ]
    }
}

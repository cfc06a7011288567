//! マイナ在宅受付Web, as the patient sees it.

use crate::web::home::form::HomeField;
use crate::web::layout::form::{Choice, FieldError, errors_of};
use crate::web::layout::frame::{FormTokens, PlainFrame};
use askama::Template;
use onshi_core::consent::Purpose;
use onshi_core::permission::Scope;
use onshi_core::{Day, home_reception};
use serde::{Deserialize, Serialize};

/// はじめの画面.
#[derive(Clone, Debug, Template)]
#[template(path = "home/top.html")]
pub struct TopPage {
    /// The surroundings.
    pub frame: PlainFrame,
    /// Where its pages are.
    pub base: String,
    /// The institution.
    pub institution: String,
    /// For which kinds of care consents are registered here; none where it can't be now.
    pub purposes: Vec<&'static str>,
}

/// A kind of medical information that is asked for.
#[derive(Clone, Debug)]
pub struct KindRow {
    /// Its field.
    pub field: HomeField,
    /// What it is called.
    pub label: &'static str,
    /// What rides on it.
    pub includes: &'static str,
    /// Yes and no.
    pub choices: Vec<Choice>,
}

/// 同意登録: for which care, on which day, to what.
#[derive(Clone, Debug, Template)]
#[template(path = "home/consent.html")]
pub struct ConsentPage {
    /// The surroundings.
    pub frame: PlainFrame,
    /// Where the pages are.
    pub base: String,
    /// The institution.
    pub institution: String,
    /// The kinds of care.
    pub purposes: Vec<Choice>,
    /// Whether one of them has a booked day.
    pub asks_for_day: bool,
    /// The booked day that stays, of a consent that is changed.
    pub fixed_day: Option<Day>,
    /// The booked day that was typed.
    pub booked: String,
    /// Which days may be.
    pub day_help: String,
    /// Whether all kinds are agreed to, as it was chosen.
    pub all: String,
    /// The kinds.
    pub kinds: Vec<KindRow>,
    /// Whether a consent is changed.
    pub is_update: bool,
    /// What is wrong.
    pub errors: Vec<FieldError<HomeField>>,
}

impl ConsentPage {
    fn error(&self, field: HomeField) -> Option<String> {
        errors_of(&self.errors, field)
    }
}

/// What is agreed to, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The kind of care.
    pub purpose: String,
    /// 診療予定日.
    pub booked: Option<String>,
    /// Each kind with what is agreed to of it.
    pub kinds: Vec<(String, bool)>,
    /// How long it holds.
    pub lasts: String,
}

impl Told {
    /// In words, of what is chosen.
    pub fn of(choice: &home_reception::Choice) -> Told {
        let kind = |(kind, agreed): &(Scope, bool)| (kind.includes().to_owned(), *agreed);
        Told {
            purpose: choice.purpose.label().to_owned(),
            booked: choice.booked.map(Day::words),
            kinds: choice.kinds.iter().map(kind).collect(),
            lasts: match choice.purpose {
                Purpose::Online => "診療予定日が終わるまで".to_owned(),
                _ => "取り消すまで（2回目からの訪問でも使われます）".to_owned(),
            },
        }
    }
}

/// What a card is asked for.
#[derive(Clone, Debug)]
pub enum Task {
    /// 同意登録・更新.
    Register(Told),
    /// 同意照会.
    Inquire,
    /// すべての同意の取消.
    Withdraw,
}

impl Task {
    /// The page of it, under the institution's address.
    pub const fn path(&self) -> &'static str {
        match self {
            Task::Register(_) => "consent",
            Task::Inquire => "inquiry",
            Task::Withdraw => "withdrawal",
        }
    }

    const fn title(&self) -> &'static str {
        match self {
            Task::Register(_) => "同意内容の確認",
            Task::Inquire => "登録した同意の確認",
            Task::Withdraw => "すべての同意の取消",
        }
    }

    const fn deed(&self) -> &'static str {
        match self {
            Task::Register(_) => "同意内容を登録する",
            Task::Inquire => "登録した同意を表示する",
            Task::Withdraw => "すべての同意を取り消す",
        }
    }
}

/// The page that leads to the card.
#[derive(Clone, Debug, Template)]
#[template(path = "home/sign.html")]
pub struct SignPage {
    /// The surroundings.
    pub frame: PlainFrame,
    /// Where the pages are.
    pub base: String,
    /// The institution.
    pub institution: String,
    /// The card's program, with what is to be signed.
    pub sign_href: String,
    /// Until when that may be.
    pub until: String,
    /// For what.
    pub task: Task,
}

/// The page behind the card.
#[derive(Clone, Debug, Template)]
#[template(path = "home/card.html")]
pub struct CardPage {
    /// The surroundings.
    pub frame: PlainFrame,
    /// The tokens of its form.
    pub forms: FormTokens,
    /// Where the pages are.
    pub base: String,
    /// The institution.
    pub institution: String,
    /// Name and value of what is sent.
    pub fields: Vec<(&'static str, String)>,
    /// For what.
    pub task: Task,
}

/// A consent that was registered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Registered {
    /// Whose.
    pub name: String,
    /// To what.
    pub told: Told,
    /// When.
    pub given: String,
    /// Until when.
    pub until: String,
}

/// 登録の完了.
#[derive(Clone, Debug, Template)]
#[template(path = "home/registered.html")]
pub struct RegisteredPage {
    /// The surroundings.
    pub frame: PlainFrame,
    /// Where the pages are.
    pub base: String,
    /// The institution.
    pub institution: String,
    /// What was registered.
    pub done: Registered,
}

/// A consent that holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ConsentRow {
    /// 診療区分, by its code.
    pub purpose: String,
    /// In words.
    pub purpose_label: String,
    /// 診療予定日, as a form has it.
    pub booked: Option<String>,
    /// The kind, by its code.
    pub kind: String,
    /// In words.
    pub kind_label: String,
    /// When it was given.
    pub given: String,
    /// Until when it holds.
    pub until: String,
}

/// Consents for one kind of care, and one day.
struct Group<'a> {
    first: &'a ConsentRow,
    rows: &'a [ConsentRow],
}

impl Group<'_> {
    fn booked(&self) -> Option<String> {
        let day = Day::parse(self.first.booked.as_deref()?)?;
        Some(day.words())
    }

    /// The form with what holds chosen; what is not consented to is no.
    fn update(&self, base: &str) -> String {
        let mut fields = vec![
            ("update", "1"),
            ("all", "0"),
            ("purpose", &self.first.purpose),
        ];
        if let Some(day) = &self.first.booked {
            fields.push(("booked", day));
        }
        for kind in Scope::ALL {
            let Some(field) = HomeField::of_kind(kind) else {
                continue;
            };
            let agreed = self.rows.iter().any(|row| row.kind == kind.code());
            fields.push((field.name(), if agreed { "1" } else { "0" }));
        }
        let query = serde_urlencoded::to_string(fields).unwrap_or_default();
        format!("{base}/consent?{query}")
    }
}

/// 同意照会.
#[derive(Clone, Debug, Template)]
#[template(path = "home/consents.html")]
pub struct ConsentsPage {
    /// The surroundings.
    pub frame: PlainFrame,
    /// Where the pages are.
    pub base: String,
    /// The institution.
    pub institution: String,
    /// Whose.
    pub name: String,
    /// When it was so.
    pub at: String,
    /// What there is, by kind of care and day.
    pub rows: Vec<ConsentRow>,
    /// The kinds of care that may be changed from here.
    pub offered: Vec<&'static str>,
}

impl ConsentsPage {
    fn groups(&self) -> Vec<Group<'_>> {
        let same =
            |a: &ConsentRow, b: &ConsentRow| (&a.purpose, &a.booked) == (&b.purpose, &b.booked);
        let chunks = self.rows.chunk_by(same);
        chunks
            .filter_map(|rows| {
                Some(Group {
                    first: rows.first()?,
                    rows,
                })
            })
            .collect()
    }
}

/// Consents that were taken back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Withdrawn {
    /// Whose.
    pub name: String,
    /// How many.
    pub count: u64,
}

/// 取消の完了.
#[derive(Clone, Debug, Template)]
#[template(path = "home/withdrawn.html")]
pub struct WithdrawnPage {
    /// The surroundings.
    pub frame: PlainFrame,
    /// Where the pages are.
    pub base: String,
    /// The institution.
    pub institution: String,
    /// What was taken back.
    pub done: Withdrawn,
}

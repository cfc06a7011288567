//! 開放の一覧, a new opening, an extension, and what institutions ask for.

use super::form::{OpeningField, OpeningForm, OpeningRequestField};
use crate::web::layout::form::{Choice, Fact, FieldError, errors_of};
use crate::web::layout::frame::Frame;
use askama::Template;
use onshi_core::Moment;
use onshi_core::emergency::{Opening, Place};

/// So many places of an opening are named in a list.
const NAMED_MAX: usize = 8;

/// What a notice opened.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct OpeningRow {
    pub notice: String,
    pub function: &'static str,
    pub places: String,
    pub period: String,
    pub reason: String,
    /// The word and the style class of its state.
    pub state: (&'static str, &'static str),
    /// Which notice it extends.
    pub extends: Option<String>,
    /// Until when, where it is open or to come: it may be extended and closed.
    pub open_until: Option<Moment>,
}

/// The notices among openings, in their order, each with its places.
pub(super) fn notices(openings: &[Opening], now: Moment) -> Vec<OpeningRow> {
    let mut groups: Vec<Vec<&Opening>> = Vec::new();
    for opening in openings {
        let of_it = |group: &&mut Vec<&Opening>| group[0].notice == opening.notice;
        match groups.iter_mut().find(of_it) {
            Some(group) => group.push(opening),
            None => groups.push(vec![opening]),
        }
    }
    groups.iter().map(|group| row(group, now)).collect()
}

fn row(places: &[&Opening], now: Moment) -> OpeningRow {
    let first = places[0];
    let is_live = |one: &&&Opening| one.closed_at.is_none() && one.until > now;
    let open_until = places.iter().filter(is_live).map(|one| one.until).max();
    let closed = places.iter().any(|one| one.closed_at.is_some());
    let state = match open_until {
        Some(_) if first.begins_at > now => ("開放前", "future"),
        Some(_) => ("開放中", "active"),
        None if closed => ("閉塞", "stopped"),
        None => ("終了", "expired"),
    };
    OpeningRow {
        notice: first.notice.clone(),
        function: first.function.label(),
        places: named(places),
        period: format!(
            "{}から{}まで",
            first.begins_at.jst_words(),
            first.until.jst_words()
        ),
        reason: first.reason.clone(),
        state,
        extends: first.extends.clone(),
        open_until,
    }
}

fn named(places: &[&Opening]) -> String {
    let name = |one: &&Opening| match &one.place {
        Place::Facility(code) => code.as_str().to_owned(),
        Place::Area(code) if code.len() == 2 => format!("都道府県 {code}"),
        Place::Area(code) => format!("市区町村 {code}"),
    };
    let shown: Vec<String> = places.iter().take(NAMED_MAX).map(name).collect();
    let rest = places.len().saturating_sub(NAMED_MAX);
    match rest {
        0 => shown.join("、"),
        rest => format!("{}、ほか{rest}件", shown.join("、")),
    }
}

/// 開放の一覧.
#[derive(Clone, Debug, Template)]
#[template(path = "operators/openings/list.html")]
pub struct OpeningListPage {
    /// The surroundings.
    pub frame: Frame,
    /// Whether there are older ones.
    pub is_cut: bool,
    /// The newest first.
    pub rows: Vec<OpeningRow>,
}

/// A new opening.
#[derive(Clone, Debug, Template)]
#[template(path = "operators/openings/new.html")]
pub struct NewOpeningPage {
    /// The surroundings.
    pub frame: Frame,
    /// What can be opened.
    pub functions: Vec<Choice>,
    /// What was typed.
    pub values: OpeningForm,
    /// What is wrong with it.
    pub errors: Vec<FieldError<OpeningField>>,
}

impl NewOpeningPage {
    fn error(&self, field: OpeningField) -> Option<String> {
        errors_of(&self.errors, field)
    }
}

/// 延長.
#[derive(Clone, Debug, Template)]
#[template(path = "operators/openings/extend.html")]
pub struct ExtendPage {
    /// The surroundings.
    pub frame: Frame,
    /// What is extended.
    pub row: OpeningRow,
    /// Until when, as it was typed.
    pub until: String,
    /// Why, as it was typed.
    pub reason: String,
    /// What is wrong with it.
    pub errors: Vec<FieldError<OpeningField>>,
}

impl ExtendPage {
    fn error(&self, field: OpeningField) -> Option<String> {
        errors_of(&self.errors, field)
    }
}

/// What an institution asks for.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct RequestRow {
    pub id: String,
    pub at: String,
    pub code: String,
    pub name: String,
    pub function: &'static str,
    pub reason: String,
    /// Whom to ask for.
    pub contact: String,
    /// The number of the notification to the authority, where it is known.
    pub call_back: Option<String>,
    /// When it was settled, and what came of it.
    pub settled: Option<String>,
}

/// 開放の依頼の一覧.
#[derive(Clone, Debug, Template)]
#[template(path = "operators/openings/requests.html")]
pub struct OpeningRequestsPage {
    /// The surroundings.
    pub frame: Frame,
    /// Which may be listed.
    pub states: Vec<Choice>,
    /// Whether it is what waits.
    pub waits: bool,
    /// Whether there are older ones.
    pub is_cut: bool,
    /// The newest first.
    pub rows: Vec<RequestRow>,
}

/// One request, and what came of it.
#[derive(Clone, Debug, Template)]
#[template(path = "operators/openings/request.html")]
pub struct OpeningRequestPage {
    /// The surroundings.
    pub frame: Frame,
    /// Its number.
    pub id: String,
    /// What it asks for.
    pub facts: Vec<Fact>,
    /// The number to call back, where it is known.
    pub call_back: Option<String>,
    /// When it was settled, and what came of it.
    pub settled: Option<String>,
    /// Where it is opened.
    pub open_href: String,
    /// What came of it, as it was typed.
    pub remark: String,
    /// What is wrong with that.
    pub errors: Vec<FieldError<OpeningRequestField>>,
}

impl OpeningRequestPage {
    fn error(&self, field: OpeningRequestField) -> Option<String> {
        errors_of(&self.errors, field)
    }
}

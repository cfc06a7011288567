//! 利用申請, as an applicant sees it.

use crate::web::application::form::{ApplicationField, ReceiptField};
use crate::web::layout::form::{Choice, Fact, FieldError, Problem, choice, errors_of};
use crate::web::layout::frame::{FormTokens, PlainFrame};
use askama::Template;
use onshi_core::Moment;
use onshi_core::application::{
    Application, ApplicationKind, ApplicationState, InstitutionKind, LineKind, Particulars,
};
use serde::{Deserialize, Serialize};

/// はじめの説明.
#[derive(Clone, Debug, Template)]
#[template(path = "application/guide.html")]
pub struct GuidePage {
    /// The surroundings.
    pub frame: PlainFrame,
    /// How long the mail address may be confirmed, in hours.
    pub confirm_hours: i64,
    /// Whom to ask.
    pub contact: String,
}

/// 申請の入力.
#[derive(Clone, Debug, Template)]
#[template(path = "application/form.html")]
pub struct ApplicationFormPage {
    /// The surroundings.
    pub frame: PlainFrame,
    /// The tokens of its forms.
    pub forms: FormTokens,
    /// What was typed so far.
    pub said: Particulars,
    /// What is wrong with it.
    pub errors: Vec<FieldError<ApplicationField>>,
    /// Why it was not taken, where nothing is wrong with a field.
    pub problem: Option<Problem>,
}

impl ApplicationFormPage {
    fn error(&self, field: ApplicationField) -> Option<String> {
        errors_of(&self.errors, field)
    }

    fn kinds(&self) -> Vec<(Choice, &'static str)> {
        let all = ApplicationKind::ALL.iter();
        all.map(|kind| {
            let words = match kind {
                ApplicationKind::Start => "この医療機関コードで、はじめて利用します。",
                ApplicationKind::Change => "登録されている名称・電話番号・メールアドレスを変えます。",
                ApplicationKind::Recovery => {
                    "マスタアカウントもリセット用アカウントも使えなくなりました。二人の担当者が審査します。"
                }
            };
            let chosen = self.said.kind == kind.code();
            (choice(kind.code(), kind.label(), chosen), words)
        })
        .collect()
    }

    fn institutions(&self) -> Vec<Choice> {
        let chosen = |code: &str| self.said.institution_kind == code;
        let all = InstitutionKind::ALL.iter();
        let all = all.map(|kind| choice(kind.code(), kind.label(), chosen(kind.code())));
        let none = choice("", "選んでください", self.said.institution_kind.is_empty());
        std::iter::once(none).chain(all).collect()
    }

    fn lines(&self) -> Vec<Choice> {
        let chosen = |code: &str| self.said.line_kind == code;
        let all = LineKind::ALL.iter();
        let all = all.map(|kind| choice(kind.code(), kind.label(), chosen(kind.code())));
        let none = choice("", "選んでください", self.said.line_kind.is_empty());
        std::iter::once(none).chain(all).collect()
    }
}

/// 内容の確認.
#[derive(Clone, Debug, Template)]
#[template(path = "application/review.html")]
pub struct ReviewPage {
    /// The surroundings.
    pub frame: PlainFrame,
    /// The tokens of its forms.
    pub forms: FormTokens,
    /// What the application says.
    pub facts: Vec<Fact>,
    /// The same for the form.
    pub fields: Vec<(&'static str, String)>,
}

/// 確認のメールを送ったこと.
#[derive(Clone, Debug, Template)]
#[template(path = "application/taken.html")]
pub struct TakenPage {
    /// The surroundings.
    pub frame: PlainFrame,
    /// The tokens of its forms.
    pub forms: FormTokens,
    /// 受付番号.
    pub receipt: String,
    /// Where the mail went.
    pub mail: String,
    /// How long it may be confirmed, in hours.
    pub confirm_hours: i64,
}

/// 受付番号と確認コードの入力.
#[derive(Clone, Debug, Template)]
#[template(path = "application/status.html")]
pub struct StatusPage {
    /// The surroundings.
    pub frame: PlainFrame,
    /// The tokens of its forms.
    pub forms: FormTokens,
    /// The receipt number that was typed or linked.
    pub receipt: String,
    /// Why it was not taken.
    pub problem: Option<Problem>,
    /// What is wrong with a field.
    pub errors: Vec<FieldError<ReceiptField>>,
}

impl StatusPage {
    fn error(&self, field: ReceiptField) -> Option<String> {
        errors_of(&self.errors, field)
    }
}

/// What came of an application, as it is kept for the page after the code was shown.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct StateShown {
    pub receipt: String,
    /// The code, which each further step shows again.
    pub code: String,
    pub kind: String,
    pub state: String,
    pub state_label: String,
    pub facility_code: String,
    pub name: String,
    pub made_at: String,
    pub decided_at: Option<String>,
    pub reason: Option<String>,
    pub notice_at: Option<String>,
    pub has_notice_waiting: bool,
    /// When this was true.
    pub at: String,
}

impl StateShown {
    pub(super) fn of(found: &Application, code: &str, now: Moment) -> StateShown {
        StateShown {
            receipt: found.receipt.clone(),
            code: code.to_owned(),
            kind: found.kind.label().to_owned(),
            state: found.state.code().to_owned(),
            state_label: match found.state {
                // How many operators there are is nothing to an applicant.
                ApplicationState::Seconded => ApplicationState::Received.label(),
                _ => found.state_label(now),
            }
            .to_owned(),
            facility_code: found.facility.as_str().to_owned(),
            name: found.particulars.name.clone(),
            made_at: found.made_at.jst_words(),
            decided_at: found.decided.as_ref().map(|(at, _)| at.jst_words()),
            reason: found.reason.clone(),
            notice_at: found.notice_at.map(Moment::jst_words),
            has_notice_waiting: found.has_notice_waiting(),
            at: now.jst_words(),
        }
    }

    fn state(&self) -> Option<ApplicationState> {
        ApplicationState::from_code(&self.state)
    }
}

/// 申請の状況.
#[derive(Clone, Debug, Template)]
#[template(path = "application/state.html")]
pub struct StatePage {
    /// The surroundings.
    pub frame: PlainFrame,
    /// The tokens of its forms.
    pub forms: FormTokens,
    /// What came of it.
    pub shown: StateShown,
    /// Whom to ask.
    pub contact: String,
}

impl StatePage {
    fn is_open(&self) -> bool {
        self.shown.state().is_some_and(ApplicationState::is_open)
    }

    fn is(&self, code: &str) -> bool {
        self.shown.state == code
    }

    fn class(&self) -> &'static str {
        match self.shown.state() {
            Some(ApplicationState::Approved) => "active",
            Some(ApplicationState::Rejected | ApplicationState::Withdrawn) | None => "expired",
            Some(_) => "unused",
        }
    }
}

/// An account of a notice.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct AccountShown {
    pub kind: String,
    pub user_id: String,
    pub code: String,
    pub until: String,
}

/// What a notice says. It is kept for a while, sealed for the browser that drew it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct NoticeShown {
    pub receipt: String,
    pub facility_code: String,
    pub facility_name: String,
    pub centre_url: String,
    pub accounts: Vec<AccountShown>,
    pub secret_number: String,
    pub terminal_name: String,
    pub enrolment_code: String,
    pub enrolment_until: String,
}

/// 利用開始のお知らせ.
#[derive(Clone, Debug, Template)]
#[template(path = "application/notice.html")]
pub struct NoticePage {
    /// The surroundings.
    pub frame: PlainFrame,
    /// What it says.
    pub shown: NoticeShown,
    /// Where the PDF is.
    pub pdf: String,
    /// For how many minutes it may be opened again.
    pub minutes: i64,
}

//! 利用申請, as an applicant sees it.

use crate::web::application::form::{ApplicationField, CertificateField, ReceiptField};
use crate::web::layout::form::{Choice, Fact, FieldError, Problem, choice, errors_of};
use crate::web::layout::frame::{FormTokens, PlainFrame};
use askama::Template;
use onshi_core::Moment;
use onshi_core::application::{
    Application, ApplicationKind, ApplicationState, CertificateProgress, InstitutionKind, LineKind,
    Particulars,
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
        all.filter_map(|kind| {
            let words = match kind {
                // It has a form of its own.
                ApplicationKind::Certificate => return None,
                ApplicationKind::Start => "この医療機関コードで、はじめて利用します。",
                ApplicationKind::Change => "登録されている名称・電話番号・メールアドレスを変えます。",
                ApplicationKind::Recovery => {
                    "マスタアカウントもリセット用アカウントも使えなくなりました。二人の担当者が審査します。"
                }
            };
            let chosen = self.said.kind == kind.code();
            Some((choice(kind.code(), kind.label(), chosen), words))
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
    /// Where it is sent.
    pub post_href: &'static str,
}

/// 電子証明書発行申請の入力.
#[derive(Clone, Debug, Template)]
#[template(path = "application/certificate.html")]
pub struct CertificateFormPage {
    /// The surroundings.
    pub frame: PlainFrame,
    /// The tokens of its forms.
    pub forms: FormTokens,
    /// What was typed so far.
    pub said: Particulars,
    /// What is wrong with it.
    pub errors: Vec<FieldError<CertificateField>>,
    /// Why it was not taken, where nothing is wrong with a field.
    pub problem: Option<Problem>,
}

impl CertificateFormPage {
    fn error(&self, field: CertificateField) -> Option<String> {
        errors_of(&self.errors, field)
    }
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
    pub may_be_withdrawn: bool,
    /// What is known beside, of an application for a certificate.
    pub certificate: Option<CertificateShown>,
    /// When this was true.
    pub at: String,
}

/// An application for a certificate, beside what every application has.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct CertificateShown {
    pub progress: String,
    pub terminal_name: String,
    pub department: String,
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
            may_be_withdrawn: found.may_be_withdrawn(),
            certificate: found.progress.map(|progress| CertificateShown {
                progress: progress.code().to_owned(),
                terminal_name: found.particulars.terminal_name.clone(),
                department: found.particulars.department.clone(),
            }),
            at: now.jst_words(),
        }
    }

    fn progress(&self) -> Option<CertificateProgress> {
        CertificateProgress::from_code(&self.certificate.as_ref()?.progress)
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

    /// What an application for a certificate goes through, and whether it is there.
    fn steps(&self) -> Vec<(&'static str, bool)> {
        use CertificateProgress as P;
        let Some(at) = self.shown.progress() else {
            return Vec::new();
        };
        let received = match at {
            P::Over => P::Over,
            _ => P::Unconfirmed,
        };
        let mut steps = match at {
            P::Withdrawn | P::Rejected => vec![received, at],
            _ => vec![received, P::Received, P::Issued, P::Fetched],
        };
        if matches!(at, P::Expired | P::Revoked) {
            steps.push(at);
        }
        let is_there = |step: P| step == at || (step == P::Issued && at == P::CodeOver);
        let steps = steps.into_iter();
        steps
            .map(|step| match step {
                P::Unconfirmed if at != P::Unconfirmed => ("受付", false),
                step => (step.label(), is_there(step)),
            })
            .collect()
    }

    /// What the state of an application for a certificate means, and what is to be done.
    fn certificate_words(&self) -> &'static str {
        match self.shown.progress() {
            Some(CertificateProgress::Issued) if self.shown.notice_at.is_some() => {
                "取得コードを作成しました。端末で電子証明書を取得すると「取得済」になります。"
            }
            Some(CertificateProgress::Issued) => {
                "承認されました。端末の準備ができたら、取得コードを作成してください。"
            }
            Some(CertificateProgress::CodeOver) => {
                "取得コードは、期限が切れたか、無効になったため、使えません。下の窓口に連絡するか、取り下げて、もう一度申請してください。"
            }
            Some(CertificateProgress::Fetched) => {
                "端末が電子証明書を取得しました。ほかに必要な手続きはありません。"
            }
            Some(CertificateProgress::Expired) => {
                "この端末の電子証明書は、有効期限が切れました。使い続けるには、もう一度申請してください。"
            }
            Some(CertificateProgress::Revoked) => {
                "この端末の電子証明書は、失効しました。この端末からは接続できません。使い続けるには、もう一度申請してください。"
            }
            _ => "",
        }
    }

    fn class(&self) -> &'static str {
        match self.shown.progress() {
            Some(CertificateProgress::Revoked | CertificateProgress::Expired) => return "expired",
            Some(CertificateProgress::CodeOver) => return "unused",
            _ => {}
        }
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

/// What a notice says; one for a terminal's certificate has no accounts. It is kept for a while, sealed for the browser that drew it.
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

impl NoticeShown {
    /// Whether it is the code for a terminal's certificate alone.
    pub(super) fn is_for_certificate(&self) -> bool {
        self.accounts.is_empty()
    }

    /// How it is called.
    pub(super) fn title(&self) -> &'static str {
        match self.is_for_certificate() {
            true => ApplicationKind::Certificate.notice_name(),
            false => ApplicationKind::Start.notice_name(),
        }
    }
}

/// 利用開始のお知らせ, or 電子証明書取得のお知らせ.
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

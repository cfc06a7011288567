//! マイナ資格確認アプリ, as the staff who visit patients see it.

use crate::web::eligibility::view::EligibilityAnswer;
use crate::web::home::form::HomeField;
use crate::web::home::view::KindRow;
use crate::web::layout::form::{Choice, FieldError, Lock, Problem, errors_of};
use crate::web::layout::frame::{FormTokens, PlainFrame, SessionEnd};
use crate::web::login::view::{code_autocomplete, code_label};
use askama::Template;
use onshi_core::home_reception::OnVisit;
use serde::{Deserialize, Serialize};

/// What surrounds a page of whoever is logged in on a phone.
#[derive(Clone, Debug)]
pub struct VisitFrame {
    /// Institution and phone.
    pub plain: PlainFrame,
    /// 医療機関コード.
    pub facility_code: String,
    /// Name of the account.
    pub account_name: String,
    /// ユーザID.
    pub user_id: String,
    /// How long the session lasts.
    pub session: SessionEnd,
}

/// 利用開始.
#[derive(Clone, Debug, Template)]
#[template(path = "visit/activation.html")]
pub struct ActivationPage {
    /// The surroundings.
    pub frame: PlainFrame,
    /// The tokens of its form.
    pub forms: FormTokens,
    /// 医療機関コード, as it was typed.
    pub facility_code: String,
    /// ユーザID, as it was typed.
    pub user_id: String,
    /// アクティベーションコード, as it was typed.
    pub code: String,
    /// Why it was not accepted.
    pub problem: Option<Problem>,
    /// Until when no attempt is accepted.
    pub lock: Option<Lock>,
}

/// ログイン.
#[derive(Clone, Debug, Template)]
#[template(path = "visit/login.html")]
pub struct LoginPage {
    /// The surroundings.
    pub frame: PlainFrame,
    /// The tokens of its form.
    pub forms: FormTokens,
    /// ユーザID, as it was typed.
    pub user_id: String,
    /// Why it was not accepted.
    pub problem: Option<Problem>,
    /// Until when no attempt is accepted.
    pub lock: Option<Lock>,
    /// Why the session before this page ended.
    pub ended: Option<String>,
}

/// 確認コードの入力.
#[derive(Clone, Debug, Template)]
#[template(path = "visit/second.html")]
pub struct SecondStepPage {
    /// The surroundings.
    pub frame: PlainFrame,
    /// The tokens of its form.
    pub forms: FormTokens,
    /// The account.
    pub user_id: String,
    /// Stands for the password that was right a moment ago.
    pub ticket: String,
    /// Whether there is an authenticator; else only a recovery code is good here.
    pub has_totp: bool,
    /// How many recovery codes there are.
    pub codes_left: i64,
    /// Why the last code was not accepted.
    pub problem: Option<Problem>,
}

impl SecondStepPage {
    fn code_label(&self) -> &'static str {
        code_label(self.has_totp)
    }

    fn code_autocomplete(&self) -> &'static str {
        code_autocomplete(self.has_totp)
    }
}

/// ログイン中の確認: the account has a session already.
#[derive(Clone, Debug, Template)]
#[template(path = "visit/takeover.html")]
pub struct TakeoverPage {
    /// The surroundings.
    pub frame: PlainFrame,
    /// The tokens of its form.
    pub forms: FormTokens,
    /// The account.
    pub user_id: String,
    /// Stands for the password that was right a moment ago.
    pub ticket: String,
    /// Where the open session runs.
    pub terminal: String,
    /// When it began.
    pub since: String,
    /// When it was last used.
    pub last_active: String,
}

/// はじめの画面.
#[derive(Clone, Debug, Template)]
#[template(path = "visit/menu.html")]
pub struct MenuPage {
    /// The surroundings.
    pub frame: VisitFrame,
    /// The tokens of its form.
    pub forms: FormTokens,
}

/// 資格確認・同意登録: how the patient is verified, and to what they consent.
#[derive(Clone, Debug, Template)]
#[template(path = "visit/consent.html")]
pub struct ConsentPage {
    /// The surroundings.
    pub frame: VisitFrame,
    /// The ways of verification.
    pub ways: Vec<Choice>,
    /// Whether all kinds are agreed to, as it was chosen.
    pub all: String,
    /// The kinds.
    pub kinds: Vec<KindRow>,
    /// What is wrong.
    pub errors: Vec<FieldError<HomeField>>,
}

impl ConsentPage {
    fn error(&self, field: HomeField) -> Option<String> {
        errors_of(&self.errors, field)
    }
}

/// What a patient says on a visit, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Whether staff looked at patient and picture.
    pub by_eye: bool,
    /// Each kind with what is agreed to of it.
    pub kinds: Vec<(String, bool)>,
}

impl Told {
    /// In words, of what is chosen.
    pub fn of(said: &OnVisit) -> Told {
        let kinds = said.kinds.iter();
        Told {
            by_eye: said.by_eye,
            kinds: kinds
                .map(|(kind, agreed)| (kind.includes().to_owned(), *agreed))
                .collect(),
        }
    }

    fn way(&self) -> &'static str {
        match self.by_eye {
            true => "目視確認",
            false => "暗証番号",
        }
    }
}

/// The page that leads to the card.
#[derive(Clone, Debug, Template)]
#[template(path = "visit/sign.html")]
pub struct SignPage {
    /// The surroundings.
    pub frame: VisitFrame,
    /// The card's program, with what is to be signed.
    pub sign_href: String,
    /// The form, as it was filled in.
    pub again_href: String,
    /// Until when it may be signed.
    pub until: String,
    /// What is said.
    pub told: Told,
}

/// The page behind the card.
#[derive(Clone, Debug, Template)]
#[template(path = "visit/card.html")]
pub struct CardPage {
    /// The surroundings.
    pub frame: VisitFrame,
    /// The tokens of its form.
    pub forms: FormTokens,
    /// Name and value of what is sent.
    pub fields: Vec<(&'static str, String)>,
    /// What is said.
    pub told: Told,
}

/// 結果: eligibility of the day, and what was registered.
#[derive(Clone, Debug, Template)]
#[template(path = "visit/result.html")]
pub struct ResultPage {
    /// The surroundings.
    pub frame: VisitFrame,
    /// What was found.
    pub answer: EligibilityAnswer,
    /// What was registered.
    pub told: Told,
    /// When.
    pub given: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::layout::sample::Sample;

    #[test]
    fn six_digits_are_asked_for_only_where_an_authenticator_makes_them() {
        for (name, page) in SecondStepPage::samples() {
            let (has_totp, text) = (page.has_totp, page.render().expect("it is printed"));
            assert_eq!(text.contains("6けた"), has_totp, "{name}");
            assert_eq!(text.contains("<h1>確認コードの入力"), has_totp, "{name}");
            assert_eq!(text.contains("<h1>回復コードの入力"), !has_totp, "{name}");
        }
    }
}

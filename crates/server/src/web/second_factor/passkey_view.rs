//! パスキーの登録.

use crate::web::layout::form::{FieldError, errors_of, field_error};
use crate::web::layout::frame::Frame;
use crate::web::layout::sample::{Sample, frame};
use crate::web::second_factor::form::PasskeyField;
use askama::Template;

/// パスキーの登録: a device makes one, and its holder names it.
#[derive(Clone, Debug, Template)]
#[template(path = "second_factor/passkey.html")]
pub struct PasskeyPage {
    /// The surroundings.
    pub frame: Frame,
    /// What its holder calls it.
    pub name: String,
    /// What was made up for it.
    pub challenge: String,
    /// What the device keeps of the account.
    pub handle: String,
    /// What the device shows.
    pub user_name: String,
    /// The holder's name.
    pub display_name: String,
    /// The passkeys that there are, with spaces between.
    pub known: String,
    /// The signatures that are taken, with spaces between.
    pub algorithms: String,
    /// What was wrong, by field.
    pub errors: Vec<FieldError<PasskeyField>>,
}

impl PasskeyPage {
    fn error(&self, field: PasskeyField) -> Option<String> {
        errors_of(&self.errors, field)
    }
}

impl Sample for PasskeyPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: frame(),
            name: "MIRAIONS01".to_owned(),
            challenge: "AAAA".to_owned(),
            handle: "BBBB".to_owned(),
            user_name: "1311234567 yamada01".to_owned(),
            display_name: "山田 太郎".to_owned(),
            known: "CCCC DDDD".to_owned(),
            algorithms: "-7 -8 -257".to_owned(),
            errors: Vec::new(),
        };
        let wrong = Self {
            errors: vec![
                field_error(PasskeyField::Name, "名前を入力してください。"),
                field_error(PasskeyField::CurrentPassword, "今のパスワードが違います。"),
                field_error(PasskeyField::Credential, "パスキーがまだ作られていません。"),
            ],
            ..page.clone()
        };
        vec![("first", page), ("wrong", wrong)]
    }
}

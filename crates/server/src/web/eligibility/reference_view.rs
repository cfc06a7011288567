//! 照会番号登録: the form, and the question before a number is replaced.

use crate::web::eligibility::form::CardField;
use crate::web::eligibility::view::EligibilityValues;
use crate::web::layout::form::FieldError;
use crate::web::layout::frame::Frame;
use crate::web::layout::sample::{Sample, frame};
use askama::Template;
use serde::{Deserialize, Serialize};

/// What a registration would replace.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Replaces {
    /// Whose number it becomes.
    pub name: String,
    /// The number that this person has.
    pub theirs: Option<String>,
    /// Who has the number now.
    pub holder: Option<String>,
    /// What is given back by whoever agrees.
    pub proof: String,
}

/// 照会番号登録.
#[derive(Clone, Debug, Template)]
#[template(path = "eligibility/reference_number.html")]
pub struct ReferenceNumberPage {
    /// The surroundings.
    pub frame: Frame,
    /// The card, and the patient's number here.
    pub values: EligibilityValues,
    /// What is wrong with it.
    pub errors: Vec<FieldError<CardField>>,
    /// What has to be agreed to first.
    pub replaces: Option<Replaces>,
}

impl ReferenceNumberPage {
    fn error(&self, field: CardField) -> Option<String> {
        crate::web::layout::form::errors_of(&self.errors, field)
    }
}

impl Sample for ReferenceNumberPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = |errors, replaces| ReferenceNumberPage {
            frame: frame(),
            values: EligibilityValues {
                reference_number: "P0001".to_owned(),
                ..EligibilityValues::default()
            },
            errors,
            replaces,
        };
        let error = FieldError {
            field: CardField::Number,
            text: "番号を入力してください。".to_owned(),
        };
        let replaces = Replaces {
            name: "架空　花子".to_owned(),
            theirs: Some("P0007".to_owned()),
            holder: Some("見本　太郎（1981年10月17日生）".to_owned()),
            proof: "0123".to_owned(),
        };
        vec![
            ("empty", page(Vec::new(), None)),
            ("errors", page(vec![error], None)),
            ("replaces", page(Vec::new(), Some(replaces))),
        ]
    }
}

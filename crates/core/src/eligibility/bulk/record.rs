//! The rows of a bulk request as they are kept: whom a row asks about, and what it is answered.
//!
//! They are records of core's own, with a version. The upload by a program, the upload on a screen, the
//! job, the download and the export all speak of these; how they stand in a message is said here once,
//! in the conversions at the end. The one part that is a message's block is what was told of a person
//! (資格確認結果): it must stay as it was told, whatever becomes of the insurer's data.

use super::BulkKind;
use crate::clock::Day;
use crate::error::Fault;
use crate::insured::Card;
use onshi_wire::codes::{CertificateConsent, ProcessingResultStatus};
use onshi_wire::error_codes::ErrorCode;
use onshi_wire::messages::{
    BulkConfirmUnit, BulkRegistrationUnit, QualificationConfirmSearchInfo,
    ReferenceNumberRegistrationInfo, ResultOfQualificationConfirmation,
};
use onshi_wire::shape::Typed;
use onshi_wire::{Limits, parse_json, print_json};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The version with which rows are written.
pub(crate) const VERSION: i64 = 2;

/// Whom one row asks about, as it was sent: what is wrong in it is answered beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RowQuestion {
    /// 任意の識別子 of a check, 照会番号 of a registration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
    /// 保険者番号.
    pub insurer_number: String,
    /// 被保険者証記号.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symbol: Option<String>,
    /// 被保険者証番号.
    pub number: String,
    /// 被保険者証枝番.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// 生年月日; a registration has none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub birthdate: String,
    /// 限度額適用認定証提供同意フラグ; a registration has none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub ceiling_consent: String,
}

/// What one row is answered.
#[derive(Clone, Debug, Default)]
pub struct RowAnswer {
    /// 処理結果状況: whether it was worked.
    pub done: bool,
    /// 処理結果コード: of an error, or of a notice.
    pub code: Option<String>,
    /// 処理結果メッセージ: the same in words.
    pub words: Option<String>,
    /// 資格有効性.
    pub validity: Option<String>,
    /// 資格確認結果: what was told of the person.
    pub told: Option<ResultOfQualificationConfirmation>,
    /// 照会番号 of the person at the institution.
    pub reference_number: Option<String>,
}

/// A row that is answered. The rows of a list ask about nobody.
#[derive(Clone, Debug)]
pub struct Row {
    /// Whom it asks about.
    pub question: Option<RowQuestion>,
    /// What it is answered.
    pub answer: RowAnswer,
}

/// A row before it is answered, or before anybody looked.
#[derive(Clone, Debug, Default)]
pub struct Item {
    /// Whom it asks about; none is a row of a list.
    pub question: Option<RowQuestion>,
    /// What it is answered already.
    pub answer: Option<RowAnswer>,
    /// How the question was spelt in XML, as `Spellings` keeps it.
    pub spelling: Option<String>,
}

/// A row as it stands in the database.
#[derive(Clone, Debug)]
pub struct KeptRow {
    pub(in crate::eligibility) version: i64,
    pub(in crate::eligibility) question: String,
    pub(in crate::eligibility) answer: Option<String>,
    pub(in crate::eligibility) spelling: Option<String>,
}

/// The answer as it is written.
#[derive(Serialize, Deserialize)]
struct WrittenAnswer {
    done: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    words: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    validity: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reference_number: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    told: Option<Box<RawValue>>,
}

impl RowQuestion {
    /// The card.
    pub fn card(&self) -> Card {
        let symbol = self.symbol.as_deref().unwrap_or("");
        Card::of(&self.insurer_number, symbol, &self.number)
    }

    /// Whether the patient lets the ceiling be told.
    pub(super) fn consents_to_ceiling(&self) -> bool {
        self.ceiling_consent == CertificateConsent::Given.code()
    }

    /// The birthdate, where it is a day.
    pub(super) fn born(&self) -> Option<Day> {
        Day::parse(&self.birthdate)
    }

    /// What is kept of it.
    pub(super) fn written(&self) -> Result<String, Fault> {
        serde_json::to_string(self).map_err(|e| Fault::at("writing a bulk row", e))
    }
}

impl RowAnswer {
    /// That a row could not be worked, in these words or the code's own.
    pub fn failed(code: &ErrorCode, words: Option<String>) -> RowAnswer {
        RowAnswer {
            code: Some(code.code.to_owned()),
            words: Some(words.unwrap_or_else(|| code.text_ja.to_owned())),
            ..RowAnswer::default()
        }
    }

    /// That a row was worked.
    pub(super) fn done() -> RowAnswer {
        RowAnswer {
            done: true,
            ..RowAnswer::default()
        }
    }

    fn written(&self) -> Result<String, Fault> {
        let fault = |e: serde_json::Error| Fault::at("writing a bulk answer", e);
        let told = match &self.told {
            None => None,
            Some(told) => {
                let text = String::from_utf8(print_json(told))
                    .map_err(|e| Fault::at("writing a bulk answer", e))?;
                Some(RawValue::from_string(text).map_err(fault)?)
            }
        };
        let written = WrittenAnswer {
            done: self.done,
            code: self.code.clone(),
            words: self.words.clone(),
            validity: self.validity.clone(),
            reference_number: self.reference_number.clone(),
            told,
        };
        serde_json::to_string(&written).map_err(fault)
    }
}

impl Item {
    /// What is kept of it.
    pub(in crate::eligibility) fn kept(&self) -> Result<KeptRow, Fault> {
        let question = self.question.as_ref().map(RowQuestion::written);
        let answer = self.answer.as_ref().map(RowAnswer::written);
        Ok(KeptRow {
            version: VERSION,
            question: question.transpose()?.unwrap_or_default(),
            answer: answer.transpose()?,
            spelling: self.spelling.clone(),
        })
    }
}

impl KeptRow {
    /// Whether it has an answer.
    pub(super) fn is_answered(&self) -> bool {
        self.answer.is_some()
    }

    /// Whom it asks about.
    pub(super) fn question(&self, kind: BulkKind) -> Result<Option<RowQuestion>, Fault> {
        let text = self.question.as_str();
        if text.is_empty() {
            return Ok(None);
        }
        Ok(Some(match (self.version, kind) {
            (VERSION, _) => serde_json::from_str(text).map_err(unread)?,
            (1, BulkKind::ReferenceNumbers) => {
                RowQuestion::from(block::<ReferenceNumberRegistrationInfo>(text)?)
            }
            (1, _) => RowQuestion::from(block::<QualificationConfirmSearchInfo>(text)?),
            (version, _) => return Err(unread(format!("version {version}"))),
        }))
    }

    /// The row with its answer, of a request of this kind; none where it has none yet.
    pub fn row(&self, kind: BulkKind) -> Result<Option<Row>, Fault> {
        let Some(text) = self.answer.as_deref() else {
            return Ok(None);
        };
        let answer = match (self.version, kind) {
            (VERSION, _) => {
                let written: WrittenAnswer = serde_json::from_str(text).map_err(unread)?;
                let told = written.told.map(|told| block(told.get()));
                RowAnswer {
                    done: written.done,
                    code: written.code,
                    words: written.words,
                    validity: written.validity,
                    reference_number: written.reference_number,
                    told: told.transpose()?,
                }
            }
            (1, BulkKind::ReferenceNumbers) => {
                RowAnswer::from(block::<BulkRegistrationUnit>(text)?)
            }
            (1, _) => RowAnswer::from(block::<BulkConfirmUnit>(text)?),
            (version, _) => return Err(unread(format!("version {version}"))),
        };
        Ok(Some(Row {
            question: self.question(kind)?,
            answer,
        }))
    }
}

fn unread(why: impl std::fmt::Display) -> Fault {
    Fault::at("reading a bulk row", why.to_string())
}

fn block<M: Typed>(text: &str) -> Result<M, Fault> {
    let parsed = parse_json::<M>(text.as_bytes(), &Limits::SINGLE);
    match parsed.readable {
        true => Ok(parsed.message),
        false => Err(unread("it is not what was kept")),
    }
}

impl From<QualificationConfirmSearchInfo> for RowQuestion {
    fn from(block: QualificationConfirmSearchInfo) -> RowQuestion {
        RowQuestion {
            identifier: block.arbitrary_identifier,
            insurer_number: block.insurer_number,
            symbol: block.insured_card_symbol,
            number: block.insured_identification_number,
            branch: block.insured_branch_number,
            birthdate: block.birthdate,
            ceiling_consent: block.limit_application_certificate_related_cons_flg,
        }
    }
}

impl From<RowQuestion> for QualificationConfirmSearchInfo {
    fn from(question: RowQuestion) -> QualificationConfirmSearchInfo {
        QualificationConfirmSearchInfo {
            arbitrary_identifier: question.identifier,
            insurer_number: question.insurer_number,
            insured_card_symbol: question.symbol,
            insured_identification_number: question.number,
            insured_branch_number: question.branch,
            birthdate: question.birthdate,
            limit_application_certificate_related_cons_flg: question.ceiling_consent,
        }
    }
}

impl From<ReferenceNumberRegistrationInfo> for RowQuestion {
    fn from(block: ReferenceNumberRegistrationInfo) -> RowQuestion {
        RowQuestion {
            identifier: Some(block.reference_number),
            insurer_number: block.insurer_number,
            symbol: block.insured_card_symbol,
            number: block.insured_identification_number,
            branch: block.insured_branch_number,
            ..RowQuestion::default()
        }
    }
}

impl From<RowQuestion> for ReferenceNumberRegistrationInfo {
    fn from(question: RowQuestion) -> ReferenceNumberRegistrationInfo {
        ReferenceNumberRegistrationInfo {
            reference_number: question.identifier.unwrap_or_default(),
            insurer_number: question.insurer_number,
            insured_card_symbol: question.symbol,
            insured_identification_number: question.number,
            insured_branch_number: question.branch,
        }
    }
}

const fn status(done: bool) -> &'static str {
    match done {
        true => ProcessingResultStatus::Done.code(),
        false => ProcessingResultStatus::Error.code(),
    }
}

impl From<BulkConfirmUnit> for RowAnswer {
    fn from(unit: BulkConfirmUnit) -> RowAnswer {
        RowAnswer {
            done: unit.processing_result_status == status(true),
            code: unit.processing_result_code,
            words: unit.processing_result_message,
            validity: unit.qualification_validity,
            told: unit.result,
            reference_number: unit.reference_number,
        }
    }
}

impl From<BulkRegistrationUnit> for RowAnswer {
    fn from(unit: BulkRegistrationUnit) -> RowAnswer {
        RowAnswer {
            done: unit.processing_result_status == status(true),
            code: unit.processing_result_code,
            words: unit.processing_result_message,
            ..RowAnswer::default()
        }
    }
}

impl From<Row> for BulkConfirmUnit {
    fn from(Row { question, answer }: Row) -> BulkConfirmUnit {
        BulkConfirmUnit {
            search: question.map(Into::into),
            processing_result_status: status(answer.done).to_owned(),
            processing_result_code: answer.code,
            processing_result_message: answer.words,
            qualification_validity: answer.validity,
            result: answer.told,
            reference_number: answer.reference_number,
        }
    }
}

impl From<Row> for BulkRegistrationUnit {
    fn from(Row { question, answer }: Row) -> BulkRegistrationUnit {
        BulkRegistrationUnit {
            registration: question.map(Into::into),
            processing_result_status: status(answer.done).to_owned(),
            processing_result_code: answer.code,
            processing_result_message: answer.words,
        }
    }
}

#[cfg(test)]
mod tests;

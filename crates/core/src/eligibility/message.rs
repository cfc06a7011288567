//! The messages about one person, answered.

use super::answer::{self, Terms};
use super::day::within_reach;
use super::judge::Judged;
use super::patient::KnownPatient;
use super::{Question, confirm};
use crate::audit::Checked;
use crate::clock::{Day, Moment};
use crate::consent;
use crate::error::{Error, RefusalCode};
use crate::insured::Card;
use crate::service::Tx;
use onshi_wire::codes::{
    CertificateConsent, CharacterCode, ProcessingResultStatus, ReferenceClassification,
    SegmentOfResult,
};
use onshi_wire::error_codes::{self, ErrorCode};
use onshi_wire::messages::{
    EligibilityRequest, EligibilityResponse, EligibilityResponseBody, EligibilityResponseHeader,
    QualificationConfirmSearchInfo, RequestHeader, ResultOfQualificationConfirmation,
};
use onshi_wire::numbers::match_branch;

/// 文字コード識別子 of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8
    Utf8,
    /// Shift_JIS (CP932)
    ShiftJis,
}

impl Encoding {
    /// The code (OQSCD005).
    pub const fn code(self) -> &'static str {
        match self {
            Encoding::Utf8 => CharacterCode::Utf8.code(),
            Encoding::ShiftJis => CharacterCode::ShiftJis.code(),
        }
    }
}

/// What was asked, read from a search block and the header's day. What does not parse is none,
/// which only a message that was not checked can be.
fn question(day: &str, today: Day, search: &QualificationConfirmSearchInfo) -> Option<Question> {
    Some(Question {
        day: Day::parse(day)?,
        today,
        card: Card::of(
            &search.insurer_number,
            search.insured_card_symbol.as_deref().unwrap_or(""),
            &search.insured_identification_number,
        ),
        branch: match_branch(search.insured_branch_number.as_deref()),
        birthdate: Day::parse(&search.birthdate)?,
    })
}

/// Answers a check of one person (OQSsiquc01).
pub fn check(
    tx: &mut Tx<'_>,
    request: EligibilityRequest,
    encoding: Encoding,
) -> Result<EligibilityResponse, Error> {
    check_known(tx, request, encoding).map(|(response, _)| response)
}

/// The same, and who it is by which card, where it is one person.
pub(crate) fn check_known(
    tx: &mut Tx<'_>,
    request: EligibilityRequest,
    encoding: Encoding,
) -> Result<(EligibilityResponse, Option<KnownPatient>), Error> {
    check_by(tx, request, encoding, |_, asked| Ok((asked, true)))
}

/// The same about whom is made of what was asked; with it, whether the ceiling may be told at all.
pub(super) fn check_by(
    tx: &mut Tx<'_>,
    request: EligibilityRequest,
    encoding: Encoding,
    meant: impl FnOnce(&mut Tx<'_>, Question) -> Result<(Question, bool), Error>,
) -> Result<(EligibilityResponse, Option<KnownPatient>), Error> {
    let (header, search) = (&request.header, request.body.search);
    if header.medical_institution_code != tx.facility()?.as_str() {
        tx.refuse_and_keep(crate::error::Refusal::new(RefusalCode::NotPermitted));
        let code = &error_codes::FACILITY;
        let why = (code.code, code.text_ja.to_owned());
        return Ok((failed(header, tx.now(), encoding, why), None));
    }
    let today = tx.now().jst_day();
    let question = question(&header.qualification_confirmation_date, today, &search)
        .ok_or(RefusalCode::Invalid)?;
    if let Err(words) = within_reach(&tx.rules().check, question.day, today) {
        tx.refuse_and_keep(crate::error::Refusal::new(RefusalCode::Invalid));
        let why = (error_codes::DAY.code, words);
        let mut answer = failed(header, tx.now(), encoding, why);
        answer.body.search = Some(search);
        return Ok((answer, None));
    }
    let (question, may_tell_ceiling) = meant(tx, question)?;
    let judged = confirm(tx, &question)?;
    let validity = judged.validity;
    let known = match judged.results.as_slice() {
        [only] => Some(KnownPatient::of(only)),
        _ => None,
    };
    let ceiling = search.limit_application_certificate_related_cons_flg
        == CertificateConsent::Given.code()
        && may_tell_ceiling;
    let found = found(tx, judged, question.day, (ceiling, false))?;
    let mut response = frame(header, tx.now(), encoding);
    response.header.segment_of_result = SegmentOfResult::Done.into();
    response.body = EligibilityResponseBody {
        search: Some(search),
        processing_result_status: Some(ProcessingResultStatus::Done.into()),
        processing_result_code: found.code.map(|code| code.code.to_owned()),
        processing_result_message: found.notice,
        qualification_validity: Some(validity.code().to_owned()),
        result_list: found.results,
        ..EligibilityResponseBody::default()
    };
    Ok((response, known))
}

/// What a check tells, for one message or one row of a bulk request.
pub(super) struct Found {
    pub results: Vec<ResultOfQualificationConfirmation>,
    pub notice: Option<String>,
    /// The simulated code that goes with the notice: the check itself went well.
    pub code: Option<&'static ErrorCode>,
    pub reference_number: Option<String>,
}

/// `ceiling` says whether that may be told, `asked` whether the person was asked just now to what they consent.
pub(super) fn found(
    tx: &mut Tx<'_>,
    judged: Judged,
    day: Day,
    (ceiling, asked): (bool, bool),
) -> Result<Found, Error> {
    let facility = tx.facility()?;
    let valid = match judged.results.as_slice() {
        // Who was asked just now may have consented since the look.
        [only] if asked || only.may_have_consented => consent::list_valid(tx, only.person)?,
        _ => Vec::new(),
    };
    let terms = Terms {
        day,
        now: tx.now(),
        limit_consented: ceiling,
        facility: facility.as_str(),
        consents: (asked || !valid.is_empty()).then_some(&valid),
    };
    let notice = judged.explanation();
    let code = notice.as_ref().map(|_| {
        if judged.is_mere_prospect() {
            &error_codes::PROSPECT
        } else {
            &error_codes::NOTICE
        }
    });
    let told = [
        (notice.is_some(), Checked::NOTICE),
        (terms.limit_consented, Checked::CEILING),
    ];
    tx.set_told(told.iter().map(|(is, bit)| i64::from(*is) * bit).sum());
    let results = answer::results(judged, terms);
    let reference_number = match results.as_slice() {
        [only] => only.reference_number.clone(),
        _ => None,
    };
    Ok(Found {
        results,
        notice,
        code,
        reference_number,
    })
}

fn frame(header: &RequestHeader, now: Moment, encoding: Encoding) -> EligibilityResponse {
    let date = &header.qualification_confirmation_date;
    EligibilityResponse {
        header: EligibilityResponseHeader {
            process_execution_time: now.jst_fourteen(),
            qualification_confirmation_date: Day::parse(date).map(|_| date.clone()),
            medical_institution_code: header.medical_institution_code.clone(),
            arbitrary_file_identifier: header.arbitrary_file_identifier.clone(),
            reference_classification: ReferenceClassification::CardFace.into(),
            character_code_identifier: encoding.code().to_owned(),
            ..EligibilityResponseHeader::default()
        },
        ..EligibilityResponse::default()
    }
}

/// The answer to a message that could not be worked, with the code and the words that say why.
pub fn failed(
    header: &RequestHeader,
    now: Moment,
    encoding: Encoding,
    (code, words): (&str, String),
) -> EligibilityResponse {
    let mut response = frame(header, now, encoding);
    response.header.segment_of_result = SegmentOfResult::Failed.into();
    response.header.error_code = Some(code.to_owned());
    response.header.error_message = Some(words);
    response.body.processing_result_status = Some(ProcessingResultStatus::Error.into());
    response
}

/// What a card reader gets, and the folder of the institution: a person by My Number Card, with what was
/// said just now.
pub(crate) fn at_the_reader(
    tx: &mut Tx<'_>,
    judged: Judged,
    (day, ceiling): (Day, bool),
    token: &str,
) -> Result<EligibilityResponse, Error> {
    let validity = judged.validity;
    let found = found(tx, judged, day, (ceiling, true))?;
    Ok(EligibilityResponse {
        header: EligibilityResponseHeader {
            process_execution_time: tx.now().jst_fourteen(),
            qualification_confirmation_date: Some(day.eight()),
            medical_institution_code: tx.facility()?.as_str().to_owned(),
            arbitrary_file_identifier: Some(token.to_owned()),
            reference_classification: ReferenceClassification::MyNumberCard.into(),
            segment_of_result: SegmentOfResult::Done.into(),
            character_code_identifier: Encoding::Utf8.code().to_owned(),
            ..EligibilityResponseHeader::default()
        },
        body: EligibilityResponseBody {
            processing_result_status: Some(ProcessingResultStatus::Done.into()),
            processing_result_code: found.code.map(|code| code.code.to_owned()),
            processing_result_message: found.notice,
            qualification_validity: Some(validity.code().to_owned()),
            result_list: found.results,
            ..EligibilityResponseBody::default()
        },
    })
}

//! The headers of answers: what each repeats of its request, and how it says what came of it.

use onshi_core::Moment;
use onshi_core::eligibility::message::Encoding;
use onshi_wire::codes::SegmentOfResult;
use onshi_wire::error_codes::ErrorCode;
use onshi_wire::shape::Typed;
use onshi_wire::shape::element::put;

/// What every answer's header has.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(super) now: Moment,
    /// 医療機関コード, as the request has it; the account's, where reading ended before it.
    pub(super) institution: String,
    /// 任意のファイル識別子 of the request.
    pub(super) file_identifier: Option<String>,
    pub(super) encoding: Encoding,
}

/// Why a message is not done: the simulated code, and the words.
#[derive(Clone, Debug)]
pub(crate) struct Why {
    pub(super) code: &'static str,
    pub(super) words: String,
}

impl From<&ErrorCode> for Why {
    fn from(code: &ErrorCode) -> Why {
        Why {
            code: code.code,
            words: code.text_ja.to_owned(),
        }
    }
}

/// ResultCode (処理結果) of success; ours of anything else, since no other value is public.
const RESULT_DONE: &str = "1";
const RESULT_FAILED: &str = "9";

/// The header of an answer, by the names of its elements: whichever of these a message's header has.
pub(crate) trait Header: Typed {
    /// Begins it with what is of the request.
    fn of(head: &Head) -> Self {
        let mut header = Self::default();
        let identifier = head.file_identifier.clone().unwrap_or_default();
        for (name, value) in [
            ("ProcessExecutionTime", head.now.jst_fourteen()),
            ("MedicalInstitutionCode", head.institution.clone()),
            ("ArbitraryFileIdentifier", identifier),
            ("CharacterCodeIdentifier", head.encoding.code().to_owned()),
        ] {
            if !value.is_empty() {
                put(&mut header, &[name], value);
            }
        }
        header
    }

    /// Says that the file was worked.
    fn done(mut self) -> Self {
        if !put(
            &mut self,
            &["SegmentOfResult"],
            SegmentOfResult::Done.into(),
        ) {
            put(&mut self, &["ResultCode"], RESULT_DONE.to_owned());
        }
        self
    }

    /// Says why it was not.
    fn not_done(mut self, why: Why) -> Self {
        let failed = SegmentOfResult::Failed;
        if put(&mut self, &["SegmentOfResult"], failed.into()) {
            put(&mut self, &["ErrorCode"], why.code.to_owned());
            put(&mut self, &["ErrorMessage"], why.words);
        } else {
            put(&mut self, &["ResultCode"], RESULT_FAILED.to_owned());
            let words = format!("{} {}", why.code, why.words);
            put(&mut self, &["MessageContents"], words);
        }
        self
    }

    /// The header of an answer to a file that was worked.
    fn of_done(head: &Head) -> Self {
        Self::of(head).done()
    }

    /// The header of an answer that says why nothing was done.
    fn of_not_done(head: &Head, why: Why) -> Self {
        Self::of(head).not_done(why)
    }
}

impl<T: Typed> Header for T {}

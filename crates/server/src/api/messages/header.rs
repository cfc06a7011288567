//! The headers of answers: what each repeats of its request, and how it says what came of it.

use onshi_core::Moment;
use onshi_core::eligibility::message::Encoding;
use onshi_wire::error_codes::ErrorCode;
use onshi_wire::messages::{
    CheckupResponseHeader, DownloadResponseHeader, MedicinesResponseHeader,
    ReferenceNumberResponseHeader, UploadResponseHeader,
};

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

/// The header of an answer.
pub(crate) trait Header: Default {
    /// Begins it with what is of the request.
    fn of(head: &Head) -> Self;
    /// Says that the file was worked.
    fn done(self) -> Self;
    /// Says why it was not.
    fn not_done(self, why: Why) -> Self;

    /// The header of an answer to a file that was worked.
    fn of_done(head: &Head) -> Self {
        Self::of(head).done()
    }

    /// The header of an answer that says why nothing was done.
    fn of_not_done(head: &Head, why: Why) -> Self {
        Self::of(head).not_done(why)
    }
}

macro_rules! header {
    ($header:ty { $($result:tt)+ }) => {
        impl Header for $header {
            fn of(head: &Head) -> Self {
                Self {
                    process_execution_time: head.now.jst_fourteen().into(),
                    medical_institution_code: head.institution.clone().into(),
                    arbitrary_file_identifier: head.file_identifier.clone(),
                    character_code_identifier: head.encoding.code().to_owned().into(),
                    ..Self::default()
                }
            }

            header!(@ $($result)+);
        }
    };
    // With SegmentOfResult, ErrorCode and ErrorMessage.
    (@ segment) => {
        fn done(self) -> Self {
            Self {
                segment_of_result: "1".to_owned().into(),
                ..self
            }
        }

        fn not_done(self, why: Why) -> Self {
            Self {
                segment_of_result: "9".to_owned().into(),
                error_code: Some(why.code.to_owned()),
                error_message: Some(why.words),
                ..self
            }
        }
    };
    // With ResultCode and MessageContents. 1 is success; the other values are not public.
    (@ result) => {
        fn done(self) -> Self {
            Self {
                result_code: "1".to_owned(),
                ..self
            }
        }

        fn not_done(self, why: Why) -> Self {
            Self {
                result_code: "9".to_owned(),
                message_contents: Some(format!("{} {}", why.code, why.words)),
                ..self
            }
        }
    };
}

header!(ReferenceNumberResponseHeader { segment });
header!(UploadResponseHeader { segment });
header!(DownloadResponseHeader { segment });
header!(MedicinesResponseHeader { result });
header!(CheckupResponseHeader { result });

//! Characters that an answer's reader has not: every answer says by itself which of them were
//! replaced, and which private-use characters (外字) it has, and where.
//!
//! Only `reply::print` calls this, and it gives nobody the list: so no answer goes out with a ●
//! that it does not name.

use onshi_wire::error_codes::{self, ErrorCode};
use onshi_wire::messages::{
    BulkConfirmUnit, BulkEligibilityResponse, BulkReferenceNumberResponse, BulkRegistrationUnit,
    CheckupResponse, DownloadResponseHeader, EligibilityResponse, MedicinesResponse,
    ReferenceNumberResponse, UploadResponse, WithdrawalResponse,
};
use onshi_wire::{Block, LISTED_MAX, REPLACEMENT, Replaced};
use std::collections::HashSet;

/// More than these are counted: whoever sends thousands of them reads no list of thousands.
const NAMED_MAX: usize = 50;

/// An answer, with somewhere to say what was replaced in it.
pub trait Answer: Block {
    /// Says it.
    fn name_replaced(&mut self, replaced: &[Replaced], replacement: char);
}

/// Which characters were replaced and which are private, in words, with the code of the first.
fn words<'a>(
    replaced: impl IntoIterator<Item = &'a Replaced>,
    replacement: char,
) -> Option<(&'static ErrorCode, String)> {
    let (mut lost, mut private) = (Vec::new(), Vec::new());
    let (mut seen, mut more) = (HashSet::new(), 0);
    for one in replaced {
        let element = one.element.rsplit('/').next().unwrap_or(&one.element);
        if !seen.insert((element, one.code_point)) {
            continue;
        }
        if lost.len() + private.len() >= NAMED_MAX {
            more += 1;
            continue;
        }
        let named = format!("（{element}: U+{:04X}）", one.code_point);
        let list = if one.as_it_is {
            &mut private
        } else {
            &mut lost
        };
        list.push(named);
    }
    let text = error_codes::REPLACED.text_ja;
    let text = text.replace(REPLACEMENT, replacement.encode_utf8(&mut [0; 4]));
    let lines = [
        (&error_codes::REPLACED, text, lost),
        (
            &error_codes::PRIVATE_USE,
            error_codes::PRIVATE_USE.text_ja.to_owned(),
            private,
        ),
    ];
    let mut said: Option<(&'static ErrorCode, String)> = None;
    for (code, text, named) in lines.into_iter().filter(|(.., named)| !named.is_empty()) {
        let line = text + &named.concat();
        said = Some(match said {
            Some((code, before)) => (code, format!("{before}\n{line}")),
            None => (code, line),
        });
    }
    if let Some((_, words)) = &mut said
        && more > 0
    {
        // Of one value no more than these are listed at all.
        let least = if more + NAMED_MAX >= LISTED_MAX {
            "以上"
        } else {
            ""
        };
        words.push_str(&format!("（ほか{more}文字{least}）"));
    }
    said
}

/// Puts the words behind what is said already.
fn add(message: &mut Option<String>, words: Option<(&'static ErrorCode, String)>) {
    let Some((_, words)) = words else { return };
    *message = Some(match message.take() {
        Some(before) => format!("{before}\n{words}"),
        None => words,
    });
}

/// The same where a code goes with the words.
fn add_coded(
    code: &mut Option<String>,
    message: &mut Option<String>,
    words: Option<(&'static ErrorCode, String)>,
) {
    if let Some((notice, _)) = &words {
        code.get_or_insert_with(|| notice.code.to_owned());
    }
    add(message, words);
}

/// The answers whose body has a code and a message for it.
macro_rules! named_in_the_body {
    ($($answer:ty),+) => { $(
        impl Answer for $answer {
            fn name_replaced(&mut self, replaced: &[Replaced], replacement: char) {
                let body = &mut self.body;
                let (code, message) = (
                    &mut body.processing_result_code,
                    &mut body.processing_result_message,
                );
                add_coded(code, message, words(replaced, replacement));
            }
        }
    )+ };
}

named_in_the_body!(
    EligibilityResponse,
    ReferenceNumberResponse,
    UploadResponse,
    WithdrawalResponse
);

/// The answers whose header has words for it.
macro_rules! named_in_the_header {
    ($($answer:ty),+) => { $(
        impl Answer for $answer {
            fn name_replaced(&mut self, replaced: &[Replaced], replacement: char) {
                add(&mut self.header.message_contents, words(replaced, replacement));
            }
        }
    )+ };
}

named_in_the_header!(MedicinesResponse, CheckupResponse);

/// A row of a bulk answer.
trait Row {
    const NAME: &'static str;
    fn said(&mut self) -> (&mut Option<String>, &mut Option<String>);
}

impl Row for BulkConfirmUnit {
    const NAME: &'static str = "BulkConfirmUnit";

    fn said(&mut self) -> (&mut Option<String>, &mut Option<String>) {
        (
            &mut self.processing_result_code,
            &mut self.processing_result_message,
        )
    }
}

impl Row for BulkRegistrationUnit {
    const NAME: &'static str = "BulkRegistrationUnit";

    fn said(&mut self) -> (&mut Option<String>, &mut Option<String>) {
        (
            &mut self.processing_result_code,
            &mut self.processing_result_message,
        )
    }
}

/// Each row says what was replaced in it. What was replaced in the header is said by the first
/// row, since the header has words for errors only; it uses those where there is no row.
fn name_by_row<R: Row>(
    header: &mut DownloadResponseHeader,
    rows: &mut [R],
    replaced: &[Replaced],
    replacement: char,
) {
    let mark = format!("/{}[", R::NAME);
    let row_of = |one: &Replaced| -> Option<usize> {
        let (_, rest) = one.element.split_once(&mark)?;
        rest.split_once(']')?.0.parse().ok()
    };
    let mut by_row: Vec<Vec<&Replaced>> = rows.iter().map(|_| Vec::new()).collect();
    let mut elsewhere: Vec<&Replaced> = Vec::new();
    for one in replaced {
        let place = row_of(one).unwrap_or(1).saturating_sub(1);
        by_row.get_mut(place).unwrap_or(&mut elsewhere).push(one);
    }
    for (row, own) in rows.iter_mut().zip(by_row) {
        let (code, message) = row.said();
        add_coded(code, message, words(own, replacement));
    }
    let (code, message) = (&mut header.error_code, &mut header.error_message);
    add_coded(code, message, words(elsewhere, replacement));
}

impl Answer for BulkEligibilityResponse {
    fn name_replaced(&mut self, replaced: &[Replaced], replacement: char) {
        name_by_row(
            &mut self.header,
            &mut self.body.units,
            replaced,
            replacement,
        );
    }
}

impl Answer for BulkReferenceNumberResponse {
    fn name_replaced(&mut self, replaced: &[Replaced], replacement: char) {
        name_by_row(
            &mut self.header,
            &mut self.body.units,
            replaced,
            replacement,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use onshi_wire::{Encoding, MessageKind, Style, print_xml};

    fn printed(message: &dyn Block) -> onshi_wire::Printed {
        let style = Style {
            encoding: Encoding::ShiftJis,
            ..Style::default()
        };
        print_xml(message, style)
    }

    /// What is said of U+20BB7 after it was put into one element.
    fn said(answer: &mut dyn Answer) -> String {
        let replaced = printed(answer).replaced;
        assert!(!replaced.is_empty());
        answer.name_replaced(&replaced, REPLACEMENT);
        let again = printed(answer);
        assert_eq!(again.replaced, replaced, "the words themselves can be said");
        let mut back = kind(answer).empty();
        let limits = onshi_wire::Limits::BULK;
        onshi_wire::parse_xml_into(&mut *back, &again.bytes, &limits);
        String::from_utf8(onshi_wire::print_json(&*back)).unwrap()
    }

    fn kind(answer: &dyn Answer) -> MessageKind {
        let same = |kind: &&MessageKind| kind.shape().name == answer.shape().name;
        *MessageKind::ALL.iter().find(same).unwrap()
    }

    const OUTSIDE: &str = "𠮷";

    #[test]
    fn every_answer_names_what_the_identifier_lost() {
        let identifier = || Some(OUTSIDE.to_owned());
        let mut check = EligibilityResponse::default();
        check.header.arbitrary_file_identifier = identifier();
        let mut reference = ReferenceNumberResponse::default();
        reference.header.arbitrary_file_identifier = identifier();
        let mut upload = UploadResponse::default();
        upload.header.arbitrary_file_identifier = identifier();
        let mut many = BulkEligibilityResponse::default();
        many.header.arbitrary_file_identifier = identifier();
        let mut numbers = BulkReferenceNumberResponse::default();
        numbers.header.arbitrary_file_identifier = identifier();
        let mut medicines = MedicinesResponse::default();
        medicines.header.arbitrary_file_identifier = identifier();
        medicines.header.message_contents = Some("同意がありません。".to_owned());
        let mut checkups = CheckupResponse::default();
        checkups.header.arbitrary_file_identifier = identifier();
        let answers: [&mut dyn Answer; 7] = [
            &mut check,
            &mut reference,
            &mut upload,
            &mut many,
            &mut numbers,
            &mut medicines,
            &mut checkups,
        ];
        for answer in answers {
            let said = said(answer);
            let named = "（ArbitraryFileIdentifier: U+20BB7）";
            assert!(said.contains(named), "{said}");
        }
        let contents = medicines.header.message_contents.unwrap();
        assert!(contents.starts_with("同意がありません。\n"), "{contents}");
    }

    #[test]
    fn each_row_names_its_own_and_the_first_the_headers() {
        let mut answer = BulkEligibilityResponse::default();
        answer.header.arbitrary_file_identifier = Some("𠀋".to_owned());
        answer.body.units = vec![BulkConfirmUnit::default(); 12];
        answer.body.units[1].reference_number = Some(OUTSIDE.to_owned());
        answer.body.units[11].processing_result_message = Some("𣘺".to_owned());
        let replaced = printed(&answer).replaced;
        answer.name_replaced(&replaced, REPLACEMENT);
        let said: Vec<&str> = answer
            .body
            .units
            .iter()
            .map(|unit| unit.processing_result_message.as_deref().unwrap_or(""))
            .collect();
        assert!(said[0].contains("（ArbitraryFileIdentifier: U+2000B）"));
        assert!(said[1].contains("（ReferenceNumber: U+20BB7）"));
        assert!(said[11].starts_with("𣘺\n") && said[11].contains("U+2363A"));
        assert!(said[2..11].iter().all(|words| words.is_empty()));
        assert_eq!(answer.header.error_code, None, "it is no error");
    }

    #[test]
    fn each_character_is_named_once_and_many_are_counted() {
        let mut answer = EligibilityResponse::default();
        let many: String = (0x20000..0x20000 + 60).filter_map(char::from_u32).collect();
        answer.header.arbitrary_file_identifier = Some(format!("{many}{many}"));
        let replaced = printed(&answer).replaced;
        answer.name_replaced(&replaced, REPLACEMENT);
        let words = answer.body.processing_result_message.unwrap();
        assert_eq!(words.matches("U+").count(), NAMED_MAX);
        assert!(words.ends_with("（ほか10文字）"), "{words}");
        let code = answer.body.processing_result_code;
        assert_eq!(code.as_deref(), Some("OQSB9016W"));
    }
}

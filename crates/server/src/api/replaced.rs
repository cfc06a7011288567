//! Characters that an answer's reader has not: every answer says by itself which of them were
//! replaced, and which private-use characters (外字) it has, and where.
//!
//! Only `reply::print` calls this, and it gives nobody the list: so no answer goes out with a ●
//! that it does not name.

use onshi_wire::error_codes::{self, ErrorCode};
use onshi_wire::shape::element::{put, rows, text};
use onshi_wire::{Block, LISTED_MAX, REPLACEMENT, Replaced};
use std::collections::HashSet;

/// More than these are counted: whoever sends thousands of them reads no list of thousands.
const NAMED_MAX: usize = 50;

/// What is said, with the code that goes with it.
type Words = Option<(&'static ErrorCode, String)>;

/// Which characters were replaced and which are private, in words, with the code of the first.
fn words<'a>(replaced: impl IntoIterator<Item = &'a Replaced>, replacement: char) -> Words {
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
    let mut said: Words = None;
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
fn add(block: &mut dyn Block, message: &[&str], words: Words) {
    let Some((_, words)) = words else { return };
    let said = match text(block, message) {
        Some(before) => format!("{before}\n{words}"),
        None => words,
    };
    put(block, message, said);
}

/// The same where a code goes with the words.
fn add_coded(block: &mut dyn Block, code: &[&str], message: &[&str], words: Words) {
    if let Some((notice, _)) = &words
        && text(block, code).is_none()
    {
        put(block, code, notice.code.to_owned());
    }
    add(block, message, words);
}

const IN_THE_BODY: [[&str; 2]; 2] = [
    ["MessageBody", "ProcessingResultCode"],
    ["MessageBody", "ProcessingResultMessage"],
];
const IN_THE_HEADER: [&str; 2] = ["MessageHeader", "MessageContents"];

/// Says what was replaced in an answer, where its message has words for that: in the body, in the header, or
/// in each row.
pub fn name_replaced(answer: &mut dyn Block, replaced: &[Replaced], replacement: char) {
    let has = |path: &[&str]| answer.shape().kind(path).is_some();
    if has(&IN_THE_BODY[1]) {
        let [code, message] = &IN_THE_BODY;
        add_coded(answer, code, message, words(replaced, replacement));
    } else if has(&IN_THE_HEADER) {
        add(answer, &IN_THE_HEADER, words(replaced, replacement));
    } else {
        name_by_row(answer, replaced, replacement);
    }
}

/// Each row says what was replaced in it. What was replaced in the header is said by the first
/// row, since the header has words for errors only; it uses those where there is no row.
fn name_by_row(answer: &mut dyn Block, replaced: &[Replaced], replacement: char) {
    let mut elsewhere: Vec<&Replaced> = Vec::new();
    if let Some((name, rows)) = rows(answer, "MessageBody") {
        let mark = format!("/{name}[");
        let row_of = |one: &Replaced| -> Option<usize> {
            let (_, rest) = one.element.split_once(&mark)?;
            rest.split_once(']')?.0.parse().ok()
        };
        let mut by_row: Vec<Vec<&Replaced>> = vec![Vec::new(); rows.count()];
        for one in replaced {
            let place = row_of(one).unwrap_or(1).saturating_sub(1);
            by_row.get_mut(place).unwrap_or(&mut elsewhere).push(one);
        }
        for (place, own) in by_row.into_iter().enumerate() {
            let [code, message] = [["ProcessingResultCode"], ["ProcessingResultMessage"]];
            add_coded(rows.at_mut(place), &code, &message, words(own, replacement));
        }
    } else {
        elsewhere.extend(replaced);
    }
    let code = ["MessageHeader", "ErrorCode"];
    let message = ["MessageHeader", "ErrorMessage"];
    add_coded(answer, &code, &message, words(elsewhere, replacement));
}

#[cfg(test)]
mod tests {
    use super::*;
    use onshi_wire::messages::{
        BulkConfirmUnit, BulkEligibilityResponse, EligibilityResponse, MedicinesResponse,
    };
    use onshi_wire::{Encoding, MessageKind, Style, print_xml};

    fn printed(message: &dyn Block) -> onshi_wire::Printed {
        let style = Style {
            encoding: Encoding::ShiftJis,
            ..Style::default()
        };
        print_xml(message, style)
    }

    /// What is said of U+20BB7 after it was put into one element.
    fn said(kind: MessageKind, answer: &mut dyn Block) -> String {
        let replaced = printed(answer).replaced;
        assert!(!replaced.is_empty());
        name_replaced(answer, &replaced, REPLACEMENT);
        let again = printed(answer);
        assert_eq!(again.replaced, replaced, "the words themselves can be said");
        let mut back = kind.empty();
        let limits = onshi_wire::Limits::BULK;
        onshi_wire::parse_xml_into(&mut *back, &again.bytes, &limits);
        String::from_utf8(onshi_wire::print_json(&*back)).unwrap()
    }

    const OUTSIDE: &str = "𠮷";

    #[test]
    fn every_answer_names_what_the_identifier_lost() {
        let identifier = ["MessageHeader", "ArbitraryFileIdentifier"];
        for kind in MessageKind::ALL.iter().filter(|kind| !kind.is_request()) {
            let mut answer = kind.empty();
            assert!(put(&mut *answer, &identifier, OUTSIDE.to_owned()));
            let said = said(*kind, &mut *answer);
            let named = "（ArbitraryFileIdentifier: U+20BB7）";
            assert!(said.contains(named), "{said}");
        }
    }

    #[test]
    fn what_is_said_already_stays_before_it() {
        let mut medicines = MedicinesResponse::default();
        medicines.header.arbitrary_file_identifier = Some(OUTSIDE.to_owned());
        medicines.header.message_contents = Some("同意がありません。".to_owned());
        said(MessageKind::MedicinesResponse, &mut medicines);
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
        name_replaced(&mut answer, &replaced, REPLACEMENT);
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
        name_replaced(&mut answer, &replaced, REPLACEMENT);
        let words = answer.body.processing_result_message.unwrap();
        assert_eq!(words.matches("U+").count(), NAMED_MAX);
        assert!(words.ends_with("（ほか10文字）"), "{words}");
        let code = answer.body.processing_result_code;
        assert_eq!(code.as_deref(), Some("OQSB9016W"));
    }
}

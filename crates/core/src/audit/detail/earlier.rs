//! The English words that builds kept before details were numbers and fields, read back.

use super::Detail;
use crate::actor::AccountKind;
use crate::terms::{BulkKind, Validity};

/// The English words that earlier builds kept.
pub(super) fn of(text: &str) -> Option<Detail> {
    let none = String::new;
    let count = |text: &str| text.split(' ').next()?.parse().ok();
    Some(match text {
        "looked at" => Detail::Looked {},
        "edited" => Detail::Edited {
            changes: Vec::new(),
        },
        "stopped" => Detail::Stopped { reason: none() },
        "resumed" => Detail::Resumed {},
        "unlocked" => Detail::Unlocked {},
        "retired" => Detail::Retired { reason: none() },
        "password reset" => Detail::PasswordReset {},
        "open elsewhere" => Detail::OpenElsewhere {},
        "took over" => Detail::TookOver {},
        "revoked" => Detail::Revoked { reason: none() },
        "reference number registered" => Detail::ReferenceRegistered {},
        "the same upload again" => Detail::BulkTakenBefore {},
        "unknown reception number" => Detail::BulkUnknown {},
        "still working" => Detail::BulkUnderWay {},
        "already worked" => Detail::BulkWorkedBefore {},
        "done" => Detail::BulkDone {},
        "listed by ticket" => Detail::BulkListed {},
        "looked how far it is" => Detail::ReportProgressAsked {},
        "encoding shift_jis" => Detail::EncodingSet { shift_jis: true },
        "encoding utf-8" => Detail::EncodingSet { shift_jis: false },
        _ => return with_fields(text, count),
    })
}

fn with_fields(text: &str, count: impl Fn(&str) -> Option<i64>) -> Option<Detail> {
    let after = |prefix: &str| text.strip_prefix(prefix);
    if let Some(code) = after("validity ") {
        let validity = Validity::from_code(code)?;
        return Some(Detail::Checked { validity });
    }
    if let Some(code) = after("registered ") {
        let kind = AccountKind::from_code(code)?;
        return Some(Detail::Registered { kind });
    }
    if let Some(code) = after("not registered ") {
        let code = code.to_owned();
        return Some(Detail::ReferenceRefused { code });
    }
    if let Some(numbers) = after("issued for insurers ") {
        let numbers = numbers.to_owned();
        return Some(Detail::InsurerCertificateIssued { numbers });
    }
    if let Some(code) = after("issued for ") {
        let facility = code.to_owned();
        return Some(Detail::CertificateIssued { facility });
    }
    if let Some(rest) = after("ended ") {
        let count = count(rest)?;
        return Some(Detail::SessionsEnded { count });
    }
    if let Some(rest) = after("added ") {
        let word = |part: &str| part.split(' ').next_back()?.parse().ok();
        let parts: Option<Vec<i64>> = rest.split(", ").map(word).collect();
        let parts = parts?;
        let [added, changed, unchanged, rejected] = parts.as_slice() else {
            return None;
        };
        return Some(Detail::LinesTaken {
            added: *added,
            changed: *changed,
            unchanged: *unchanged,
            rejected: *rejected,
        });
    }
    if let Some((kind, items)) = text.split_once(" with ") {
        let (kind, items) = (BulkKind::from_code(kind)?, count(items)?);
        return Some(Detail::BulkTaken { kind, items });
    }
    let (number, rest) = text.split_once(' ')?;
    let count: i64 = number.parse().ok()?;
    Some(match rest {
        "answers" => Detail::BulkAnswers { count },
        "items left" => Detail::BulkLeft { count },
        "deleted" => Detail::Deleted { count },
        "results deleted" => Detail::BulkDeleted { count, last: false },
        "results deleted, the last" => Detail::BulkDeleted { count, last: true },
        _ => return None,
    })
}

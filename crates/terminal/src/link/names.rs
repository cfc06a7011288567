//! Which files are ours, by their names.

use onshi_wire::{FileName, MessageKind, is_unknown_request};

/// How our temporary files in `res` begin.
pub(super) const TEMPORARY: &str = ".onshi-";

/// The folder in `res` from which answers come where `res` is on another file system.
pub(super) const WAITING_ROOM: &str = ".onshi";

/// What a name in `req` means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Name {
    /// A request that the centre answers.
    Known(FileName),
    /// A request of the system's naming that we do not know.
    Unknown,
    /// Somebody else's; not even touched.
    Foreign,
}

impl Name {
    pub(super) fn of(name: &str) -> Self {
        match FileName::parse(name) {
            Some(file) if file.kind.is_request() => Self::Known(file),
            Some(_) => Self::Foreign,
            None if is_unknown_request(name) => Self::Unknown,
            None => Self::Foreign,
        }
    }

    pub(super) fn is_ours(&self) -> bool {
        *self != Self::Foreign
    }
}

/// Why a file in `req` is left alone, with what to do; none of one that is taken.
pub(super) fn why_left_alone(name: &str) -> Option<&'static str> {
    if Name::of(name).is_ours() {
        return None;
    }
    let Some((base, extension)) = name.rsplit_once('.') else {
        return Some("拡張子がありません。要求のファイルの名前は「.xml」で終えてください。");
    };
    if !extension.eq_ignore_ascii_case("xml") {
        return Some(
            "拡張子が「.xml」ではありません。書き込みが終わったら、「.xml」で終わる名前に変えてください。",
        );
    }
    if FileName::parse(name).is_some() {
        return Some(
            "結果（res）の名前です。要求の名前は「OQSsiquc01req_」のように、reqで始めてください。",
        );
    }
    let Some((prefix, _)) = base.split_once('_') else {
        return Some(
            "名前に「_」がありません。「OQSsiquc01req_202611220001.xml」のような名前にしてください。",
        );
    };
    let other_case = |kind: &MessageKind| kind.id().eq_ignore_ascii_case(prefix);
    Some(if MessageKind::ALL.iter().any(other_case) {
        "大文字と小文字が違います。「OQSsiquc01req_」のように、決まったとおりに書いてください。"
    } else {
        "名前のはじめが、要求の種類（「OQSsiquc01req_」など）ではありません。"
    })
}

/// A job's id: thirteen digits of milliseconds, a hyphen, eight hexadecimal digits.
pub(super) fn is_id(name: &str) -> bool {
    name.split_once('-').is_some_and(|(time, chance)| {
        time.len() == 13
            && time.bytes().all(|byte| byte.is_ascii_digit())
            && chance.len() == 8
            && chance.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// The job of a temporary file.
pub(super) fn temporary_id(name: &str) -> Option<&str> {
    let id = name.strip_prefix(TEMPORARY)?.get(..22)?;
    is_id(id).then_some(id)
}

/// Whether a file in `res` or `face` is one that we put there, or a temporary one of ours.
pub(super) fn is_answer(name: &str) -> bool {
    if name.starts_with(TEMPORARY) {
        return name.ends_with(".tmp") && temporary_id(name).is_some();
    }
    let Some((base, extension)) = name.rsplit_once('.') else {
        return false;
    };
    let as_xml = format!("{base}.xml");
    match extension {
        // The request comes back beside its .err.
        "err" => Name::of(&as_xml).is_ours(),
        "xml" => FileName::parse(name).is_some() || is_unknown_request(name),
        "XML" => Name::of(name).is_ours(),
        "zip" | "pdf" | "png" => {
            FileName::parse(&as_xml).is_some_and(|file| !file.kind.is_request())
        }
        _ => false,
    }
}

/// The name of the note that says why there is no answer.
pub(super) fn error_name(request: &str) -> String {
    let base = request.rsplit_once('.').map_or(request, |(base, _)| base);
    format!("{base}.err")
}

/// Every name that an outcome of the request can have in `res` to which this one belongs: answer,
/// note, and the request beside it.
pub(super) fn outcomes(name: &str) -> Vec<String> {
    let base = name.rsplit_once('.').map_or(name, |(base, _)| base);
    let beside = |base: &str| ["err", "xml", "XML"].map(|end| format!("{base}.{end}"));
    let Some(file) = FileName::parse(&format!("{base}.xml")) else {
        // A kind that we do not know has notes only.
        return beside(base).to_vec();
    };
    let requests = MessageKind::ALL.iter().filter(|kind| kind.is_request());
    let mut names: Vec<String> = requests
        .filter(|kind| **kind == file.kind || kind.response() == file.kind)
        .flat_map(|kind| beside(&format!("{}_{}", kind.id(), file.body)))
        .collect();
    names.extend([
        file.response_name(),
        file.response_zip_name(),
        file.response_pdf_name(),
        file.response_png_name(),
    ]);
    if !names.iter().any(|known| known == name) {
        names.push(name.to_owned());
    }
    names
}

/// Whether it is the request that lies beside an `.err`.
pub(super) fn lies_beside(name: &str) -> bool {
    Name::of(name).is_ours()
}

/// The `.err` first: some programs look for it at the moment when the request appears.
pub(super) fn in_order(mut names: Vec<String>) -> Vec<String> {
    names.sort_by_key(|name| lies_beside(name));
    names
}

/// What may stand in a log or on the status page: a name's body may hold a patient's number.
pub(super) fn prefix(name: &str) -> &str {
    name.split_once('_').map_or("?", |(prefix, _)| prefix)
}

/// The path of a kind at the centre.
pub(super) fn path(kind: MessageKind) -> String {
    let id = kind.id();
    format!(
        "/onshi/v1/messages/{}",
        id.strip_suffix("req").unwrap_or(id)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_we_put_into_res_is_ours() {
        for ours in [
            "OQSsiquc01res_1.xml",
            "OQSsiquc01res_1.zip",
            "YZKsiquc01res_1.pdf",
            "OQSsiurl01res_1.png",
            "OQSsiquc01req_1.err",
            "OQSsiquc01req_1.xml",
            "EPSsiDMP01req_1.err",
            "OQSsiquc01res_face_a_20260929160112.xml",
            ".onshi-1775001600000-0badcafe.xml.tmp",
        ] {
            assert!(is_answer(ours), "{ours}");
        }
        for foreign in [
            "",
            "notes.txt",
            "OQSsiquc01res_1.tmp",
            "OQSsiquc01res_1.err",
            "OQSsiquc01req_1.zip",
            "report.xml",
            ".onshi-1.tmp",
            "患者_1.xml",
        ] {
            assert!(!is_answer(foreign), "{foreign}");
        }
    }

    #[test]
    fn a_file_that_is_left_alone_has_a_reason_and_a_request_has_none() {
        for (name, words) in [
            ("notes", "拡張子がありません"),
            ("OQSsiquc01req_1.tmp", "「.xml」ではありません"),
            ("OQSsiquc01res_1.xml", "結果（res）の名前"),
            ("OQSsiquc01req.xml", "「_」がありません"),
            ("oqssiquc01REQ_1.xml", "大文字と小文字"),
            ("患者_1.xml", "要求の種類"),
        ] {
            let why = why_left_alone(name).unwrap();
            assert!(why.contains(words), "{name}: {why}");
        }
        for ours in ["OQSsiquc01req_1.xml", "EPSsiDMP01req_1.XML"] {
            assert_eq!(why_left_alone(ours), None, "{ours}");
        }
    }

    #[test]
    fn what_is_said_aloud_ends_before_the_senders_part() {
        assert_eq!(prefix("OQSsiquc01req_patient42.xml"), "OQSsiquc01req");
        assert_eq!(error_name("OQSsiquc01req_a.b.XML"), "OQSsiquc01req_a.b.err");
        assert_eq!(
            path(MessageKind::BulkDownloadRequest),
            "/onshi/v1/messages/OQSmuquc02"
        );
    }
}

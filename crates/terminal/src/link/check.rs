//! A dry run of a request file (要求ファイルの事前確認): what would be wrong with it, and where.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use onshi_wire::{FileName, Limits, MessageKind, Problem, error_codes, is_unknown_request};
use onshi_wire::{error_codes::ErrorCode, parse_xml_into};
use serde::Serialize;

use super::job;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileCheck {
    /// The file's name, without its folder.
    pub file: String,
    /// What it is, by its name.
    pub message: Option<&'static str>,
    /// The Japanese name of that.
    pub title: Option<&'static str>,
    /// The encoding that it says it has.
    pub encoding: Option<&'static str>,
    /// For which it would be refused.
    pub problems: Vec<Finding>,
    /// Which do no harm by themselves.
    pub warnings: Vec<Finding>,
    /// More of both, which are only counted.
    pub left_out: usize,
}

/// One thing, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// From 1.
    pub line: Option<u32>,
    /// From 1, in characters.
    pub column: Option<u32>,
    /// The element's path, or `file name`.
    pub element: String,
    /// The simulated code.
    pub code: &'static str,
    /// For the person who wrote the file.
    pub text: String,
    /// What is wrong, for an operator who reads English.
    #[serde(skip)]
    pub english: String,
}

impl Finding {
    fn of_name(code: &'static ErrorCode, text: impl Into<String>, english: &str) -> Self {
        Self {
            line: None,
            column: None,
            element: "ファイル名".to_owned(),
            code: code.code,
            text: text.into(),
            english: english.to_owned(),
        }
    }

    /// The same in English.
    pub fn sentence_in_english(&self) -> String {
        match (self.line, self.column) {
            (Some(line), Some(column)) => {
                format!(
                    "line {line}, column {column}: {}: {}",
                    self.element, self.english
                )
            }
            _ => format!("file name: {}", self.english),
        }
    }

    /// Where, then what, in a line.
    pub fn sentence(&self) -> String {
        match (self.line, self.column) {
            (Some(line), Some(column)) => {
                format!("{line}行目{column}文字目: {}: {}", self.element, self.text)
            }
            _ => format!("{}: {}", self.element, self.text),
        }
    }
}

impl From<&Problem> for Finding {
    fn from(problem: &Problem) -> Self {
        Self {
            line: problem.line,
            column: problem.column,
            element: problem.element.clone(),
            code: problem.error_code().code,
            text: problem.text_ja.clone(),
            english: problem.text_en.clone(),
        }
    }
}

impl FileCheck {
    /// Whether the centre would take it, as far as the file alone can tell.
    pub fn is_clean(&self) -> bool {
        self.problems.is_empty()
    }
}

/// Looks through a file. No more of it is read than it takes to say that it is too large.
pub fn check_file(path: &Path) -> io::Result<FileCheck> {
    let file = File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    let mut bytes = Vec::new();
    file.take(job::READ_MAX + 1).read_to_end(&mut bytes)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Ok(check(&name, &bytes))
}

/// Looks through a request as the centre would, without sending it.
pub fn check(name: &str, bytes: &[u8]) -> FileCheck {
    let mut report = FileCheck {
        file: name.to_owned(),
        message: None,
        title: None,
        encoding: None,
        problems: Vec::new(),
        warnings: Vec::new(),
        left_out: 0,
    };
    let Some(file) = FileName::parse(name) else {
        report.problems.push(bad_name(name));
        return report;
    };
    report.message = Some(file.kind.id());
    report.title = Some(file.kind.title_ja());
    if !file.kind.is_request() {
        let text =
            "結果のファイル名です。要求のファイルは「req」の名前でreqフォルダーに置いてください。";
        let english = "it is the name of an answer; a request is put into the folder req with `req` in \
                       its name";
        let finding = Finding::of_name(&error_codes::UNKNOWN_MESSAGE, text, english);
        report.problems.push(finding);
        return report;
    }
    warn_of_name(&file, &mut report.warnings);
    let mut message = file.kind.empty();
    let parsed = parse_xml_into(message.as_mut(), bytes, &limits(file.kind));
    report.encoding = Some(parsed.encoding.name());
    report
        .problems
        .extend(parsed.problems.iter().map(Finding::from));
    report
        .warnings
        .extend(parsed.warnings.iter().map(Finding::from));
    report.left_out = parsed.left_out;
    report
}

/// As the centre bounds them.
pub(super) fn limits(kind: MessageKind) -> Limits {
    if kind.is_bulk() {
        Limits::BULK
    } else {
        Limits::SINGLE
    }
}

fn bad_name(name: &str) -> Finding {
    let code = &error_codes::UNKNOWN_MESSAGE;
    if is_unknown_request(name) {
        let text = "この種類の要求は扱っていません。.errのファイルが返ります。";
        let english = "this kind of request is not handled; a file .err would come back";
        return Finding::of_name(code, text, english);
    }
    let mended = name.split_once('_').and_then(|(prefix, rest)| {
        let known = |kind: &&MessageKind| kind.id().eq_ignore_ascii_case(prefix);
        let kind = MessageKind::ALL.iter().find(known)?;
        Some(format!("{}_{rest}", kind.id()))
    });
    let mended = mended.filter(|mended| mended != name);
    let (text, english) = match mended {
        Some(mended) => (
            format!(
                "ファイル名の大文字と小文字が違うため、要求として扱われません。「{mended}」としてください。"
            ),
            format!("it is no request, since capitals and small letters differ; name it {mended}"),
        ),
        None if name.len() > 255 => (
            "ファイル名が長すぎるため、要求として扱われません（上限255バイト）。".to_owned(),
            "it is no request, since the name is longer than 255 bytes".to_owned(),
        ),
        None => (
            "要求のファイル名（例：OQSsiquc01req_202611220001.xml）ではないため、\
             連携アプリケーションはこのファイルに触れません。"
                .to_owned(),
            "it is no name of a request, such as OQSsiquc01req_202611220001.xml; the linked \
             application does not touch it"
                .to_owned(),
        ),
    };
    Finding::of_name(code, text, &english)
}

fn warn_of_name(file: &FileName, warnings: &mut Vec<Finding>) {
    let code = &error_codes::NOTICE;
    if file.body.contains("req") {
        let text = "ファイル名の「_」より後に「req」があります。\
                    「req」をすべて「res」に読み替えるソフトウェアでは、結果を見つけられません。";
        let english = "there is `req` behind the `_`: a program that replaces every `req` by `res` does not find the answer";
        warnings.push(Finding::of_name(code, text, english));
    }
    if file.body.is_empty() {
        let text = "ファイル名の「_」より後が空です。要求ごとに違う名前にしてください。";
        let english = "there is nothing behind the `_`; let every request have another name";
        warnings.push(Finding::of_name(code, text, english));
    }
    if !file.body.is_ascii() {
        let text = "ファイル名に英数字以外の文字があります。\
                    共有フォルダーやソフトウェアによっては、名前が変わることがあります。";
        let english = "it has other characters than letters and digits, which a share or a program may change";
        warnings.push(Finding::of_name(code, text, english));
    }
}

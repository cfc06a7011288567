//! Reading one line of what an insurer sends, JSON or a row of CSV.

use super::import_reader::Words;
use super::record::{InsurerRecord, Line, QualificationRecord};
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use serde_json::{Map, Value};

/// What the bytes at the beginning of a source say about it, when it can't be one of ours.
pub(super) fn foreign_source(beginning: &[u8]) -> Option<Words> {
    let is_wide = |bytes: &[u8]| {
        // A text of four bytes in UTF-16 or UTF-32 has a NUL in it, and no other text has one.
        bytes.len() >= 4 && bytes[..4].contains(&0)
    };
    match beginning {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => Some(Words::of(UTF_16, UTF_16_IN_ENGLISH)),
        [b'P', b'K', 3, 4, ..] => Some(Words::of(
            "ZIPファイルまたはExcelブックです。展開して、またはCSV（UTF-8）で保存して、取り込んでください。",
            "It is a ZIP file or an Excel workbook; unpack it, or save it as CSV in UTF-8.",
        )),
        [0x1F, 0x8B, ..] => Some(Words::of(
            "gzipで圧縮されています。展開してから取り込んでください。",
            "It is compressed with gzip; unpack it first.",
        )),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => Some(Words::of(
            "Excelブックです。CSV（UTF-8）で保存して、取り込んでください。",
            "It is an Excel workbook; save it as CSV in UTF-8.",
        )),
        bytes if is_wide(bytes) => Some(Words::of(UTF_16, UTF_16_IN_ENGLISH)),
        _ => None,
    }
}

const UTF_16: &str =
    "文字コードがUTF-16またはUTF-32です。UTF-8で保存し直してから取り込んでください。";
const UTF_16_IN_ENGLISH: &str = "It is in UTF-16 or UTF-32; save it in UTF-8.";

/// True for a line without content. The end mark of old systems (0x1A) is none.
pub(super) fn is_blank(text: &[u8]) -> bool {
    text.iter()
        .all(|byte| byte.is_ascii_whitespace() || *byte == 0x1A)
}

/// Reads a line of JSON, or says why it can't be read.
pub(crate) fn read_json<L: DeserializeOwned>(text: &[u8]) -> Result<L, String> {
    check_bytes(text)?;
    serde_json::from_slice(text).map_err(|error| unreadable(&error))
}

/// PostgreSQL keeps no NUL, and no name has one; `\u0000` is how JSON writes it.
fn check_bytes(text: &[u8]) -> Result<(), String> {
    let escaped = b"\\u0000";
    if text.contains(&0) || text.windows(escaped.len()).any(|part| part == escaped) {
        return Err("NUL文字は使えません。".to_owned());
    }
    if std::str::from_utf8(text).is_err() {
        return Err(
            "文字コードがUTF-8ではありません（Shift_JISのときは、UTF-8で保存し直してください）。"
                .to_owned(),
        );
    }
    Ok(())
}

/// Why a line can't be read, without its content: serde's own words repeat what they stumble over.
fn unreadable(error: &serde_json::Error) -> String {
    let place = match error.column() {
        0 => String::new(),
        column => format!("（{column}バイト目）"),
    };
    let text = error.to_string();
    let named = |words: &str| {
        let (name, _) = text.strip_prefix(words)?.split_once('`')?;
        let plain = name.len() <= 64 && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        plain.then(|| name.to_owned())
    };
    if let Some(name) = named("unknown field `") {
        return format!("{name}: 定められていない項目です{place}。");
    }
    if let Some(name) = named("missing field `") {
        return format!("{name}: 項目がありません{place}。");
    }
    match error.classify() {
        Category::Data => format!("定められた形と違います{place}。"),
        _ => format!("JSONとして読み取れません{place}。"),
    }
}

fn fields(text: &[u8]) -> Result<Vec<String>, String> {
    check_bytes(text)?;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text);
    let mut record = csv::StringRecord::new();
    match reader.read_record(&mut record) {
        Ok(true) => Ok(record.iter().map(str::to_owned).collect()),
        _ => Err("CSVの行として読み取れません（文字コードはUTF-8です）。".to_owned()),
    }
}

/// The names that a CSV's columns may have: those of the records, without the lists, which a cell
/// can't hold, and `Line`, which is not read.
const COLUMNS: &[&str] = &[
    "Line",
    "Person",
    "InsurerNumber",
    "InsurerName",
    "DataDate",
    "InsuredCardSymbol",
    "InsuredIdentificationNumber",
    "InsuredBranchNumber",
    "InsuredCardClassification",
    "PersonalFamilyClassification",
    "InsuredName",
    "Name",
    "NameOfOther",
    "NameKana",
    "NameOfOtherKana",
    "Sex1",
    "Sex2",
    "Birthdate",
    "Address",
    "PostNumber",
    "QualificationDate",
    "DisqualificationDate",
    "ReasonOfLoss",
    "InsuredCertificateIssuanceDate",
    "InsuredCardValidDate",
    "InsuredCardExpirationDate",
    "InsuredPartialContributionRatio",
];

/// The names of a CSV's columns, or why they can't be.
pub(super) fn columns(text: &[u8]) -> Result<Vec<String>, Words> {
    let names: Vec<String> = fields(text)
        .map_err(|why| Words::of(why, "The heading can't be read as a line of CSV in UTF-8."))?
        .iter()
        .map(|name| name.trim().to_owned())
        .collect();
    for (place, name) in names.iter().enumerate() {
        let column = place + 1;
        if !COLUMNS.contains(&name.as_str()) {
            let plain = name.len() <= 64 && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
            let named = if plain { name.as_str() } else { "" };
            return Err(Words::of(
                format!(
                    "CSVの見出しの{column}列目「{named}」は定められていない項目です。先頭の行に、項目名（Person、InsurerNumber など）をコンマで区切って並べてください。"
                ),
                format!(
                    "Column {column} of the heading, '{named}', is not known; the first line has the \
                     names of the columns (Person, InsurerNumber, ...), parted by commas."
                ),
            ));
        }
        if names[..place].contains(name) {
            return Err(Words::of(
                format!("CSVの見出しに「{name}」が2回あります（{column}列目）。"),
                format!("The heading has '{name}' twice (column {column})."),
            ));
        }
    }
    Ok(names)
}

/// A CSV row has the names of the JSON lines as its columns; an empty cell is absent. A row with
/// a `DataDate` is an insurer.
pub(super) fn read_csv(header: &[String], text: &[u8]) -> Result<Line, String> {
    let fields = fields(text)?;
    if fields.len() != header.len() {
        return Err("列の数が見出しと違います。".to_owned());
    }
    let mut object = Map::new();
    for (name, value) in header.iter().zip(fields) {
        if value.is_empty() || name == "Line" {
            continue;
        }
        let value = match name.as_str() {
            "Person" => Value::from(
                value
                    .parse::<i64>()
                    .map_err(|_| "Person: 整数ではありません。".to_owned())?,
            ),
            _ => Value::String(value),
        };
        object.insert(name.clone(), value);
    }
    let words = |error: serde_json::Error| unreadable(&error);
    if object.contains_key("DataDate") {
        let record: InsurerRecord = serde_json::from_value(object.into()).map_err(words)?;
        return Ok(Line::Insurer(record));
    }
    let record: QualificationRecord = serde_json::from_value(object.into()).map_err(words)?;
    Ok(Line::Qualification(Box::new(record)))
}

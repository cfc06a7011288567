//! The files of an answer: the centre's own bytes, a zip of them, or an `.err`.

use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};
use std::path::PathBuf;

use onshi_wire::FileName;
use onshi_wire::error_codes::{self, ErrorCode};
use zip::write::SimpleFileOptions;
use zip::{AesMode, CompressionMethod, ZipWriter};

use super::job::OutputFile;
use super::names;

/// Why there is no answer, for the person who waits for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Note {
    pub(super) code: &'static ErrorCode,
    pub(super) why: String,
    pub(super) remedy: String,
    /// Places in the request, a sentence each.
    pub(super) places: Vec<String>,
}

impl Note {
    pub(super) fn new(
        code: &'static ErrorCode,
        why: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            code,
            why: why.into(),
            remedy: remedy.into(),
            places: Vec::new(),
        }
    }

    /// The first line is the code alone, for programs.
    fn text(&self) -> String {
        let mut text = format!("{}\n{}\n", self.code.code, self.code.text_ja);
        for (title, words) in [("理由", &self.why), ("すること", &self.remedy)] {
            if !words.is_empty() {
                text.push_str(&format!("{title}：{words}\n"));
            }
        }
        for place in &self.places {
            text.push_str(&format!("{place}\n"));
        }
        text
    }

    /// The note alone, in UTF-8.
    pub(super) fn file(&self, request_name: &str) -> OutputFile {
        (names::error_name(request_name), self.text().into_bytes())
    }

    /// The note, and the request as it was read.
    pub(super) fn files(&self, request_name: &str, request: &[u8]) -> Vec<OutputFile> {
        vec![
            self.file(request_name),
            (request_name.to_owned(), request.to_vec()),
        ]
    }
}

/// What an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Media {
    Xml,
    Pdf,
    Png,
}

impl Media {
    pub(super) fn of(content_type: &str) -> Option<Self> {
        let kind = content_type.split(';').next().unwrap_or("").trim();
        if kind.eq_ignore_ascii_case("application/xml") || kind.eq_ignore_ascii_case("text/xml") {
            Some(Self::Xml)
        } else if kind.eq_ignore_ascii_case("application/pdf") {
            Some(Self::Pdf)
        } else if kind.eq_ignore_ascii_case("image/png") {
            Some(Self::Png)
        } else {
            None
        }
    }
}

/// Which answers are sealed with a password, and with which.
#[derive(Debug, Clone)]
pub(super) struct Sealing {
    pub(super) prefixes: BTreeMap<String, bool>,
    pub(super) password_file: Option<PathBuf>,
}

impl Sealing {
    fn wanted(&self, file: &FileName) -> bool {
        let id = file.kind.id();
        let fits = self
            .prefixes
            .iter()
            .filter(|(prefix, _)| id.starts_with(*prefix));
        fits.max_by_key(|(prefix, _)| prefix.len())
            .is_some_and(|(_, sealed)| *sealed)
    }

    /// The answer as it goes into `res`. What is to be sealed and can't be does not go there open.
    pub(super) fn files(
        &self,
        file: &FileName,
        media: Media,
        bytes: Vec<u8>,
    ) -> Result<Vec<OutputFile>, Note> {
        let name = match media {
            Media::Xml => file.response_name(),
            Media::Pdf => file.response_pdf_name(),
            Media::Png => file.response_png_name(),
        };
        if !self.wanted(file) {
            return Ok(vec![(name, bytes)]);
        }
        let password = self.password_file.as_deref().map(super::account::secret);
        let Some(Ok(password)) = password else {
            return Err(Note::new(
                &error_codes::FAULT,
                "結果を暗号化する設定ですが、zipのパスワードを読み取れないため、結果を渡せません。",
                "この端末のzipのパスワードのファイルを確かめてから、もう一度要求してください。",
            ));
        };
        let sealed = seal(&name, &bytes, &password).map_err(|error| {
            tracing::error!(%error, "an answer could not be put into a zip");
            Note::new(
                &error_codes::FAULT,
                "結果を暗号化できませんでした。",
                "もう一度要求してください。続くときはこの端末の担当者へ連絡してください。",
            )
        })?;
        Ok(vec![(file.response_zip_name(), sealed)])
    }
}

/// A zip of one file, AES-256.
fn seal(name: &str, bytes: &[u8], password: &str) -> zip::result::ZipResult<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .with_aes_encryption(AesMode::Aes256, password);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file(name, options)?;
    zip.write_all(bytes)?;
    Ok(zip.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_prefix_decides_what_is_sealed() {
        let sealing = Sealing {
            prefixes: [("OQSmu", true), ("OQSmuquc", false), ("OQSmuquc02", true)]
                .map(|(prefix, sealed)| (prefix.to_owned(), sealed))
                .into(),
            password_file: None,
        };
        for (name, wanted) in [
            ("OQSmuquc01req_1.xml", false),
            ("OQSmuquc02req_1.xml", true),
            ("OQSmutic01req_1.xml", true),
            ("OQSsiquc01req_1.xml", false),
        ] {
            assert_eq!(
                sealing.wanted(&FileName::parse(name).unwrap()),
                wanted,
                "{name}"
            );
        }
        let file = FileName::parse("OQSmutic02req_1.xml").unwrap();
        let refused = sealing.files(&file, Media::Xml, b"secret".to_vec());
        assert_eq!(refused.unwrap_err().code.code, "OQSB9099E");
    }

    #[test]
    fn a_note_begins_with_the_code_alone() {
        let mut note = Note::new(
            &error_codes::NOT_WELL_FORMED,
            "理由です。",
            "直してください。",
        );
        note.places
            .push("3行目1文字目: 閉じていません。".to_owned());
        assert_eq!(
            note.text(),
            "OQSB9005E\nファイルの形式が正しくありません。\n理由：理由です。\n\
             すること：直してください。\n3行目1文字目: 閉じていません。\n"
        );
    }
}

//! The file of the lines that an import could not take.
//!
//! Each line of it says of which file's contents it is, so that what an earlier file of the same
//! name was told is not taken for what this one is told.

use crate::output::Failure;
use onshi_core::insured::import_reader::Rejection;
use onshi_language::say;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

/// A first line is not longer.
const LINE_MAX: u64 = 1 << 20;

/// The file, made with the first line that could not be taken.
pub(super) struct RejectionFile {
    pub(super) path: PathBuf,
    source: String,
    file: Option<File>,
}

/// What lies where the file is to be.
enum There {
    Nothing,
    /// Lines that were left out of the file with this name.
    Report(Option<String>),
    /// No file, such as `/dev/stdout`.
    Device,
    Other,
}

fn there(path: &Path) -> std::io::Result<There> {
    let metadata = match std::fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(There::Nothing),
        Err(error) => return Err(error),
    };
    if !metadata.is_file() {
        return Ok(There::Device);
    }
    let mut first = String::new();
    let read = BufReader::new(File::open(path)?.take(LINE_MAX)).read_line(&mut first);
    if matches!(read, Ok(0)) {
        return Ok(There::Report(None));
    }
    let line: Value = serde_json::from_str(&first).unwrap_or_default();
    if read.is_err() || !line["line"].is_i64() || !line["problems"].is_array() {
        return Ok(There::Other);
    }
    let source = line["source"].as_str().map(str::to_owned);
    Ok(There::Report(source))
}

impl RejectionFile {
    /// What an import of other contents left goes away; what is no such file is not written over.
    /// An import that begins anew begins this file anew, one that goes on goes on with it.
    pub(super) fn open(path: PathBuf, source: &str, anew: bool) -> Result<RejectionFile, Failure> {
        let fault = |e: std::io::Error| {
            let what = say!("{} can't be read", "{} を読めません", path.display());
            Failure::io(what, &e)
        };
        match there(&path).map_err(fault)? {
            There::Report(found) if anew || found.as_deref() != Some(source) => {
                std::fs::remove_file(&path).map_err(fault)?;
            }
            There::Other => {
                return Err(Failure::usage(say!(
                    "{} is no file of lines that could not be taken; name another one with --report.",
                    "{} は、取り込めなかった行のファイルではありません。\
                     --report で別のファイルを指定してください。",
                    path.display()
                )));
            }
            There::Nothing | There::Device | There::Report(_) => {}
        }
        Ok(RejectionFile {
            path,
            source: source.to_owned(),
            file: None,
        })
    }

    /// Whether it is there.
    pub(super) fn exists(&self) -> bool {
        self.path.is_file()
    }

    pub(super) fn write(&mut self, rejections: &[Rejection]) -> Result<(), Failure> {
        let fault = |path: &Path, e: std::io::Error| {
            let what = say!("{} can't be written", "{} に書き込めません", path.display());
            Failure::io(what, &e)
        };
        for rejection in rejections {
            let file = match &mut self.file {
                Some(file) => file,
                none => {
                    let opened = File::options().create(true).append(true).open(&self.path);
                    none.insert(opened.map_err(|e| fault(&self.path, e))?)
                }
            };
            let line = json!({
                "line": rejection.line,
                "problems": rejection.problems,
                "source": self.source,
            });
            writeln!(file, "{line}").map_err(|e| fault(&self.path, e))?;
        }
        Ok(())
    }
}

//! Taking in a file piece by piece, whatever its size: splits it into lines, checks each, and
//! hands them out in batches for the door.
//!
//! It knows no file and no socket, so the operator's import and an insurer's report are the same.
//! Going on after a kill it passes over what was committed, and proves by a digest of those bytes
//! that they are the same as then: no line of a changed file is passed over unseen.

mod batch;
mod line;

pub use batch::Batch;
pub use line::IntakeLine;

use super::import::Run;
use super::lines;
use super::record::{InsurerRecord, Line};
use crate::entropy::hex;
use onshi_wire::numbers::match_insurer;
use sha2::{Digest, Sha256};

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a line.
    JsonLines,
    /// CSV with a line of names.
    Csv,
}

/// A line that could not be taken.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Rejection {
    /// Its place in the file, from 1.
    pub line: i64,
    /// Why, without the line's content.
    pub problems: Vec<String>,
}

/// Why a file is not taken, or no further.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotTaken {
    /// What was committed of it before is not what it begins with.
    Changed,
    /// It does not begin as it must: the names of a CSV, the insurer's line of a report.
    Beginning(Words),
    /// Nearly all of its lines can't be taken: it is no report, whatever it is.
    MostlyWrong(Words),
}

/// Why, for whoever reads Japanese or English.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Words {
    pub japanese: String,
    pub english: String,
}

impl Words {
    /// The same in both.
    pub(crate) fn of(japanese: impl Into<String>, english: impl Into<String>) -> Words {
        Words {
            japanese: japanese.into(),
            english: english.into(),
        }
    }
}

/// How much of the beginning tells what kind of file it is.
const BEGINNING_BYTES: usize = 8;

/// How many bytes of lines a batch holds; a line more makes it full, however few they are.
const BATCH_BYTES_MAX: usize = 1024 * 1024;

/// What is told of one line.
const PROBLEMS_MAX: usize = 20;

/// A report of which so many lines, and nine of ten, can't be taken is not read any further.
const WRONG_LINES_MAX: i64 = 1000;

/// What takes a file in.
pub struct ImportReader<L = Line> {
    format: Format,
    of: Option<String>,
    batch_lines: usize,
    begin: Run,
    beginning: Vec<u8>,
    last_byte: Option<u8>,
    after_cr: bool,
    prefix_verified: bool,
    from: Option<i64>,
    position: i64,
    place: i64,
    line_count: i64,
    seen: Sha256,
    unread: Vec<u8>,
    unread_bytes: usize,
    header: Option<Vec<String>>,
    insurer: Option<InsurerRecord>,
    lines: Vec<L>,
    places: Vec<i64>,
    rejections: Vec<Rejection>,
    held_bytes: usize,
    good_lines: i64,
    wrong_lines: i64,
}

impl<L: IntakeLine> ImportReader<L> {
    /// For a file that begins anew.
    pub fn begin(format: Format, batch_lines: usize) -> ImportReader<L> {
        ImportReader {
            format,
            of: None,
            batch_lines,
            begin: Run::default(),
            beginning: Vec::new(),
            last_byte: None,
            after_cr: false,
            prefix_verified: true,
            from: None,
            position: 0,
            place: 0,
            line_count: 0,
            seen: Sha256::new(),
            unread: Vec::new(),
            unread_bytes: 0,
            header: None,
            insurer: None,
            lines: Vec::new(),
            places: Vec::new(),
            rejections: Vec::new(),
            held_bytes: 0,
            good_lines: 0,
            wrong_lines: 0,
        }
    }

    /// For a file of which so much was taken before.
    #[must_use]
    pub fn going_on(mut self, begin: Run) -> ImportReader<L> {
        self.prefix_verified = begin.progress.position == 0;
        self.from = Some(begin.progress.position);
        self.line_count = begin.progress.lines;
        self.insurer.clone_from(&begin.insurer);
        self.good_lines = begin.progress.accepted;
        self.wrong_lines = begin.progress.rejected;
        self.begin = begin;
        self
    }

    /// For a report, which holds what is one insurer's and nothing else.
    #[must_use]
    pub fn of(mut self, insurer: &str) -> ImportReader<L> {
        self.of = Some(match_insurer(insurer));
        self
    }

    /// Takes the next bytes, and gives the batches that became full with them.
    pub fn push(&mut self, mut bytes: &[u8]) -> Result<Vec<Batch<L>>, NotTaken> {
        let mut full = Vec::new();
        self.look_at_the_beginning(bytes)?;
        while let Some(end) = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            let (line, rest) = bytes.split_at(end + 1);
            self.piece(line);
            self.line_ended()?;
            let lines = self.lines.len() + self.rejections.len();
            if lines >= self.batch_lines || self.held_bytes >= BATCH_BYTES_MAX {
                full.push(self.batch(false));
            }
            bytes = rest;
        }
        self.piece(bytes);
        Ok(full)
    }

    /// A source that is no text in UTF-8 is refused as a whole, with the cause.
    fn look_at_the_beginning(&mut self, bytes: &[u8]) -> Result<(), NotTaken> {
        let room = BEGINNING_BYTES.saturating_sub(self.beginning.len());
        if room == 0 {
            return Ok(());
        }
        self.beginning.extend(bytes.iter().take(room));
        match lines::foreign_source(&self.beginning) {
            Some(why) => Err(NotTaken::Beginning(why)),
            None => Ok(()),
        }
    }

    /// Ends the file, and gives the last batch; none when all of it was taken before.
    pub fn finish(mut self) -> Result<Option<Batch<L>>, NotTaken> {
        if self.unread_bytes > 0 {
            self.line_ended()?;
        }
        if !self.prefix_verified {
            return Err(NotTaken::Changed);
        }
        if self.begin.progress.finished {
            return Ok(None);
        }
        if L::HEADED && self.of.is_some() && self.insurer.is_none() {
            return Err(no_insurer(&[]));
        }
        if self.line_count == 0 {
            let why = "取り込む行が1行もありません。ファイルが空でないこと、見出しだけでないことを確認してください。";
            let english = "There is no line to take; look whether the file is empty, or has nothing but \
                           its heading.";
            return Err(NotTaken::Beginning(Words::of(why, english)));
        }
        Ok(Some(self.batch(true)))
    }

    fn batch(&mut self, finished: bool) -> Batch<L> {
        self.held_bytes = 0;
        let batch = Batch {
            lines: std::mem::take(&mut self.lines),
            places: std::mem::take(&mut self.places),
            rejections: std::mem::take(&mut self.rejections),
            insurer: self.insurer.clone(),
            from: self.from,
            position: self.position,
            line_count: self.line_count,
            digest: hex(&self.seen.clone().finalize()),
            finished,
        };
        self.from = Some(self.position);
        batch
    }

    /// Keeps a piece of a line. Of one that is too long only its length is kept.
    fn piece(&mut self, bytes: &[u8]) {
        self.seen.update(bytes);
        self.last_byte = bytes.last().copied().or(self.last_byte);
        self.unread_bytes += bytes.len();
        if self.unread_bytes <= L::BYTES_MAX {
            self.unread.extend_from_slice(bytes);
        } else {
            self.unread.clear();
        }
    }

    fn line_ended(&mut self) -> Result<(), NotTaken> {
        let text = std::mem::take(&mut self.unread);
        let bytes = std::mem::take(&mut self.unread_bytes);
        self.position += bytes as i64;
        // A line ends with LF, CR LF, or CR as on old systems. The LF of a CR LF comes by itself,
        // since the end of a piece may lie between the two, and is no line of its own.
        let is_rest = self.after_cr && bytes == 1 && text == b"\n";
        self.after_cr = self.last_byte == Some(b'\r');
        self.place += i64::from(!is_rest);
        let held = self.lines.len() + self.rejections.len();
        let told = self.line(&text, bytes);
        if self.lines.len() + self.rejections.len() > held {
            self.held_bytes += bytes.min(L::BYTES_MAX);
        }
        // The buffer is used again for the next line.
        self.unread = text;
        self.unread.clear();
        told
    }

    fn line(&mut self, text: &[u8], bytes: usize) -> Result<(), NotTaken> {
        let text = match self.place {
            1 => text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text),
            _ => text,
        };
        let blank = bytes <= L::BYTES_MAX && lines::is_blank(text);
        let names = self.format == Format::Csv && self.header.is_none() && !blank;
        if names {
            let columns = L::columns(text);
            self.header = Some(columns.map_err(NotTaken::Beginning)?);
        }
        let done = self.begin.progress.position;
        if self.position <= done {
            if self.position == done {
                let digest = hex(&self.seen.clone().finalize());
                self.prefix_verified = self.begin.digest.as_deref() == Some(digest.as_str());
            }
            return Ok(());
        }
        if !self.prefix_verified || self.begin.progress.finished {
            return Err(NotTaken::Changed);
        }
        if names || blank {
            return Ok(());
        }
        self.line_count += 1;
        let read = if bytes > L::BYTES_MAX {
            let most = L::BYTES_MAX / 1024;
            Err(vec![format!("行が長すぎます（{most}KiBまで）。")])
        } else if let Some(header) = &self.header {
            L::read_csv(header, text)
        } else {
            L::read_json(text)
        };
        self.take(read)
    }

    fn take(&mut self, read: Result<L, Vec<String>>) -> Result<(), NotTaken> {
        let mut problems = match &read {
            Ok(line) => line.problems(),
            Err(problems) => problems.clone(),
        };
        if let (Some(own), Ok(line)) = (&self.of, &read) {
            if match_insurer(line.insurer_number()) != *own {
                problems.push(format!("InsurerNumber: {own} の報告ではありません。"));
            }
            match (line.insurer(), &self.insurer) {
                (Some(record), None) if problems.is_empty() => {
                    self.insurer = Some(record.clone());
                    return Ok(());
                }
                (Some(_), Some(_)) => {
                    problems.push("Insurer: 報告に1行だけ、先頭に置きます。".to_owned());
                }
                _ => {}
            }
        }
        if L::HEADED && self.of.is_some() && self.insurer.is_none() {
            return Err(no_insurer(&problems));
        }
        match read {
            Ok(line) if problems.is_empty() => {
                self.good_lines += 1;
                self.lines.push(line);
                self.places.push(self.place);
            }
            _ => {
                let more = problems.len().saturating_sub(PROBLEMS_MAX);
                problems.truncate(PROBLEMS_MAX);
                if more > 0 {
                    problems.push(format!("ほか{more}件の誤りがあります。"));
                }
                self.wrong_lines += 1;
                self.rejections.push(Rejection {
                    line: self.place,
                    problems,
                });
            }
        }
        self.is_a_report()
    }

    /// What is nearly nothing but wrong would cost its whole length, and give only line numbers.
    fn is_a_report(&self) -> Result<(), NotTaken> {
        let wrong = self.wrong_lines;
        if self.of.is_none() || wrong <= WRONG_LINES_MAX || wrong / 9 <= self.good_lines {
            return Ok(());
        }
        let shown = self.rejections.iter().rev().take(3).rev();
        let english = format!(
            "Nearly no line can be taken, so that reading ended at line {} ({} lines taken, {wrong} \
             not).",
            self.place, self.good_lines
        );
        let shown: Vec<String> = shown
            .map(|one| format!("{}行目: {}", one.line, one.problems.join(" ")))
            .collect();
        let japanese = format!(
            "ほとんどの行を受け付けられないため、{}行目で読むのをやめました（受け付けた行 {}、受け付けられない行 {wrong}）。{}",
            self.place,
            self.good_lines,
            shown.join(" ")
        );
        Err(NotTaken::MostlyWrong(Words::of(japanese, english)))
    }
}

/// The day for which a report is true must be known before its first line is taken.
fn no_insurer(problems: &[String]) -> NotTaken {
    let rule = "報告は、自らの保険者番号・名称・基準日の行（Insurer、CSVでは DataDate のある行）で始めてください。";
    let japanese = [rule.to_owned(), problems.join(" ")].join(" ");
    let english = "A report begins with the line of the insurer: its own number, its name and the \
                   day of its data (Insurer, in CSV a row with DataDate).";
    NotTaken::Beginning(Words::of(japanese.trim(), english))
}

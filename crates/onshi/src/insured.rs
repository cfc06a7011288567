//! `onshi insured`: importing what insurers send.

use crate::output::{Failure, Output};
use crate::service::Tools;
use clap::Subcommand;
use onshi_core::insured::import::{self, Progress};
use onshi_core::insured::{InsurerRecord, Line, QualificationRecord};
use onshi_core::office::Errand;
use onshi_core::population::{Plan, Population};
use onshi_core::{Actor, Day, Error, Function, Office, Request};
use onshi_server::Config;
use serde_json::{Map, Value, json};
use std::io::{BufRead, BufReader, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

/// What is done with insured persons.
#[derive(Subcommand)]
pub enum InsuredCommand {
    /// Import a file of JSON lines or CSV. Goes on where it stopped when it was killed; importing
    /// the same file again changes nothing.
    Import {
        /// The file.
        file: PathBuf,
        /// Where to write the lines that could not be taken, as JSON lines with their reasons.
        #[arg(long)]
        report: Option<PathBuf>,
        /// Begin again even if this file was imported before.
        #[arg(long)]
        again: bool,
    },
    /// Put a generated population in directly (see `onshi population generate`).
    Populate {
        /// How many people.
        #[arg(long)]
        persons: u64,
        /// Another seed gives other people.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
}

/// Lines in one commit: enough that a flush costs nothing, few enough that checks come between.
const BATCH: usize = 4000;
/// Batches that may be under way, so that reading and writing go on side by side.
const AHEAD: usize = 2;

/// `onshi insured …`.
pub fn run(command: InsuredCommand, config: &Config, output: &Output) -> Result<(), Failure> {
    let tools = Tools::open(config)?;
    match command {
        InsuredCommand::Import {
            file,
            report,
            again,
        } => import_file(&tools.office, &file, report.as_deref(), again, output),
        InsuredCommand::Populate { persons, seed } => {
            let today = onshi_core::clock::now().jst_day();
            let begun = Instant::now();
            let lines = populate(
                &tools.office,
                Plan {
                    persons,
                    seed,
                    today,
                },
            )?;
            let seconds = begun.elapsed().as_secs_f64();
            let shown = json!({"persons": persons, "lines": lines, "seconds": seconds});
            output.result(&shown, || {
                format!("{persons}人、{lines}行を取り込みました（{seconds:.1}秒）。")
            });
            Ok(())
        }
    }
}

/// Puts a generated population in, and says how many lines it had.
pub fn populate(office: &Office, plan: Plan) -> Result<i64, Failure> {
    let source = format!(
        "population-{}-{}-{}",
        plan.persons,
        plan.seed,
        plan.today.number()
    );
    let mut intake = Intake::new(office, source, Progress::default());
    for line in Population::new(plan) {
        intake.line(Ok(line), 0)?;
    }
    Ok(intake.finish()?.accepted)
}

/// Puts these lines in.
pub fn take_lines(office: &Office, source: &str, lines: Vec<Line>) -> Result<(), Failure> {
    let mut intake = Intake::new(office, source.to_owned(), Progress::default());
    for line in lines {
        intake.line(Ok(line), 0)?;
    }
    intake.finish().map(drop)
}

fn errand() -> Errand {
    Errand::new(
        Actor::operator(),
        Function::ImportInsuredPersons,
        Request::fresh(),
    )
}

/// Checks lines, and hands them to the office in batches.
struct Intake<'a> {
    office: &'a Office,
    source: String,
    progress: Progress,
    batch: Vec<Line>,
    waiting: usize,
    tell: Sender<Result<(), Error>>,
    told: Receiver<Result<(), Error>>,
    report: Option<std::fs::File>,
    shown_rejects: usize,
    shown_at: Instant,
    begun: Instant,
}

impl<'a> Intake<'a> {
    fn new(office: &'a Office, source: String, progress: Progress) -> Intake<'a> {
        let (tell, told) = channel();
        let now = Instant::now();
        Intake {
            office,
            source,
            progress,
            batch: Vec::with_capacity(BATCH),
            waiting: 0,
            tell,
            told,
            report: None,
            shown_rejects: 0,
            shown_at: now,
            begun: now,
        }
    }

    /// Takes one line of so many bytes, or notes why it can't be read.
    fn line(&mut self, line: Result<Line, String>, bytes: usize) -> Result<(), Failure> {
        self.progress.lines += 1;
        self.progress.position += bytes as i64;
        let problems = match &line {
            Ok(line) => import::check(line),
            Err(problem) => vec![problem.clone()],
        };
        match line {
            Ok(line) if problems.is_empty() => {
                self.progress.accepted += 1;
                self.batch.push(line);
            }
            _ => self.reject(&problems)?,
        }
        if self.batch.len() >= BATCH {
            self.send()
        } else {
            Ok(())
        }
    }

    fn reject(&mut self, problems: &[String]) -> Result<(), Failure> {
        self.progress.rejected += 1;
        let line = self.progress.lines;
        if let Some(report) = &mut self.report {
            writeln!(report, "{}", json!({"line": line, "problems": problems}))
                .map_err(|e| Failure::fault("writing the report", e))?;
        } else if self.shown_rejects < 20 {
            self.shown_rejects += 1;
            let _ = writeln!(std::io::stderr(), "line {line}: {}", problems.join("; "));
        }
        Ok(())
    }

    fn send(&mut self) -> Result<(), Failure> {
        let lines = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH));
        let (source, progress, tell) = (self.source.clone(), self.progress, self.tell.clone());
        self.office.change(
            errand(),
            move |work| import::take(work, &source, &lines, &progress),
            // The receiver lives as long as we do.
            move |answer| drop(tell.send(answer)),
        );
        self.waiting += 1;
        while self.waiting > AHEAD {
            self.wait()?;
        }
        if self.shown_at.elapsed() >= Duration::from_secs(1) && std::io::stderr().is_terminal() {
            self.shown_at = Instant::now();
            let rate = self.progress.lines as f64 / self.begun.elapsed().as_secs_f64();
            let text = format!("\r{}行 {rate:.0}行/秒", self.progress.lines);
            let _ = std::io::stderr().write_all(text.as_bytes());
        }
        Ok(())
    }

    fn wait(&mut self) -> Result<(), Failure> {
        self.waiting -= 1;
        match self.told.recv() {
            Ok(answer) => answer.map_err(Failure::from),
            Err(error) => Err(Failure::fault("waiting for the office", error)),
        }
    }

    fn finish(mut self) -> Result<Progress, Failure> {
        self.progress.finished = true;
        self.send()?;
        while self.waiting > 0 {
            self.wait()?;
        }
        Ok(self.progress)
    }
}

fn import_file(
    office: &Office,
    file: &Path,
    report: Option<&Path>,
    again: bool,
    output: &Output,
) -> Result<(), Failure> {
    let source = digest(file)?;
    let key = source.clone();
    let before = office.read_and_wait(errand(), move |work| import::progress(work, &key))?;
    let begin = before.filter(|_| !again).unwrap_or_default();
    if begin.finished {
        output.result(&begin, || {
            "このファイルは、すでにすべて取り込まれています。".to_owned()
        });
        return Ok(());
    }
    let opened = std::fs::File::open(file)
        .map_err(|e| Failure::fault(&format!("opening {}", file.display()), e))?;
    let mut reader = BufReader::with_capacity(1 << 20, opened);
    let mut intake = Intake::new(office, source, begin);
    if let Some(path) = report {
        let made = std::fs::File::create(path)
            .map_err(|e| Failure::fault(&format!("creating {}", path.display()), e))?;
        intake.report = Some(made);
    }
    let mut text = Vec::new();
    let mut header = None;
    let csv = file.extension().is_some_and(|extension| extension == "csv");
    let mut passed: i64 = 0;
    loop {
        text.clear();
        let bytes = reader
            .read_until(b'\n', &mut text)
            .map_err(|e| Failure::fault(&format!("reading {}", file.display()), e))?;
        if bytes == 0 {
            break;
        }
        let first = passed == 0;
        passed += bytes as i64;
        if csv && first {
            header = Some(columns(&text)?);
            if begin.position == 0 {
                intake.progress.position += bytes as i64;
            }
            continue;
        }
        // What was committed before the kill is not read again.
        if passed <= begin.position {
            continue;
        }
        if text.iter().all(u8::is_ascii_whitespace) {
            intake.progress.position += bytes as i64;
            continue;
        }
        let line = match &header {
            Some(header) => read_csv(header, &text),
            None => serde_json::from_slice::<Line>(&text).map_err(|e| e.to_string()),
        };
        intake.line(line, bytes)?;
    }
    let begun = intake.begun;
    let progress = intake.finish()?;
    let seconds = begun.elapsed().as_secs_f64();
    output.result(&progress, || {
        format!(
            "{}行を読み、{}行を取り込み、{}行は取り込めませんでした（{seconds:.1}秒、{:.0}行/秒）。",
            progress.lines,
            progress.accepted,
            progress.rejected,
            (progress.lines - begin.lines) as f64 / seconds.max(0.001)
        )
    });
    Ok(())
}

/// A file is known by its length and its beginning, so that a changed one begins anew.
fn digest(file: &Path) -> Result<String, Failure> {
    let fault = |e: std::io::Error| Failure::fault(&format!("reading {}", file.display()), e);
    let opened = std::fs::File::open(file).map_err(fault)?;
    let length = opened.metadata().map_err(fault)?.len();
    let mut head = Vec::new();
    opened.take(1 << 16).read_to_end(&mut head).map_err(fault)?;
    head.extend_from_slice(&length.to_be_bytes());
    Ok(format!(
        "file-{}",
        onshi_core::certificate::fingerprint(&head)
    ))
}

fn fields(text: &[u8]) -> Result<Vec<String>, String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text);
    let mut record = csv::StringRecord::new();
    match reader.read_record(&mut record) {
        Ok(true) => Ok(record.iter().map(str::to_owned).collect()),
        Ok(false) => Err("the line is empty".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn columns(text: &[u8]) -> Result<Vec<String>, Failure> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    fields(text).map_err(Failure::usage)
}

/// A CSV row has the names of the JSON lines as its columns; an empty cell is absent. A row with
/// a `DataDate` is an insurer.
fn read_csv(header: &[String], text: &[u8]) -> Result<Line, String> {
    let mut object = Map::new();
    for (name, value) in header.iter().zip(fields(text)?) {
        if value.is_empty() || name == "Line" {
            continue;
        }
        let value = match name.as_str() {
            "Person" => Value::from(value.parse::<i64>().map_err(|e| format!("Person: {e}"))?),
            _ => Value::String(value),
        };
        object.insert(name.clone(), value);
    }
    let words = |e: serde_json::Error| e.to_string();
    if object.contains_key("DataDate") {
        let record: InsurerRecord = serde_json::from_value(object.into()).map_err(words)?;
        return Ok(Line::Insurer(record));
    }
    let record: QualificationRecord = serde_json::from_value(object.into()).map_err(words)?;
    Ok(Line::Qualification(Box::new(record)))
}

/// The day of the demo's population.
pub fn today() -> Day {
    onshi_core::clock::now().jst_day()
}

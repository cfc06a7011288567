//! `onshi insured`: importing what insurers send.

mod feeder;
mod report;

use crate::output::{Failure, Output};
use crate::serve::Tools;
use clap::{Args, Subcommand};
pub(crate) use feeder::Imported;
use feeder::{Feeder, Loader, operation};
use onshi_core::Day;
use onshi_core::entropy::hex;
use onshi_core::insured::Line;
use onshi_core::insured::import::{self, Progress};
use onshi_core::insured::import_reader::{Format, ImportReader, NotTaken};
use onshi_language::{counted, say, spoken};
use onshi_population::{Plan, Population};
use onshi_server::Config;
use report::RejectionFile;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What is done with insured persons.
#[derive(Subcommand)]
pub enum InsuredCommand {
    /// Import a file of JSON lines or CSV. Goes on where it stopped when it was killed; importing
    /// the same file again changes nothing. Exit code 5 when lines could not be taken.
    ///
    /// JSONの行またはCSVのファイルを取り込みます。途中で止まったときは続きから取り込み、同じファイルをもう一度取り込んでも何も変わりません。取り込めない行があると、終了コード5で終わります。
    Import(ImportArguments),
    /// Put a generated population in directly (see `onshi population generate`). Refused where
    /// another one is: people of both would have the same keys.
    ///
    /// 架空の加入者を作り、直接取り込みます（`onshi population generate` を参照）。別の架空の加入者が入っているときは、鍵が重なるため拒否されます。
    Populate(PopulateArguments),
}

/// Which file is imported, and how.
#[derive(Args)]
pub struct ImportArguments {
    /// The file.
    ///
    /// ファイル
    file: PathBuf,
    /// Where to write the lines that could not be taken, as JSON lines with their reasons;
    /// without it the file's name with `.rejected.jsonl`.
    ///
    /// 取り込めなかった行を、理由とともにJSONの行で書き出すファイル。省略すると、元のファイル名に `.rejected.jsonl` を付けます。
    #[arg(long)]
    report: Option<PathBuf>,
    /// Begin again even if this file was imported before.
    ///
    /// 前に取り込んだファイルでも、はじめから取り込みます。
    #[arg(long)]
    again: bool,
}

/// Which fictional people are meant.
#[derive(Args)]
pub struct PopulateArguments {
    /// How many people.
    ///
    /// 人数
    #[arg(long)]
    persons: u64,
    /// Another seed gives other people.
    ///
    /// シード。値が違えば別の人々になります。
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The day as of which they are made, `yyyymmdd`; without it today.
    ///
    /// どの日の時点で作るか（`yyyymmdd`）。省略すると今日です。
    #[arg(long, value_parser = parse_day)]
    today: Option<Day>,
}

impl ImportArguments {
    /// A file, as it is usually imported.
    pub fn of(file: PathBuf) -> ImportArguments {
        ImportArguments {
            file,
            report: None,
            again: false,
        }
    }
}

impl PopulateArguments {
    /// The plan of these people.
    pub fn plan(&self) -> Plan {
        Plan {
            persons: self.persons,
            seed: self.seed,
            today: self.today.unwrap_or_else(today),
        }
    }
}

/// Reads `yyyymmdd`.
pub fn parse_day(text: &str) -> Result<Day, String> {
    Day::parse(text).ok_or_else(|| {
        say!(
            "a day is written like 20261122",
            "日付は 20261122 のように書きます。"
        )
    })
}

/// Lines in one commit: enough that a flush costs nothing, few enough that checks come between.
const BATCH: usize = 4000;
/// How much of a file is read at once.
const PIECE: usize = 1 << 20;

/// `onshi insured …`.
pub fn run(command: InsuredCommand, config: &Config, output: &Output) -> Result<(), Failure> {
    let tools = Tools::open(config)?;
    match command {
        InsuredCommand::Import(arguments) => import_file::<Line>(&tools, arguments, output),
        InsuredCommand::Populate(arguments) => {
            let plan = arguments.plan();
            let begun = Instant::now();
            let lines = populate(&tools, plan)?;
            let persons = plan.persons;
            let seconds = begun.elapsed().as_secs_f64();
            let shown = json!({"persons": persons, "lines": lines, "seconds": seconds});
            output.result(&shown, || {
                let people = counted(persons, "person", "people");
                let written = counted(lines, "line", "lines");
                say!(
                    "Taken in: {people} in {written} ({seconds:.1} s).",
                    "{persons}人、{lines}行を取り込みました（{seconds:.1}秒）。"
                )
            });
            Ok(())
        }
    }
}

/// Under which name a generated population is imported.
pub fn population_source(plan: Plan) -> String {
    let (persons, seed, day) = (plan.persons, plan.seed, plan.today.number());
    format!("population-{persons}-{seed}-{day}")
}

/// Puts a generated population in, and says how many lines it had.
pub fn populate(tools: &Tools, plan: Plan) -> Result<i64, Failure> {
    let source = population_source(plan);
    let key = source.clone();
    let other = tools
        .service
        .read_and_wait(operation(tools, Line::FUNCTION), move |tx| {
            import::find_other_population(tx, &key)
        })?;
    if let Some(other) = other {
        return Err(other_population(&other));
    }
    Loader::new(tools, source).load(Population::new(plan))
}

/// Nothing is ever deleted, and the person with the key 1 of one population is somebody else in
/// another, or the same with another history.
fn other_population(source: &str) -> Failure {
    let mut parts = source.split('-').skip(1);
    let mut part = || parts.next().unwrap_or("?").to_owned();
    let (persons, seed, day) = (part(), part(), part());
    let text = say!(
        "Other fictional people are in this database ({persons} of them, seed {seed}, as of {day}). With \
         both the coverage of the same person would be mixed up, so that nothing was taken in. Begin \
         with an empty database, or if the same people will do, give --persons {persons} --seed {seed} \
         --today {day}.",
        "このデータベースには、別の架空の人々（{persons}人、シード {seed}、{day} 現在）が入っています。\
         両方を入れると同じ人の資格が混ざるため、取り込みませんでした。\
         空のデータベースで始めるか、同じ人々でよければ --persons {persons} --seed {seed} --today {day} としてください。"
    );
    Failure::refused("population.other", text)
}

/// Puts these lines in.
pub fn take_lines(tools: &Tools, source: &str, lines: Vec<Line>) -> Result<(), Failure> {
    Loader::new(tools, source.to_owned())
        .load(lines.into_iter())
        .map(drop)
}

/// Imports a file of lines of one kind.
pub fn import_file<L: Imported>(
    tools: &Tools,
    arguments: ImportArguments,
    output: &Output,
) -> Result<(), Failure> {
    let ImportArguments {
        file,
        report,
        again,
    } = arguments;
    let file = file.as_path();
    let digest = digest(file)?;
    let source = L::source(&digest);
    let report = report.unwrap_or_else(|| rejected_beside(file));
    let key = source.clone();
    let before = tools
        .service
        .read_and_wait(operation(tools, L::FUNCTION), move |tx| {
            import::find_run(tx, &key)
        })?;
    let begin = before.filter(|_| !again);
    let mut report = RejectionFile::open(report, &source, begin.is_none())?;
    if let Some(done) = begin.as_ref().filter(|run| run.progress.finished) {
        output.result(&done.progress, || {
            say!(
                "All of this file was taken in before.",
                "このファイルは、すでにすべて取り込まれています。"
            )
        });
        return rejected_lines(&done.progress, &report);
    }
    let format = match file.extension() {
        Some(extension) if extension.eq_ignore_ascii_case("csv") => Format::Csv,
        _ => Format::JsonLines,
    };
    let mut import_reader: ImportReader<L> = ImportReader::begin(format, BATCH);
    let lines_before = begin.as_ref().map_or(0, |run| run.progress.lines);
    if !again {
        import_reader = import_reader.going_on(begin.unwrap_or_default());
    }
    let mut feeder = Feeder::new(tools, source);
    let not_taken = |why| match why {
        NotTaken::Changed => changed(file),
        NotTaken::Beginning(words) | NotTaken::MostlyWrong(words) => {
            Failure::usage(spoken().choose(words.english, words.japanese))
        }
    };
    read_all(file, |piece| {
        for batch in import_reader.push(piece).map_err(not_taken)? {
            // What is known to be wrong is told before it counts as done, so that a kill loses no line.
            report.write(&batch.rejections)?;
            feeder.send(batch)?;
            report.write(&std::mem::take(&mut feeder.rejections))?;
        }
        Ok(())
    })?;
    let last = import_reader.finish().map_err(not_taken)?;
    if let Some(batch) = last {
        // Somebody wrote into it while it was read: it must not count as done under this name.
        if batch.digest != digest {
            return Err(changed(file));
        }
        report.write(&batch.rejections)?;
        feeder.send(batch)?;
    }
    feeder.wait_for_all()?;
    report.write(&std::mem::take(&mut feeder.rejections))?;
    let begun = feeder.begun;
    let progress = feeder.finish()?;
    let seconds = begun.elapsed().as_secs_f64();
    output.result(&progress, || {
        let read = counted(progress.lines, "line", "lines");
        let Progress {
            lines,
            accepted,
            added,
            changed,
            unchanged,
            rejected,
            ..
        } = progress;
        let rate = (lines - lines_before) as f64 / seconds.max(0.001);
        say!(
            "Read: {read}; {accepted} taken ({added} new, {changed} changed, {unchanged} unchanged), {rejected} not taken ({seconds:.1} s, {rate:.0} a second).",
            "{lines}行を読み、{accepted}行を取り込み（新規{added}、変更{changed}、変更なし{unchanged}）、{rejected}行は取り込めませんでした（{seconds:.1}秒、{rate:.0}行/秒）。"
        )
    });
    rejected_lines(&progress, &report)
}

fn rejected_lines(progress: &Progress, report: &RejectionFile) -> Result<(), Failure> {
    if progress.rejected == 0 {
        return Ok(());
    }
    let path = report.path.display();
    let place = if report.exists() {
        say!(
            "Their numbers and the reasons are in {path}.",
            "行番号と理由は {path} にあります。"
        )
    } else {
        say!(
            "The file of their numbers and reasons, {path}, is gone; --again makes it anew.",
            "行番号と理由のファイル {path} は残っていません。--again を付けると作り直します。"
        )
    };
    let rejected = progress.rejected;
    let lines = counted(rejected, "line", "lines");
    Err(Failure::incomplete(say!(
        "{lines} could not be taken. {place}",
        "{rejected}行を取り込めませんでした。{place}"
    )))
}

fn rejected_beside(file: &Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".rejected.jsonl");
    file.with_file_name(name)
}

fn changed(file: &Path) -> Failure {
    let text = say!(
        "{} was changed while it was read. Take it in when nobody writes into it any more.",
        "{} は、取り込みの途中で変更されました。書き込みが終わってから、もう一度取り込んでください。",
        file.display()
    );
    Failure::refused("import.changed", text)
}

/// A file is known by all of its bytes: however little of it was changed, it begins anew.
fn digest(file: &Path) -> Result<String, Failure> {
    let mut hash = Sha256::new();
    read_all(file, |piece| {
        hash.update(piece);
        Ok(())
    })?;
    Ok(hex(&hash.finalize()))
}

fn read_all(
    file: &Path,
    mut take: impl FnMut(&[u8]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let fault = |e: std::io::Error| {
        let what = say!("{} can't be read", "{} を読めません", file.display());
        Failure::io(what, &e)
    };
    let mut opened = File::open(file).map_err(fault)?;
    let mut piece = vec![0; PIECE];
    loop {
        match opened.read(&mut piece).map_err(fault)? {
            0 => return Ok(()),
            length => take(&piece[..length])?,
        }
    }
}

/// The day of the demo's population.
pub fn today() -> Day {
    onshi_core::clock::now().jst_day()
}

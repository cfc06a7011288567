//! `onshi population`: fictional people to ask about.

use crate::output::{Failure, Output};
use clap::{Subcommand, ValueEnum};
use onshi_core::insured::{InsurerRecord, Line, QualificationRecord};
use onshi_core::{Day, clock};
use onshi_language::{counted, say};
use onshi_population::{MOST_PERSONS, Plan, Population};
use serde_json::json;
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// What is done with populations.
#[derive(Subcommand)]
pub enum PopulationCommand {
    /// Make up people with insurers, cards and histories, ready for `onshi insured import`.
    ///
    /// The same number, seed and day give the same lines on every machine. First come the insurers,
    /// then the qualifications. CSV has a column for every value, and leaves out what is a list:
    /// the certificates and tickets are in the JSON lines only.
    ///
    /// 保険者・被保険者証・資格の履歴を持つ架空の人々を作ります。`onshi insured import` で取り込めます。
    ///
    /// 同じ人数・シード・日付からは、どの計算機でも同じ行ができます。はじめに保険者、続いて資格の行です。CSVには1つの値ごとに1列があり、一覧であるもの（証や券）はJSONの行にだけ入ります。
    Generate(GenerateArguments),
}

/// How many people, and where to.
#[derive(clap::Args)]
pub struct GenerateArguments {
    /// How many people.
    ///
    /// 人数
    #[arg(long, value_parser = clap::value_parser!(u64).range(..=MOST_PERSONS))]
    persons: u64,
    /// Another seed gives other people.
    ///
    /// シード。値が違えば別の人々になります。
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The day as of which the data is (yyyymmdd); today, if none is given.
    ///
    /// どの日の時点のデータか（yyyymmdd）。省略すると今日です。
    #[arg(long, value_parser = day)]
    today: Option<Day>,
    /// The file; `-` is the standard output.
    ///
    /// ファイル。`-` は標準出力です。
    #[arg(long, default_value = "-")]
    out: PathBuf,
    /// The format: jsonl has a JSON object a line, csv a header and a row a line, without
    /// certificates and tickets.
    ///
    /// 形式。jsonl は1行に1つのJSON、csv は見出しと行です（証や券は入りません）。
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Jsonl,
    Csv,
}

fn day(text: &str) -> Result<Day, String> {
    Day::parse(text).ok_or_else(|| {
        say!(
            "a day is written like 20261122",
            "日付は 20261122 のように書きます。"
        )
    })
}

/// `onshi population …`.
pub fn run(command: PopulationCommand, output: &Output) -> Result<(), Failure> {
    let PopulationCommand::Generate(arguments) = command;
    let plan = Plan {
        persons: arguments.persons,
        seed: arguments.seed,
        today: arguments.today.unwrap_or_else(|| clock::now().jst_day()),
    };
    let to = arguments.out.display().to_string();
    let written = match open(&arguments.out) {
        Ok(sink) => generate(plan, arguments.format, sink),
        Err(error) => Err(error),
    };
    match written {
        // Whoever reads has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err({
            let what = say!("{to} can't be written", "{to} に書き込めません");
            Failure::io(what, &error)
        }),
        Ok(counted) => {
            counted.report(output);
            Ok(())
        }
    }
}

fn open(path: &Path) -> io::Result<Box<dyn Write>> {
    if path.as_os_str() == "-" {
        Ok(Box::new(io::stdout().lock()))
    } else {
        Ok(Box::new(File::create(path)?))
    }
}

struct Counted {
    persons: u64,
    lines: u64,
    took: Duration,
}

impl Counted {
    fn persons_per_second(&self) -> u64 {
        let ms = u64::try_from(self.took.as_millis()).unwrap_or(u64::MAX);
        self.persons.saturating_mul(1_000) / ms.max(1)
    }

    /// Says how fast it was, beside the lines: they may be on the standard output.
    fn report(&self, output: &Output) {
        let rate = self.persons_per_second();
        let text = if output.json {
            json!({
                "persons": self.persons,
                "lines": self.lines,
                "seconds": self.took.as_secs_f64(),
                "persons_per_second": rate,
            })
            .to_string()
        } else {
            let (persons, lines) = (self.persons, self.lines);
            let people = counted(persons, "person", "people");
            let written = counted(lines, "line", "lines");
            say!(
                "{people} in {written}, {:.1} s, {rate} people a second",
                "{persons}人、{lines}行、{:.1}秒、毎秒{rate}人",
                self.took.as_secs_f64()
            )
        };
        let _ = writeln!(io::stderr(), "{text}");
    }
}

fn generate(plan: Plan, format: Format, sink: Box<dyn Write>) -> io::Result<Counted> {
    let mut sink = BufWriter::with_capacity(1 << 18, sink);
    let start = Instant::now();
    let mut progress = Progress::new(plan.persons);
    let mut population = Population::new(plan);
    let mut lines = 0u64;
    if let Format::Csv = format {
        writeln!(sink, "{}", COLUMNS.join(","))?;
    }
    while let Some(line) = population.next() {
        match format {
            Format::Jsonl => {
                serde_json::to_writer(&mut sink, &line)?;
                sink.write_all(b"\n")?;
            }
            Format::Csv => write_csv(&mut sink, &line)?,
        }
        lines += 1;
        if lines.is_multiple_of(8_192) {
            progress.show(population.persons());
        }
    }
    sink.flush()?;
    progress.clear();
    Ok(Counted {
        persons: population.persons(),
        lines,
        took: start.elapsed(),
    })
}

/// A line on the terminal that says how far it is.
struct Progress {
    persons: u64,
    shown: Option<Instant>,
}

impl Progress {
    fn new(persons: u64) -> Progress {
        let shown = io::stderr().is_terminal().then(Instant::now);
        Progress { persons, shown }
    }

    fn show(&mut self, done: u64) {
        let due = |shown: &Instant| shown.elapsed() >= Duration::from_millis(250);
        if self.shown.as_ref().is_some_and(due) {
            let percent = done * 100 / self.persons.max(1);
            let all = self.persons;
            let people = counted(all, "person", "people");
            let text = say!(
                "\r{done} of {people} ({percent} %)",
                "\r{all}人中{done}人（{percent}％）"
            );
            let _ = write!(io::stderr(), "{text}");
            self.shown = Some(Instant::now());
        }
    }

    fn clear(&self) {
        if self.shown.is_some() {
            let _ = write!(io::stderr(), "\r\u{1b}[K");
        }
    }
}

/// The columns of the CSV: which kind of line it is, then the names of the import.
const COLUMNS: [&str; 27] = [
    "Line",
    "Person",
    "InsurerNumber",
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
    "InsurerName",
    "DataDate",
];

fn write_csv(sink: &mut impl Write, line: &Line) -> io::Result<()> {
    match line {
        Line::Insurer(insurer) => write_row(sink, &insurer_row(insurer)),
        Line::Qualification(row) => {
            let person = row.person.to_string();
            write_row(sink, &qualification_row(row, &person))
        }
    }
}

fn insurer_row(insurer: &InsurerRecord) -> [&str; COLUMNS.len()] {
    let mut fields = [""; COLUMNS.len()];
    fields[0] = "Insurer";
    fields[2] = &insurer.insurer_number;
    fields[25] = &insurer.insurer_name;
    fields[26] = &insurer.data_date;
    fields
}

fn qualification_row<'a>(
    row: &'a QualificationRecord,
    person: &'a str,
) -> [&'a str; COLUMNS.len()] {
    fn text(value: &Option<String>) -> &str {
        value.as_deref().unwrap_or("")
    }
    [
        "Qualification",
        person,
        &row.insurer_number,
        text(&row.insured_card_symbol),
        &row.insured_identification_number,
        text(&row.insured_branch_number),
        &row.insured_card_classification,
        text(&row.personal_family_classification),
        text(&row.insured_name),
        &row.name,
        text(&row.name_of_other),
        text(&row.name_kana),
        text(&row.name_of_other_kana),
        &row.sex1,
        text(&row.sex2),
        &row.birthdate,
        text(&row.address),
        text(&row.post_number),
        &row.qualification_date,
        text(&row.disqualification_date),
        text(&row.reason_of_loss),
        text(&row.insured_certificate_issuance_date),
        text(&row.insured_card_valid_date),
        text(&row.insured_card_expiration_date),
        text(&row.insured_partial_contribution_ratio),
        "",
        "",
    ]
}

fn write_row(sink: &mut impl Write, fields: &[&str]) -> io::Result<()> {
    for (place, field) in fields.iter().enumerate() {
        if place > 0 {
            sink.write_all(b",")?;
        }
        if field.contains(['"', ',', '\n', '\r']) {
            write!(sink, "\"{}\"", field.replace('"', "\"\""))?;
        } else {
            sink.write_all(field.as_bytes())?;
        }
    }
    sink.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn written(format: Format) -> String {
        let plan = Plan {
            persons: 500,
            seed: 3,
            today: Day::from_number(20_261_122).unwrap(),
        };
        let kept = Kept::default();
        let counted = generate(plan, format, Box::new(kept.clone())).unwrap();
        assert_eq!(counted.persons, 500);
        let bytes = kept.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn lines_read_back_and_are_the_same_again() {
        let text = written(Format::Jsonl);
        let lines: Vec<Line> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert!(matches!(lines[0], Line::Insurer(_)));
        assert!(matches!(lines.last(), Some(Line::Qualification(_))));
        assert_eq!(written(Format::Jsonl), text);
    }

    #[test]
    fn the_table_has_every_value_that_is_no_list() {
        let record = serde_json::to_value(QualificationRecord::default()).unwrap();
        for name in record.as_object().unwrap().keys() {
            assert!(COLUMNS.contains(&name.as_str()), "{name}");
        }
        let text = written(Format::Csv);
        let header = text.lines().next().unwrap();
        assert!(header.starts_with("Line,Person,InsurerNumber"));
        for line in text.lines() {
            assert_eq!(line.matches(',').count(), COLUMNS.len() - 1);
        }
    }

    #[test]
    fn commas_and_quotes_are_quoted() {
        let mut out = Vec::new();
        write_row(&mut out, &["a,b", "c\"d", "e"]).unwrap();
        assert_eq!(out, b"\"a,b\",\"c\"\"d\",e\n");
    }
}

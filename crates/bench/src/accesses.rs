//! Who looked at somebody: how long a report of one person takes in an audit log of so many entries, and in one of a
//! hundredth of them in the same run.

mod fill;
mod table;

use super::levels::{PlaceArguments, backend, forget};
use super::machine::{Machine, processor_time_of_thread, read_from_disk};
use super::setup::Site;
use super::timing::{Rate, rounded};
use fill::{Filled, YEAR};
use onshi_core::access::{Period, report};
use onshi_core::service::OperationContext;
use onshi_core::store::Location;
use onshi_core::{Actor, Error, Fault, Function, Request, Service, jobs};
use onshi_server::Config;
use serde::Serialize;
use std::time::{Duration, Instant};
pub(super) use table::table;

/// How reports of accesses are measured.
#[derive(clap::Args)]
pub struct AccessesArguments {
    /// How many entries the audit log has: checks, consents and readings of one year, ten for each person.
    ///
    /// 操作履歴の件数（1年分の資格確認・同意・閲覧。1人につき10件）
    #[arg(long, default_value_t = 1_000_000)]
    entries: u64,
    #[command(flatten)]
    place: PlaceArguments,
}

/// What was found.
#[derive(Serialize)]
pub struct AccessesReport {
    pub machine: Machine,
    pub backend: &'static str,
    /// The log that was asked for.
    pub log: Measured,
    /// One of a hundredth of the entries, in a file of its own; none where the store is no file of ours.
    pub hundredth: Option<Measured>,
    /// How many times as long a report takes in the large one: the median, and of the processor's time.
    pub p50_ratio: Option<f64>,
    pub processor_ratio: Option<f64>,
}

/// A log, and what a report of one person costs in it.
#[derive(Serialize)]
pub struct Measured {
    /// Entries that were written as the centre writes them.
    pub entries: u64,
    /// People in the store.
    pub people: u64,
    /// How long it took to write the entries.
    pub fill_seconds: f64,
    /// How long the job took to index the checks among them.
    pub index_seconds: f64,
    /// The pieces in which it did so.
    pub pieces: Rate,
    /// The size of the database's file; none where it is no file of ours.
    pub bytes_on_disk: Option<u64>,
    /// Reports of 365 days, each of another person and durably audited.
    pub reports: Rate,
    /// Microseconds of the processor's time that the thread which reads spends on a report.
    pub processor_us: f64,
    /// How many accesses a report tells, on average and at the most.
    pub told_each: f64,
    pub told_most: usize,
    /// Reports when nothing is in memory; none where it is no file of ours.
    pub cold: Option<Cold>,
}

/// Reports while nothing is in memory.
#[derive(Serialize)]
pub struct Cold {
    #[serde(flatten)]
    pub reports: Rate,
    /// KiB that were read from the disk for each, with what the system reads ahead.
    pub disk_kib_each: f64,
}

/// Measures.
pub fn measure(arguments: &AccessesArguments) -> Result<AccessesReport, Error> {
    let machine = Machine::look();
    let (_folder, config) = arguments.place.prepare()?;
    let (backend, time) = (backend(&config.location()), arguments.place.time());
    let hundredth = match config.location() {
        Location::Sqlite(_) => {
            let small = beside(&config)?;
            Some(of_log(small, arguments.entries / 100, time)?)
        }
        Location::Postgres(_) => None,
    };
    let log = of_log(config, arguments.entries, time)?;
    let ratio = |of: fn(&Measured) -> f64| {
        let small = hundredth.as_ref().map(of)?;
        (small > 0.0).then(|| rounded(of(&log) / small))
    };
    Ok(AccessesReport {
        p50_ratio: ratio(|log| log.reports.p50_ms),
        processor_ratio: ratio(|log| log.processor_us),
        machine,
        backend,
        log,
        hundredth,
    })
}

/// The settings of a second centre, whose files are beside those of the first.
fn beside(config: &Config) -> Result<Config, Fault> {
    let mut small = config.clone();
    let fault = |e: std::io::Error| Fault::at("making a folder for the small log", e);
    let folder = config.centre.secrets.join("../hundredth");
    std::fs::create_dir_all(&folder).map_err(fault)?;
    let folder = folder.canonicalize().map_err(fault)?;
    small.centre.secrets = folder.join("secrets");
    small.store.location = folder.join("onshi.db").display().to_string();
    Ok(small)
}

/// Fills a log and reads reports from it.
fn of_log(config: Config, entries: u64, time: Duration) -> Result<Measured, Error> {
    let location = config.location();
    let site = Site::set_up(config)?;
    let service = site.service()?;
    let filled = fill::fill(&site, &service, entries)?;
    let (index_seconds, pieces) = index(&service)?;
    let operator = site.operator(&service)?.actor();
    let people = filled.asked_about();
    let warm = read(&service, &operator, (&filled, &people), time)?;
    drop(service);
    let cold = match &location {
        Location::Postgres(_) => None,
        Location::Sqlite(path) => {
            forget(path)?;
            let service = site.service()?;
            let operator = site.operator(&service)?.actor();
            let before = read_from_disk()?;
            // Others than those who are in memory by now.
            let others: Vec<i64> = people.iter().rev().copied().collect();
            let cold = read(&service, &operator, (&filled, &others), time)?;
            let bytes = read_from_disk()? - before;
            let each = bytes as f64 / 1024.0 / cold.reports.count.max(1) as f64;
            Some(Cold {
                disk_kib_each: rounded(each),
                reports: cold.reports,
            })
        }
    };
    let bytes_on_disk = match &location {
        Location::Sqlite(path) => std::fs::metadata(path).ok().map(|found| found.len()),
        Location::Postgres(_) => None,
    };
    Ok(Measured {
        entries: filled.entries,
        people: filled.people,
        fill_seconds: filled.seconds,
        index_seconds,
        pieces,
        bytes_on_disk,
        processor_us: warm.processor_us,
        told_each: rounded(warm.told as f64 / warm.reports.count.max(1) as f64),
        told_most: warm.told_most,
        reports: warm.reports,
        cold,
    })
}

/// Lets the centre's job index the checks, as it does behind them.
fn index(service: &Service) -> Result<(f64, Rate), Error> {
    let job = jobs::all().find(|job| job.function() == Function::IndexChecks);
    let job = job.ok_or_else(|| Fault::at("indexing the checks", "there is no such job"))?;
    let (begun, mut taken) = (Instant::now(), Vec::new());
    loop {
        let asked = Instant::now();
        if !job.run(service, &Request::fresh())? {
            break;
        }
        taken.push(asked.elapsed());
    }
    let elapsed = begun.elapsed();
    let seconds = rounded(elapsed.as_secs_f64());
    Ok((seconds, Rate::of(1, taken, elapsed)))
}

/// What reading reports gave.
struct Read {
    reports: Rate,
    processor_us: f64,
    told: usize,
    told_most: usize,
}

/// Reads reports of a year, one person after the other and nobody twice, for so long.
fn read(
    service: &Service,
    operator: &Actor,
    (filled, people): (&Filled, &[i64]),
    time: Duration,
) -> Result<Read, Error> {
    let (mut taken, mut told, mut told_most) = (Vec::new(), 0, 0);
    let (before, begun) = (processor_time_of_thread()?, Instant::now());
    for person in people {
        if begun.elapsed() >= time {
            break;
        }
        let function = Function::ReadAccessReport;
        let operation = OperationContext::new(operator.clone(), function, Request::fresh());
        let period = Period {
            from: filled.begun,
            until: filled.begun.plus_seconds(YEAR),
            with_checks: true,
        };
        let asked = Instant::now();
        let found = service.read_and_wait(operation, |tx| report(tx, *person, period))?;
        taken.push(asked.elapsed());
        told += found.accesses.len();
        told_most = told_most.max(found.accesses.len());
    }
    let elapsed = begun.elapsed();
    let spent = processor_time_of_thread()?.saturating_sub(before);
    if told == 0 {
        return Err(Fault::at("reading reports of accesses", "they tell nothing").into());
    }
    Ok(Read {
        processor_us: rounded(spent.as_secs_f64() * 1e6 / taken.len().max(1) as f64),
        reports: Rate::of(1, taken, elapsed),
        told,
        told_most,
    })
}

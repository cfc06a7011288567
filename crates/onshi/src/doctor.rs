//! `onshi doctor`: looks at the machine, the settings and the database, and says what is not as it has to be and
//! what to do about it. It changes nothing.

mod certificates;
mod clock;
mod database;
mod disks;
mod files;
mod finding;
mod limits;
mod settings;

use crate::output::{Failure, Output};
use clap::Args;
use finding::{Finding, State};
use onshi_core::store::Location;
use onshi_language::say;
use onshi_server::Config;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How it is looked.
#[derive(Args)]
pub struct DoctorArguments {
    /// Ask this time server by how much the clock is off (name or name:port).
    ///
    /// この時刻サーバーに、時計のずれを問い合わせます（名前、または 名前:ポート）。
    #[arg(long, value_name = "SERVER")]
    time_server: Option<String>,
    /// For how long the disks are tried, in milliseconds.
    ///
    /// ディスクを試す時間（ミリ秒）
    #[arg(long, default_value_t = 1000, value_name = "MS")]
    disk_ms: u64,
}

/// Where the data of a configuration is.
struct Place<'a> {
    config: &'a Config,
    /// The file of the settings.
    file: Option<&'a Path>,
    /// The SQLite database.
    database: Option<PathBuf>,
}

/// `onshi doctor`.
pub fn run(
    arguments: &DoctorArguments,
    config: &Config,
    file: Option<&Path>,
    output: &Output,
) -> Result<(), Failure> {
    let place = Place {
        config,
        file,
        database: match config.location() {
            Location::Sqlite(path) => Some(path),
            Location::Postgres(_) => None,
        },
    };
    let now = onshi_core::clock::now();
    let mut findings = clock::look(arguments.time_server.as_deref());
    findings.extend(limits::look(&place));
    findings.extend(disks::look(
        &place,
        Duration::from_millis(arguments.disk_ms),
    ));
    findings.extend(files::look(&place));
    findings.extend(certificates::look(config, now));
    findings.extend(database::look(config, now));
    findings.extend(settings::look(&place, now));
    output.result(&findings, || told(&findings));
    let bad = findings.iter().filter(|it| it.state == State::Bad).count();
    match bad {
        0 => Ok(()),
        bad => Err(Failure::refused(
            "doctor.bad",
            say!(
                "{0} of {1} things that were looked at have to be put right",
                "調べた{1}項目のうち{0}項目は、直す必要があります。",
                bad,
                findings.len()
            ),
        )),
    }
}

fn told(findings: &[Finding]) -> String {
    let lines: Vec<String> = findings.iter().map(Finding::told).collect();
    lines.join("\n")
}

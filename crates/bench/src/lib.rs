//! `onshi bench`: measurements over real mutual TLS, against the machine's own limits in the same
//! run.

mod accounts;
mod attack;
pub mod client;
mod eligibility;
mod machine;
pub mod setup;
mod strangers;
mod timing;

use accounts::{AccountsArguments, AccountsReport};
use attack::AttackArguments;
use eligibility::{EligibilityArguments, EligibilityReport};
use onshi_core::{Error, Fault};
use std::io::Write;
use strangers::{StrangersArguments, StrangersReport};
use timing::Rate;

/// What is measured.
#[derive(clap::Subcommand)]
pub enum BenchCommand {
    /// Log-ins a second, and account creations a second acknowledged durable.
    Accounts(AccountsArguments),
    /// Audited eligibility checks a second, beside nginx's static answers.
    Eligibility(EligibilityArguments),
    /// How long terminals wait beside strangers who hold as many connections as they can.
    Strangers(StrangersArguments),
    /// What one institution notices of another one's attacks, one after the other.
    Attack(AttackArguments),
}

/// Runs a measurement and prints what it found.
pub fn run(command: BenchCommand, json: bool) -> Result<(), Error> {
    let in_json =
        |value: serde_json::Result<String>| value.map_err(|e| Fault::at("writing the report", e));
    let text = match command {
        BenchCommand::Accounts(arguments) => {
            let report = accounts::measure(&arguments)?;
            if json {
                in_json(serde_json::to_string_pretty(&report))?
            } else {
                table(&report)
            }
        }
        BenchCommand::Eligibility(arguments) => {
            let report = eligibility::measure(&arguments)?;
            if json {
                in_json(serde_json::to_string_pretty(&report))?
            } else {
                eligibility_table(&report)
            }
        }
        BenchCommand::Attack(arguments) => {
            let report = attack::measure(&arguments)?;
            if json {
                in_json(serde_json::to_string_pretty(&report))?
            } else {
                attack::table(&report)
            }
        }
        BenchCommand::Strangers(arguments) => {
            let report = strangers::measure(&arguments)?;
            if json {
                in_json(serde_json::to_string_pretty(&report))?
            } else {
                strangers_table(&report)
            }
        }
    };
    // A closed pipe is nothing to complain about.
    let _ = writeln!(std::io::stdout(), "{text}");
    Ok(())
}

fn strangers_table(report: &StrangersReport) -> String {
    let mut text = format!(
        "{} attackers, built as {}; p99 in ms, and against the quiet round\n\n\
         {:<32} {:>8} {:>10} {:>7} {:>10} {:>7} {:>7}\n",
        report.attackers, report.machine.build, "", "made", "kept", "", "anew", "", "failed"
    );
    for round in &report.rounds {
        text.push_str(&format!(
            "{:<32} {:>8} {:>10.2} {:>7.2} {:>10.2} {:>7.2} {:>7}\n",
            round.attack,
            round.made,
            round.kept.p99_ms,
            round.kept_ratio,
            round.anew.p99_ms,
            round.anew_ratio,
            round.failed
        ));
    }
    text
}

fn table(report: &AccountsReport) -> String {
    let machine = &report.machine;
    let mut text = format!(
        "{} cores ({}), {} GiB, Linux {}, load {} before the run, built as {}\n\
         store {}, Argon2id {} KiB x {} on {} of the cores\n\n\
         {:<44} {:>7} {:>9} {:>10} {:>10}\n",
        machine.cores,
        machine.processor,
        machine.memory_gib,
        machine.kernel,
        machine.load,
        machine.build,
        report.backend,
        report.argon2_memory_kib,
        report.argon2_passes,
        report.hashing_threads,
        "",
        "callers",
        "a second",
        "p50 ms",
        "p99 ms"
    );
    let mut line = |what: &str, rate: &Rate| {
        text.push_str(&format!(
            "{what:<44} {:>7} {:>9.1} {:>10.2} {:>10.2}\n",
            rate.callers, rate.per_second, rate.p50_ms, rate.p99_ms
        ));
    };
    line("log-ins over mutual TLS", &report.login_alone);
    line("log-ins over mutual TLS", &report.login);
    line("accounts created over mutual TLS", &report.create);
    for level in &report.create_directly {
        line("accounts created at the office's door", &level.rate);
    }
    line("menu page, quiet", &report.menu_quiet);
    line("menu page, in the storm of log-ins", &report.menu_in_storm);
    text.push_str(&format!(
        "\nEach log-in takes {:.1} ms of the centre's processors, each account {:.1} ms.\n\
         The menu's median in the storm is {:.2} times the quiet one.\n",
        report.login_processor_ms, report.create_processor_ms, report.menu_storm_ratio
    ));
    for level in &report.create_directly {
        let [before, after] = level.disk_flushes_per_second;
        text.push_str(&format!(
            "With {:>3} callers at the door, {:.1} accounts for each flush of the disk, which did \
             {before:.0} a second before and {after:.0} after.\n",
            level.rate.callers, level.creations_per_flush
        ));
    }
    text
}

fn eligibility_table(report: &EligibilityReport) -> String {
    let mut text = format!(
        "{} people in {} (filled in {} s), answers of {} bytes, built as {}\n\n\
         {:>7} {:>12} {:>9} {:>9} {:>14} {:>7} {:>14}\n",
        report.records,
        report.backend,
        report.load_seconds,
        report.answer_bytes,
        report.machine.build,
        "callers",
        "checks/s",
        "p50 ms",
        "p99 ms",
        "nginx static/s",
        "share",
        "processor us"
    );
    for (level, most) in report.levels.iter().zip(&report.ceiling) {
        let checks = &level.rate;
        text.push_str(&format!(
            "{:>7} {:>12.0} {:>9.2} {:>9.2} {:>14.0} {:>7.2} {:>14.0}\n",
            checks.callers,
            checks.per_second,
            checks.p50_ms,
            checks.p99_ms,
            most.per_second,
            checks.per_second / most.per_second.max(1.0),
            level.processor_us
        ));
    }
    text
}

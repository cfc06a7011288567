//! `onshi bench`: measurements, against a peer in the same run.

use onshi_core::Fault;

/// What is measured.
#[derive(clap::Subcommand)]
pub enum BenchCommand {
    /// Log-ins a second, and account creations a second acknowledged durable.
    Accounts,
}

/// Runs a measurement.
pub fn run(command: BenchCommand, json: bool) -> Result<(), Fault> {
    let BenchCommand::Accounts = command;
    Err(Fault::at("bench", format!("nothing yet (json {json})")))
}

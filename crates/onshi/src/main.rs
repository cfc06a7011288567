//! The `onshi` command: the centre, the terminal and the operator's tools.

mod account;
mod audit;
mod certificate;
mod demo;
mod facility;
mod insured;
mod insurer;
mod link;
mod output;
mod population;
mod service;
mod vectors;

use clap::{Parser, Subcommand};
use onshi_server::Config;
use output::{Failure, Output};
use std::path::PathBuf;
use std::process::ExitCode;

/// Many threads allocate and free what others allocated, which the C library's allocator does with
/// locks and a great deal of memory that it can't give back.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// An open implementation of Japan's Online Eligibility Verification System.
#[derive(Parser)]
#[command(
    name = "onshi",
    version,
    after_help = "\
Exit codes: 0 done; 1 we failed; 2 the command line is wrong; 3 refused; 4 the audit log is not whole;
5 done, but for lines of an import that could not be taken."
)]
struct CommandLine {
    /// The configuration file (TOML).
    #[arg(long, global = true, env = "ONSHI_CONFIG")]
    config: Option<PathBuf>,
    /// A setting above the file, such as `centre.listen=127.0.0.1:8443`. May be repeated.
    #[arg(long = "set", global = true, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Print JSON, for scripts.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the centre.
    Serve,
    /// Run the terminal's start page, on loopback.
    Terminal(service::TerminalArguments),
    /// Run the linked application: requests in a folder, answers in another.
    Link(Box<link::LinkArguments>),
    /// Run everything on this machine, with fictional institutions.
    Demo(demo::DemoArguments),
    /// Bring the database's schema up to date, or begin a database.
    Migrate(service::MigrateArguments),
    /// Institutions.
    #[command(subcommand)]
    Facility(facility::FacilityCommand),
    /// Accounts of an institution.
    #[command(subcommand)]
    Account(account::AccountCommand),
    /// Terminal certificates.
    #[command(subcommand)]
    Certificate(certificate::CertificateCommand),
    /// Fictional people to ask about.
    #[command(subcommand)]
    Population(population::PopulationCommand),
    /// The audit log.
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Insured persons.
    #[command(subcommand)]
    Insured(insured::InsuredCommand),
    /// Insurers: who may report by the API, and how their data stands.
    #[command(subcommand)]
    Insurer(insurer::InsurerCommand),
    /// Print the settings as they are in force, without secrets.
    Config(ConfigArguments),
    /// The vectors: hold any implementation against them.
    #[command(subcommand)]
    Vectors(vectors::VectorsCommand),
    /// Measure.
    #[command(subcommand)]
    Bench(onshi_bench::BenchCommand),
}

#[derive(clap::Args)]
struct ConfigArguments {
    /// Print the sum of file, environment and flags.
    #[arg(long)]
    print: bool,
}

fn main() -> ExitCode {
    let line = CommandLine::parse();
    let output = Output { json: line.json };
    match run(line, &output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => output.fail(&failure),
    }
}

fn run(line: CommandLine, output: &Output) -> Result<(), Failure> {
    let config = Config::load(line.config.as_deref(), &line.set).map_err(Failure::usage)?;
    onshi_server::logs::start(&config.log);
    onshi_server::process::prepare();
    match line.command {
        Command::Serve => service::serve(config, output),
        Command::Terminal(arguments) => service::terminal(arguments, &config),
        Command::Link(arguments) => link::run(*arguments, &config, output),
        Command::Demo(arguments) => demo::run(&arguments, config, output),
        Command::Migrate(arguments) => service::migrate(&arguments, &config, output),
        Command::Facility(command) => facility::run(command, &config, output),
        Command::Account(command) => account::run(command, &config, output),
        Command::Certificate(command) => certificate::run(command, &config, output),
        Command::Population(command) => population::run(command, output),
        Command::Audit(command) => audit::run(command, &config, output),
        Command::Insured(command) => insured::run(command, &config, output),
        Command::Insurer(command) => insurer::run(command, &config, output),
        Command::Config(arguments) => {
            // Printing is all that the command does; the flag is there for readers of scripts.
            let _ = arguments.print;
            output.text(&config.print());
            Ok(())
        }
        Command::Vectors(command) => vectors::run(command, output),
        Command::Bench(command) => Ok(onshi_bench::run(command, output.json)?),
    }
}

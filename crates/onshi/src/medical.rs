//! `onshi medical`: medical records (診療・薬剤・特定健診情報).

use crate::insured::{ImportArguments, PopulateArguments, import_file, population_source};
use crate::output::{Failure, Output};
use crate::serve::Tools;
use clap::Subcommand;
use onshi_core::insured::import::Progress;
use onshi_core::medical::{Record, import};
use onshi_core::service::OperationContext;
use onshi_core::{Day, Error, Function, Request};
use onshi_language::{counted, say};
use onshi_population::Plan;
use onshi_population::medical::{Histories, showcase_records};
use onshi_server::Config;
use serde_json::json;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Instant;

/// What is done with medical records.
#[derive(Subcommand)]
pub enum MedicalCommand {
    /// Import a file of JSON lines. Goes on where it stopped when it was killed; importing the same
    /// file again changes nothing. Exit code 5 when lines could not be taken.
    ///
    /// JSONの行のファイルを取り込みます。途中で止まったときは続きから取り込み、同じファイルをもう一度取り込んでも何も変わりません。取り込めない行があると、終了コード5で終わります。
    Import(ImportArguments),
    /// Give the people of a generated population their medical records: fictional medicines,
    /// treatments, operations and checkups. The people must be there (`onshi insured populate`).
    ///
    /// 架空の加入者（`onshi insured populate` で取り込んだ人々）に、架空の薬剤・診療・手術・特定健診の記録を作って取り込みます。
    Populate(PopulateArguments),
}

/// Records in one commit.
const BATCH: usize = 2000;
/// Batches that may be under way, so that making and writing go on side by side.
const AHEAD: usize = 2;

/// `onshi medical …`.
pub fn run(command: MedicalCommand, config: &Config, output: &Output) -> Result<(), Failure> {
    let tools = Tools::open(config)?;
    match command {
        MedicalCommand::Import(arguments) => import_file::<Record>(&tools, arguments, output),
        MedicalCommand::Populate(arguments) => {
            let plan = arguments.plan();
            let persons = plan.persons;
            are_there(&tools, plan)?;
            let begun = Instant::now();
            let progress = populate(&tools, plan, persons)?;
            let seconds = begun.elapsed().as_secs_f64();
            let records = progress.accepted;
            let shown = json!({
                "persons": persons,
                "records": records,
                "added": progress.added,
                "seconds": seconds,
            });
            output.result(&shown, || {
                let people = counted(persons, "person", "people");
                let taken = counted(records, "medical record", "medical records");
                say!(
                    "Taken in: {taken} of {people} ({seconds:.1} s).",
                    "{persons}人の診療・薬剤・健診の記録{records}件を取り込みました（{seconds:.1}秒）。"
                )
            });
            Ok(())
        }
    }
}

/// Records of people who are not there would be nobody's.
fn are_there(tools: &Tools, plan: Plan) -> Result<(), Failure> {
    let source = population_source(plan);
    let operation = OperationContext::new(
        tools.operator.actor(),
        Function::ImportInsuredPersons,
        Request::fresh(),
    );
    let run = tools.service.read_and_wait(operation, move |tx| {
        onshi_core::insured::import::find_run(tx, &source)
    })?;
    if run.is_some_and(|run| run.progress.finished) {
        return Ok(());
    }
    let (persons, seed, day) = (plan.persons, plan.seed, plan.today.number());
    let text = say!(
        "These people are not in the database. Take them in first: onshi insured populate --persons \
         {persons} --seed {seed} --today {day}",
        "この架空の加入者は、データベースにまだいません。先に取り込んでください：\
         onshi insured populate --persons {persons} --seed {seed} --today {day}"
    );
    Err(Failure::refused("population.missing", text))
}

/// Puts in the histories of the first people of a population.
pub fn populate(tools: &Tools, plan: Plan, people: u64) -> Result<Progress, Failure> {
    let people = usize::try_from(people).unwrap_or(usize::MAX);
    load(
        tools,
        "medical-population",
        Histories::new(plan).take(people).flatten(),
    )
}

/// Puts in the histories of the patients to try.
pub fn take_showcase(tools: &Tools, today: Day) -> Result<Progress, Failure> {
    load(
        tools,
        "medical-showcase",
        showcase_records(today).into_iter(),
    )
}

fn load(
    tools: &Tools,
    source: &'static str,
    mut records: impl Iterator<Item = Record>,
) -> Result<Progress, Failure> {
    let (tell, told): (Sender<Result<Progress, Error>>, Receiver<_>) = channel();
    let mut sum = Progress::default();
    let mut waiting = 0;
    let wait = |sum: &mut Progress| -> Result<(), Failure> {
        let answer = told.recv().map_err(|error| {
            let what = say!(
                "the database gave no answer",
                "データベースから応答がありません"
            );
            Failure::fault(what, error)
        })?;
        let taken = answer?;
        sum.accepted += taken.accepted;
        sum.added += taken.added;
        sum.changed += taken.changed;
        sum.unchanged += taken.unchanged;
        Ok(())
    };
    loop {
        let batch: Vec<Record> = records.by_ref().take(BATCH).collect();
        if batch.is_empty() {
            break;
        }
        let operation = OperationContext::new(
            tools.operator.actor(),
            Function::ImportMedicalRecords,
            Request::fresh(),
        );
        let tell = tell.clone();
        tools.service.change(
            operation,
            move |tx| import::take(tx, source, &batch),
            // The receiver lives as long as we do.
            move |answer| drop(tell.send(answer)),
        );
        waiting += 1;
        if waiting > AHEAD {
            wait(&mut sum)?;
            waiting -= 1;
        }
    }
    for _ in 0..waiting {
        wait(&mut sum)?;
    }
    Ok(sum)
}

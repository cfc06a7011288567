//! A nation's centres before a PostgreSQL with failover, as `deploy/` has them: machines in network namespaces whose power is
//! cut, whose lines are cut, that freeze and fill, while receptions check. Nothing that was acknowledged may be gone, nothing
//! may be there twice, an old primary takes no writes, and nobody waits for long.

mod fault;
mod fence;
mod lab;
mod linked;
mod load;
mod report;

use crate::faults::place::{program, rounds};
use fault::Fault;
use fence::Fences;
use lab::Lab;
use linked::Clinic;
use load::Receptions;
use report::{Report, Row};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

/// Says that we are within the namespaces.
const WITHIN: &str = "ONSHI_NATION_WITHIN";
/// Says how often each fault is made.
const ROUNDS: &str = "ONSHI_NATION_ROUNDS";
/// Names the faults that are made, with commas between; all of them unless it is set.
const FAULTS: &str = "ONSHI_NATION_FAULTS";
/// Names the program that the centres run, where it is not the one beside the tests.
const PROGRAM: &str = "ONSHI_NATION_PROGRAM";

/// How long is measured before a fault and after it.
const QUIET: Duration = Duration::from_secs(5);

#[test]
#[ignore = "takes minutes, and needs root, etcd, HAProxy and Patroni: make nation"]
fn a_nation_outlives_machines_lines_and_disks() {
    if std::env::var_os(WITHIN).is_some() {
        within();
        return;
    }
    // The first process of the namespace must bury whom nobody else does, or Patroni takes a dead PostgreSQL for one that
    // lives; a shell that waits does.
    let test = std::env::current_exe().unwrap();
    let ended = Command::new("unshare")
        .args(["--net", "--mount", "--ipc", "--pid", "--fork"])
        .args(["--kill-child", "--mount-proc", "--propagation", "private"])
        .args(["bash", "-c", r#""$@" & wait $!"#, "nation"])
        .arg(test)
        .args(["nation::a_nation_outlives_machines_lines_and_disks"])
        .args(["--exact", "--ignored", "--nocapture"])
        .env(WITHIN, "1")
        .status()
        .unwrap();
    assert!(ended.success(), "what went wrong is printed above");
}

fn within() {
    let program = std::env::var_os(PROGRAM).map_or_else(program, PathBuf::from);
    let lab = Lab::make(&program);
    let chosen = Fault::chosen(
        &std::env::var_os(FAULTS)
            .unwrap_or_default()
            .to_string_lossy(),
    );
    let rounds = rounds(ROUNDS, 1);
    let (site, people) = lab.furnish_centres();
    lab.start_centres();
    let clinic = Clinic::open(&lab, &program, &site, &people);
    let receptions = Receptions::open(&site, people);
    let fences = Fences::begin(&lab);
    let mut report = Report::default();
    for round in 1..=rounds {
        for fault in &chosen {
            let row = one(&lab, (&receptions, &clinic), &fences, *fault, round);
            println!("{}", row.line());
            report.rows.push(row);
            report.keep();
        }
    }
    println!("\n{}", report.table());
    restored_to_a_moment(&lab, &receptions);
    report.judge();
}

/// A base backup, with the log that was archived since, gives back a moment: all of it, and nothing of what came later.
fn restored_to_a_moment(lab: &Lab, receptions: &Receptions) {
    lab.back_up();
    receptions.begin();
    receptions.wait_acknowledged(200);
    receptions.end();
    // Without the clinic's, which goes on meanwhile.
    let counted = "select count(*) from audit_entry e join account a on a.account_id = e.account_id \
                   where e.function = 32 and a.kind = 'webapi'";
    let expected = lab.database().number(counted);
    std::thread::sleep(Duration::from_secs(1));
    let moment = onshi_core::clock::now().ms() as f64 / 1000.0;
    std::thread::sleep(Duration::from_secs(1));
    receptions.begin();
    receptions.wait_acknowledged(200);
    receptions.end();
    let restored = lab.restored(moment, counted);
    println!("restored to a moment: {restored} checks, of {expected:?} by then");
    assert_eq!(Some(restored), expected);
}

/// Makes a fault under load, lets it pass, and counts what became of what was acknowledged.
fn one(
    lab: &Lab,
    (receptions, clinic): (&Receptions, &Clinic),
    fences: &Fences,
    fault: Fault,
    round: u32,
) -> Row {
    lab.wait_whole();
    receptions.begin();
    receptions.wait_acknowledged(20);
    let before = receptions.quiet(QUIET);
    let begun = receptions.now();
    fault.make(lab, receptions);
    lab.wait_whole();
    receptions.wait_acknowledged(20);
    let over = receptions.now();
    let after = receptions.quiet(QUIET);
    let held = clinic.judge();
    receptions.end();
    let counted = receptions.count(lab, begun, over);
    Row {
        fault: fault.name(),
        round,
        p99_before_ms: before,
        p99_after_ms: after,
        chains_whole: lab.verify(),
        fenced: fences.judge(lab),
        held,
        counted,
    }
}

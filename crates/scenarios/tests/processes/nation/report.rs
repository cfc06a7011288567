//! The table of faults, for people and as JSON.

use super::fault::Fault;
use super::fence::Fenced;
use super::linked::Held;
use super::load::Counted;
use serde::Serialize;
use std::path::Path;

/// One fault, once.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    pub fault: &'static str,
    pub round: u32,
    #[serde(flatten)]
    pub counted: Counted,
    pub p99_before_ms: f64,
    pub p99_after_ms: f64,
    /// `onshi audit verify` found every chain whole.
    pub chains_whole: bool,
    pub fenced: Fenced,
    /// Of the linked application.
    pub held: Held,
}

/// All of them.
#[derive(Default, Serialize)]
pub struct Report {
    pub rows: Vec<Row>,
}

const HEAD: &str = "fault             round   acked   found  lost twice  503 nothing unknown  gap s  503 s  p99 before  p99 after  chains  fence acked lost old  files answered";

impl Row {
    /// The row for people.
    pub fn line(&self) -> String {
        let Counted {
            acknowledged,
            found,
            lost,
            twice,
            not_done,
            not_known,
            nothing,
            gap_seconds,
            refusal_seconds,
            ..
        } = &self.counted;
        let fenced = &self.fenced;
        format!(
            "{:<17} {:>5} {acknowledged:>7} {found:>7} {lost:>5} {twice:>5} {not_done:>4} {nothing:>7} {not_known:>7} \
             {gap_seconds:>6.2} {refusal_seconds:>6.2} {:>11.2} {:>10.2} {:>7} {:>12} {:>4} {:>3} {:>6} {:>8}",
            self.fault,
            self.round,
            self.p99_before_ms,
            self.p99_after_ms,
            if self.chains_whole { "whole" } else { "BROKEN" },
            fenced.acknowledged,
            fenced.lost,
            fenced.by_an_old_primary,
            self.held.asked,
            self.held.answered,
        )
    }
}

impl Report {
    /// The table for people.
    pub fn table(&self) -> String {
        let lines: Vec<String> = self.rows.iter().map(Row::line).collect();
        format!("{HEAD}\n{}", lines.join("\n"))
    }

    /// Writes what there is so far.
    pub fn keep(&self) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
        let path = root.unwrap().join("target/nation/faults.json");
        std::fs::write(path, serde_json::to_string_pretty(self).unwrap()).unwrap();
    }

    /// Fails where something is not as it must be.
    pub fn judge(&self) {
        let mut wrong = Vec::new();
        for row in &self.rows {
            let counted = &row.counted;
            let mut say = |is_so: bool, what: &str| {
                if !is_so {
                    wrong.push(format!("{} {}: {what}", row.fault, row.round));
                }
            };
            say(counted.acknowledged > 0, "nothing was acknowledged");
            say(counted.lost == 0, "an acknowledged check is gone");
            say(counted.twice == 0, "a check is there twice");
            say(
                counted.not_done_and_there == 0,
                "what was said not to be done is there",
            );
            say(
                counted.without_retry_after == 0,
                "a 503 does not say when to come again",
            );
            say(row.chains_whole, "the audit log is not whole");
            say(row.fenced.lost == 0, "what PostgreSQL acknowledged is gone");
            say(
                row.fenced.by_an_old_primary == 0,
                "an old primary took writes",
            );
            let held = &row.held;
            say(
                held.answered == held.asked,
                "a request in a folder got no answer",
            );
            let most = Fault::gap_max(row.fault).as_secs_f64();
            say(
                counted.gap_seconds <= most,
                "checks went unanswered for too long",
            );
        }
        assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    }
}

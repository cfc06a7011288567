//! `onshi audit`: the audit log.

use crate::output::{Failure, Output};
use crate::serve::{Tools, facility_code};
use clap::Subcommand;
use onshi_core::audit::{Detail, Filter, Line, Outcome, Page};
use onshi_core::service::OperationContext;
use onshi_core::{Function, Request, RequestId, Role};
use onshi_language::{say, spoken};
use onshi_server::Config;
use serde_json::json;

/// What is done to the audit log.
#[derive(Subcommand)]
pub enum AuditCommand {
    /// Walk every chain and compare each seal with its entries.
    ///
    /// すべての鎖をたどり、封印を記録と照らし合わせます。
    Verify {
        /// A seal that was noted elsewhere; it must still be in the log. May be repeated.
        ///
        /// 別の場所に控えた封印。ログに残っていなければなりません。繰り返し指定できます。
        #[arg(long)]
        head: Vec<String>,
    },
    /// Print the log as JSON lines, newest first.
    ///
    /// 操作履歴を、新しい順にJSONの行で出力します。
    Export {
        /// Only this institution's.
        ///
        /// この医療機関等のものだけを出力します。
        #[arg(long)]
        facility: Option<String>,
        /// The most lines.
        ///
        /// 行数の上限
        #[arg(long, default_value_t = i64::MAX)]
        limit: i64,
    },
}

/// `onshi audit …`.
pub fn run(command: AuditCommand, config: &Config, output: &Output) -> Result<(), Failure> {
    match command {
        AuditCommand::Verify { head } => verify(config, &head, output),
        AuditCommand::Export { facility, limit } => {
            export(config, facility.as_deref(), limit, output)
        }
    }
}

fn verify(config: &Config, heads: &[String], output: &Output) -> Result<(), Failure> {
    let tools = Tools::open(config)?;
    let key = tools.secrets.seal_key()?;
    let operation = OperationContext::new(
        tools.operator.actor(),
        Function::VerifyAuditLog,
        Request::fresh(),
    );
    let report = tools.service.read_and_wait(operation, |tx| {
        onshi_core::history::verify_all(tx, &key, heads)
    })?;
    output.result(&report, || {
        let mut text = say!(
            "entries: {}, seals: {}, chains: {}",
            "記録{}件、封印{}件、鎖{}本",
            report.entries,
            report.seals,
            report.heads.len()
        );
        for head in &report.heads {
            text.push_str(&say!(
                "\n  {}: entry {}, seal {}",
                "\n  {}: 記録 {}、封印 {}",
                head.node,
                head.last_seq,
                head.seal
            ));
        }
        let problems = spoken().choose(&report.problems, &report.problems_in_japanese);
        for problem in problems {
            text.push_str(&say!(
                "\n  NOT WHOLE: {problem}",
                "\n  完全ではありません: {problem}"
            ));
        }
        text
    });
    if report.problems.is_empty() {
        Ok(())
    } else {
        Err(Failure::not_whole(say!(
            "problems in the audit log: {}",
            "操作履歴に{}件の問題があります。",
            report.problems.len()
        )))
    }
}

const PAGE_LINES: i64 = 5000;

fn export(
    config: &Config,
    facility: Option<&str>,
    limit: i64,
    output: &Output,
) -> Result<(), Failure> {
    let tools = Tools::open(config)?;
    let actor = match facility {
        Some(code) => tools.operator.at(facility_code(code)?),
        None => tools.operator.actor(),
    };
    let mut skip = 0;
    // What is written while we read must not move the pages.
    let until = Some(onshi_core::clock::now());
    while skip < limit {
        let operation =
            OperationContext::new(actor.clone(), Function::ReadAuditLog, Request::fresh());
        let page = Page {
            skip,
            limit: PAGE_LINES.min(limit - skip),
        };
        let filter = Filter {
            until,
            ..Filter::default()
        };
        let lines = tools.service.read_and_wait(operation, move |tx| {
            onshi_core::history::list(tx, &filter, page)
        })?;
        for line in &lines {
            output.text(&shown(line).to_string());
        }
        if lines.is_empty() {
            break;
        }
        skip += lines.len() as i64;
    }
    Ok(())
}

fn shown(line: &Line) -> serde_json::Value {
    json!({
        "chain": line.chain,
        "seq": line.seq,
        "at": line.at.jst_table(),
        "request": RequestId::from_number(line.request).to_string(),
        "function": line.function.map(Function::code),
        "outcome": line.outcome.map(Outcome::code),
        "refusal": line.refusal,
        "role": line.role.map(Role::code),
        "user_id": line.user_id,
        "facility": line.facility_code,
        "terminal": line.terminal_name,
        "certificate": line.certificate_serial,
        "peer": line.peer,
        "subject": line.subject,
        "basis": line.basis,
        "detail": line.detail.as_ref().map(Detail::code),
        "fields": line.detail.as_ref().map(|detail| detail.fields().into_iter()
            .map(|(name, value)| (name.to_owned(), value)).collect::<serde_json::Map<_, _>>()),
        "words": line.detail.as_ref().map(Detail::words),
    })
}

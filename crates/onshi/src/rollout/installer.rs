//! `onshi rollout installer`: who may roll out where, and until when (導入の権限).

use crate::output::{Failure, Output};
use crate::serve::{Tools, facility_code};
use clap::Subcommand;
use onshi_core::clock::Day;
use onshi_core::facility::FacilityCode;
use onshi_core::rollout::installer::{self, InstallerRight, NewRight};
use onshi_core::service::OperationContext;
use onshi_core::{Actor, Function, Moment, Request};
use onshi_language::say;
use onshi_server::Config;
use serde_json::{Value, json};

/// What there is to do.
#[derive(Subcommand)]
pub enum InstallerCommand {
    /// Give an installer the right to roll out at institutions, to the end of a day.
    ///
    /// 導入業者に、医療機関等への導入の権限を、期限を決めて付与します。
    Give {
        /// The installer's name.
        ///
        /// 導入業者の名称
        #[arg(long)]
        name: String,
        /// Who answers for it.
        ///
        /// 担当者の氏名
        #[arg(long)]
        person: String,
        /// The last day, yyyymmdd.
        ///
        /// 権限の最終日（yyyymmdd）
        #[arg(long, value_name = "DAY")]
        until: String,
        /// The institutions' codes; or a file with one in each line, as @FILE.
        ///
        /// 医療機関コード。1行に1つ書いたファイルを @ファイル で指定することもできます。
        #[arg(required = true)]
        facilities: Vec<String>,
    },
    /// List the rights that were given.
    ///
    /// 付与した権限の一覧を表示します。
    List {
        /// Those of one institution.
        ///
        /// この医療機関等のものだけを表示します。
        #[arg(long)]
        facility: Option<String>,
    },
    /// End an installer's rights before their day.
    ///
    /// 導入業者の権限を、期限より前に終了します。
    End {
        /// The installer.
        ///
        /// 導入業者の番号
        installer: String,
        /// At one institution alone.
        ///
        /// この医療機関等の権限だけを終了します。
        #[arg(long)]
        facility: Option<String>,
        /// Why; the institutions see it.
        ///
        /// 理由（医療機関等の操作履歴に載ります）
        #[arg(long)]
        reason: String,
    },
}

fn operation(actor: Actor) -> OperationContext {
    OperationContext::new(actor, Function::ManageInstallers, Request::fresh())
}

pub(super) fn run(
    command: InstallerCommand,
    config: &Config,
    output: &Output,
) -> Result<(), Failure> {
    match command {
        InstallerCommand::Give {
            name,
            person,
            until,
            facilities,
        } => give(config, (&name, &person, &until), &facilities, output),
        InstallerCommand::List { facility } => list(config, facility.as_deref(), output),
        InstallerCommand::End {
            installer,
            facility,
            reason,
        } => end(config, (&installer, facility.as_deref()), reason, output),
    }
}

/// The codes that were named, and those of files.
fn codes(named: &[String]) -> Result<Vec<FacilityCode>, Failure> {
    let mut codes: Vec<FacilityCode> = Vec::new();
    for text in named {
        let listed = match text.strip_prefix('@') {
            Some(file) => crate::output::read_text(std::path::Path::new(file))?,
            None => text.clone(),
        };
        for line in listed
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
        {
            let code = facility_code(line)?;
            if !codes.contains(&code) {
                codes.push(code);
            }
        }
    }
    Ok(codes)
}

fn give(
    config: &Config,
    (name, person, until): (&str, &str, &str),
    facilities: &[String],
    output: &Output,
) -> Result<(), Failure> {
    let codes = codes(facilities)?;
    let ends_on = Day::parse(until).ok_or_else(|| {
        Failure::usage(say!(
            "{until} is no day such as 20261231",
            "{until} は日付ではありません（例：20261231）。"
        ))
    })?;
    let new = NewRight {
        name: name.to_owned(),
        person: person.to_owned(),
        ends_on,
    };
    let tools = Tools::open(config)?;
    let at = codes.clone();
    let operation = operation(tools.operator.actor());
    let id = tools
        .service
        .change_and_wait(operation, move |tx| installer::give(tx, &new, &at))?;
    let count = codes.len();
    let shown = json!({"installer": id, "facilities": count, "until": ends_on.dashed()});
    output.result(&shown, || {
        say!(
            "The installer is {id}: it may roll out at {count} institutions until {}.",
            "導入業者の番号は {id} です。{count}件の医療機関等に、{}まで導入できます。各医療機関等の操作履歴に載ります。",
            ends_on.dashed()
        )
    });
    Ok(())
}

fn list(config: &Config, facility: Option<&str>, output: &Output) -> Result<(), Failure> {
    let code = facility.map(facility_code).transpose()?;
    let tools = Tools::open(config)?;
    let actor = match &code {
        Some(code) => tools.operator.at(code.clone()),
        None => tools.operator.actor(),
    };
    let operation = operation(actor);
    let now = operation.request.now;
    let found = tools
        .service
        .read_and_wait(operation, |tx| installer::list(tx, code.as_ref()))?;
    let all: Vec<Value> = found.iter().map(|right| shown(right, now)).collect();
    output.result(&all, || {
        let lines: Vec<String> = found.iter().map(|right| line(right, now)).collect();
        match lines.is_empty() {
            true => say!("No right was given.", "付与した権限はありません。"),
            false => lines.join("\n"),
        }
    });
    Ok(())
}

fn shown(right: &InstallerRight, now: Moment) -> Value {
    json!({
        "installer": right.installer_id,
        "facility": right.facility.as_str(),
        "name": right.name,
        "person": right.person,
        "given_at": right.given_at.jst_table(),
        "until": right.ends_on.dashed(),
        "holds": right.holds(now),
        "ended_at": right.ended.as_ref().map(|(at, _)| at.jst_table()),
        "ended_reason": right.ended.as_ref().map(|(_, reason)| reason),
    })
}

fn line(right: &InstallerRight, now: Moment) -> String {
    let state = match (&right.ended, right.holds(now)) {
        (Some(_), _) => say!("ended", "終了"),
        (None, true) => say!("holds", "有効"),
        (None, false) => say!("over", "期限切れ"),
    };
    format!(
        "{}  {}  {state}  {}  {}（{}）",
        right.installer_id,
        right.facility,
        right.ends_on.dashed(),
        right.name,
        right.person
    )
}

fn end(
    config: &Config,
    (installer, facility): (&str, Option<&str>),
    reason: String,
    output: &Output,
) -> Result<(), Failure> {
    let code = facility.map(facility_code).transpose()?;
    let tools = Tools::open(config)?;
    let id = installer.to_owned();
    let operation = operation(tools.operator.actor());
    let count = tools.service.change_and_wait(operation, move |tx| {
        installer::end(tx, &id, code.as_ref(), &reason)
    })?;
    output.result(&json!({"ended": count}), || {
        say!(
            "{count} rights of {installer} are ended.",
            "{installer} の権限を{count}件終了しました。"
        )
    });
    Ok(())
}

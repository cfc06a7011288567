//! Codes by which terminals, card readers and insurers fetch their certificates (取得コード).

use super::no_days;
use crate::output::{Failure, Output};
use crate::serve::{Tools, facility_code};
use clap::Args;
use onshi_core::enrolment::{self, Enrolment, EnrolmentFor};
use onshi_core::service::OperationContext;
use onshi_core::{Actor, Function, Moment, Request, insurer};
use onshi_language::{Language, say, spoken};
use serde_json::{Value, json};

/// For whom a code is issued.
#[derive(Args)]
pub struct IssueArguments {
    /// The institution's code.
    ///
    /// 医療機関コード
    #[arg(long, required_unless_present = "insurer")]
    facility: Option<String>,
    /// The terminal's name, which tells people which one it is.
    ///
    /// 端末名称（どの端末か、人が見て分かる名前）
    #[arg(long, group = "what", requires = "facility")]
    terminal: Option<String>,
    /// The card reader's name.
    ///
    /// カードリーダーの名前
    #[arg(long, group = "what", requires = "facility")]
    reader: Option<String>,
    /// An insurer's number; may be repeated.
    ///
    /// 保険者番号。繰り返し指定できます。
    #[arg(
        long,
        value_name = "NUMBER",
        requires = "insurer_name",
        conflicts_with = "facility"
    )]
    insurer: Vec<String>,
    /// The insurer's name.
    ///
    /// 保険者の名称
    #[arg(long, value_name = "NAME", group = "what", requires = "insurer")]
    insurer_name: Option<String>,
    /// How many days the code is good [default: `rules.certificate.enrolment_days`].
    ///
    /// 取得コードの有効日数［既定：`rules.certificate.enrolment_days`］
    #[arg(long)]
    days: Option<i64>,
}

fn wanted(arguments: &IssueArguments) -> Result<EnrolmentFor, Failure> {
    if let Some(name) = &arguments.insurer_name {
        let numbers = arguments
            .insurer
            .iter()
            .map(|number| insurer::number(number));
        let numbers = numbers.collect::<Result<_, _>>()?;
        return Ok(EnrolmentFor::Insurer(name.clone(), numbers));
    }
    let code = facility_code(arguments.facility.as_deref().unwrap_or_default())?;
    match (&arguments.terminal, &arguments.reader) {
        (Some(name), _) => Ok(EnrolmentFor::Terminal(code, name.clone())),
        (None, Some(name)) => Ok(EnrolmentFor::Reader(code, name.clone())),
        (None, None) => Err(Failure::usage(say!(
            "say for what: --terminal, --reader or --insurer-name",
            "--terminal、--reader、--insurer-name のいずれかを指定してください。"
        ))),
    }
}

fn operation(actor: Actor) -> OperationContext {
    OperationContext::new(actor, Function::IssueEnrolmentCodes, Request::fresh())
}

/// Issues one and prints it, once.
pub(super) fn issue(
    tools: &Tools,
    arguments: &IssueArguments,
    output: &Output,
) -> Result<(), Failure> {
    if arguments.days.is_some_and(|days| days < 1) {
        return Err(no_days());
    }
    let of = wanted(arguments)?;
    let actor = match of.facility() {
        Some(facility) => tools.operator.at(facility.clone()),
        None => tools.operator.actor(),
    };
    let days = arguments.days;
    let issued = tools.service.change_and_wait(operation(actor), move |tx| {
        let end = match days {
            Some(days) => tx.now().plus_seconds(days.saturating_mul(86_400)),
            None => enrolment::usual_end(tx),
        };
        enrolment::issue(tx, &of, end)
    });
    let (enrolment, code) = issued?;
    let mut value = shown(&enrolment, enrolment.issued_at);
    value["code"] = json!(code.grouped());
    output.result(&value, || {
        say!(
            "The code of {}, shown once and good until {}: {}",
            "{} の取得コード（一度だけ表示します。{} まで有効）: {}",
            enrolment.of.name(),
            enrolment.ends_at.jst_table(),
            code.grouped()
        )
    });
    Ok(())
}

/// Lists those of an institution, without the codes.
pub(super) fn list(tools: &Tools, facility: &str, output: &Output) -> Result<(), Failure> {
    let code = facility_code(facility)?;
    let operation = operation(tools.operator.at(code.clone()));
    let now = operation.request.now;
    let found = tools
        .service
        .read_and_wait(operation, |tx| enrolment::list(tx, &code))?;
    let all: Vec<Value> = found.iter().map(|one| shown(one, now)).collect();
    output.result(&all, || {
        let lines = found.iter().map(|one| line(one, now));
        lines.collect::<Vec<_>>().join("\n")
    });
    Ok(())
}

/// Voids one that was not used.
pub(super) fn void(
    tools: &Tools,
    (facility, id): (&str, &str),
    output: &Output,
) -> Result<(), Failure> {
    let code = facility_code(facility)?;
    let key = id.to_owned();
    let operation = operation(tools.operator.at(code));
    tools
        .service
        .change_and_wait(operation, move |tx| enrolment::void(tx, &key))?;
    output.result(&json!({"voided": id}), || {
        say!(
            "The code {id} is void.",
            "取得コード {id} を無効にしました。"
        )
    });
    Ok(())
}

fn shown(one: &Enrolment, now: Moment) -> Value {
    json!({
        "id": one.id,
        "kind": one.of.kind().code(),
        "name": one.of.name(),
        "facility": one.of.facility().map(|code| code.as_str()),
        "insurer_numbers": one.of.numbers(),
        "state": one.state(now).code(),
        "issued_at": one.issued_at.jst_table(),
        "until": one.ends_at.jst_table(),
        "used_at": one.used.as_ref().map(|(at, _)| at.jst_table()),
        "serial": one.used.as_ref().map(|(_, serial)| serial),
    })
}

fn line(one: &Enrolment, now: Moment) -> String {
    let state = one.state(now);
    let (kind, state) = match spoken() {
        Language::English => (one.of.kind().code(), state.code()),
        Language::Japanese => (one.of.kind().label(), state.label()),
    };
    let until = one.ends_at.jst_table();
    format!("{}  {state}  {until}  {kind}  {}", one.id, one.of.name())
}

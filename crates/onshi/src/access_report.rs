//! `onshi access-report`: who looked at a person's information, for the person who asks for it.

use crate::output::{Failure, Output};
use crate::serve::Tools;
use clap::{Args, ValueEnum};
use onshi_core::access::{self, Access, Period};
use onshi_core::audit::Outcome;
use onshi_core::clock::Day;
use onshi_core::insured::Card;
use onshi_core::service::OperationContext;
use onshi_core::{Function, Moment, Request, Role};
use onshi_language::say;
use onshi_server::Config;
use onshi_server::operator::access_report::bundle;
use serde_json::{Value, json};

/// How it is written.
#[derive(Clone, Copy, ValueEnum)]
pub enum Form {
    /// For people.
    Text,
    /// A table for a spreadsheet.
    Csv,
    /// A bundle of `AuditEvent`, of FHIR R4.
    Fhir,
}

/// Whose report, and of when.
#[derive(Args)]
pub struct AccessReportArguments {
    /// The person, by the number under which insurers report.
    ///
    /// 加入者の番号（保険者が報告する個人の番号）
    #[arg(long, conflicts_with_all = ["insurer", "number"])]
    person: Option<i64>,
    /// The insurer's number on the card.
    ///
    /// 券面の保険者番号
    #[arg(long, requires = "number")]
    insurer: Option<String>,
    /// The symbol on the card.
    ///
    /// 券面の記号
    #[arg(long, default_value = "")]
    symbol: String,
    /// The number on the card.
    ///
    /// 券面の番号
    #[arg(long, requires = "insurer")]
    number: Option<String>,
    /// The branch number on the card.
    ///
    /// 券面の枝番
    #[arg(long)]
    branch: Option<String>,
    /// The first day, yyyymmdd; from the beginning when it is not given.
    ///
    /// はじめの日（yyyymmdd）。省略すると、はじめからです。
    #[arg(long)]
    from: Option<String>,
    /// The last day, yyyymmdd.
    ///
    /// 終わりの日（yyyymmdd）
    #[arg(long)]
    until: Option<String>,
    /// Plain checks of eligibility too.
    ///
    /// 券面による資格確認も含めます。
    #[arg(long)]
    checks: bool,
    /// How it is written; --json gives JSON.
    ///
    /// 出力の形式（JSONは --json で出力します）
    #[arg(long, value_enum, default_value = "text")]
    form: Form,
}

fn day(text: &str) -> Result<Day, Failure> {
    Day::parse(text).ok_or_else(|| {
        Failure::usage(say!(
            "{text} is no day such as 20261126",
            "{text} は日付ではありません（例：20261126）。"
        ))
    })
}

/// `onshi access-report`.
pub fn run(asked: AccessReportArguments, config: &Config, output: &Output) -> Result<(), Failure> {
    let card = asked.insurer.as_ref().zip(asked.number.as_ref());
    let card = card.map(|(insurer, number)| Card::of(insurer, &asked.symbol, number));
    if card.is_none() && asked.person.is_none() {
        return Err(Failure::usage(say!(
            "say whose report, with --person, or --insurer and --number",
            "--person、または --insurer と --number で、だれの記録かを指定してください。"
        )));
    }
    let period = Period {
        from: match &asked.from {
            Some(text) => day(text)?.start(),
            None => Moment::from_ms(0),
        },
        until: match &asked.until {
            Some(text) => day(text)?.plus_days(1).start(),
            None => onshi_core::clock::now().plus_seconds(1),
        },
        with_checks: asked.checks,
    };
    let tools = Tools::open(config)?;
    let of = Function::ReadAccessReport;
    let operation = OperationContext::new(tools.operator.actor(), of, Request::fresh());
    let (person, branch) = (asked.person, asked.branch);
    let (person, report) = tools.service.read_and_wait(operation, |tx| {
        let person = match (person, &card) {
            (Some(person), _) => person,
            (None, Some(card)) => access::person_of(tx, card, branch.as_deref())?,
            (None, None) => return Err(onshi_core::RefusalCode::NotFound.into()),
        };
        Ok((person, access::report(tx, person, period)?))
    })?;
    let found = &report.accesses;
    match asked.form {
        Form::Fhir => output.text(&bundle(person, &report, onshi_core::clock::now()).to_string()),
        form => {
            let all: Vec<Value> = found.iter().map(shown).collect();
            output.result(&all, || match form {
                Form::Csv => csv(found),
                _ => text(found),
            });
        }
    }
    match report.is_cut {
        true => Err(Failure::incomplete(cut(found.len()))),
        false => Ok(()),
    }
}

/// That there is more than is told.
fn cut(count: usize) -> String {
    say!(
        "these are the newest {count}, and there are older ones: ask for shorter periods with --from and --until",
        "新しいものから{count}件です。これより古い記録があります。--from と --until で期間を分けてください。"
    )
}

fn shown(access: &Access) -> Value {
    json!({
        "at": access.at.jst_table(),
        "facility": access.facility_code,
        "facility_name": access.facility_name,
        "account_kind": access.role.map(Role::code),
        "purpose": access.function.map(Function::code),
        "outcome": access.outcome.map(Outcome::code),
        "basis": access.basis,
        "words": access.purpose_words(),
        "basis_words": access.basis_words(),
    })
}

/// The cells of a line, in the person's words.
fn cells(access: &Access) -> [String; 6] {
    let code = access.facility_code.as_deref().unwrap_or_default();
    let name = access.facility_name.as_deref();
    [
        access.at.jst_table(),
        match (name, code.is_empty()) {
            (Some(name), _) => format!("{name}（{code}）"),
            (None, false) => code.to_owned(),
            (None, true) => "システムの実施機関".to_owned(),
        },
        access.role.map_or("", Role::label).to_owned(),
        access.purpose_words(),
        access.outcome.map_or("", Outcome::label).to_owned(),
        access.basis_words().to_owned(),
    ]
}

const HEADINGS: [&str; 6] = [
    "日時",
    "医療機関等",
    "アカウント種別",
    "目的と内容",
    "結果",
    "根拠",
];

fn text(found: &[Access]) -> String {
    if found.is_empty() {
        return say!(
            "Nobody looked at this person's information in this period.",
            "この期間に、この方の情報へのアクセスはありません。"
        );
    }
    let lines = found.iter().map(|access| cells(access).join("  "));
    lines.collect::<Vec<_>>().join("\n")
}

/// One row a line, each cell in quotes; what a spreadsheet would take for a formula is text.
fn csv(found: &[Access]) -> String {
    let cell = |text: &str| {
        let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
        let mark = if formula { "'" } else { "" };
        format!("\"{mark}{}\"", text.replace('"', "\"\""))
    };
    let row = |cells: &[String]| {
        let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
        cells.join(",")
    };
    let headings = row(&HEADINGS.map(str::to_owned));
    let lines = found.iter().map(|access| row(&cells(access)));
    let all: Vec<String> = std::iter::once(headings).chain(lines).collect();
    all.join("\r\n")
}

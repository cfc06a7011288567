//! `onshi insurer`: the certificates with which insurers report, and how their data stands.

use crate::certificate::{no_days, refuse_to_overwrite, state, write_files};
use crate::output::{Failure, Output};
use crate::serve::Tools;
use clap::Subcommand;
use onshi_core::audit::SubjectKind;
use onshi_core::insurer::{self, InsurerCertificate, Status};
use onshi_core::service::OperationContext;
use onshi_core::{Function, Request, Subject};
use onshi_language::{counted, say, spoken};
use onshi_server::Config;
use onshi_server::operator::provision::{CERTIFICATE_DAYS, Provision};
use serde_json::json;
use std::path::{Path, PathBuf};

/// What is done about insurers.
#[derive(Subcommand)]
pub enum InsurerCommand {
    /// Issue a certificate to an insurer, with its key and a PKCS#12 file.
    ///
    /// 保険者の電子証明書を、鍵およびPKCS#12ファイルとともに発行します。
    Issue {
        /// The insurer's name.
        ///
        /// 保険者の名称
        #[arg(long)]
        name: String,
        /// A number that it may report for. May be repeated.
        ///
        /// 報告できる保険者番号。繰り返し指定できます。
        #[arg(long = "number", required = true)]
        numbers: Vec<String>,
        /// The folder for the files.
        ///
        /// ファイルを置くフォルダ
        #[arg(long, default_value = ".")]
        out: PathBuf,
        /// How many days it is valid.
        ///
        /// 有効日数
        #[arg(long, default_value_t = CERTIFICATE_DAYS)]
        days: i64,
    },
    /// List the insurers' certificates.
    ///
    /// 保険者の電子証明書の一覧を表示します。
    List {
        /// Only those that may report for this number.
        ///
        /// この保険者番号を報告できるものだけを表示します。
        #[arg(long)]
        number: Option<String>,
    },
    /// Revoke a certificate; it is refused from the next request on.
    ///
    /// 電子証明書を失効させます。次の要求から拒否されます。
    Revoke {
        /// The serial number.
        ///
        /// シリアル番号
        serial: String,
        /// Why.
        ///
        /// 理由
        #[arg(long)]
        reason: String,
    },
    /// Say for which day an insurer's data is true, and what came of its last report.
    ///
    /// 保険者のデータの基準日と、最後の報告の結果を表示します。
    Status {
        /// The insurer's number.
        ///
        /// 保険者番号
        number: String,
    },
}

/// `onshi insurer …`.
pub fn run(command: InsurerCommand, config: &Config, output: &Output) -> Result<(), Failure> {
    let tools = Tools::open(config)?;
    match command {
        InsurerCommand::Issue {
            name,
            numbers,
            out,
            days,
        } => issue(&tools, &name, &numbers, (&out, days), output),
        InsurerCommand::List { number } => {
            let of = number.as_deref().map(insurer::number).transpose()?;
            let operation = operation(&tools, Function::ManageCertificates, Subject::NONE);
            let found = tools
                .service
                .read_and_wait(operation, |tx| insurer::list(tx, of.as_deref()))?;
            let all: Vec<_> = found.iter().map(shown).collect();
            output.result(&all, || {
                found.iter().map(in_words).collect::<Vec<_>>().join("\n")
            });
            Ok(())
        }
        InsurerCommand::Revoke { serial, reason } => {
            let about = Subject::of(SubjectKind::Certificate, &serial);
            let operation = operation(&tools, Function::ManageCertificates, about);
            let key = serial.clone();
            tools
                .service
                .change_and_wait(operation, move |tx| insurer::revoke(tx, &key, &reason))?;
            output.result(&json!({"revoked": serial}), || {
                say!("{serial} is revoked.", "{serial} を失効させました。")
            });
            Ok(())
        }
        InsurerCommand::Status { number } => {
            let number = insurer::number(&number)?;
            let about = Subject::of(SubjectKind::Insurer, &number);
            let operation = operation(&tools, Function::ReadReportStatus, about);
            let status = tools
                .service
                .read_and_wait(operation, |tx| insurer::status(tx, &number))?;
            show_status(&status, output);
            Ok(())
        }
    }
}

fn operation(tools: &Tools, function: Function, subject: Subject) -> OperationContext {
    OperationContext {
        subject,
        ..OperationContext::new(tools.operator.actor(), function, Request::fresh())
    }
}

fn issue(
    tools: &Tools,
    name: &str,
    numbers: &[String],
    (out, days): (&Path, i64),
    output: &Output,
) -> Result<(), Failure> {
    if days < 1 {
        return Err(no_days());
    }
    let numbers: Vec<String> = numbers
        .iter()
        .map(|number| insurer::number(number))
        .collect::<Result<_, _>>()?;
    let file = format!("insurer-{}", numbers.first().map_or("", String::as_str));
    refuse_to_overwrite(out, &file)?;
    let now = onshi_core::clock::now();
    let provision = Provision {
        service: &tools.service,
        authority: &tools.authority,
        operator: &tools.operator,
    };
    let (begin, end) = (now.plus_seconds(-3600), now.plus_seconds(days * 86_400));
    let issued = provision.insurer_certificate(name, &numbers, begin, end)?;
    let files = write_files(&issued, tools.authority.certificate_der(), out, &file)?;
    output.result(&files, || {
        say!(
            "The certificate of the insurer {name} ({}) was issued (serial number {}).\n{}\n{}\n{} (password {})\nauthority {}",
            "保険者 {name}（{}）の電子証明書を発行しました（シリアル番号 {}）。\n{}\n{}\n{}（パスワード {}）\n認証局 {}",
            numbers.join(spoken().choose(", ", "、")),
            files.serial,
            files.certificate.display(),
            files.key.display(),
            files.pkcs12.display(),
            files.pkcs12_password,
            tools.secrets.authority_file().display()
        )
    });
    Ok(())
}

fn shown(certificate: &InsurerCertificate) -> serde_json::Value {
    let revoked = certificate.revoked.as_ref();
    json!({
        "serial": certificate.serial,
        "name": certificate.name,
        "numbers": certificate.numbers,
        "not_before": certificate.not_before.jst_table(),
        "not_after": certificate.not_after.jst_table(),
        "issued_at": certificate.issued_at.jst_table(),
        "revoked_at": revoked.map(|(at, _)| at.jst_table()),
        "revoked_reason": revoked.map(|(_, reason)| reason),
    })
}

fn in_words(certificate: &InsurerCertificate) -> String {
    let state = state(certificate.revoked.is_some());
    format!(
        "{}  {state}  {}  {}  {}",
        certificate.serial,
        certificate.not_after.jst_table(),
        certificate.numbers.join(","),
        certificate.name
    )
}

fn show_status(status: &Status, output: &Output) {
    let day = status.known.as_ref().map(|(_, day)| day.eight());
    let name = status.known.as_ref().map(|(name, _)| name.clone());
    let last = status.last_report.as_ref();
    let shown = json!({
        "number": status.number,
        "name": name,
        "data_date": day,
        "persons": status.persons,
        "qualifications": status.qualifications,
        "last_report": last.map(|report| json!({
            "report": report.key,
            "progress": report.run.progress,
            "begun_at": report.run.begun_at.map(|at| at.jst_table()),
            "updated_at": report.run.updated_at.map(|at| at.jst_table()),
            "rejections": report.rejections,
        })),
    });
    output.result(&shown, || {
        let (persons, rows) = (status.persons, status.qualifications);
        let people = counted(persons, "person", "people");
        let qualifications = counted(rows, "qualification", "qualifications");
        let mut text = say!(
            "{} {}\nday of the data {}\n{people} with {qualifications}",
            "{} {}\n基準日 {}\n{persons}人、資格{rows}件",
            status.number,
            name.unwrap_or_else(|| say!("(nothing was reported)", "（報告なし）")),
            day.unwrap_or_else(|| say!("none", "なし"))
        );
        if let Some(report) = last {
            let progress = report.run.progress;
            let state = if progress.finished {
                say!("whole", "完了")
            } else {
                say!("under way", "途中")
            };
            let at = report.run.updated_at.map(|at| at.jst_table());
            let lines = progress.lines;
            let read = counted(lines, "line", "lines");
            text.push_str(&say!(
                "\nlast report {} ({state}, {}): {read}, {} taken, {} not taken",
                "\n最後の報告 {}（{state}、{}）: {lines}行、取込{}、取り込めなかった行{}",
                report.key,
                at.unwrap_or_default(),
                progress.accepted,
                progress.rejected
            ));
        }
        text
    });
}

//! `onshi certificate`: certificates of terminals and card readers.

mod enrolment_code;
mod reader;

use crate::output::{Failure, Output};
use crate::serve::{Tools, facility_code};
use clap::Subcommand;
use onshi_core::audit::SubjectKind;
use onshi_core::certificate::{self, Issued};
use onshi_core::entropy::{Entropy, fresh_seed};
use onshi_core::service::OperationContext;
use onshi_core::{Actor, Function, Request, Subject};
use onshi_language::say;
use onshi_server::Config;
use onshi_server::operator::provision::{CERTIFICATE_DAYS, Provision};
use onshi_server::start::secrets::write_new;
use serde::Serialize;
use serde_json::json;
use std::path::{Path, PathBuf};

/// What is done to certificates.
#[derive(Subcommand)]
pub enum CertificateCommand {
    /// Issue a certificate for a terminal, with its key and a PKCS#12 file.
    ///
    /// 端末の電子証明書を、鍵およびPKCS#12ファイルとともに発行します。
    Issue {
        /// The institution's code.
        ///
        /// 医療機関コード
        #[arg(long)]
        facility: String,
        /// The terminal's name, such as ONS01.
        ///
        /// 端末の名前（例：ONS01）
        #[arg(long)]
        terminal: String,
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
    /// Issue a certificate for a card reader, with the key by which it signs what it sends.
    ///
    /// 顔認証付きカードリーダーの電子証明書を、送信内容に署名する鍵とともに発行します。
    Reader {
        /// The institution's code.
        ///
        /// 医療機関コード
        #[arg(long)]
        facility: String,
        /// The reader's name, such as KAO01.
        ///
        /// カードリーダーの名前（例：KAO01）
        #[arg(long)]
        reader: String,
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
    /// Issue a code by which a terminal, a card reader or an insurer fetches its certificate, once. The key is made there.
    ///
    /// 端末・カードリーダー・保険者が電子証明書を取得するためのコードを発行します（1回だけ使えます）。鍵は取得する側で作られます。
    EnrolmentCode(enrolment_code::IssueArguments),
    /// List the codes of an institution and what came of them, without the codes themselves.
    ///
    /// 医療機関等の取得コードの一覧を、コードそのものを除いて表示します。
    EnrolmentCodes {
        /// The institution's code.
        ///
        /// 医療機関コード
        #[arg(long)]
        facility: String,
    },
    /// Void a code that was not used.
    ///
    /// まだ使われていない取得コードを無効にします。
    VoidEnrolmentCode {
        /// The institution's code.
        ///
        /// 医療機関コード
        #[arg(long)]
        facility: String,
        /// What the list calls the code.
        ///
        /// 一覧に表示される番号
        id: String,
    },
    /// List the certificates of an institution, those of its terminals and those of its card readers.
    ///
    /// 医療機関等の端末とカードリーダーの電子証明書の一覧を表示します。
    List {
        /// The institution's code.
        ///
        /// 医療機関コード
        #[arg(long)]
        facility: String,
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
}

/// Where a certificate's files are.
#[derive(Clone, Debug, Serialize)]
pub struct Files {
    /// The certificate (PEM).
    pub certificate: PathBuf,
    /// Its key (PEM, PKCS#8).
    pub key: PathBuf,
    /// Both in one file for a browser.
    pub pkcs12: PathBuf,
    /// The password of that file.
    pub pkcs12_password: String,
    /// The serial number.
    ///
    /// シリアル番号
    pub serial: String,
}

/// Writes a certificate's files. Nothing is overwritten.
pub fn write_files(
    issued: &Issued,
    authority_der: &[u8],
    folder: &Path,
    name: &str,
) -> Result<Files, Failure> {
    write_files_from(fresh_seed(), issued, authority_der, (folder, name))
}

/// The same with the password of a seed.
pub fn write_files_from(
    seed: [u8; 32],
    issued: &Issued,
    authority_der: &[u8],
    (folder, name): (&Path, &str),
) -> Result<Files, Failure> {
    std::fs::create_dir_all(folder).map_err(|e| cannot_make(folder, &e))?;
    let mut entropy = Entropy::new(seed);
    let password = onshi_core::account::password::generate(&mut entropy)
        .reveal()
        .to_owned();
    let pkcs12 = issued.pkcs12(authority_der, name, &password).map_err(|e| {
        let what = say!(
            "the PKCS#12 file can't be made",
            "PKCS#12ファイルを作れません"
        );
        Failure::fault(what, e)
    })?;
    let files = Files {
        certificate: folder.join(format!("{name}.pem")),
        key: folder.join(format!("{name}.key.pem")),
        pkcs12: folder.join(format!("{name}.p12")),
        pkcs12_password: password,
        serial: issued.serial.clone(),
    };
    write_new(&files.key, issued.key_pem.as_bytes())?;
    write_new(&files.certificate, issued.certificate_pem.as_bytes())?;
    write_new(&files.pkcs12, &pkcs12)?;
    Ok(files)
}

/// A folder could not be made.
pub fn cannot_make(folder: &Path, error: &std::io::Error) -> Failure {
    let what = say!(
        "the folder {} can't be made",
        "フォルダ {} を作れません",
        folder.display()
    );
    Failure::io(what, error)
}

/// Looks before the certificate is issued: one without its files would be of no use.
pub fn refuse_to_overwrite(folder: &Path, name: &str) -> Result<(), Failure> {
    for end in ["pem", "key.pem", "p12"] {
        let file = folder.join(format!("{name}.{end}"));
        if file.exists() {
            let text = say!(
                "{} is there already",
                "{} はすでにあります。",
                file.display()
            );
            return Err(Failure::usage(text));
        }
    }
    Ok(())
}

/// `onshi certificate …`.
pub fn run(command: CertificateCommand, config: &Config, output: &Output) -> Result<(), Failure> {
    let tools = Tools::open(config)?;
    match command {
        CertificateCommand::Issue {
            facility,
            terminal,
            out,
            days,
        } => {
            if days < 1 {
                return Err(no_days());
            }
            let safe = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
            if terminal.is_empty() || !terminal.chars().all(safe) {
                let text = say!(
                    "--terminal takes letters, digits, - and _",
                    "--terminal に使えるのは、文字・数字・-・_ です。"
                );
                return Err(Failure::usage(text));
            }
            let code = facility_code(&facility)?;
            let name = format!("{code}-{terminal}");
            refuse_to_overwrite(&out, &name)?;
            let now = onshi_core::clock::now();
            let provision = Provision {
                service: &tools.service,
                authority: &tools.authority,
                operator: &tools.operator,
            };
            let begin = now.plus_seconds(-3600);
            let end = now.plus_seconds(days * 86_400);
            let issued = provision.certificate(&code, &terminal, begin, end)?;
            let files = write_files(&issued, tools.authority.certificate_der(), &out, &name)?;
            output.result(&files, || {
                say!(
                    "The certificate of the terminal {terminal} was issued (serial number {}).\n{}\n{}\n{} (password {})\nauthority {}",
                    "端末 {terminal} の電子証明書を発行しました（シリアル番号 {}）。\n{}\n{}\n{}（パスワード {}）\n認証局 {}",
                    files.serial,
                    files.certificate.display(),
                    files.key.display(),
                    files.pkcs12.display(),
                    files.pkcs12_password,
                    tools.secrets.authority_file().display()
                )
            });
        }
        CertificateCommand::Reader {
            facility,
            reader,
            out,
            days,
        } => reader::issue(&tools, (&facility, &reader, days), &out, output)?,
        CertificateCommand::EnrolmentCode(arguments) => {
            enrolment_code::issue(&tools, &arguments, output)?;
        }
        CertificateCommand::EnrolmentCodes { facility } => {
            enrolment_code::list(&tools, &facility, output)?;
        }
        CertificateCommand::VoidEnrolmentCode { facility, id } => {
            enrolment_code::void(&tools, (&facility, &id), output)?;
        }
        CertificateCommand::List { facility } => list(&tools, &facility, output)?,
        CertificateCommand::Revoke { serial, reason } => {
            revoke(&tools, &serial, reason, output)?;
        }
    }
    Ok(())
}

fn list(tools: &Tools, facility: &str, output: &Output) -> Result<(), Failure> {
    let code = facility_code(facility)?;
    let operation = operation(tools.operator.at(code.clone()), Subject::NONE);
    let found = tools
        .service
        .read_and_wait(operation, |tx| certificate::list(tx, &code))?;
    let readers = reader::list(tools, &code)?;
    let all: Vec<_> = found
        .iter()
        .map(|c| {
            json!({
                "serial": c.serial,
                "terminal": c.terminal_name,
                "not_before": c.not_before.jst_table(),
                "not_after": c.not_after.jst_table(),
                "issued_at": c.issued_at.jst_table(),
                "revoked_at": c.revoked.as_ref().map(|(at, _)| at.jst_table()),
                "revoked_reason": c.revoked.as_ref().map(|(_, reason)| reason),
            })
        })
        .chain(readers.iter().map(reader::shown))
        .collect();
    output.result(&all, || {
        let line = |c: &certificate::TerminalCertificate| {
            let state = state(c.is_revoked(onshi_core::clock::now()));
            format!(
                "{}  {state}  {}  {}",
                c.serial,
                c.not_after.jst_table(),
                c.terminal_name
            )
        };
        let all = found
            .iter()
            .map(line)
            .chain(readers.iter().map(reader::line));
        all.collect::<Vec<_>>().join("\n")
    });
    Ok(())
}

/// Whether a certificate is in force or revoked.
pub fn state(is_revoked: bool) -> String {
    if is_revoked {
        say!("revoked", "失効")
    } else {
        say!("issued", "発行")
    }
}

/// A certificate that would not be valid for a day.
pub fn no_days() -> Failure {
    Failure::usage(say!("--days begins at 1", "--days は1以上です。"))
}

fn revoke(tools: &Tools, serial: &str, reason: String, output: &Output) -> Result<(), Failure> {
    if reader::revoke(tools, serial, &reason)? {
        output.result(&json!({"revoked": serial}), || {
            say!("{serial} is revoked.", "{serial} を失効させました。")
        });
        return Ok(());
    }
    // The institution finds the revocation in its own log.
    let actor = match tools.service.authn().certificate(serial)? {
        Some((_, facility)) => tools.operator.at(facility.code),
        None => tools.operator.actor(),
    };
    let about = Subject::of(SubjectKind::Certificate, serial);
    let key = serial.to_owned();
    tools
        .service
        .change_and_wait(operation(actor, about), move |tx| {
            certificate::revoke(tx, &key, &reason)
        })?;
    output.result(&json!({"revoked": serial}), || {
        say!("{serial} is revoked.", "{serial} を失効させました。")
    });
    Ok(())
}

fn operation(actor: Actor, subject: Subject) -> OperationContext {
    OperationContext {
        subject,
        ..OperationContext::new(actor, Function::ManageCertificates, Request::fresh())
    }
}

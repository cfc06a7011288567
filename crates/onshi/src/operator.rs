//! `onshi operator`: who works at the operators' screens (実施機関の画面), and from which terminals.

use crate::certificate::{no_days, refuse_to_overwrite, write_files};
use crate::output::{Failure, Output};
use crate::serve::Tools;
use clap::Subcommand;
use onshi_core::account::activation::Activation;
use onshi_core::account::{Account, AccountName, UserId};
use onshi_core::certificate;
use onshi_core::operator::{self, FacilityCode};
use onshi_core::service::OperationContext;
use onshi_core::{Error, Function, Moment, Request, Tx};
use onshi_language::{Language, say, spoken};
use onshi_server::Config;
use onshi_server::operator::provision::{CERTIFICATE_DAYS, Provision, ToActivate};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// What is done to operators' accounts and terminals.
#[derive(Subcommand)]
pub enum OperatorCommand {
    /// Register an account, with a one-time activation that is shown once.
    ///
    /// 担当者のアカウントを登録し、利用開始コードを一度だけ表示します。
    Add {
        /// The user id, by which the operator decides.
        ///
        /// ユーザID。承認などの記録に、担当者の名前として残ります。
        user_id: String,
        /// The person's name.
        ///
        /// 担当者の氏名
        #[arg(long)]
        name: String,
    },
    /// List the accounts.
    ///
    /// 担当者のアカウントの一覧を表示します。
    List,
    /// Stop an account; its sessions end.
    ///
    /// 担当者のアカウントを停止します。ログイン中の画面も終了します。
    Stop {
        /// The user id.
        ///
        /// ユーザID
        user_id: String,
        /// Why.
        ///
        /// 理由
        #[arg(long)]
        reason: String,
    },
    /// Let a stopped account be used again.
    ///
    /// 停止した担当者のアカウントを、もう一度使えるようにします。
    Resume {
        /// The user id.
        ///
        /// ユーザID
        user_id: String,
    },
    /// Void an account's password and second factor, and print another one-time activation.
    ///
    /// 担当者のパスワードと二要素認証を無効にし、新しい利用開始コードを表示します。
    Reset {
        /// The user id.
        ///
        /// ユーザID
        user_id: String,
    },
    /// Issue a certificate for an operators' terminal, with its key and a PKCS#12 file.
    ///
    /// 実施機関の端末の電子証明書を、鍵およびPKCS#12ファイルとともに発行します。
    Certificate {
        /// The terminal's name, such as CENTRE01.
        ///
        /// 端末の名前（例：CENTRE01）
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
    /// List the certificates of the operators' terminals. `onshi certificate revoke` revokes one.
    ///
    /// 実施機関の端末の電子証明書の一覧を表示します。失効は `onshi certificate revoke` で行います。
    Certificates,
}

/// `onshi operator …`.
pub fn run(command: OperatorCommand, config: &Config, output: &Output) -> Result<(), Failure> {
    let tools = Tools::open(config)?;
    match command {
        OperatorCommand::Add { user_id, name } => {
            let (id, name) = (UserId::parse(&user_id)?, AccountName::parse(&name)?);
            let issued = change(&tools, move |tx| operator::add(tx, &id, &name))?;
            handed(&issued, output);
        }
        OperatorCommand::List => list(&tools, output)?,
        OperatorCommand::Stop { user_id, reason } => {
            let id = UserId::parse(&user_id)?;
            change(&tools, move |tx| operator::stop(tx, &id, &reason))?;
            output.result(&json!({"stopped": user_id}), || {
                say!("{user_id} is stopped.", "{user_id} を停止しました。")
            });
        }
        OperatorCommand::Resume { user_id } => {
            let id = UserId::parse(&user_id)?;
            change(&tools, move |tx| operator::resume(tx, &id))?;
            output.result(&json!({"resumed": user_id}), || {
                say!(
                    "{user_id} may be used again.",
                    "{user_id} を使えるようにしました。"
                )
            });
        }
        OperatorCommand::Reset { user_id } => {
            let id = UserId::parse(&user_id)?;
            let issued = change(&tools, move |tx| operator::reset(tx, &id))?;
            handed(&issued, output);
        }
        OperatorCommand::Certificate {
            terminal,
            out,
            days,
        } => issue(&tools, (&terminal, days), &out, output)?,
        OperatorCommand::Certificates => certificates(&tools, output)?,
    }
    Ok(())
}

/// Who asks for it: the operator on the command line, at the operators' own unit.
fn operation(tools: &Tools) -> OperationContext {
    let actor = tools.operator.at(FacilityCode::of_operators());
    OperationContext::new(actor, Function::ManageOfficers, Request::fresh())
}

fn change<T: Send + 'static>(
    tools: &Tools,
    work: impl FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
) -> Result<T, Failure> {
    Ok(tools.service.change_and_wait(operation(tools), work)?)
}

/// Prints what a new holder is handed.
fn handed(issued: &Activation, output: &Output) {
    let handed = ToActivate::of(issued);
    output.result(&handed, || {
        say!(
            "The one-time activation of {}, shown once: {} (good until {}). It is used at the operators' site, on a terminal with a \
             certificate of `onshi operator certificate`.",
            "{} の利用開始コード（一度だけ表示します）: {}（有効期限 {}）。`onshi operator certificate` の電子証明書を入れた端末で、実施機関の画面を開いて使います。",
            handed.user_id,
            handed.activation,
            handed.until
        )
    });
}

fn list(tools: &Tools, output: &Output) -> Result<(), Failure> {
    let operation = operation(tools);
    let now = operation.request.now;
    let unused = tools.service.rules().account.unused_days;
    let found = tools.service.read_and_wait(operation, operator::list)?;
    let all: Vec<Value> = found.iter().map(|one| shown(one, now, unused)).collect();
    output.result(&all, || match found.is_empty() {
        true => say!("There is no account.", "担当者のアカウントはありません。"),
        false => {
            let lines = found.iter().map(|one| line(one, now, unused));
            lines.collect::<Vec<_>>().join("\n")
        }
    });
    Ok(())
}

fn shown(account: &Account, now: Moment, unused_days: i64) -> Value {
    json!({
        "user_id": account.user_id.as_str(),
        "name": account.name,
        "state": account.state(now, unused_days).code(),
        "last_login_at": account.last_login.as_ref().map(|(at, _)| at.jst_table()),
        "locked_until": account.locked_until.map(Moment::jst_table),
        "created_at": account.created_at.jst_table(),
    })
}

fn line(account: &Account, now: Moment, unused_days: i64) -> String {
    let state = account.state(now, unused_days);
    let state = match spoken() {
        Language::English => state.code().to_owned(),
        Language::Japanese => state.label(unused_days).to_string(),
    };
    let (user_id, name) = (account.user_id.as_str(), &account.name);
    format!("{user_id:<20} {state}  {name}")
}

fn issue(
    tools: &Tools,
    (terminal, days): (&str, i64),
    out: &Path,
    output: &Output,
) -> Result<(), Failure> {
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
    let code = FacilityCode::of_operators();
    let name = format!("{code}-{terminal}");
    refuse_to_overwrite(out, &name)?;
    change(tools, operator::begin_unit)?;
    let now = onshi_core::clock::now();
    let provision = Provision {
        service: &tools.service,
        authority: &tools.authority,
        operator: &tools.operator,
    };
    let (begin, end) = (now.plus_seconds(-3600), now.plus_seconds(days * 86_400));
    let issued = provision.certificate(&code, terminal, begin, end)?;
    let files = write_files(&issued, tools.authority.certificate_der(), out, &name)?;
    output.result(&files, || {
        say!(
            "The certificate of the operators' terminal {terminal} was issued (serial number {}).\n{}\n{}\n{} (password {})\nauthority {}",
            "実施機関の端末 {terminal} の電子証明書を発行しました（シリアル番号 {}）。\n{}\n{}\n{}（パスワード {}）\n認証局 {}",
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

fn certificates(tools: &Tools, output: &Output) -> Result<(), Failure> {
    let code = FacilityCode::of_operators();
    let operation = operation(tools);
    let now = operation.request.now;
    let found = tools
        .service
        .read_and_wait(operation, |tx| certificate::list(tx, &code))?;
    let all: Vec<Value> = found
        .iter()
        .map(|one| {
            json!({
                "serial": one.serial,
                "terminal": one.terminal_name,
                "not_after": one.not_after.jst_table(),
                "issued_at": one.issued_at.jst_table(),
                "revoked_at": one.revoked.as_ref().map(|(at, _)| at.jst_table()),
            })
        })
        .collect();
    output.result(&all, || {
        let lines = found.iter().map(|one| {
            let state = crate::certificate::state(one.is_revoked(now));
            let (serial, end, name) = (&one.serial, one.not_after.jst_table(), &one.terminal_name);
            format!("{serial}  {state}  {end}  {name}")
        });
        lines.collect::<Vec<_>>().join("\n")
    });
    Ok(())
}

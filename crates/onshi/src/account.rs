//! `onshi account`: accounts of an institution, for the operator.

use crate::output::{Failure, Output};
use crate::serve::{Tools, facility_code};
use clap::Subcommand;
use onshi_core::account::activation;
use onshi_core::account::manage;
use onshi_core::account::password::generate;
use onshi_core::account::{Account, ListFilter, Managed, UserId};
use onshi_core::entropy::{Entropy, fresh_seed};
use onshi_core::service::OperationContext;
use onshi_core::{AccountKind, Error, Function, Moment, Request, Tx};
use onshi_language::{Language, say, spoken};
use onshi_server::Config;
use onshi_server::operator::provision::ToActivate;
use serde_json::json;

/// What is done to accounts.
#[derive(Subcommand)]
pub enum AccountCommand {
    /// List the accounts of an institution.
    ///
    /// 医療機関等のアカウントの一覧を表示します。
    List {
        /// The institution's code.
        ///
        /// 医療機関コード
        #[arg(long)]
        facility: String,
        /// Only this kind: reset, master, admin, general, viewer, link, webapi or face.
        ///
        /// この種別だけを表示します（reset、master、admin、general、viewer、link、webapi、face）。
        #[arg(long)]
        kind: Option<String>,
    },
    /// Unlock an account after failed log-ins.
    ///
    /// ログインの失敗でロックされたアカウントのロックを解除します。
    Unlock {
        /// The institution's code.
        ///
        /// 医療機関コード
        #[arg(long)]
        facility: String,
        /// The user id.
        ///
        /// ユーザID
        user_id: String,
    },
    /// Void an account's password and print a one-time activation, by which its holder chooses another.
    ///
    /// アカウントのパスワードを無効にし、本人が新しいパスワードを決めるための利用開始コードを一度だけ表示します。
    Activate {
        /// The institution's code.
        ///
        /// 医療機関コード
        #[arg(long)]
        facility: String,
        /// The user id.
        ///
        /// ユーザID
        user_id: String,
    },
    /// Take away what an account has beside the password (authenticator, recovery codes), so that its holder adds it
    /// anew.
    ///
    /// アカウントの二要素認証（認証アプリ、回復コード）の登録をすべて取り消します。
    ResetSecondFactor {
        /// The institution's code.
        ///
        /// 医療機関コード
        #[arg(long)]
        facility: String,
        /// The user id.
        ///
        /// ユーザID
        user_id: String,
    },
    /// Reset an account's password; prints the new one, once.
    ///
    /// アカウントのパスワードを初期化し、新しいパスワードを一度だけ表示します。
    Reset {
        /// The institution's code.
        ///
        /// 医療機関コード
        #[arg(long)]
        facility: String,
        /// The user id.
        ///
        /// ユーザID
        user_id: String,
    },
}

/// `onshi account …`.
pub fn run(command: AccountCommand, config: &Config, output: &Output) -> Result<(), Failure> {
    match command {
        AccountCommand::List { facility, kind } => {
            let kind = match kind.as_deref() {
                None => None,
                Some(code) => Some(
                    AccountKind::from_code(code).ok_or_else(|| Failure::usage(no_kind(code)))?,
                ),
            };
            let (tools, operation) = open(config, &facility)?;
            let mut accounts = Vec::new();
            loop {
                let filter = ListFilter {
                    kind,
                    skip: accounts.len() as i64,
                    limit: 500,
                    ..ListFilter::default()
                };
                let (page, total) = tools.service.read_and_wait(operation.clone(), |tx| {
                    manage::list(tx, Managed::All, &filter)
                })?;
                let ended = page.is_empty();
                accounts.extend(page);
                if ended || accounts.len() as i64 >= total {
                    break;
                }
            }
            let now = operation.request.now;
            let unused = tools.service.rules().account.unused_days;
            let all: Vec<_> = accounts
                .iter()
                .map(|account| shown(account, now, unused))
                .collect();
            output.result(&all, || {
                let lines: Vec<String> = accounts
                    .iter()
                    .map(|a| {
                        let state = a.state(now, unused);
                        let (kind, state) = match spoken() {
                            Language::English => (a.kind.code(), state.code().to_owned()),
                            Language::Japanese => (a.kind.label(), state.label(unused).to_string()),
                        };
                        format!(
                            "{:<20} {:<8} {}  {}",
                            a.user_id.as_str(),
                            kind,
                            state,
                            a.name
                        )
                    })
                    .collect();
                lines.join("\n")
            });
        }
        AccountCommand::Unlock { facility, user_id } => {
            let opened = open(config, &facility)?;
            change(opened, &user_id, |tx, id| {
                manage::unlock(tx, Managed::All, id)
            })?;
            output.result(&json!({"unlocked": user_id}), || {
                say!(
                    "{user_id} is unlocked.",
                    "{user_id} のロックを解除しました。"
                )
            });
        }
        AccountCommand::Activate { facility, user_id } => {
            activate(config, (&facility, &user_id), output)?
        }
        AccountCommand::ResetSecondFactor { facility, user_id } => {
            reset_second_factor(config, (&facility, &user_id), output)?;
        }
        AccountCommand::Reset { facility, user_id } => {
            reset(config, (&facility, &user_id), output)?;
        }
    }
    Ok(())
}

fn activate(
    config: &Config,
    (facility, user_id): (&str, &str),
    output: &Output,
) -> Result<(), Failure> {
    let opened = open(config, facility)?;
    let issued = change(opened, user_id, |tx, id| {
        activation::issue(tx, Managed::All, id)
    })?;
    let handed = ToActivate::of(&issued);
    output.result(&handed, || {
        say!(
            "The one-time activation of {user_id}, shown once: {} (good until {})",
            "{user_id} の利用開始コード（一度だけ表示します）: {}（有効期限 {}）",
            handed.activation,
            handed.until
        )
    });
    Ok(())
}

/// Makes another password, and prints it.
fn reset(
    config: &Config,
    (facility, user_id): (&str, &str),
    output: &Output,
) -> Result<(), Failure> {
    let opened = open(config, facility)?;
    let mut entropy = Entropy::new(fresh_seed());
    let password = generate(&mut entropy);
    let hash = password.hash(&opened.0.service.rules().password, entropy.bytes());
    change(opened, user_id, move |tx, id| {
        manage::reset_password(tx, Managed::All, id, &hash).map(drop)
    })?;
    let password = password.reveal();
    output.result(&json!({"user_id": user_id, "password": password}), || {
        say!(
            "The new password of {user_id}, shown once: {password}",
            "{user_id} の新しいパスワード（一度だけ表示します）: {password}"
        )
    });
    Ok(())
}

/// Takes away what an account has beside the password.
fn reset_second_factor(
    config: &Config,
    (facility, user_id): (&str, &str),
    output: &Output,
) -> Result<(), Failure> {
    let opened = open(config, facility)?;
    change(opened, user_id, |tx, id| {
        manage::reset_second_factor(tx, Managed::All, id)
    })?;
    output.result(&json!({"second_factor_reset": user_id}), || {
        say!(
            "The second factor of {user_id} is reset, and its sessions are ended.",
            "{user_id} の二要素認証を初期化し、ログイン中の画面を終了しました。"
        )
    });
    Ok(())
}

/// What is told of a kind that there is none of.
pub(crate) fn no_kind(code: &str) -> String {
    say!(
        "there is no kind {code}",
        "アカウントの種別 {code} はありません。"
    )
}

/// Does something to the account of this user id.
fn change<T: Send + 'static>(
    (tools, operation): (Tools, OperationContext),
    user_id: &str,
    mut work: impl FnMut(&mut Tx<'_>, &str) -> Result<T, Error> + Send + 'static,
) -> Result<T, Failure> {
    let wanted = UserId::parse(user_id)?;
    let changed = tools.service.change_and_wait(operation, move |tx| {
        let account = manage::find_by_user_id(tx, &wanted)?;
        work(tx, &account.account_id)
    });
    Ok(changed?)
}

fn open(config: &Config, facility: &str) -> Result<(Tools, OperationContext), Failure> {
    let code = facility_code(facility)?;
    let tools = Tools::open(config)?;
    let actor = tools.operator.at(code);
    Ok((
        tools,
        OperationContext::new(actor, Function::OperateAccounts, Request::fresh()),
    ))
}

fn shown(account: &Account, now: Moment, unused_days: i64) -> serde_json::Value {
    json!({
        "user_id": account.user_id.as_str(),
        "kind": account.kind.code(),
        "name": account.name,
        "state": account.state(now, unused_days).code(),
        "last_login_at": account.last_login.as_ref().map(|(at, _)| at.jst_table()),
        "locked_until": account.locked_until.map(Moment::jst_table),
        "created_at": account.created_at.jst_table(),
    })
}

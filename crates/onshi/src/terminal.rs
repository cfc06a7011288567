//! `onshi terminal`: the start page, and how the terminal comes to its certificate.

mod enroll;
mod renew;
mod set_up;

use crate::output::{Failure, Output};
use crate::serve::{asked_to_stop, runtime};
use crate::settings;
use clap::{Args, Subcommand};
use figment::value::Dict;
use onshi_server::Config;
use onshi_terminal::enrolment::Backup;
use onshi_terminal::gateway::{self, GatewayConfig, Renewal, Timeouts};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Where the start page is, unless it is said otherwise.
const LISTEN: &str = "127.0.0.1:8080";

/// What `onshi terminal` needs to know: flags above a file.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct TerminalArguments {
    #[command(subcommand)]
    command: Option<TerminalCommand>,
    /// A file with the same settings (TOML: `centre`, `authority`, `certificates` …).
    ///
    /// 同じ設定を書いたファイル（TOML：`centre`、`authority`、`certificates` など）
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    #[command(flatten)]
    flags: Flags,
}

/// What else there is to do.
#[derive(Subcommand)]
enum TerminalCommand {
    /// Fetch this terminal's certificate with a code, for a key that is made here. May be run again after any end.
    ///
    /// 取得コードで、この端末の電子証明書を取得します。鍵はこの端末で作られ、外に出ません。途中で終わっても、もう一度実行できます。
    Enroll(enroll::EnrollArguments),
    /// Set this terminal up by the file of a roll-out: certificates, the programs' passwords, settings. May be run again after any end.
    ///
    /// 導入で作られた設定ファイルで、この端末の電子証明書・プログラムのパスワード・設定を整えます。途中で終わっても、もう一度実行できます。
    SetUp(Box<set_up::SetUpArguments>),
    /// Renew the certificates of the folder that may be renewed by now; for a timer of the system.
    ///
    /// フォルダの電子証明書のうち、更新できるものを更新します。定期的な実行に使えます。
    Renew(Box<renew::RenewArguments>),
}

/// The settings as flags. A line of the file has the same name.
#[derive(Args, Serialize, Default)]
struct Flags {
    /// Where the start page listens; loopback only [default: 127.0.0.1:8080].
    ///
    /// スタートページが待ち受けるアドレス（この端末だけ）［既定：127.0.0.1:8080］
    #[arg(long)]
    listen: Option<SocketAddr>,
    /// The centre, such as https://localhost:8443.
    ///
    /// センターのURL（例：https://localhost:8443）
    #[arg(long)]
    centre: Option<String>,
    /// The certificate of the centre's authority (PEM).
    ///
    /// センターの認証局の証明書（PEM）
    #[arg(long)]
    authority: Option<PathBuf>,
    /// The folder of this terminal's certificates: NAME.pem with NAME.key.pem.
    ///
    /// この端末の電子証明書のフォルダ（NAME.pem と NAME.key.pem）
    #[arg(long)]
    certificates: Option<PathBuf>,
    /// Renew certificates without anybody's press, from 90 days before their end [default: false].
    ///
    /// 期限の90日前から、ボタンを押さなくても電子証明書を更新します［既定：false］
    #[arg(long)]
    renew_by_itself: Option<bool>,
    /// The folder of the backup of renewed certificates [default: `backup` among the certificates].
    ///
    /// 更新した電子証明書のバックアップのフォルダ［既定：電子証明書のフォルダの `backup`］
    #[arg(long, value_name = "FOLDER")]
    backup: Option<PathBuf>,
    /// A file with the passphrase that encrypts it.
    ///
    /// バックアップを暗号化するパスフレーズを書いたファイル
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

/// The settings in force.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    listen: SocketAddr,
    centre: String,
    authority: PathBuf,
    certificates: PathBuf,
    renew_by_itself: bool,
    backup: Option<PathBuf>,
    passphrase_file: Option<PathBuf>,
}

fn read(flags: &Flags, file: Option<&Path>) -> Result<Settings, Failure> {
    let usual = Dict::from([
        ("listen".to_owned(), LISTEN.into()),
        ("renew_by_itself".to_owned(), false.into()),
    ]);
    settings::read(usual, flags, file)
}

fn configuration(settings: Settings, environment: Option<String>) -> GatewayConfig {
    GatewayConfig {
        listen: settings.listen,
        centre_url: settings.centre,
        authority_pem: settings.authority,
        certificates: settings.certificates,
        environment,
        now: || onshi_core::clock::now().ms(),
        timeouts: Timeouts::default(),
        renewal: Renewal {
            by_itself: settings.renew_by_itself,
            backup: Backup {
                folder: settings.backup,
                passphrase_file: settings.passphrase_file,
            },
        },
    }
}

/// `onshi terminal`.
pub fn run(arguments: TerminalArguments, config: &Config, output: &Output) -> Result<(), Failure> {
    match arguments.command {
        Some(TerminalCommand::Enroll(arguments)) => return enroll::run(arguments, output),
        Some(TerminalCommand::SetUp(arguments)) => return set_up::run(*arguments, output),
        Some(TerminalCommand::Renew(arguments)) => return renew::run(&arguments, output),
        None => {}
    }
    let settings = read(&arguments.flags, arguments.settings.as_deref())?;
    let environment = Some(config.centre.environment.clone()).filter(|text| !text.is_empty());
    runtime()?.block_on(async {
        let gateway = gateway::bind(configuration(settings, environment)).await;
        let gateway = gateway.map_err(Failure::usage)?;
        tracing::info!(address = %gateway.address(), "the start page is open");
        gateway.run(asked_to_stop()).await.map_err(Failure::usage)
    })
}

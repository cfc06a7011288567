//! `onshi terminal`: the start page, and how the terminal comes to its certificate.

mod enroll;

use crate::output::{Failure, Output};
use crate::serve::{asked_to_stop, runtime};
use crate::settings;
use clap::{Args, Subcommand};
use figment::value::Dict;
use onshi_server::Config;
use onshi_terminal::gateway::{self, GatewayConfig, Timeouts};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::PathBuf;

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
}

/// The settings in force.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    listen: SocketAddr,
    centre: String,
    authority: PathBuf,
    certificates: PathBuf,
}

/// `onshi terminal`.
pub fn run(arguments: TerminalArguments, config: &Config, output: &Output) -> Result<(), Failure> {
    if let Some(TerminalCommand::Enroll(arguments)) = arguments.command {
        return enroll::run(arguments, output);
    }
    let usual = Dict::from([("listen".to_owned(), LISTEN.into())]);
    let file = arguments.settings.as_deref();
    let settings: Settings = settings::read(usual, &arguments.flags, file)?;
    let environment = Some(config.centre.environment.clone()).filter(|text| !text.is_empty());
    runtime()?.block_on(async {
        let gateway = gateway::bind(GatewayConfig {
            listen: settings.listen,
            centre_url: settings.centre,
            authority_pem: settings.authority,
            certificates: settings.certificates,
            environment,
            now: || onshi_core::clock::now().ms(),
            timeouts: Timeouts::default(),
        })
        .await
        .map_err(Failure::usage)?;
        tracing::info!(address = %gateway.address(), "the start page is open");
        gateway.run(asked_to_stop()).await.map_err(Failure::usage)
    })
}

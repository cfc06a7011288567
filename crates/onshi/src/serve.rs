//! The long-running commands, and the service that the short ones open.

use crate::output::{Failure, Output};
use onshi_core::Service;
use onshi_core::authn::Operator;
use onshi_core::certificate::Authority;
use onshi_core::engine::Begin;
use onshi_core::facility::FacilityCode;
use onshi_core::store::Location;
use onshi_language::say;
use onshi_server::start::secrets::Secrets;
use onshi_server::start::{open_for_operator, prepare};
use onshi_server::{Config, Running};

/// The audit chain that the command line writes, beside those of the services.
const NODE: &str = "operator";

/// The service and the authority, as the operator's commands need them.
pub struct Tools {
    pub service: Service,
    pub authority: Authority,
    pub secrets: Secrets,
    pub operator: Operator,
}

impl Tools {
    /// Opens them. The service may run meanwhile.
    pub fn open(config: &Config) -> Result<Tools, Failure> {
        if let Location::Sqlite(path) = config.location()
            && !path.exists()
        {
            return Err(Failure::usage(say!(
                "there is no database {}; name the configuration with --config, or begin one with \
                 `onshi migrate`",
                "データベース {} がありません。--config で設定ファイルを指定するか、`onshi migrate` で新しく作ってください。",
                path.display()
            )));
        }
        Tools::begin(config)
    }

    /// Opens them, and makes what is missing.
    pub fn begin(config: &Config) -> Result<Tools, Failure> {
        let secrets = Secrets::open(&config.centre.secrets)?;
        let service = open_for_operator(config, &secrets, NODE)?;
        let authority = secrets.authority(onshi_core::clock::now())?;
        let operator = service.operator(&secrets.seal_key()?)?;
        Ok(Tools {
            operator,
            service,
            authority,
            secrets,
        })
    }
}

/// Reads the code of an institution.
pub fn facility_code(text: &str) -> Result<FacilityCode, Failure> {
    FacilityCode::parse(text).map_err(Failure::from)
}

/// A runtime for the long-running commands.
pub fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(1024)
        .build()
        .map_err(|e| {
            let what = say!("no threads can be started", "スレッドを開始できません");
            Failure::io(what, &e)
        })
}

/// Waits until the operator or the system asks us to stop.
pub async fn asked_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        }
        // Without the signal there is still Ctrl-C.
        Err(_) => drop(tokio::signal::ctrl_c().await),
    }
}

/// `onshi serve`.
pub fn serve(config: Config, output: &Output) -> Result<(), Failure> {
    runtime()?.block_on(async {
        let running = Running::start(config).await.map_err(Failure::from)?;
        let shown = serde_json::json!({
            "centre": format!("https://{}", running.address),
            "messages": running.centre.messages_address.map(|address| format!("https://{address}")),
            "portal": running.portal.map(|address| format!("https://{address}")),
            "operators": running.operators.map(|address| format!("https://{address}")),
            "operations": running.operations.map(|address| format!("http://{address}")),
        });
        output.result(&shown, || {
            say!(
                "The centre is open at https://{}",
                "センターを開きました https://{}",
                running.address
            )
        });
        asked_to_stop().await;
        running.stop().await;
        Ok(())
    })
}

/// What `onshi migrate` may be asked to begin anew.
#[derive(clap::Args)]
pub struct MigrateArguments {
    /// Begin a new and empty database for keys whose own is gone for good. Everything that was
    /// registered in it is gone with it, its audit log too.
    ///
    /// 元のデータベースが失われた鍵のために、新しい空のデータベースを作ります。登録されていたものは、操作履歴も含めてすべて失われます。
    #[arg(long)]
    new_database: bool,
    /// Begin a new and empty file of the insured persons where the old one is gone for good. They
    /// have to be imported again.
    ///
    /// 加入者のファイルが失われたときに、新しい空のファイルを作ります。加入者は、もう一度取り込む必要があります。
    #[arg(long, conflicts_with = "new_database")]
    new_insured_database: bool,
}

/// `onshi migrate`.
pub fn migrate(
    arguments: &MigrateArguments,
    config: &Config,
    output: &Output,
) -> Result<(), Failure> {
    let location = config.location();
    let begin = if arguments.new_database {
        Begin::Database
    } else if arguments.new_insured_database {
        Begin::Insured
    } else {
        Begin::AtFirst
    };
    let secrets = Secrets::open(&config.centre.secrets)?;
    let prepared = prepare(config, &secrets, begin)?;
    let applied = prepared.applied;
    let shown = serde_json::json!({
        "applied": applied,
        "location": location.shown(),
        "database": prepared.identity.as_str(),
    });
    output.result(&shown, || {
        say!(
            "migrations applied to {}: {applied}",
            "{} に{applied}件の移行を適用しました。",
            location.shown()
        )
    });
    Ok(())
}

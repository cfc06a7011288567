//! `onshi terminal renew`: what may be renewed by now, without the start page.

use super::{Flags, configuration, read};
use crate::output::{Failure, Output};
use crate::serve::runtime;
use clap::Args;
use onshi_core::Moment;
use onshi_language::say;
use onshi_terminal::enrolment::Installed;
use onshi_terminal::gateway;
use std::path::PathBuf;

/// What is needed to renew certificates.
#[derive(Args)]
pub struct RenewArguments {
    /// A file with the same settings (TOML: `centre`, `authority`, `certificates` …).
    ///
    /// 同じ設定を書いたファイル（TOML：`centre`、`authority`、`certificates` など）
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    #[command(flatten)]
    flags: Flags,
}

/// `onshi terminal renew`.
pub fn run(arguments: &RenewArguments, output: &Output) -> Result<(), Failure> {
    let settings = read(&arguments.flags, arguments.settings.as_deref())?;
    let renewing = gateway::renew_due(configuration(settings, None));
    let outcomes = runtime()?.block_on(renewing).map_err(Failure::usage)?;
    let renewed: Vec<&Installed> = outcomes
        .iter()
        .filter_map(|one| one.as_ref().ok())
        .collect();
    output.result(&renewed, || match renewed.as_slice() {
        [] => say!(
            "No certificate is to be renewed now.",
            "いま更新する電子証明書はありません。"
        ),
        some => some
            .iter()
            .map(|one| line(one))
            .collect::<Vec<_>>()
            .join("\n"),
    });
    let failures: Vec<&str> = outcomes
        .iter()
        .filter_map(|one| one.as_ref().err().map(String::as_str))
        .collect();
    match failures.is_empty() {
        true => Ok(()),
        false => Err(Failure::fault(
            say!(
                "a certificate could not be renewed",
                "更新できなかった電子証明書があります"
            ),
            failures.join("\n"),
        )),
    }
}

fn line(one: &Installed) -> String {
    let end = Moment::from_ms(one.not_after_ms).jst_table();
    let name = one.name.as_deref().unwrap_or(&one.holder);
    say!(
        "{name} is renewed, until {end}: {}",
        "{name} を更新しました。{end} まで有効です: {}",
        one.certificate.display()
    )
}

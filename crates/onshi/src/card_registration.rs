//! `onshi card-registration`: whose My Number Card is whose.

use crate::output::{Failure, Output, problem_in_words, read_text};
use crate::serve::Tools;
use clap::Subcommand;
use onshi_core::card::{RegistrationRecord, registration};
use onshi_core::service::OperationContext;
use onshi_core::{Function, Request};
use onshi_language::{counted, say};
use onshi_server::Config;
use serde_json::json;
use std::path::PathBuf;

/// What is done to registrations of cards.
#[derive(Subcommand)]
pub enum CardRegistrationCommand {
    /// Import a file of JSON lines: certificates of cards, and the persons whose they are. The same file again
    /// changes nothing. Exit code 5 when lines could not be taken.
    ///
    /// カードの電子証明書と加入者の結び付きを、JSONの行のファイルから取り込みます。同じファイルをもう一度取り込んでも何も変わりません。取り込めない行があると、終了コード5で終わります。
    Import {
        /// The file.
        ///
        /// ファイル
        file: PathBuf,
    },
}

/// What came of an import.
#[derive(Default)]
pub struct Imported {
    /// Lines that were new or changed something.
    pub changed: u64,
    /// Lines that said what was known.
    pub unchanged: u64,
    /// Lines that could not be taken, with the number of the line and why.
    pub rejected: Vec<(usize, String)>,
}

/// `onshi card-registration …`.
pub fn run(
    command: CardRegistrationCommand,
    config: &Config,
    output: &Output,
) -> Result<(), Failure> {
    let CardRegistrationCommand::Import { file } = command;
    let tools = Tools::open(config)?;
    let mut unread = Vec::new();
    let mut records = Vec::new();
    for (at, line) in read_text(&file)?.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str::<RegistrationRecord>(line) {
            Ok(record) => records.push((at + 1, record)),
            // Where it is, and not what stands there.
            Err(error) => unread.push((
                at + 1,
                say!(
                    "can't be read near character {}",
                    "{}文字目の付近を読み取れません。",
                    error.column()
                ),
            )),
        }
    }
    let mut imported = import(&tools, records)?;
    imported.rejected.extend(unread);
    imported.rejected.sort_unstable();
    let rejected: Vec<_> = imported
        .rejected
        .iter()
        .map(|(line, why)| json!({"line": line, "why": why}))
        .collect();
    let (changed, unchanged) = (imported.changed, imported.unchanged);
    let shown = json!({"changed": changed, "unchanged": unchanged, "rejected": rejected});
    output.result(&shown, || {
        let cards = counted(changed, "card", "cards");
        let mut text = say!(
            "Taken: {cards}; known before: {unchanged}.",
            "カード{changed}件を取り込みました（変更なし{unchanged}件）。"
        );
        for (line, why) in &imported.rejected {
            text.push_str(&say!("\nline {line}: {why}", "\n{line}行目：{why}"));
        }
        text
    });
    if imported.rejected.is_empty() {
        return Ok(());
    }
    let count = imported.rejected.len();
    let lines = counted(count, "line", "lines");
    Err(Failure::incomplete(say!(
        "{lines} could not be taken",
        "{count}行を取り込めませんでした。"
    )))
}

/// Imports records with the numbers of their lines, piece by piece.
pub fn import(
    tools: &Tools,
    records: Vec<(usize, RegistrationRecord)>,
) -> Result<Imported, Failure> {
    let size = tools.service.rules().card.batch_lines.max(1);
    let mut imported = Imported::default();
    for piece in records.chunks(size) {
        let batch: Vec<RegistrationRecord> =
            piece.iter().map(|(_, record)| record.clone()).collect();
        let operation = OperationContext::new(
            tools.operator.actor(),
            Function::ImportCardRegistrations,
            Request::fresh(),
        );
        let taken = tools
            .service
            .change_and_wait(operation, move |tx| registration::take(tx, &batch))?;
        imported.changed += taken.changed;
        imported.unchanged += taken.unchanged;
        for (at, problem) in taken.rejected {
            let line = piece.get(at).map_or(0, |(line, _)| *line);
            imported.rejected.push((line, problem_in_words(&problem)));
        }
    }
    Ok(imported)
}

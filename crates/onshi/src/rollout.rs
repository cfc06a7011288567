//! `onshi rollout`: an institution's terminals and accounts from a ヒアリングシート (導入).

mod apply;
mod bundle;
mod check;
mod folder;
mod installer;

use crate::output::{Failure, Output};
use crate::serve::Tools;
use clap::{Args, Subcommand};
use onshi_core::clock;
use onshi_core::entropy::hex;
use onshi_core::rollout::{self, Looked};
use onshi_core::service::OperationContext;
use onshi_core::{Function, Request};
use onshi_language::{cause, say};
use onshi_server::Config;
use onshi_server::web::rollout::plan::Plan;
use onshi_server::web::rollout::planning;
use onshi_server::web::rollout::read::{self, FILE_BYTES_MAX, Sheet, too_large};
use onshi_server::web::rollout::template::template;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What there is to do.
#[derive(Subcommand)]
pub enum RolloutCommand {
    /// Write an empty hearing sheet to be filled in.
    ///
    /// 記入するヒアリングシートの様式（Excelブック）を書き出します。
    Template {
        /// The workbook to be written; it must not exist.
        ///
        /// 書き出すブック（すでにあるファイルは上書きしません）
        file: PathBuf,
    },
    /// Say what is wrong in sheets, by cells, and what would be done. Nothing is made. Exit code 3 if anything is wrong.
    ///
    /// シートの誤りをセルごとに示し、何が作られるかを表示します。何も作りません。誤りがあると、終了コード3で終わります。
    Check {
        #[command(flatten)]
        sheets: SheetArguments,
    },
    /// Make what sheets ask for and is not there: all that a sheet asks for, or nothing. What is there stays as it is.
    ///
    /// シートにあって、まだないものを作ります。1つでも誤りがあれば、何も作りません。すでにあるものは変わりません。
    Apply(apply::ApplyArguments),
    /// The rights of installers, each of which ends on a day.
    ///
    /// 導入業者の権限（期限のあるもの）
    #[command(subcommand)]
    Installer(installer::InstallerCommand),
}

/// Which sheets, and on whose right.
#[derive(Args, Clone)]
pub struct SheetArguments {
    /// The sheets (xlsx).
    ///
    /// ヒアリングシート（xlsx）
    #[arg(required = true)]
    sheets: Vec<PathBuf>,
    /// The installer, by what `onshi rollout installer give` printed.
    ///
    /// 導入業者の番号（`onshi rollout installer give` が表示したもの）
    #[arg(long, value_name = "ID")]
    installer: String,
    /// Issue other codes for what was handed over and is not in use yet; the earlier ones are void.
    ///
    /// まだ使われていないコードを発行し直します。前のコードは使えなくなります。
    #[arg(long)]
    reissue: bool,
}

/// `onshi rollout`.
pub fn run(command: RolloutCommand, config: &Config, output: &Output) -> Result<(), Failure> {
    match command {
        RolloutCommand::Template { file } => write_template(&file, output),
        RolloutCommand::Check { sheets } => check::run(&sheets, config, output),
        RolloutCommand::Apply(arguments) => apply::run(&arguments, config, output),
        RolloutCommand::Installer(command) => installer::run(command, config, output),
    }
}

fn write_template(file: &Path, output: &Output) -> Result<(), Failure> {
    let bytes = template()?;
    let written = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(file)
        .and_then(|mut opened| std::io::Write::write_all(&mut opened, &bytes));
    let shown = file.display().to_string();
    written.map_err(|e| Failure::usage(format!("{shown}: {}", cause(&e))))?;
    output.result(&serde_json::json!({"written": shown}), || {
        say!(
            "{shown} is written. Its last sheet says how the others are filled in.",
            "{shown} を書き出しました。記入のしかたは、最後のシートにあります。"
        )
    });
    Ok(())
}

/// A sheet that was read from a file.
pub struct Read {
    /// The file's name.
    pub name: String,
    /// The digest of its bytes.
    pub digest: String,
    /// What it asks for.
    pub sheet: Sheet,
}

/// What is wrong with one of the files.
pub struct Wrong {
    /// The file's name.
    pub name: String,
    /// What, by its cells.
    pub problems: Vec<String>,
}

fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

/// The bytes of a file, where it is not too large.
fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let shown = path.display();
    let io = |e: std::io::Error| Failure::usage(format!("{shown}: {}", cause(&e)));
    let file = std::fs::File::open(path).map_err(io)?;
    if file.metadata().map_err(io)?.len() > FILE_BYTES_MAX {
        return Err(Failure::refused(
            "rollout.file",
            format!("{shown}: {}", too_large()),
        ));
    }
    let mut bytes = Vec::new();
    let mut limited = std::io::Read::take(file, FILE_BYTES_MAX + 1);
    std::io::Read::read_to_end(&mut limited, &mut bytes).map_err(io)?;
    Ok(bytes)
}

/// Reads the files, or says all that is wrong with them.
pub fn read_all(paths: &[PathBuf]) -> Result<(Vec<Read>, Vec<Wrong>), Failure> {
    let today = clock::now().jst_day();
    let (mut all, mut wrong) = (Vec::new(), Vec::new());
    let mut places: BTreeMap<String, String> = BTreeMap::new();
    for path in paths {
        let (name, bytes) = (name_of(path), bytes(path)?);
        match read::read(&bytes, today) {
            Err(problems) => wrong.push(Wrong { name, problems }),
            Ok(sheet) => {
                let twice = twice(&sheet, &name, &mut places);
                if !twice.is_empty() {
                    wrong.push(Wrong {
                        name: name.clone(),
                        problems: twice,
                    });
                }
                all.push(Read {
                    digest: hex(&Sha256::digest(&bytes)),
                    name,
                    sheet,
                });
            }
        }
    }
    Ok((all, wrong))
}

/// The institutions of a sheet that another one of the files has too: what the first makes would be in the way of the second.
fn twice(sheet: &Sheet, name: &str, places: &mut BTreeMap<String, String>) -> Vec<String> {
    let mut problems = Vec::new();
    for facility in &sheet.facilities {
        let code = facility.code.as_str().to_owned();
        if let Some(first) = places.insert(code, name.to_owned()) {
            problems.push(format!(
                "{}：{} は「{first}」にもあります。1つの医療機関等は、1つのブックに書いてください。",
                facility.cell, facility.code
            ));
        }
    }
    problems
}

/// What is to be done of a sheet; and which of the roll-outs that were begun were done.
pub fn planned(
    tools: &Tools,
    sheet: Sheet,
    (installer, reissue): (&str, bool),
    begun: &[String],
) -> Result<(Plan, Vec<bool>), Failure> {
    let wanted = planning::wanted(&sheet);
    let operation =
        OperationContext::new(tools.operator.actor(), Function::RollOut, Request::fresh());
    let looked: Looked = tools
        .service
        .read_and_wait(operation, |tx| rollout::look(tx, installer, &wanted, begun))?;
    let applied = looked.applied.clone();
    Ok((planning::plan(sheet, looked, reissue), applied))
}

//! `onshi vectors`: the vectors, run against any implementation.

mod demo;

use crate::certificate::cannot_make;
use crate::insured::ImportArguments;
use crate::output::{Failure, Output, read_text};
use crate::serve::{Tools, runtime};
use clap::{Args, Subcommand, ValueEnum};
use demo::DemoToAsk;
use onshi_conformance::{
    Against, Form, HttpSettings, INSTITUTION, IdentityFiles, LOG_IN, LogIn, Run, RunError, SEARCH,
    Source,
};
use onshi_core::insured::Line;
use onshi_language::say;
use onshi_server::Config;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What is done with the vectors.
#[derive(Subcommand)]
pub enum VectorsCommand {
    /// Send them to an implementation, and judge its answers. Exit code 3 if any does not hold.
    ///
    /// ベクトルを実装に送り、答えを判定します。合わないものがあると、終了コード3で終わります。
    Run(Box<RunArguments>),
    /// Print the people whom the live vectors are about, as JSON lines for an import.
    ///
    /// 実際に送るベクトルが前提とする人々を、取り込めるJSONの行で出力します。
    Population(SharedArguments),
    /// Put those people into a demo, also while it runs.
    ///
    /// その人々を、デモに取り込みます（動いているデモにも取り込めます）。
    Load(LoadArguments),
    /// Write the vectors into a folder, to be read: requests, answers, and what each is for.
    ///
    /// ベクトル（要求、答え、それぞれの目的）を、読めるようにフォルダに書き出します。
    Write(WriteArguments),
}

/// Where the vectors are, and who asks.
#[derive(Args)]
pub struct SharedArguments {
    /// A folder of vectors, in place of those in the program.
    ///
    /// ベクトルのフォルダ（プログラムに入っているものの代わり）
    #[arg(long, value_name = "DIR")]
    vectors: Option<PathBuf>,
    /// The institution that asks, in place of the vectors' own.
    ///
    /// 照会する医療機関等（ベクトルに書かれたものの代わり）
    #[arg(long, value_name = "CODE")]
    institution: Option<String>,
    /// The folder of a demo that runs: its first institution asks, and its address, certificate and account are used.
    ///
    /// 動いているデモのフォルダ。最初の医療機関等から照会し、そのアドレス・電子証明書・アカウントを使います。
    #[arg(long, value_name = "DIR")]
    demo: Option<PathBuf>,
}

/// Into which demo the people are put.
#[derive(Args)]
pub struct LoadArguments {
    /// The demo's folder.
    ///
    /// デモのフォルダ
    #[arg(long, default_value = "demo", value_name = "DIR")]
    demo: PathBuf,
}

/// Where the vectors are written.
#[derive(Args)]
pub struct WriteArguments {
    /// The folder, which must not be there yet.
    ///
    /// 書き出すフォルダ（まだないもの）
    folder: PathBuf,
}

/// Against what the vectors are run, and which.
#[derive(Args)]
pub struct RunArguments {
    #[command(flatten)]
    shared: SharedArguments,
    /// Run them by the Web API at this address.
    ///
    /// このアドレスのWeb APIに送ります。
    #[arg(
        long,
        value_name = "URL",
        required_unless_present_any = ["folders", "demo"],
        conflicts_with_all = ["folders", "demo"]
    )]
    http: Option<String>,
    /// Run them by the folders req and res below this one, which a linked application serves.
    ///
    /// 連携アプリケーションが扱うフォルダ req と res（このフォルダの下）を使います。
    #[arg(long, value_name = "DIR")]
    folders: Option<PathBuf>,
    /// Only those meant by this: a part of the name, or the whole with `*` for anything.
    ///
    /// これに当てはまるものだけを送ります（名前の一部、または `*` を任意の文字とする全体）。
    #[arg(long, value_name = "PATTERN")]
    only: Option<String>,
    /// Leave out what needs the people of live/population.jsonl.
    ///
    /// live/population.jsonl の人々を必要とするものを除きます。
    #[arg(long)]
    without_population: bool,
    /// Put request and answer of each vector that fails into this folder.
    ///
    /// 不合格のベクトルの要求と答えを、このフォルダに残します。
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Seconds that an answer may take.
    ///
    /// 答えを待つ時間（秒）
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    timeout: u64,
    #[command(flatten)]
    by_http: HttpArguments,
}

/// How the Web API is asked.
#[derive(Args)]
struct HttpArguments {
    /// Send messages to this address with the token alone, without the certificate of the log-in.
    ///
    /// ログインの電子証明書を使わず、トークンだけでこのアドレスにメッセージを送ります。
    #[arg(long, value_name = "URL", requires = "http")]
    messages: Option<String>,
    /// The authority that the other side's certificate is of (PEM).
    ///
    /// 相手の証明書の認証局（PEM）
    #[arg(long, value_name = "FILE")]
    authority: Option<PathBuf>,
    /// The terminal's certificate: PKCS#12, or PEM.
    ///
    /// 端末の電子証明書（PKCS#12 または PEM）
    #[arg(long, value_name = "FILE")]
    identity: Option<PathBuf>,
    /// Its key (PEM), where it is in another file.
    ///
    /// その鍵（PEM）。別のファイルにあるとき
    #[arg(long, value_name = "FILE", requires = "identity")]
    identity_key: Option<PathBuf>,
    /// The file with the password of the PKCS#12 file.
    ///
    /// PKCS#12ファイルのパスワードを書いたファイル
    #[arg(long, value_name = "FILE", requires = "identity")]
    identity_password_file: Option<PathBuf>,
    /// The user id of an account for the Web API.
    ///
    /// Web API用アカウントのユーザID
    #[arg(long, requires = "password_file", conflicts_with = "token_file")]
    user_id: Option<String>,
    /// The file with its password.
    ///
    /// そのパスワードを書いたファイル
    #[arg(long, value_name = "FILE", requires = "user_id")]
    password_file: Option<PathBuf>,
    /// The file with an id token, in place of a log-in.
    ///
    /// idトークンを書いたファイル（ログインの代わり）
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// The path of the log-in.
    ///
    /// ログインのパス
    #[arg(long, default_value = LOG_IN, value_name = "PATH")]
    log_in_path: String,
    /// Send OQSsiquc01 to the real system's path instead of /onshi/v1/messages/OQSsiquc01.
    ///
    /// OQSsiquc01 を /onshi/v1/messages/OQSsiquc01 ではなく、実システムのパスに送ります。
    #[arg(long)]
    real_path: bool,
    /// Another path for a message: OQSsiimm01=/my/path. May be repeated.
    ///
    /// メッセージの別のパス（例：OQSsiimm01=/my/path）。繰り返し指定できます。
    #[arg(long = "path", value_name = "MESSAGE=PATH", value_parser = path)]
    paths: Vec<(String, String)>,
    /// The form in which requests are sent.
    ///
    /// 要求の形式
    #[arg(long, value_enum, default_value_t = Forms::Both)]
    form: Forms,
}

#[derive(Clone, Copy, ValueEnum)]
enum Forms {
    Xml,
    Json,
    Both,
}

fn path(text: &str) -> Result<(String, String), String> {
    let (message, path) = text.split_once('=').ok_or_else(|| {
        say!(
            "write it as OQSsiimm01=/path",
            "OQSsiimm01=/path のように書きます。"
        )
    })?;
    if !path.starts_with('/') {
        return Err(say!("a path begins with /", "パスは / で始めます。"));
    }
    Ok((message.to_owned(), path.to_owned()))
}

/// `onshi vectors …`.
pub fn run(command: VectorsCommand, config: Config, output: &Output) -> Result<(), Failure> {
    match command {
        VectorsCommand::Run(arguments) => run_all(*arguments, output),
        VectorsCommand::Population(shared) => {
            let demo = demo(&shared)?;
            let institution = institution(&shared, demo.as_ref());
            let lines = onshi_conformance::population(&source(&shared), &institution);
            output.text(lines.map_err(failure)?.trim_end());
            Ok(())
        }
        VectorsCommand::Load(arguments) => load(&arguments.demo, config, output),
        VectorsCommand::Write(arguments) => {
            let folder = &arguments.folder;
            let files = Source::BuiltIn.write(folder).map_err(failure)?;
            output.result(&serde_json::json!({"files": files}), || {
                let place = folder.display();
                say!(
                    "Written: {files} files, into {place}.",
                    "{files}個のファイルを {place} に書き出しました。"
                )
            });
            Ok(())
        }
    }
}

/// Puts the people whom the live vectors are about into a demo's database.
fn load(folder: &Path, config: Config, output: &Output) -> Result<(), Failure> {
    let code = DemoToAsk::read(folder)?.institution;
    let lines = onshi_conformance::population(&Source::BuiltIn, &code).map_err(failure)?;
    let file = folder.join("vectors-population.jsonl");
    std::fs::write(&file, lines).map_err(|error| cannot_make(&file, &error))?;
    let tools = Tools::open(&crate::demo::settings(config, folder))?;
    let arguments = ImportArguments::of(file);
    crate::insured::import_file::<Line>(&tools, arguments, output)
}

fn source(shared: &SharedArguments) -> Source {
    match &shared.vectors {
        None => Source::BuiltIn,
        Some(folder) => Source::Folder(folder.clone()),
    }
}

fn demo(shared: &SharedArguments) -> Result<Option<DemoToAsk>, Failure> {
    shared.demo.as_deref().map(DemoToAsk::read).transpose()
}

fn institution(shared: &SharedArguments, demo: Option<&DemoToAsk>) -> String {
    match (&shared.institution, demo) {
        (Some(code), _) => code.clone(),
        (None, Some(demo)) => demo.institution.clone(),
        (None, None) => INSTITUTION.to_owned(),
    }
}

fn run_all(arguments: RunArguments, output: &Output) -> Result<(), Failure> {
    let demo = demo(&arguments.shared)?;
    let (vectors, institution) = (
        source(&arguments.shared),
        institution(&arguments.shared, demo.as_ref()),
    );
    let against = match (arguments.http, arguments.folders, demo) {
        (_, Some(folder), _) => Against::Folders(folder),
        (Some(url), None, _) => Against::Http(Box::new(settings(url, arguments.by_http)?)),
        (None, None, Some(demo)) => {
            let url = demo.url.clone();
            let by_http = demo.in_place_of_what_is_missing(arguments.by_http);
            Against::Http(Box::new(settings_with(url, by_http, Some(demo.log_in))?))
        }
        (None, None, None) => {
            return Err(Failure::usage(say!(
                "--http, --folders or --demo is missing",
                "--http、--folders、--demo のどれかを指定してください。"
            )));
        }
    };
    let run = Run {
        vectors,
        only: arguments.only,
        institution,
        population: !arguments.without_population,
        keep: arguments.keep,
        patience: Duration::from_secs(arguments.timeout),
        against,
    };
    let report = runtime()?
        .block_on(onshi_conformance::run(&run))
        .map_err(failure)?;
    output.result(&report, || report.words());
    if report.holds() {
        return Ok(());
    }
    let words = if report.failed > 0 {
        say!(
            "vectors that do not hold: {}",
            "{}件のベクトルに合いません。",
            report.failed
        )
    } else {
        say!(
            "no vector could be tried",
            "試せるベクトルがありませんでした。"
        )
    };
    Err(Failure::refused("vectors.failed", words))
}

fn settings(url: String, arguments: HttpArguments) -> Result<HttpSettings, Failure> {
    settings_with(url, arguments, None)
}

/// With a log-in for where the command line has none.
fn settings_with(
    url: String,
    arguments: HttpArguments,
    usual: Option<LogIn>,
) -> Result<HttpSettings, Failure> {
    let identity = match arguments.identity {
        None => None,
        Some(certificate) => Some(IdentityFiles {
            certificate,
            key: arguments.identity_key,
            password: match &arguments.identity_password_file {
                Some(file) => secret(file)?,
                None => String::new(),
            },
        }),
    };
    let log_in = match (
        arguments.user_id,
        arguments.password_file,
        (arguments.token_file, usual),
    ) {
        (Some(user_id), Some(file), _) => LogIn::Account {
            user_id,
            password: secret(&file)?,
        },
        (_, _, (Some(file), _)) => LogIn::Token(secret(&file)?),
        (_, _, (None, Some(usual))) => usual,
        _ => {
            let words = say!(
                "--user-id with --password-file is missing, or --token-file",
                "--user-id と --password-file、または --token-file を指定してください。"
            );
            return Err(Failure::usage(words));
        }
    };
    let mut paths = std::collections::BTreeMap::new();
    if arguments.real_path {
        paths.insert("OQSsiquc01".to_owned(), SEARCH.to_owned());
    }
    paths.extend(arguments.paths);
    Ok(HttpSettings {
        url,
        messages: arguments.messages,
        authority: arguments.authority,
        identity,
        log_in,
        log_in_path: arguments.log_in_path,
        paths,
        forms: match arguments.form {
            Forms::Xml => vec![Form::Xml],
            Forms::Json => vec![Form::Json],
            Forms::Both => vec![Form::Xml, Form::Json],
        },
    })
}

/// A file of one line.
fn secret(path: &Path) -> Result<String, Failure> {
    let text = read_text(path)?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

fn failure(error: RunError) -> Failure {
    match error {
        // What is on the command line can be looked at; the other side may just not be there.
        RunError::Way(words) => {
            let what = say!("the implementation can't be asked", "実装に照会できません");
            Failure::fault(what, words)
        }
        RunError::Institution { .. } => Failure::refused("vectors.institution", error.to_string()),
        other => Failure::usage(other),
    }
}

//! `onshi vectors`: the vectors, run against any implementation.

use crate::output::{Failure, Output, read_text};
use crate::serve::runtime;
use clap::{Args, Subcommand, ValueEnum};
use onshi_conformance::{
    Against, Form, HttpSettings, INSTITUTION, IdentityFiles, LOG_IN, LogIn, Run, RunError, SEARCH,
};
use onshi_language::say;
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
    Population(PopulationArguments),
}

/// Where the vectors are, and who asks.
#[derive(Args)]
pub struct PopulationArguments {
    /// The folder of the vectors.
    ///
    /// ベクトルのフォルダ
    #[arg(long, default_value = "vectors", value_name = "DIR")]
    vectors: PathBuf,
    /// The institution that asks, in place of the vectors' own.
    ///
    /// 照会する医療機関等（ベクトルに書かれたものの代わり）
    #[arg(long, default_value = INSTITUTION, value_name = "CODE")]
    institution: String,
}

/// Against what the vectors are run, and which.
#[derive(Args)]
pub struct RunArguments {
    #[command(flatten)]
    shared: PopulationArguments,
    /// Run them by the Web API at this address.
    ///
    /// このアドレスのWeb APIに送ります。
    #[arg(
        long,
        value_name = "URL",
        required_unless_present = "folders",
        conflicts_with = "folders"
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
pub fn run(command: VectorsCommand, output: &Output) -> Result<(), Failure> {
    match command {
        VectorsCommand::Run(arguments) => run_all(*arguments, output),
        VectorsCommand::Population(arguments) => {
            let lines = onshi_conformance::population(&arguments.vectors, &arguments.institution);
            output.text(lines.map_err(failure)?.trim_end());
            Ok(())
        }
    }
}

fn run_all(arguments: RunArguments, output: &Output) -> Result<(), Failure> {
    let against = match (arguments.http, arguments.folders) {
        (_, Some(folder)) => Against::Folders(folder),
        (Some(url), None) => Against::Http(Box::new(settings(url, arguments.by_http)?)),
        (None, None) => {
            return Err(Failure::usage(say!(
                "--http or --folders is missing",
                "--http または --folders を指定してください。"
            )));
        }
    };
    let run = Run {
        vectors: arguments.shared.vectors,
        only: arguments.only,
        institution: arguments.shared.institution,
        population: !arguments.without_population,
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
        arguments.token_file,
    ) {
        (Some(user_id), Some(file), _) => LogIn::Account {
            user_id,
            password: secret(&file)?,
        },
        (_, _, Some(file)) => LogIn::Token(secret(&file)?),
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
        other => Failure::usage(other),
    }
}

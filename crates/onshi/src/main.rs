//! The `onshi` command: the centre, the terminal and the operator's tools.

mod access_report;
mod account;
mod application;
mod audit;
mod backup;
mod card;
mod card_authority;
mod card_registration;
mod certificate;
mod demo;
mod doctor;
mod emergency;
mod facility;
mod help;
mod insured;
mod insurer;
mod link;
mod medical;
mod operator;
mod output;
#[cfg(feature = "packaging")]
mod package_files;
mod population;
mod reader;
mod restore;
mod rollout;
mod serve;
mod settings;
mod terminal;
mod vectors;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use onshi_language::Language;
use onshi_server::Config;
use output::{Failure, Output};
use std::path::PathBuf;
use std::process::ExitCode;

/// Many threads allocate and free what others allocated, which the C library's allocator does with
/// locks and a great deal of memory that it can't give back.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// An open implementation of Japan's Online Eligibility Verification System.
///
/// オンライン資格確認等システムのオープンな実装
#[derive(Parser)]
#[command(
    name = "onshi",
    version,
    after_help = "\
Exit codes: 0 done; 1 we failed; 2 the command line is wrong; 3 refused; 4 the audit log is not whole;
5 done, but for a part that the output names (lines of an import, entries that a restore can't have).

終了コード: 0 完了、1 処理の失敗、2 コマンドの指定の誤り、3 拒否、4 操作履歴が完全でない、
5 完了したが、欠けたものがある（取り込めなかった行、復元できない記録）。"
)]
struct CommandLine {
    /// The configuration file (TOML).
    ///
    /// 設定ファイル（TOML）
    #[arg(long, global = true, env = "ONSHI_CONFIG")]
    config: Option<PathBuf>,
    /// A setting above the file, such as `centre.listen=127.0.0.1:8443`. May be repeated.
    ///
    /// ファイルより優先する設定（例：`centre.listen=127.0.0.1:8443`）。繰り返し指定できます。
    #[arg(long = "set", global = true, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Print JSON, for scripts.
    ///
    /// スクリプト向けにJSONで出力します。
    #[arg(long, global = true)]
    json: bool,
    /// The language of helps, results and complaints; that of the locale unless it is given.
    ///
    /// ヘルプ・結果・エラーの表示言語。省略するとロケールに従います。
    #[arg(long, global = true, value_name = "LANGUAGE", value_parser = ["ja", "en"])]
    lang: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the centre.
    ///
    /// センターを起動します。
    Serve,
    /// Run the terminal's start page, on loopback.
    ///
    /// 資格確認端末のスタートページを、この端末だけに開きます。
    Terminal(terminal::TerminalArguments),
    /// Run the linked application: requests in a folder, answers in another.
    ///
    /// 連携アプリケーションを起動します。要求のフォルダを読み、結果を別のフォルダに置きます。
    Link(Box<link::LinkArguments>),
    /// Run a card reader with its page, on loopback: one of PC/SC, or a built-in one with virtual cards.
    ///
    /// 顔認証付きカードリーダーの画面を、この端末だけに開きます。PC/SCのカードリーダーのほか、仮想カードを置く内蔵のリーダーを使えます。
    Reader(Box<reader::ReaderArguments>),
    /// Run everything on this machine, with fictional institutions.
    ///
    /// 架空の医療機関等で、すべてをこの計算機の上で動かします。
    Demo(Box<demo::DemoArguments>),
    /// Bring the database's schema up to date, or begin a database.
    ///
    /// データベースの構造を最新にします。なければ新しく作ります。
    Migrate(serve::MigrateArguments),
    /// Institutions.
    ///
    /// 医療機関等
    #[command(subcommand)]
    Facility(facility::FacilityCommand),
    /// Applications of institutions.
    ///
    /// 医療機関等の利用申請
    #[command(subcommand)]
    Application(application::ApplicationCommand),
    /// Accounts and terminals of the operators' screens.
    ///
    /// 実施機関の担当者のアカウントと端末
    #[command(subcommand)]
    Operator(operator::OperatorCommand),
    /// Accounts of an institution.
    ///
    /// 医療機関等のアカウント
    #[command(subcommand)]
    Account(account::AccountCommand),
    /// Terminal certificates.
    ///
    /// 端末の電子証明書
    #[command(subcommand)]
    Certificate(certificate::CertificateCommand),
    /// Terminals and accounts of institutions from an installer's hearing sheet.
    ///
    /// ヒアリングシートからの端末・アカウントの導入
    #[command(subcommand)]
    Rollout(rollout::RolloutCommand),
    /// Virtual My Number Cards of fictional people, and virtual readers to put them into.
    ///
    /// 架空の人の仮想マイナンバーカードと、仮想カードリーダーへの挿入
    #[command(subcommand)]
    Card(card::CardCommand),
    /// Fictional people to ask about.
    ///
    /// 照会するための架空の加入者
    #[command(subcommand)]
    Population(population::PopulationCommand),
    /// The audit log.
    ///
    /// 操作履歴（監査ログ）
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Back up the database, its keys and the settings of one moment, while the service runs.
    ///
    /// データベース・鍵・設定の、ある時点のバックアップを作ります。サービスは止めません。
    Backup(Box<backup::BackupArguments>),
    /// Look at the machine, the settings and the database, and say what to put right.
    ///
    /// 計算機・設定・データベースを調べ、直すべきことを示します。何も変更しません。
    Doctor(doctor::DoctorArguments),
    /// Put a backup in place where nothing is, and say what was acknowledged after it.
    ///
    /// バックアップを空の場所に復元し、その時点より後に失われた記録を示します。
    Restore(restore::RestoreArguments),
    /// Insured persons.
    ///
    /// 加入者
    #[command(subcommand)]
    Insured(insured::InsuredCommand),
    /// Medical records: medicines, treatments, operations, checkups.
    ///
    /// 診療・薬剤・特定健診情報
    #[command(subcommand)]
    Medical(medical::MedicalCommand),
    /// The authorities whose My Number Cards are taken at readers, and what they revoked.
    ///
    /// マイナンバーカードの認証局と失効リスト
    #[command(subcommand)]
    CardAuthority(card_authority::CardAuthorityCommand),
    /// Whose My Number Card is whose.
    ///
    /// マイナンバーカードの電子証明書と加入者の結び付き
    #[command(subcommand)]
    CardRegistration(card_registration::CardRegistrationCommand),
    /// Insurers: who may report by the API, and how their data stands.
    ///
    /// 保険者（APIで報告できる者と、報告されたデータの状態）
    #[command(subcommand)]
    Insurer(insurer::InsurerCommand),
    /// Failures and disasters: what is opened for institutions and areas, and the review of its use.
    ///
    /// システム障害時・災害時の機能の開放と、その利用の点検
    #[command(subcommand)]
    Emergency(emergency::EmergencyCommand),
    /// Report who looked at a person's information, on the person's request.
    ///
    /// 本人の求めに応じて、情報にアクセスした医療機関等の記録を出力します。
    AccessReport(access_report::AccessReportArguments),
    /// Print the settings as they are in force, without secrets.
    ///
    /// 有効な設定を、秘密を除いて表示します。
    Config(ConfigArguments),
    /// The vectors: hold any implementation against them.
    ///
    /// 試験ベクトル（どの実装でも、これに照らして確かめられます）
    #[command(subcommand)]
    Vectors(vectors::VectorsCommand),
    /// Write what a package has beside the program.
    ///
    /// パッケージに入れるファイルを作ります。
    #[cfg(feature = "packaging")]
    #[command(hide = true)]
    PackageFiles(package_files::PackageFilesArguments),
    /// Measure.
    ///
    /// 性能を測ります。
    #[command(subcommand)]
    Bench(onshi_bench::BenchCommand),
}

#[derive(clap::Args)]
struct ConfigArguments {
    /// Print the sum of file, environment and flags.
    ///
    /// ファイル・環境変数・オプションを合わせたものを表示します。
    #[arg(long)]
    print: bool,
}

#[expect(
    clippy::disallowed_methods,
    reason = "the locale is the operator's, and no setting"
)]
fn locale(variable: &str) -> Option<String> {
    std::env::var(variable).ok()
}

fn main() -> ExitCode {
    let words: Vec<_> = std::env::args_os().collect();
    let language = help::language(&words, locale);
    onshi_language::speak(language);
    let matches = match help::read(CommandLine::command(), language, words) {
        Ok(matches) => matches,
        Err(code) => return code,
    };
    let line = match CommandLine::from_arg_matches(&matches) {
        Ok(line) => line,
        Err(error) => error.exit(),
    };
    let output = Output::new(line.json);
    if line.json {
        // What scripts read is the same for everybody.
        onshi_language::speak(Language::English);
    }
    match run(line, &output).and_then(|()| output.ended()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => output.fail(&failure),
    }
}

fn run(line: CommandLine, output: &Output) -> Result<(), Failure> {
    let config = Config::load(line.config.as_deref(), &line.set).map_err(Failure::usage)?;
    onshi_server::start::logs::start(&config.log);
    onshi_server::start::process::prepare();
    // It was read before anything else.
    let _ = line.lang;
    match line.command {
        Command::Serve => serve::serve(config, output),
        Command::Terminal(arguments) => terminal::run(arguments, &config, output),
        Command::Link(arguments) => link::run(*arguments, &config, output),
        Command::Reader(arguments) => reader::run(*arguments, output),
        Command::Demo(arguments) => demo::run(&arguments, config, output),
        Command::Migrate(arguments) => serve::migrate(&arguments, &config, output),
        Command::Facility(command) => facility::run(command, &config, output),
        Command::Application(command) => application::run(command, &config, output),
        Command::Operator(command) => operator::run(command, &config, output),
        Command::Account(command) => account::run(command, &config, output),
        Command::Certificate(command) => certificate::run(command, &config, output),
        Command::Rollout(command) => rollout::run(command, &config, output),
        Command::Card(command) => card::run(command, output),
        Command::Population(command) => population::run(command, output),
        Command::Audit(command) => audit::run(command, &config, output),
        Command::Backup(arguments) => backup::run(*arguments, &config, line.config, output),
        Command::Doctor(arguments) => {
            doctor::run(&arguments, &config, line.config.as_deref(), output)
        }
        Command::Restore(arguments) => restore::run(arguments, &config, output),
        Command::Insured(command) => insured::run(command, &config, output),
        Command::Medical(command) => medical::run(command, &config, output),
        Command::CardAuthority(command) => card_authority::run(command, &config, output),
        Command::CardRegistration(command) => card_registration::run(command, &config, output),
        Command::Insurer(command) => insurer::run(command, &config, output),
        Command::Emergency(command) => emergency::run(command, &config, output),
        Command::AccessReport(asked) => access_report::run(asked, &config, output),
        Command::Config(arguments) => {
            // Printing is all that the command does; the flag is there for readers of scripts.
            let _ = arguments.print;
            output.text(&config.print());
            Ok(())
        }
        Command::Vectors(command) => vectors::run(command, config, output),
        #[cfg(feature = "packaging")]
        Command::PackageFiles(arguments) => package_files::run(&arguments, output),
        Command::Bench(command) => Ok(onshi_bench::run(command, output.json)?),
    }
}

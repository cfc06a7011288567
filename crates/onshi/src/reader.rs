//! `onshi reader`: the card reader (顔認証付きカードリーダー) with its page.

pub mod cards;
#[cfg(test)]
mod tests;

use crate::link::key_of;
use crate::output::{Failure, Output, read_text};
use crate::serve::{asked_to_stop, runtime};
use crate::settings;
use cards::{credential, tray};
use clap::Args;
use figment::value::Dict;
use onshi_core::entropy::{Entropy, fresh_seed, hex};
use onshi_language::say;
use onshi_terminal::gateway::Timeouts;
use onshi_terminal::reader::machine::Settings as Rules;
use onshi_terminal::reader::{self, OwnFiles, PcscPort, Place, ReaderConfig, serial_number};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Where the page is, unless it is said otherwise.
const LISTEN: &str = "127.0.0.1:8081";

/// What `onshi reader` needs to know: flags above a file.
#[derive(Args)]
pub struct ReaderArguments {
    /// A file with the same settings (TOML: `centre`, `password_file`, `cards` …).
    ///
    /// 同じ設定を書いたファイル（TOML：`centre`、`password_file`、`cards` など）
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    #[command(flatten)]
    flags: Flags,
}

/// The settings as flags. A line of the file has the same name, with `_` for `-`.
#[derive(Args, Serialize, Default)]
struct Flags {
    #[command(flatten)]
    #[serde(flatten)]
    centre: settings::CentreFlags,
    /// The reader's own certificate (PEM), from `onshi certificate reader`.
    ///
    /// カードリーダー自身の電子証明書（PEM）。`onshi certificate reader` で発行します。
    #[arg(long)]
    reader_certificate: Option<PathBuf>,
    /// Its key (PEM).
    ///
    /// その鍵（PEM）
    #[arg(long)]
    reader_key: Option<PathBuf>,
    /// The institution's code, ten digits.
    ///
    /// 医療機関等コード（数字10桁）
    #[arg(long)]
    facility: Option<String>,
    /// Where the page listens; loopback only [default: 127.0.0.1:8081].
    ///
    /// 画面が待ち受けるアドレス（この端末だけ）［既定：127.0.0.1:8081］
    #[arg(long)]
    listen: Option<SocketAddr>,
    /// The built-in reader: the folder of the virtual cards of its tray.
    ///
    /// 内蔵のリーダーを使います。トレーに並べる仮想カードのフォルダ
    #[arg(long, value_name = "FOLDER", conflicts_with = "pcsc")]
    cards: Option<PathBuf>,
    /// A reader of PC/SC: the first one, or the first whose name begins like this.
    ///
    /// PC/SCのカードリーダーを使います。名前の先頭を指定できます。省略すると最初のリーダーです。
    #[arg(long, value_name = "NAME", num_args = 0..=1, default_missing_value = "")]
    pcsc: Option<String>,
    /// What lets a card sign without its PIN (simulated), for faces and for the eyes of staff: the file
    /// `reader-credential.json` that `onshi card make` writes [default: the one beside the cards].
    ///
    /// 暗証番号なしでカードに署名させる認証情報（模擬）。顔認証と目視確認に使います。`onshi card make` が書き出す `reader-credential.json` です［既定：カードと同じフォルダのもの］
    #[arg(long, value_name = "FILE")]
    credential: Option<PathBuf>,
}

/// The settings in force.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    centre: String,
    authority: PathBuf,
    certificate: PathBuf,
    key: Option<PathBuf>,
    user_id: String,
    password_file: PathBuf,
    reader_certificate: PathBuf,
    reader_key: PathBuf,
    facility: String,
    listen: SocketAddr,
    cards: Option<PathBuf>,
    pcsc: Option<String>,
    credential: Option<PathBuf>,
}

fn usual() -> Dict {
    Dict::from([("listen".to_owned(), LISTEN.into())])
}

fn read(flags: &Flags, file: Option<&Path>) -> Result<Settings, Failure> {
    let mut settings: Settings = settings::read(usual(), flags, file)?;
    // Where a flag names one place of the card, the file's other one counts for nothing.
    if flags.cards.is_some() {
        settings.pcsc = None;
    } else if flags.pcsc.is_some() {
        settings.cards = None;
    }
    Ok(settings)
}

/// Where the card lies.
fn place(settings: &Settings) -> Result<Place, Failure> {
    match (&settings.cards, &settings.pcsc) {
        (Some(cards), None) => Ok(Place::Tray(tray(cards)?)),
        (None, Some(name)) => {
            let wanted = Some(name.clone()).filter(|name| !name.is_empty());
            let port = PcscPort::open(wanted);
            let port = port.map_err(|error| Failure::fault("PC/SC", error))?;
            Ok(Place::Port(Box::new(port)))
        }
        _ => Err(Failure::usage(say!(
            "say where the card lies: --cards FOLDER for the built-in reader with virtual cards, or --pcsc \
             for a reader of PC/SC",
            "カードを置く場所を指定してください。仮想カードを置く内蔵のリーダーは --cards フォルダ、PC/SCのカードリーダーは --pcsc です。"
        ))),
    }
}

/// The number of the reader's certificate, once its key was tried.
fn serial(certificate: &Path, key: &Path) -> Result<String, Failure> {
    let found = serial_number(&read_text(certificate)?);
    let serial = found.ok_or_else(|| {
        Failure::usage(say!(
            "{} is no certificate (PEM)",
            "{} は電子証明書（PEM）ではありません。",
            certificate.display()
        ))
    })?;
    match onshi_client::reader::sign(&read_text(key)?, b"") {
        Some(_) => Ok(serial),
        None => Err(Failure::usage(say!(
            "{} is no key of a card reader (PEM, PKCS#8, P-256)",
            "{} はカードリーダーの鍵（PEM、PKCS#8、P-256）ではありません。",
            key.display()
        ))),
    }
}

/// A name of a visit or a request, of which there is no other.
pub fn draw() -> String {
    let name: [u8; 16] = Entropy::new(fresh_seed()).bytes();
    hex(&name)
}

fn configuration(settings: Settings) -> Result<ReaderConfig, Failure> {
    if settings.user_id.is_empty() {
        return Err(Failure::usage(say!(
            "the user id of the account is missing",
            "アカウントのユーザIDがありません。"
        )));
    }
    // What is missing is told now, and not to the first patient.
    let key = key_of(&settings.certificate, settings.key.clone())?;
    let pair = [&settings.certificate, &key];
    let pair = pair.into_iter().filter(|_| settings.key.is_some());
    for file in pair.chain([&settings.password_file]) {
        read_text(file)?;
    }
    let own = OwnFiles {
        certificate: settings.reader_certificate.clone(),
        key: settings.reader_key.clone(),
    };
    own.recover().map_err(Failure::usage)?;
    let reader_serial = serial(&settings.reader_certificate, &settings.reader_key)?;
    let place = place(&settings)?;
    Ok(ReaderConfig {
        credential: credential(settings.credential.as_deref(), settings.cards.as_deref())?,
        place,
        listen: settings.listen,
        centre_url: settings.centre,
        authority_pem: settings.authority,
        certificate: settings.certificate,
        key,
        user_id: settings.user_id,
        password_file: settings.password_file,
        reader_serial,
        reader_key: settings.reader_key,
        reader_certificate: Some(settings.reader_certificate),
        facility: settings.facility,
        settings: Rules::default(),
        draw,
        now: || onshi_core::clock::now().ms(),
        timeouts: Timeouts::default(),
    })
}

/// `onshi reader`.
pub fn run(arguments: ReaderArguments, output: &Output) -> Result<(), Failure> {
    let settings = read(&arguments.flags, arguments.settings.as_deref())?;
    let config = configuration(settings)?;
    let runtime = runtime()?;
    runtime.block_on(async {
        let reader = reader::open(config).await.map_err(Failure::usage)?;
        let url = format!("http://localhost:{}/", reader.address().port());
        output.result(&serde_json::json!({"kiosk": url}), || {
            say!(
                "The card reader's page is at {url}",
                "カードリーダーの画面は {url} です。"
            )
        });
        reader.run(asked_to_stop()).await;
        Ok::<(), Failure>(())
    })?;
    // A reader of PC/SC that does not answer holds a thread; it must not hold us.
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    Ok(())
}

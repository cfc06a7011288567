//! `onshi card sign-at`: the program beside a browser that lets a patient's card sign (マイナ在宅受付Web, マイナ資格確認アプリ).

use crate::output::{Failure, Output};
use crate::reader::cards::{CardsForTrying, credential};
use crate::serve::{asked_to_stop, runtime};
use clap::Args;
use onshi_language::say;
use onshi_terminal::reader::{PcscPort, Place};
use onshi_terminal::signer::{self, SignerConfig};
use serde_json::json;
use std::net::SocketAddr;
use std::path::PathBuf;

/// For which portal, and where the card lies.
#[derive(Args)]
pub struct SignAtArguments {
    /// The portal to which signatures go, such as `https://portal.example.jp`. They go nowhere else.
    ///
    /// 署名を送る先のポータル（例：`https://portal.example.jp`）。ほかには送りません。
    #[arg(long, value_name = "URL")]
    portal: String,
    /// Where its page listens; loopback only. The centre's `portal.card_program` names it.
    ///
    /// このプログラムの画面を待ち受けるアドレス（この計算機だけ）。センターの設定 `portal.card_program` と合わせます。
    #[arg(long, default_value = "127.0.0.1:8447", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// A folder of virtual cards; the page asks which one is put there. What they count is not kept. Without it a card
    /// reader of PC/SC is used.
    ///
    /// 仮想カードのフォルダ。どのカードを置くかを画面で選びます（残り回数などは保存しません）。省略すると、PC/SCのカードリーダーを使います。
    #[arg(long, value_name = "FOLDER", conflicts_with = "reader")]
    cards: Option<PathBuf>,
    /// The PC/SC reader whose name begins so; the first one unless it is given.
    ///
    /// 使うPC/SCカードリーダーの名前（先頭部分）。省略すると、最初に見つかったものを使います。
    #[arg(long, value_name = "NAME")]
    reader: Option<String>,
    /// What lets a card sign without its PIN (simulated), on the phone of staff who look at patient and picture: the file
    /// `reader-credential.json` that `onshi card make` writes [default: the one beside the cards]. Patients have none.
    ///
    /// 暗証番号なしでカードに署名させる認証情報（模擬）。訪問する職員の端末での目視確認に使います。`onshi card make` が書き出す `reader-credential.json` です［既定：カードと同じフォルダのもの］。患者の計算機には置きません。
    #[arg(long, value_name = "FILE")]
    credential: Option<PathBuf>,
}

/// `onshi card sign-at`.
pub fn run(arguments: &SignAtArguments, output: &Output) -> Result<(), Failure> {
    let place = match &arguments.cards {
        Some(folder) => Place::Tray(CardsForTrying::of(folder)?.tray()),
        None => {
            let port = PcscPort::open(arguments.reader.clone());
            let what = say!(
                "the card readers of this machine",
                "この計算機のカードリーダー"
            );
            Place::Port(Box::new(port.map_err(|error| Failure::fault(what, error))?))
        }
    };
    let config = SignerConfig {
        listen: arguments.listen,
        portal: arguments.portal.clone(),
        place,
        credential: credential(arguments.credential.as_deref(), arguments.cards.as_deref())?,
    };
    runtime()?.block_on(async {
        let what = say!("the program for the card", "カード署名プログラム");
        let signer = signer::open(config).await;
        let signer = signer.map_err(|error| Failure::fault(what, error))?;
        let address = signer.address();
        output.result(&json!({"page": format!("http://{address}")}), || {
            say!(
                "Pages of {} find the card at http://{address}",
                "{} の画面から、http://{address} でカードを使えます。",
                arguments.portal
            )
        });
        signer.run(asked_to_stop()).await;
        Ok(())
    })
}

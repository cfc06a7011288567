//! `onshi card`: virtual My Number Cards (マイナンバーカード) of fictional people, in a folder, and in a
//! virtual reader.

pub mod folder;
mod insert;
pub mod make;
mod ocsp;
pub mod people;
pub mod registration;
pub mod sign_at;
#[cfg(test)]
mod tests;

use crate::output::{Failure, Output};
use clap::{Args, Subcommand};
use folder::Folder;
use onshi_card::{CardFile, Fault, Profile};
use onshi_language::{Language, say, spoken};
use serde_json::{Value, json};
use std::path::PathBuf;

/// What is done with cards.
#[derive(Subcommand)]
pub enum CardCommand {
    /// Make cards of fictional people: keys, certificates, files, photo. The authority that issues them (JPKI-SIM)
    /// is founded with the first one. What the centre has to be told is written to the folder `centre` beside them.
    ///
    /// 架空の人のカードを作ります（鍵・電子証明書・ファイル・顔写真）。発行する認証局（JPKI-SIM）も最初に作られます。センターへの登録に必要なファイルは、その中のフォルダ `centre` に書き出します。
    Make(make::MakeArguments),
    /// List the cards of a folder.
    ///
    /// フォルダにあるカードの一覧を表示します。
    List(FolderArguments),
    /// Show a card with what its holder knows: PIN, password, the codes A and B.
    ///
    /// カードの内容を、本人だけが知る暗証番号・パスワード・照合番号とともに表示します。
    Show(OneArguments),
    /// Put a card into a virtual reader (`vpcd`), until it is removed or the reader ends. Its counters are kept.
    ///
    /// カードを仮想カードリーダー（`vpcd`）に入れます。取り出すか、リーダーが終わるまで続きます。暗証番号の残り回数などはカードに残ります。
    Insert(insert::InsertArguments),
    /// Take a card out of the reader that it was put into.
    ///
    /// リーダーに入れたカードを取り出します。
    Remove(OneArguments),
    /// Let a card on a card reader of this machine sign what a page of the portal for patients at home asks for, in the place of
    /// the official application (simulated). The PIN is typed on a page of this program, on loopback, and goes to the card alone.
    ///
    /// この計算機のカードリーダーに置いたカードで、マイナ在宅受付Webの手続きに署名します（マイナポータルアプリの代わり、模擬）。暗証番号は、この計算機だけに開くこのプログラムの画面で入力し、カードだけに送ります。
    SignAt(sign_at::SignAtArguments),
    /// Answer about single certificates of the cards of a folder (OCSP), as the responder of their authority: the centre asks
    /// where `cards.ocsp` names it. What is revoked meanwhile is told at once.
    ///
    /// フォルダのカードの電子証明書の状態に、認証局のOCSPレスポンダーとして応答します。センターは、設定 `cards.ocsp` のアドレスに問い合わせます。
    Ocsp(ocsp::OcspArguments),
}

/// Where the cards are.
#[derive(Args)]
pub struct FolderArguments {
    /// The folder of the cards.
    ///
    /// カードのフォルダ
    #[arg(long, default_value = "cards")]
    folder: PathBuf,
}

/// One of the cards.
#[derive(Args)]
pub struct OneArguments {
    /// What the card is called.
    ///
    /// カードの名前
    name: String,
    #[command(flatten)]
    place: FolderArguments,
}

/// `onshi card …`.
pub fn run(command: CardCommand, output: &Output) -> Result<(), Failure> {
    match command {
        CardCommand::Make(arguments) => make::run(&arguments, output),
        CardCommand::List(place) => list(&Folder::new(&place.folder), output),
        CardCommand::Show(one) => show(&Folder::new(&one.place.folder), &one.name, output),
        CardCommand::Insert(arguments) => insert::run(&arguments, output),
        CardCommand::Remove(one) => insert::remove(&one, output),
        CardCommand::SignAt(arguments) => sign_at::run(&arguments, output),
        CardCommand::Ocsp(arguments) => ocsp::run(&arguments, output),
    }
}

fn list(folder: &Folder, output: &Output) -> Result<(), Failure> {
    let cards = folder.cards()?;
    let (mut shown, mut lines) = (Vec::new(), Vec::new());
    for card in &cards {
        let inserted = folder.is_inserted(&card.name)?;
        shown.push(told(card, inserted));
        lines.push(line(card, inserted));
    }
    output.result(&shown, || match lines.is_empty() {
        true => say!(
            "There are no cards in {}.",
            "{} にカードはありません。",
            folder.path().display()
        ),
        false => lines.join("\n"),
    });
    Ok(())
}

fn show(folder: &Folder, name: &str, output: &Output) -> Result<(), Failure> {
    let card = folder.card(name)?;
    let inserted = folder.is_inserted(name)?;
    let secrets = &card.order.secrets;
    let born = card.order.holder.born;
    let mut all = told(&card, inserted);
    all["address"] = json!(card.order.holder.address);
    all["born"] = json!(born.text());
    all["pin"] = json!(secrets.pin);
    all["password"] = json!(secrets.password);
    all["codeA"] = json!(secrets.individual_number);
    all["codeB"] = json!(card.printed());
    output.result(&all, || {
        let certificate = match &card.certificate {
            Some(one) => format!("{} {}", one.issuer_key, one.serial),
            None => say!("none", "なし"),
        };
        say!(
            "{}\naddress {}, born {}\nPIN {}, password {}, code A {}, code B {}\ncertificate {certificate}",
            "{}\n住所 {}、生年月日 {}\n暗証番号 {}、署名用パスワード {}、照合番号A {}、照合番号B {}\n\
             利用者証明用電子証明書 {certificate}",
            line(&card, inserted),
            card.order.holder.address,
            born.text(),
            secrets.pin,
            secrets.password,
            secrets.individual_number,
            card.printed()
        )
    });
    Ok(())
}

/// How many tries PIN and password have left; the password of a child's card is not there.
fn tries(card: &CardFile) -> (Option<u8>, Option<u8>) {
    let application = card.order.profile.authentication();
    let left = |file| card.memory.tries(application, file);
    (
        left(onshi_card::files::PIN),
        left(onshi_card::files::PASSWORD),
    )
}

fn told(card: &CardFile, inserted: bool) -> Value {
    let (pin, password) = tries(card);
    json!({
        "name": card.name,
        "holder": card.order.holder.name,
        "kind": card.order.profile.name(),
        "faults": card.order.faults.iter().map(|fault| fault.name()).collect::<Vec<_>>(),
        "person": card.registration.map(|one| one.person),
        "registered": card.registration.is_some_and(|one| one.registered),
        "authorityKeyId": card.certificate.as_ref().map(|one| &one.issuer_key),
        "serial": card.certificate.as_ref().map(|one| &one.serial),
        "cardEnds": card.card_ends.text(),
        "pinTries": pin,
        "passwordTries": password,
        "latencyMs": card.handling.latency_ms,
        "takenAwayAfter": card.handling.taken_away_after,
        "inserted": inserted,
    })
}

fn line(card: &CardFile, inserted: bool) -> String {
    let (pin, _) = tries(card);
    let mut words = vec![
        card.name.clone(),
        card.order.holder.name.clone(),
        kind_in(spoken(), card.order.profile).to_owned(),
        match pin {
            Some(0) => say!("PIN locked", "暗証番号ロック中"),
            Some(left) => say!("{left} tries", "暗証番号の残り{left}回"),
            None => say!("no PIN", "暗証番号なし"),
        },
    ];
    let faults = card.order.faults.iter();
    words.extend(faults.map(|fault| fault_in(spoken(), *fault).to_owned()));
    if let Some(most) = card.handling.taken_away_after {
        words.push(say!(
            "taken away after {most} commands",
            "{most}回の応答の後に取り去られる"
        ));
    }
    if inserted {
        words.push(say!("in a reader", "リーダーに挿入中"));
    }
    words.join("  ")
}

/// What kind of card it is.
pub fn kind_in(language: Language, profile: Profile) -> &'static str {
    match profile {
        Profile::Card => language.choose("My Number Card", "マイナンバーカード"),
        Profile::NextCard => language.choose(
            "next-generation card (simulated)",
            "次期マイナンバーカード（模擬）",
        ),
        Profile::Android => language.choose("Android phone", "Androidスマートフォン"),
        Profile::Iphone => language.choose("iPhone (simulated)", "iPhone（模擬）"),
    }
}

/// What is out of the ordinary about a card.
pub fn fault_in(language: Language, fault: Fault) -> &'static str {
    let (english, japanese) = match fault {
        Fault::LockedPin => ("PIN locked by wrong tries", "暗証番号の誤りでロック"),
        Fault::FaceCard => ("card without a PIN", "顔認証マイナンバーカード"),
        Fault::NoAuthenticationCertificate => (
            "no authentication certificate",
            "利用者証明用電子証明書なし",
        ),
        Fault::Expired => ("certificate expired", "電子証明書の期限切れ"),
        Fault::EndedRecently => (
            "certificate expired in the last three months",
            "電子証明書の期限切れから3か月以内",
        ),
        Fault::EndsSoon => ("certificate ends soon", "電子証明書の期限が近い"),
        Fault::Revoked => ("certificate revoked", "電子証明書の失効"),
        Fault::WrongIssuer => ("issued by another authority", "別の認証局が発行"),
        Fault::OtherGeneration => ("issued by the earlier generation", "前の世代の認証局が発行"),
        Fault::DamagedPhoto => ("photo damaged", "顔写真の破損"),
    };
    language.choose(english, japanese)
}

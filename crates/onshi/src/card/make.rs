//! Making cards: whose they are, what is out of the ordinary about them, and what the centre is told.

use super::FolderArguments;
use super::folder::{AUTHORITY, CREDENTIAL, Folder, OTHER_AUTHORITY, check_name};
use super::people::{Person, holder, patients, population};
use super::registration;
use crate::output::{Failure, Output};
use clap::Args;
use onshi_card::authority::CertificateError;
use onshi_card::memory::Bytes;
use onshi_card::{
    Authority, CardFile, Date, DrawnFace, Fault, Handling, KeyError, Order, Profile, Purpose,
    Random, Registration, Secrets, make, photo,
};
use onshi_core::entropy::fresh_seed;
use onshi_core::{Day, clock};
use onshi_language::say;
use serde_json::json;

/// Where the certificates say that answers about them are found: nowhere, unless somebody serves them.
pub const OCSP: &str = "http://ocsp.jpki-sim.invalid";
const DAY_SECONDS: i64 = 86_400;
/// The number of the reader to which the authority of a folder gives its credential.
pub const READER: u32 = 1;

/// Whose cards, and what is wrong with them.
#[derive(Args)]
pub struct MakeArguments {
    #[command(flatten)]
    place: FolderArguments,
    /// One of the patients to try, whom the demo has too, by number (from 1). May be repeated; the first one
    /// unless anybody is named.
    ///
    /// 見本の患者の番号（1から）。デモにいる患者と同じです。繰り返し指定できます。だれも指定しなければ1番の患者です。
    #[arg(long, value_name = "NUMBER", conflicts_with = "persons", value_parser = clap::value_parser!(u16).range(1..))]
    patient: Vec<u16>,
    /// The first people of the population that `onshi population generate` makes up: how many.
    ///
    /// `onshi population generate` で作る架空の人々の、先頭からの人数
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..=10_000))]
    persons: Option<u64>,
    /// The seed of that population.
    ///
    /// その人々を作るシード
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// What the card is called; only where it is one.
    ///
    /// カードの名前（1枚だけ作るとき）
    #[arg(long)]
    name: Option<String>,
    /// The kind: card, next-card (the next generation, simulated), android or iphone.
    ///
    /// 種類。card（マイナンバーカード）、next-card（次期カード、模擬）、android、iphone
    #[arg(long, default_value = "card", value_parser = kind)]
    kind: Profile,
    /// What is out of the ordinary; may be repeated: locked-pin, face-card, no-authentication-certificate, expired,
    /// ended-recently, ends-soon, revoked, wrong-issuer, other-generation, damaged-photo.
    ///
    /// 通常と異なる点。繰り返し指定できます。locked-pin（暗証番号ロック）、face-card（顔認証マイナンバーカード）、no-authentication-certificate（電子証明書なし）、expired（期限切れ）、ended-recently（期限切れから3か月以内）、ends-soon（期限が近い）、revoked（失効）、wrong-issuer（別の認証局）、other-generation（前の世代の認証局）、damaged-photo（顔写真の破損）
    #[arg(long, value_parser = fault)]
    fault: Vec<Fault>,
    /// The card is taken away after this many commands.
    ///
    /// この回数の応答の後に、カードが取り去られます。
    #[arg(long, value_name = "COMMANDS")]
    taken_away_after: Option<u32>,
    /// How long each command takes, in milliseconds; a contactless card takes 20 to 60.
    ///
    /// 1回の応答にかかる時間（ミリ秒）。非接触のカードでは20から60程度です。
    #[arg(long, default_value_t = 0)]
    latency_ms: u32,
    /// The PIN, four digits; drawn, unless it is given.
    ///
    /// 暗証番号（数字4桁）。省略すると無作為に決めます。
    #[arg(long, value_parser = pin)]
    pin: Option<String>,
    /// The centre is not told whose card it is.
    ///
    /// だれのカードかをセンターに登録しません。
    #[arg(long)]
    unknown: bool,
    /// The holder has not registered the card as insurance card.
    ///
    /// 保険証利用登録をしていないカードにします。
    #[arg(long, conflicts_with = "unknown")]
    unregistered: bool,
    /// The day on which the cards are made (yyyymmdd); today, if none is given.
    ///
    /// カードを作る日（yyyymmdd）。省略すると今日です。
    #[arg(long, value_parser = day)]
    today: Option<Day>,
    /// For how many days the lists of revocations are good that are written for the centre.
    ///
    /// センター用に書き出す失効リストの有効日数
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=3650))]
    list_days: u16,
}

fn kind(text: &str) -> Result<Profile, String> {
    Profile::parse(text).ok_or_else(|| {
        say!(
            "the kinds are card, next-card, android and iphone",
            "種類は card・next-card・android・iphone のいずれかです。"
        )
    })
}

fn fault(text: &str) -> Result<Fault, String> {
    let names: Vec<_> = Fault::ALL.iter().map(|fault| fault.name()).collect();
    Fault::parse(text).ok_or_else(|| {
        let names = names.join(", ");
        say!("it is one of {names}", "次のいずれかです：{names}")
    })
}

fn pin(text: &str) -> Result<String, String> {
    let fits = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| text.to_owned())
        .ok_or_else(|| say!("a PIN has four digits", "暗証番号は数字4桁です。"))
}

fn day(text: &str) -> Result<Day, String> {
    Day::parse(text).ok_or_else(|| {
        say!(
            "a day is written like 20261122",
            "日付は 20261122 のように書きます。"
        )
    })
}

fn failed(error: impl ToString) -> Failure {
    Failure::fault(say!("making the cards", "カードの作成"), error)
}

/// The reason why a certificate was not issued, where it is the holder's.
fn not_issued(name: &str, error: &CertificateError) -> Failure {
    match error {
        CertificateError::TooEarly => Failure::refused(
            "card.too_early",
            say!(
                "{name}: nothing was issued so early; the certificate of so young a child can't have ended",
                "{name}：発行日が早すぎます。幼い子どもの電子証明書を、期限切れの状態では作れません。"
            ),
        ),
        other => failed(other),
    }
}

/// `onshi card make`.
pub fn run(arguments: &MakeArguments, output: &Output) -> Result<(), Failure> {
    let today = arguments.today.unwrap_or_else(|| clock::now().jst_day());
    let people = people(arguments, today)?;
    let folder = Folder::new(&arguments.place.folder);
    for person in &people {
        check_name(&person.name)?;
    }
    let _turn = folder.begin()?;
    for person in &people {
        if folder.file(&person.name).exists() {
            let name = &person.name;
            let text = say!(
                "there is a card {name} already; give the new one another name with --name",
                "カード {name} はすでにあります。--name で別の名前を指定してください。"
            );
            return Err(Failure::refused("card.exists", text));
        }
    }
    let date = Date::parse(&today.number().to_string()).ok_or_else(|| failed("today"))?;
    let mut issuers = Issuers::open(&folder, arguments, date)?;
    let mut cards = Vec::new();
    for person in &people {
        cards.push(issuers.card(person, arguments, date)?);
    }
    let now = clock::now();
    let next = now.plus_seconds(i64::from(arguments.list_days) * DAY_SECONDS);
    let lists = issuers.authority.lists(now.ms() / 1000, next.ms() / 1000);
    let lists = lists.map_err(failed)?;
    // Before the cards: a number of a certificate that is on a card is never given again.
    issuers.keep(&folder)?;
    for card in &cards {
        folder.write(&card.name, card)?;
    }
    let mut files = issuers.certificates();
    let lists = lists
        .iter()
        .filter(|list| list.purpose == Purpose::Authentication);
    files.extend(
        (1..)
            .zip(lists)
            .map(|(at, list)| (format!("list-{at}.crl"), list.der.clone())),
    );
    files.push((
        "registrations.jsonl".to_owned(),
        registrations(&folder.cards()?),
    ));
    let centre = folder.tell(&files)?;
    let shown: Vec<_> = cards
        .iter()
        .map(|card| {
            json!({
                "name": card.name,
                "file": folder.file(&card.name),
                "holder": card.order.holder.name,
                "pin": card.order.secrets.pin,
            })
        })
        .collect();
    output.result(&json!({"cards": shown, "centre": centre}), || {
        let lines: Vec<String> = cards
            .iter()
            .map(|card| {
                let (name, holder) = (&card.name, &card.order.holder.name);
                let (pin, file) = (&card.order.secrets.pin, folder.file(name));
                let file = file.display();
                say!(
                    "{name}  {holder}  PIN {pin}  {file}",
                    "{name}  {holder}  暗証番号 {pin}  {file}"
                )
            })
            .collect();
        say!(
            "{}\nWhat the centre has to be told is in {}.",
            "{}\nセンターへの登録に必要なファイルは {} にあります。",
            lines.join("\n"),
            centre.display()
        )
    });
    Ok(())
}

fn people(arguments: &MakeArguments, today: Day) -> Result<Vec<Person>, Failure> {
    let mut people = match arguments.persons {
        Some(persons) => population(persons, arguments.seed, today),
        None => patients(&arguments.patient, today)?,
    };
    if let Some(name) = &arguments.name {
        match people.as_mut_slice() {
            [one] => one.name.clone_from(name),
            _ => {
                return Err(Failure::usage(say!(
                    "--name is for one card; {} are to be made",
                    "--name は1枚だけ作るときに使います（作るカードは{}枚です）。",
                    people.len()
                )));
            }
        }
    }
    Ok(people)
}

/// The authority, and the one of the same name that issues cards of a wrong issuer.
struct Issuers {
    authority: Authority,
    other: Option<Authority>,
}

impl Issuers {
    fn open(folder: &Folder, arguments: &MakeArguments, today: Date) -> Result<Issuers, Failure> {
        let found = |name: &str| match folder.read::<Authority>(name)? {
            Some(authority) => Ok(authority),
            None => Authority::found(&fresh_seed(), today, OCSP).map_err(|e: KeyError| failed(e)),
        };
        let wrong = arguments.fault.contains(&Fault::WrongIssuer);
        Ok(Issuers {
            authority: found(AUTHORITY)?,
            other: wrong.then(|| found(OTHER_AUTHORITY)).transpose()?,
        })
    }

    fn keep(&self, folder: &Folder) -> Result<(), Failure> {
        folder.write(AUTHORITY, &self.authority)?;
        if !folder.file(CREDENTIAL).exists() {
            let credential = self.authority.terminal(READER, &fresh_seed());
            folder.write(CREDENTIAL, &credential.map_err(failed)?)?;
        }
        match &self.other {
            Some(other) => folder.write(OTHER_AUTHORITY, other),
            None => Ok(()),
        }
    }

    fn card(
        &mut self,
        person: &Person,
        arguments: &MakeArguments,
        today: Date,
    ) -> Result<CardFile, Failure> {
        let seed = fresh_seed();
        let order = order(person, arguments, today, &seed)?;
        let registration = Registration {
            person: person.record.person,
            registered: !arguments.unregistered,
        };
        let handling = Handling {
            latency_ms: arguments.latency_ms,
            taken_away_after: arguments.taken_away_after,
        };
        let authorities = (&mut self.authority, self.other.as_mut());
        let made = in_a_file(authorities, (person, order), &seed);
        let mut card = made.map_err(|error| not_issued(&person.name, &error))?;
        card.registration = (!arguments.unknown).then_some(registration);
        card.handling = handling;
        Ok(card)
    }

    /// The authority's certificates, under which cards authenticate.
    fn certificates(&self) -> Vec<(String, Vec<u8>)> {
        let all = self.authority.certificates(Purpose::Authentication);
        let named = (1..).zip(all);
        named
            .map(|(at, der)| (format!("authority-{at}.cer"), der))
            .collect()
    }
}

/// Makes a card as its file keeps it, with a drawn face where it has a photo. Nobody is told yet whose it is.
pub fn in_a_file(
    (authority, other): (&mut Authority, Option<&mut Authority>),
    (person, mut order): (&Person, Order),
    seed: &[u8; 32],
) -> Result<CardFile, CertificateError> {
    let face = order.profile.surface().map(|_| face(person, &order));
    order.photo = face.map(|face| Bytes(photo::for_card(&face.face())));
    let made = make(authority, other, &order, seed)?;
    order.photo = None;
    Ok(CardFile {
        name: person.name.clone(),
        order,
        card_ends: made.card_ends,
        certificate: made.authentication.as_ref().map(registration::named),
        registration: None,
        face,
        handling: Handling::default(),
        memory: made.memory,
    })
}

fn order(
    person: &Person,
    arguments: &MakeArguments,
    today: Date,
    seed: &[u8; 32],
) -> Result<Order, Failure> {
    let record = &person.record;
    let mut secrets = Secrets::draw(&mut Random::named(seed, "secrets"));
    if let Some(pin) = &arguments.pin {
        secrets.pin.clone_from(pin);
    }
    Ok(Order {
        profile: arguments.kind,
        holder: holder(record).ok_or_else(|| failed("生年月日"))?,
        secrets,
        today,
        faults: arguments.fault.iter().copied().collect(),
        photo: None,
    })
}

fn face(person: &Person, order: &Order) -> DrawnFace {
    let age = order.today.age_of(order.holder.born);
    DrawnFace {
        number: person.record.person.unsigned_abs(),
        age: u32::try_from(age).unwrap_or(0),
        female: order.holder.sex == "2",
    }
}

/// Whose card is whose, as `onshi card-registration import` takes it: all cards of the folder.
fn registrations(cards: &[CardFile]) -> Vec<u8> {
    let mut lines = String::new();
    for record in cards.iter().filter_map(registration::of_card) {
        lines.push_str(&json!(record).to_string());
        lines.push('\n');
    }
    lines.into_bytes()
}

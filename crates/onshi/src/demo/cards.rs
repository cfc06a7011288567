//! The demo's My Number Cards: an authority of its own (JPKI-SIM), cards for the first patients to try, and what
//! the centre is told of both.

use crate::card::make::OCSP;
use crate::card::{people, registration};
use crate::card_authority;
use crate::card_registration::import;
use crate::output::Failure;
use crate::serve::Tools;
use onshi_card::authority::CertificateError;
use onshi_card::{
    Authority, Date, Fault, KeyError, Made, Memory, Order, Profile, Purpose, Random, Registration,
    Secrets, make,
};
use onshi_core::Day;
use onshi_core::card::RegistrationRecord;
use onshi_core::insured::QualificationRecord;
use onshi_population::Showcase;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// What is out of the ordinary about the cards, one for each of the first patients in their order.
const CARDS: [(&str, Option<Fault>, Profile); 12] = [
    ("ordinary", None, Profile::Card),
    ("ends-soon", Some(Fault::EndsSoon), Profile::Card),
    ("ended-recently", Some(Fault::EndedRecently), Profile::Card),
    ("expired", Some(Fault::Expired), Profile::Card),
    ("revoked", Some(Fault::Revoked), Profile::Card),
    ("locked-pin", Some(Fault::LockedPin), Profile::Card),
    ("face-card", Some(Fault::FaceCard), Profile::Card),
    (
        "other-generation",
        Some(Fault::OtherGeneration),
        Profile::Card,
    ),
    ("unregistered", None, Profile::Card),
    ("unknown", None, Profile::Card),
    ("next-card", None, Profile::NextCard),
    ("phone", None, Profile::Android),
];
/// The one whose holder has not registered it as insurance card.
const UNREGISTERED: &str = "unregistered";
/// The one that belongs to nobody who is insured.
const UNKNOWN: &str = "unknown";
/// How long the demo's lists of revocations are good, in days.
const LIST_DAYS: i64 = 400;

/// Which card belongs to whom, as the demo keeps it.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct CardOf {
    person: i64,
    name: String,
}

/// A card in its file.
#[derive(Serialize)]
struct KeptCard<'a> {
    name: &'a str,
    /// Whose it is.
    holder: &'a str,
    /// The four digits of 利用者証明.
    pin: &'a str,
    /// 照合番号B, as it is printed.
    printed: String,
    memory: &'a Memory,
}

fn key_error(error: KeyError) -> Failure {
    Failure::fault("making the demo's cards", error)
}

fn certificate_error(error: CertificateError) -> Failure {
    Failure::fault("making the demo's cards", error)
}

/// Founds the authority, makes the cards, and tells the centre of both.
pub(super) fn found(
    tools: &Tools,
    shown: &[Showcase],
    (dir, today): (&Path, Day),
) -> Result<Vec<CardOf>, Failure> {
    let folder = dir.join("cards");
    std::fs::create_dir_all(&folder).map_err(|e| crate::certificate::cannot_make(&folder, &e))?;
    let today = Date::parse(&today.number().to_string())
        .ok_or_else(|| Failure::fault("making the demo's cards", "the day can't be read"))?;
    let mut authority = Authority::found(&[7; 32], today, OCSP).map_err(key_error)?;
    let (mut cards, mut records) = (Vec::new(), Vec::new());
    let mut patients = shown
        .iter()
        .filter_map(|patient| patient.lines.iter().find_map(people::record));
    for (at, (name, fault, profile)) in (1u8..).zip(CARDS) {
        let Some(record) = patients.next() else {
            break;
        };
        let Some(order) = order(record, profile, (fault, today), at) else {
            continue;
        };
        let made = make(&mut authority, None, &order, &[at; 32]).map_err(certificate_error)?;
        write(&folder, name, &order, &made)?;
        if let Some(certificate) = made.authentication.filter(|_| name != UNKNOWN) {
            let own = Registration {
                person: record.person,
                registered: name != UNREGISTERED,
            };
            let named = registration::named(&certificate);
            let record = registration::record(profile, &named, own);
            records.push((usize::from(at), record));
        }
        cards.push(CardOf {
            person: record.person,
            name: name.to_owned(),
        });
    }
    super::kept::write(&folder.join("authority.json"), &authority)?;
    tell(tools, &mut authority, records)?;
    Ok(cards)
}

fn order(
    record: &QualificationRecord,
    profile: Profile,
    (fault, today): (Option<Fault>, Date),
    at: u8,
) -> Option<Order> {
    let mut secrets = Secrets::draw(&mut Random::from_seed([at; 32]));
    // One PIN for all of them, so that a person who tries need not look it up.
    "1234".clone_into(&mut secrets.pin);
    Some(Order {
        profile,
        holder: people::holder(record)?,
        secrets,
        today,
        faults: fault.into_iter().collect(),
        photo: None,
    })
}

fn write(folder: &Path, name: &str, order: &Order, made: &Made) -> Result<(), Failure> {
    let kept = KeptCard {
        name,
        holder: &order.holder.name,
        pin: &order.secrets.pin,
        printed: order.secrets.code_b(order.holder.born, made.card_ends),
        memory: &made.memory,
    };
    super::kept::write(&folder.join(format!("{name}.json")), &kept)
}

/// Tells the centre whose cards it takes, what was revoked, and whose card is whose.
fn tell(
    tools: &Tools,
    authority: &mut Authority,
    records: Vec<(usize, RegistrationRecord)>,
) -> Result<(), Failure> {
    for der in authority.certificates(Purpose::Authentication) {
        card_authority::add(tools, &der)?;
    }
    let now = onshi_core::clock::now();
    let (made, next) = (
        now.ms() / 1000,
        now.plus_seconds(LIST_DAYS * 86_400).ms() / 1000,
    );
    for list in authority.lists(made, next).map_err(key_error)? {
        if list.purpose == Purpose::Authentication {
            card_authority::take(tools, &list.der)?;
        }
    }
    let imported = import(tools, records)?;
    match imported.rejected.first() {
        None => Ok(()),
        Some((line, why)) => {
            let cause = format!("card {line}: {why}");
            Err(Failure::fault("registering the demo's cards", cause))
        }
    }
}

/// The name of a person's card.
pub(super) fn name_of(cards: &[CardOf], of: i64) -> Option<&str> {
    let found = cards.iter().find(|card| card.person == of);
    found.map(|card| card.name.as_str())
}

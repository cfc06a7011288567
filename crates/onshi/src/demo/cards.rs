//! The demo's My Number Cards: an authority of its own (JPKI-SIM), cards for the first patients to try, and what
//! the centre is told of both.

use crate::card::folder::{AUTHORITY, CREDENTIAL, Folder};
use crate::card::make::{OCSP, READER, in_a_file};
use crate::card::people::Person;
use crate::card::{people, registration};
use crate::card_authority;
use crate::card_registration::import;
use crate::output::Failure;
use crate::serve::Tools;
use onshi_card::{Authority, Date, Fault, Order, Profile, Purpose, Random, Registration, Secrets};
use onshi_core::Day;
use onshi_core::card::RegistrationRecord;
use onshi_core::entropy::fresh_seed;
use onshi_core::insured::QualificationRecord;
use onshi_population::Showcase;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

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

fn failed(error: impl ToString) -> Failure {
    Failure::fault("making the demo's cards", error)
}

/// Where the cards are, as `onshi card --folder` and `onshi reader --cards` read them.
pub(super) fn folder(dir: &Path) -> PathBuf {
    dir.join("cards")
}

/// Founds the authority, makes the cards, and tells the centre of both.
pub(super) fn found(
    tools: &Tools,
    shown: &[Showcase],
    (dir, today): (&Path, Day),
) -> Result<Vec<CardOf>, Failure> {
    let folder = Folder::new(&folder(dir));
    let _turn = folder.begin()?;
    let today =
        Date::parse(&today.number().to_string()).ok_or_else(|| failed("the day can't be read"))?;
    let mut authority = Authority::found(&[7; 32], today, OCSP).map_err(failed)?;
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
        let person = Person {
            name: name.to_owned(),
            record: record.clone(),
        };
        let made = in_a_file((&mut authority, None), (&person, order), &[at; 32]);
        let mut card = made.map_err(failed)?;
        card.registration = (name != UNKNOWN).then_some(Registration {
            person: record.person,
            registered: name != UNREGISTERED,
        });
        if let Some(record) = registration::of_card(&card) {
            records.push((usize::from(at), record));
        }
        folder.write(name, &card)?;
        cards.push(CardOf {
            person: record.person,
            name: name.to_owned(),
        });
    }
    folder.write(AUTHORITY, &authority)?;
    let credential = authority.terminal(READER, &fresh_seed());
    folder.write(CREDENTIAL, &credential.map_err(failed)?)?;
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
    for list in authority.lists(made, next).map_err(failed)? {
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

//! Readers in an institution: each has an account, a certificate and a card that lies beside it.

use crate::setup::{Scratch, Site};
use onshi_card::{
    Authority, Date, DrawnFace, Handling, Holder, Municipality, Order, Profile, Purpose, Random,
    Secrets, TerminalCredential, make, photo,
};
use onshi_core::account::Managed;
use onshi_core::account::login::Through;
use onshi_core::card::{
    CardAuthority, Medium, RegistrationRecord, authority, read_list, registration, take_piece,
};
use onshi_core::entropy::{Entropy, fresh_seed, hex};
use onshi_core::insured::{Line, QualificationRecord};
use onshi_core::service::OperationContext;
use onshi_core::{AccountKind, Error, Fault, Function, Request, Service, Tx};
use onshi_population::{Plan, Population};
use onshi_server::operator::provision::{CERTIFICATE_DAYS, Provision};
use onshi_server::start::secrets::replace;
use onshi_terminal::gateway::Timeouts;
use onshi_terminal::reader::machine::Settings;
use onshi_terminal::reader::secret::Secret;
use onshi_terminal::reader::{Place, ReaderConfig, Tray, TrayCard};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;

pub(super) const PIN: &str = "1234";
pub(super) const CARD: &str = "card";
/// For how long the lists of revocations are good.
const LIST_SECONDS: i64 = 7 * 86_400;
const SEED: [u8; 32] = [11; 32];

/// What a reader is opened with.
pub(super) struct Stand {
    number: usize,
    serial: String,
    card: TrayCard,
}

/// The readers of the institution.
pub(super) struct Hall {
    pub(super) stands: Vec<Stand>,
    credential: Arc<TerminalCredential>,
}

fn failed(error: impl ToString) -> Error {
    Fault::at("making the cards", error.to_string()).into()
}

fn name(number: usize) -> String {
    format!("KAO{number:02}")
}

/// Makes readers, and cards of people who are insured.
pub(super) fn furnish(
    (site, service, folder): (&Site, &Service, &Scratch),
    plan: Plan,
    readers: usize,
) -> Result<Hall, Error> {
    let authority = site.authority()?;
    let operator = site.operator(service)?;
    let provision = Provision {
        service,
        authority: &authority,
        operator: &operator,
    };
    let write = |name: &str, text: &str| replace(&folder.0.join(name), text.as_bytes());
    write("terminal.pem", &site.issued.certificate_pem)?;
    write("terminal.key.pem", &site.issued.key_pem)?;
    write("authority.pem", &site.authority_pem)?;
    let today = Date::parse(&plan.today.number().to_string()).ok_or_else(|| failed("today"))?;
    let mut issuer = Authority::found(&SEED, today, "http://ocsp.invalid").map_err(failed)?;
    let (code, now) = (site.code()?, onshi_core::clock::now());
    let end = now.plus_seconds(CERTIFICATE_DAYS * 86_400);
    let (mut stands, mut records) = (Vec::new(), Vec::new());
    for (number, record) in (1..).zip(insured(plan, readers)) {
        let user = format!("Kao{number:02}");
        let new = (AccountKind::Face, user.as_str(), "計測用");
        let (_, login) = provision.account(&site.admin, Managed::Others, new, None)?;
        let actor = provision.actor(&code, &user, &site.issued.serial)?;
        let through = Through {
            certificate_serial: site.issued.serial.clone(),
            terminal_name: "BENCH01".to_owned(),
        };
        let own = provision.own_password(&actor, &through, &login)?;
        write(&format!("{}.password", name(number)), &own.password)?;
        let begin = now.plus_seconds(-3600);
        let issued = provision.reader_certificate(&code, &name(number), begin, end)?;
        write(&format!("{}.key.pem", name(number)), &issued.key_pem)?;
        let (card, told) = card(&mut issuer, &record, (today, number))?;
        records.push(told);
        stands.push(Stand {
            number,
            serial: issued.serial,
            card,
        });
    }
    tell(service, &operator.actor(), (&mut issuer, records))?;
    let credential = issuer.terminal(1, &SEED).map_err(failed)?;
    Ok(Hall {
        stands,
        credential: Arc::new(credential),
    })
}

/// People whom somebody insures now.
fn insured(plan: Plan, most: usize) -> impl Iterator<Item = QualificationRecord> {
    let mut seen = BTreeSet::new();
    Population::new(plan)
        .filter_map(|line| match line {
            Line::Qualification(record) => Some(*record),
            Line::Insurer(_) => None,
        })
        .filter(move |record| record.disqualification_date.is_none() && seen.insert(record.person))
        .take(most)
}

fn card(
    issuer: &mut Authority,
    record: &QualificationRecord,
    (today, number): (Date, usize),
) -> Result<(TrayCard, RegistrationRecord), Error> {
    let mut seed = SEED;
    seed[..8].copy_from_slice(&(number as u64).to_be_bytes());
    let born = Date::parse(&record.birthdate).ok_or_else(|| failed("the day of birth"))?;
    let mut secrets = Secrets::draw(&mut Random::named(&seed, "secrets"));
    PIN.clone_into(&mut secrets.pin);
    let face = DrawnFace {
        number: number as u64,
        age: u32::try_from(today.age_of(born)).unwrap_or(0),
        female: record.sex1 == "2",
    };
    let order = Order {
        profile: Profile::Card,
        holder: Holder {
            name: record.name.clone(),
            address: record.address.clone().unwrap_or_default(),
            born,
            sex: record.sex1.clone(),
            municipality: Municipality::sample(),
        },
        secrets: secrets.clone(),
        today,
        faults: BTreeSet::new(),
        photo: Some(onshi_card::memory::Bytes(photo::for_card(&face.face()))),
    };
    let made = make(issuer, None, &order, &seed).map_err(failed)?;
    let certificate = made
        .authentication
        .ok_or_else(|| failed("no certificate"))?;
    let told = RegistrationRecord {
        authority_key_id: hex(&certificate.issuer_key),
        serial: format!("{:x}", certificate.serial),
        person: record.person,
        medium: Medium::Card.code().to_owned(),
        registered: true,
    };
    let printed = secrets.code_b(born, made.card_ends);
    let card = TrayCard {
        name: CARD.to_owned(),
        holder: order.holder.name,
        note: String::new(),
        profile: order.profile,
        pin: Some(secrets.pin),
        printed: Some(Secret::new(printed.into_bytes())),
        face: Some(face),
        handling: Handling::default(),
        memory: made.memory,
    };
    Ok((card, told))
}

/// Tells the centre whose cards it takes, what was revoked, and whose card is whose.
fn tell(
    service: &Service,
    operator: &onshi_core::Actor,
    (issuer, records): (&mut Authority, Vec<RegistrationRecord>),
) -> Result<(), Error> {
    let mut known = Vec::new();
    for der in issuer.certificates(Purpose::Authentication) {
        let read = CardAuthority::read(&der)?;
        known.push(read.clone());
        operate(
            (service, operator, Function::ManageCardAuthorities),
            move |tx| authority::add(tx, &read).map(drop),
        )?;
    }
    let now = onshi_core::clock::now().ms() / 1000;
    for list in issuer.lists(now, now + LIST_SECONDS).map_err(failed)? {
        if list.purpose != Purpose::Authentication {
            continue;
        }
        let read = read_list(&list.der, &known)?;
        operate(
            (service, operator, Function::ManageCardAuthorities),
            move |tx| take_piece(tx, (&read.key_id, &read.list), &read.revoked, true).map(drop),
        )?;
    }
    operate(
        (service, operator, Function::ImportCardRegistrations),
        move |tx| registration::take(tx, &records).map(drop),
    )
}

fn operate(
    (service, operator, function): (&Service, &onshi_core::Actor, Function),
    work: impl FnMut(&mut Tx<'_>) -> Result<(), Error> + Send + 'static,
) -> Result<(), Error> {
    let operation = OperationContext::new(operator.clone(), function, Request::fresh());
    service.change_and_wait(operation, work)
}

fn draw() -> String {
    let name: [u8; 16] = Entropy::new(fresh_seed()).bytes();
    hex(&name)
}

impl Hall {
    /// What the reader of a stand is opened with, and its tray; each command takes its card so long.
    pub(super) fn reader(
        &self,
        stand: &Stand,
        (site, folder, centre): (&Site, &Scratch, SocketAddr),
        latency_ms: u32,
    ) -> (ReaderConfig, Tray) {
        let mut card = stand.card.clone();
        card.handling.latency_ms = latency_ms;
        let tray = Tray::new(vec![card], fresh_seed());
        let at = |name: &str| folder.0.join(name);
        let config = ReaderConfig {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            centre_url: format!("https://localhost:{}", centre.port()),
            authority_pem: at("authority.pem"),
            certificate: at("terminal.pem"),
            key: at("terminal.key.pem"),
            user_id: format!("Kao{:02}", stand.number),
            password_file: at(&format!("{}.password", name(stand.number))),
            reader_serial: stand.serial.clone(),
            reader_key: at(&format!("{}.key.pem", name(stand.number))),
            reader_certificate: None,
            facility: site.facility_code(),
            settings: Settings::default(),
            place: Place::Tray(tray.clone()),
            credential: Some(self.credential.clone()),
            draw,
            now: || onshi_core::clock::now().ms(),
            timeouts: Timeouts::default(),
        };
        (config, tray)
    }
}

//! A year of the audit log, written by the product: every entry is of a check, a consent or a reading that was done.

use crate::eligibility;
use crate::setup::Site;
use crate::timing::rounded;
use onshi_core::account::Managed;
use onshi_core::eligibility::{Question, confirm};
use onshi_core::insured::{Card, Line, QualificationRecord};
use onshi_core::medical::{Period, Source, medicines};
use onshi_core::permission::Scope;
use onshi_core::service::OperationContext;
use onshi_core::{
    AccountKind, Actor, Day, Error, Fault, Function, Moment, Request, Service, Tx, consent,
};
use onshi_population::{Plan, Population};
use onshi_server::operator::provision::Provision;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Instant;

/// The seconds of the year that the log is of.
pub(super) const YEAR: i64 = 365 * 86_400;

/// How many entries there are for each person, of which one is of a consent and one of a reading.
const EACH: u64 = 10;

/// How many entries are asked for before they are waited for: fewer than the service lets wait.
const TOGETHER: u64 = 1_000;

/// How many institutions ask.
const INSTITUTIONS: usize = 10;

/// How many people are asked about, at most.
const ASKED_ABOUT: usize = 20_000;

/// A log that was filled.
pub(super) struct Filled {
    pub(super) entries: u64,
    pub(super) people: u64,
    pub(super) seconds: f64,
    /// When its first entry was made.
    pub(super) begun: Moment,
    known: Vec<Known>,
}

impl Filled {
    /// Persons from the whole of the store.
    pub(super) fn asked_about(&self) -> Vec<i64> {
        let every = (self.known.len() / ASKED_ABOUT).max(1);
        let some = self.known.iter().step_by(every);
        some.map(|one| one.person).collect()
    }
}

/// A person, and by what somebody asks.
#[derive(Clone)]
struct Known {
    person: i64,
    card: Card,
    branch: Option<String>,
    birthdate: Day,
}

/// The programs of an institution.
struct Programs {
    checks: Actor,
    reader: Actor,
}

/// The people of a log of so many entries, and the entries: a year that ends now, evenly.
pub(super) fn fill(site: &Site, service: &Service, entries: u64) -> Result<Filled, Error> {
    let people = (entries / EACH).max(1);
    let now = onshi_core::clock::now();
    let plan = Plan {
        persons: people,
        seed: 1,
        today: now.jst_day(),
    };
    eligibility::fill(site, service, plan)?;
    let known: Vec<Known> = Population::new(plan).filter_map(known).collect();
    if known.is_empty() {
        return Err(Fault::at("filling the log", "nobody is insured").into());
    }
    let programs = programs(site, service)?;
    let begun = now.plus_seconds(-YEAR);
    let clock = Instant::now();
    let year = Year {
        service,
        begun,
        entries,
        known: &known,
        programs: &programs,
    };
    let mut number = 0;
    while number < entries {
        let until = entries.min(number + TOGETHER);
        year.write(number..until)?;
        number = until;
    }
    Ok(Filled {
        entries,
        people,
        seconds: rounded(clock.elapsed().as_secs_f64()),
        begun,
        known,
    })
}

fn known(line: Line) -> Option<Known> {
    let Line::Qualification(row) = line else {
        return None;
    };
    let QualificationRecord {
        person,
        insurer_number,
        insured_card_symbol,
        insured_identification_number,
        insured_branch_number,
        birthdate,
        disqualification_date: None,
        ..
    } = *row
    else {
        return None;
    };
    let symbol = insured_card_symbol.unwrap_or_default();
    Some(Known {
        person,
        card: Card::of(&insurer_number, &symbol, &insured_identification_number),
        branch: insured_branch_number,
        birthdate: Day::parse(&birthdate)?,
    })
}

/// The institutions that ask, the first of which is there already.
fn programs(site: &Site, service: &Service) -> Result<Vec<Programs>, Error> {
    let (authority, operator) = (site.authority()?, site.operator(service)?);
    let provision = Provision {
        service,
        authority: &authority,
        operator: &operator,
    };
    let of = |site: &Site| {
        let code = site.code()?;
        let program = |kind, user_id| {
            provision.account(
                &site.admin,
                Managed::Others,
                (kind, user_id, "計測用"),
                None,
            )?;
            provision.actor(&code, user_id, &site.issued.serial)
        };
        Ok::<_, Error>(Programs {
            checks: program(AccountKind::WebApi, "WebApi01")?,
            reader: program(AccountKind::Face, "Kao01")?,
        })
    };
    let mut all = vec![of(site)?];
    for number in 1..INSTITUTIONS {
        let name = format!("計測クリニック{number}");
        let next = site.neighbour(&format!("1319991{number:02}"), &name)?;
        all.push(of(&next)?);
    }
    Ok(all)
}

/// What entry of a person it is.
enum Deed {
    Consent,
    Reading,
    Check,
}

/// Spreads numbers evenly over a range, the same in every run.
fn spread(number: u64, below: usize) -> usize {
    let mixed = (number ^ 0x9e37_79b9_7f4a_7c15).wrapping_mul(0xd134_2543_de82_ef95);
    usize::try_from((mixed >> 20) % below as u64).unwrap_or_default()
}

/// The year that is written.
struct Year<'a> {
    service: &'a Service,
    begun: Moment,
    entries: u64,
    known: &'a [Known],
    programs: &'a [Programs],
}

impl Year<'_> {
    /// Lets these entries be made, the consents first, and waits until all of them are on the disk.
    fn write(&self, numbers: std::ops::Range<u64>) -> Result<(), Error> {
        let (tell, told) = channel();
        for number in numbers.clone().filter(|number| number % EACH == 0) {
            self.consent(number, tell.clone());
        }
        wait(&told, numbers.clone().filter(|number| number % EACH == 0))?;
        for number in numbers.clone().filter(|number| number % EACH != 0) {
            match self.deed(number) {
                Deed::Reading => self.reading(number, tell.clone()),
                _ => self.check(number, tell.clone()),
            }
        }
        wait(&told, numbers.filter(|number| number % EACH != 0))
    }

    fn deed(&self, number: u64) -> Deed {
        match number % EACH {
            0 => Deed::Consent,
            1 => Deed::Reading,
            _ => Deed::Check,
        }
    }

    /// Consents and readings are of one person after the other, checks of anybody.
    fn of(&self, number: u64) -> (&Known, &Programs) {
        let ten = number / EACH;
        let institution = &self.programs[spread(ten, self.programs.len())];
        let person = match self.deed(number) {
            Deed::Check => spread(number, self.known.len()),
            _ => spread(ten, self.known.len()),
        };
        (&self.known[person], institution)
    }

    fn operation(&self, number: u64, actor: &Actor, function: Function) -> OperationContext {
        let passed = u128::from(number) * (YEAR as u128 * 1000) / u128::from(self.entries.max(1));
        let at = self.begun.ms() + i64::try_from(passed).unwrap_or(i64::MAX);
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&number.to_be_bytes());
        OperationContext::new(
            actor.clone(),
            function,
            Request::new(Moment::from_ms(at), seed),
        )
    }

    fn consent(&self, number: u64, tell: Sender<Result<(), Error>>) {
        let (known, institution) = self.of(number);
        let operation = self.operation(number, &institution.reader, Function::RecordConsent);
        let person = known.person;
        let work =
            move |tx: &mut Tx<'_>| consent::give(tx, person, Scope::Medicines, None).map(drop);
        self.service
            .change(operation, work, move |done| drop(tell.send(done)));
    }

    fn reading(&self, number: u64, tell: Sender<Result<(), Error>>) {
        let (known, institution) = self.of(number);
        let function = Function::FetchMedicalInformation;
        let operation = self.operation(number, &institution.checks, function);
        let person = known.person;
        let work = move |tx: &mut Tx<'_>| {
            let consented = tx.consented(person, Scope::Medicines)?;
            let period = Period::all(&tx.rules().medical, tx.now());
            medicines(tx, &consented, (period, &[Source::Claim])).map(drop)
        };
        self.service
            .point_read(operation, work, move |done| drop(tell.send(done)));
    }

    fn check(&self, number: u64, tell: Sender<Result<(), Error>>) {
        let (known, institution) = self.of(number);
        let operation = self.operation(number, &institution.checks, Function::CheckEligibility);
        let day = operation.request.now.jst_day();
        let question = Question {
            day,
            today: day,
            card: known.card.clone(),
            branch: known.branch.clone(),
            birthdate: known.birthdate,
        };
        let work = move |tx: &mut Tx<'_>| confirm(tx, &question).map(drop);
        self.service
            .point_read(operation, work, move |done| drop(tell.send(done)));
    }
}

/// Waits until so many are done.
fn wait(
    told: &Receiver<Result<(), Error>>,
    numbers: impl Iterator<Item = u64>,
) -> Result<(), Error> {
    for _ in numbers {
        let done = told.recv();
        done.map_err(|e| Fault::at("waiting for the entries", e))??;
    }
    Ok(())
}

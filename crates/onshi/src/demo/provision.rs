//! What a first start makes: institutions, people, an insurer, a card reader, cards.

use super::institution::{institution, unusable_certificates};
use super::kept::Institution;
use super::passwords::Passwords;
use super::{cards, consents, hospital, insurer, office, programs};
use crate::output::Failure;
use crate::serve::Tools;
use onshi_core::facility::FacilityCode;
use onshi_core::service::OperationContext;
use onshi_core::{Function, Request};
use onshi_population::{Plan, showcase};
use onshi_server::Config;
use onshi_server::operator::provision::Provision;
use std::path::Path;

/// The institutions: the second is for trying what must be refused, the third is a hospital for emergencies.
const INSTITUTIONS: [(&str, &str); 3] = [
    ("131999001", "架空中央クリニック"),
    ("274999002", "みほん調剤薬局"),
    ("131999003", "見本救急病院"),
];
/// How many fictional people the demo knows.
const PERSONS: u64 = 10_000;
/// How many of them have medical records, beside the patients to try.
const TREATED: u64 = 500;

/// What was made.
pub(super) type Provisioned = (
    Vec<Institution>,
    Option<insurer::Reporter>,
    Option<consents::Reader>,
    Vec<cards::CardOf>,
    Option<office::Office>,
);

/// Makes everything that the demo begins with.
pub(super) fn provision(
    config: &Config,
    dir: &Path,
    passwords: Passwords,
) -> Result<Provisioned, Failure> {
    let tools = Tools::begin(config)?;
    let provision = Provision {
        service: &tools.service,
        authority: &tools.authority,
        operator: &tools.operator,
    };
    let folder = dir.join("terminal/certificates");
    let mut all = Vec::new();
    for (body, name) in INSTITUTIONS {
        let code = FacilityCode::from_body(body)?;
        let place = (folder.as_path(), passwords);
        all.push(institution(&provision, &tools, (&code, name), place)?);
    }
    if let Some(third) = all.get_mut(2) {
        hospital::make(&provision, &tools, third, passwords)?;
    }
    let today = crate::insured::today();
    crate::insured::populate(
        &tools,
        Plan {
            persons: PERSONS,
            seed: 1,
            today,
        },
    )?;
    let shown = showcase(today);
    let lines = shown
        .iter()
        .flat_map(|patient| patient.lines.clone())
        .collect();
    crate::insured::take_lines(&tools, "showcase", lines)?;
    medical(&tools, today)?;
    let insurer = insurer::make(&provision, &tools, &shown, (dir, today))?;
    unusable_certificates(&provision, &tools, &all, &folder)?;
    for (place, institution) in all.iter().enumerate() {
        let login = institution
            .accounts
            .iter()
            .find(|login| login.kind == "link");
        let password = login.map_or("", |login| login.password.as_str());
        programs::make(
            &programs::folders(dir, &institution.code, place == 0),
            password,
        )?;
    }
    if let Some(second) = all.get(1) {
        let code = FacilityCode::parse(&second.code)?;
        let operation = OperationContext::new(
            tools.operator.at(code.clone()),
            Function::ManageFacilities,
            Request::fresh(),
        );
        tools.service.change_and_wait(operation, move |tx| {
            onshi_core::facility::set_encoding(tx, &code, true)
        })?;
    }
    let first = all.first();
    let reader = first.map(|at| consents::make(&provision, &tools, at, dir));
    let cards = cards::found(&tools, &shown, (dir, today))?;
    let office = office::make(&provision, &tools, (dir, passwords))?;
    Ok((all, insurer, reader.transpose()?, cards, Some(office)))
}

/// The patients to try have medical records, and as many of the others as a quick start has time for.
fn medical(tools: &Tools, today: onshi_core::Day) -> Result<(), Failure> {
    let plan = Plan {
        persons: PERSONS,
        seed: 1,
        today,
    };
    crate::medical::take_showcase(tools, today)?;
    crate::medical::populate(tools, plan, TREATED)?;
    Ok(())
}

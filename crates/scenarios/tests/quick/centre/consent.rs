//! The cells of the table that need a consent: each message, as each program that may send it, without a
//! consent, with one, when it is over and when it was taken back; and with a consent to something else, or
//! given to somebody else.

use expect_test::expect_file;
use onshi_core::audit::Outcome;
use onshi_core::insured::Line;
use onshi_core::permission::{Grant, Scope};
use onshi_core::service::OperationContext;
use onshi_core::{AccountKind, Error, Function, Moment, Request, Tx, consent};
use onshi_server::routes::{Access, programs};
use onshi_wire::MessageKind;
use serde_json::{Value, json};
use tokio::task::block_in_place;

use super::api_matrix::{message, tokens};
use super::test_centre::{Institution, TestCentre, TestClock};

static CLOCK: TestClock = TestClock::new();

/// The messages whose function needs a consent, with what is consented to.
fn rows() -> Vec<(&'static str, MessageKind, Scope)> {
    let scope = |kind: MessageKind| match &kind.id()[..3] {
        "YZK" => Scope::Medicines,
        "TKK" => Scope::Checkups,
        other => panic!("{other} needs a consent, and nobody says to what"),
    };
    let needs = |function: Function| {
        let kinds = [AccountKind::Link, AccountKind::WebApi];
        kinds.map(|kind| function.grant(kind.role())) == [Some(Grant::NeedsConsent); 2]
    };
    programs()
        .filter_map(|route| match route.access {
            Access::Token(function) if needs(function) => {
                let kind = route.message()?;
                Some((route.path, kind, scope(kind)))
            }
            _ => None,
        })
        .collect()
}

/// Somebody who is insured, by what stands on the card.
struct Patient {
    person: i64,
    header: Value,
}

fn patient(centre: &TestCentre) -> Patient {
    let shown = centre.populate().into_iter().next().unwrap();
    let person = shown.lines.iter().find_map(|line| match line {
        Line::Qualification(record) => Some(record.person),
        Line::Insurer(_) => None,
    });
    let mut header = json!({
        "InsurerNumber": format!("{:>8}", shown.insurer_number),
        "InsuredPersonIdentificationNumber": shown.number,
    });
    if let Some(symbol) = shown.symbol {
        header["InsuranceCardSymbol"] = json!(symbol);
    }
    if let Some(branch) = shown.branch {
        header["BranchNumber"] = json!(branch);
    }
    Patient {
        person: person.unwrap(),
        header,
    }
}

/// Does something at the reader, in the place of its account.
fn at_the_reader<T: Send + 'static>(
    centre: &TestCentre,
    at: &Institution,
    work: impl FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
) -> T {
    let login = at.login(AccountKind::Face);
    let face = centre
        .provision()
        .actor(&at.code, &login.user_id, &at.terminal.serial);
    let request = Request::new(CLOCK.read(), onshi_core::entropy::fresh_seed());
    let operation = OperationContext::new(face.unwrap(), Function::RecordConsent, request);
    block_in_place(|| centre.service.change_and_wait(operation, work)).unwrap()
}

fn give(centre: &TestCentre, at: &Institution, person: i64, scope: Scope, until: Option<Moment>) {
    at_the_reader(centre, at, move |tx| {
        consent::give(tx, person, scope, until)
    });
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Without,
    ToSomethingElse,
    GivenToOthers,
    With,
    Over,
    Again,
    TakenBack,
}

const STATES: [State; 7] = [
    State::Without,
    State::ToSomethingElse,
    State::GivenToOthers,
    State::With,
    State::Over,
    State::Again,
    State::TakenBack,
];

impl State {
    fn bring_about(self, centre: &TestCentre, [ours, theirs]: [&Institution; 2], of: (i64, Scope)) {
        let (person, scope) = of;
        match self {
            State::Without => {}
            State::ToSomethingElse => {
                let other = [Scope::Treatment, Scope::Surgery, Scope::SpecificDiseases];
                for other in other {
                    give(centre, ours, person, other, None);
                }
            }
            State::GivenToOthers => give(centre, theirs, person, scope, None),
            State::With => {
                let until = CLOCK.read().plus_seconds(600);
                give(centre, ours, person, scope, Some(until));
            }
            State::Over => CLOCK.advance(600),
            State::Again => give(centre, ours, person, scope, None),
            State::TakenBack => {
                at_the_reader(centre, ours, move |tx| consent::withdraw(tx, person, scope));
            }
        }
    }

    const fn opens(self) -> bool {
        matches!(self, State::With | State::Again)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_needs_a_consent_is_answered_by_the_consent() {
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let (ours, theirs) = (centre.ours(), centre.theirs());
    let patient = patient(&centre);
    let rows = rows();
    assert!(rows.len() >= 2, "the routes were not found");
    let mut table = String::new();
    for (path, kind, scope) in rows {
        for state in STATES {
            state.bring_about(&centre, [&ours, &theirs], (patient.person, scope));
            for program in [AccountKind::Link, AccountKind::WebApi] {
                let mut client = centre.client(&ours.terminal);
                let token = tokens(&mut client, ours.login(program)).await;
                let mut body = message(kind, &ours.code, "");
                let header = &mut body["XmlMsg"]["MessageHeader"];
                for name in ["InsuranceCardSymbol", "BranchNumber"] {
                    header.as_object_mut().unwrap().remove(name);
                }
                for (name, value) in patient.header.as_object().unwrap() {
                    header[name] = value.clone();
                }
                let token = token["idToken"].as_str();
                let answer = client.json(path, token, &body).await.unwrap();
                assert_eq!(answer.status, 200, "{}", answer.text());
                let answer = answer.json();
                let header = &answer["XmlMsg"]["MessageHeader"];
                let text = |name: &str| header[name].as_str().unwrap_or("").to_owned();
                let named = header["QuaInf"]["Name"].is_string()
                    || header["QualificationsInfo"]["Name"].is_string();
                let line = centre.audit(&ours.code, 1).remove(0);
                let (outcome, refusal) = (line.outcome.unwrap(), line.refusal.unwrap_or_default());
                assert_eq!(line.function, Some(Function::FetchMedicalInformation));
                assert_eq!(line.subject, Some(patient.person.to_string()));
                assert_eq!(line.basis.is_some(), state.opens(), "{state:?}");
                assert_eq!(named, state.opens(), "{state:?}");
                assert_eq!(outcome == Outcome::Done, state.opens(), "{state:?}");
                table.push_str(&format!(
                    "{:<12}{:<8}{:<17}{} {} | {} {refusal}",
                    kind.id(),
                    program.code(),
                    format!("{state:?}"),
                    text("ResultCode"),
                    text("MessageContents"),
                    outcome.code(),
                ));
                table = table.trim_end().to_owned() + "\n";
            }
        }
    }
    expect_file!["../../../golden/consent_matrix.txt"].assert_eq(&table);
}

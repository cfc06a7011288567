//! パスキー: adding one, the second step with it, logging in by it alone, and what hangs on it.

use crate::account::factors::{self, FactorChange};
use crate::account::passkey_entry;
use crate::account::second_step::{self, Passed, Shown};
use crate::account::{Managed, manage};
use crate::second_factor::FactorPolicy;
use crate::second_factor::Factors;
use crate::second_factor::passkey::device::{Device, Said};
use crate::second_factor::passkey::step_challenge;
use crate::second_factor::policy;
use crate::service::Tx;
use crate::testing::{Clinic, FIRST, LoginOutcome, TestCentre, code, entry, refusal, through};
use crate::{AccountKind, Actor, Error, Function, RefusalCode};

const OWN: Function = Function::ManageOwnSecondFactor;

fn names() -> Vec<String> {
    vec!["centre.example".to_owned()]
}

/// Somebody of the reception with a passkey.
struct Desk {
    centre: TestCentre,
    clinic: Clinic,
    id: String,
    device: Device,
    counter: std::cell::Cell<u32>,
}

impl Desk {
    fn new() -> Desk {
        let centre = TestCentre::new();
        let clinic = centre.clinic(1);
        let id = centre.register(&clinic, AccountKind::General, "desk1");
        let desk = Desk {
            id: id.unwrap(),
            centre,
            clinic,
            device: Device::new(),
            counter: std::cell::Cell::new(1),
        };
        let codes = desk.adds("受付の端末", &desk.device).unwrap();
        assert_eq!(codes, 10, "recovery codes come with the first factor");
        desk
    }

    fn actor(&self) -> Actor {
        Actor::account(
            AccountKind::General,
            &self.id,
            self.clinic.code.clone(),
            "c1",
        )
    }

    /// Adds a passkey; tells how many recovery codes were made.
    fn adds(&self, name: &str, device: &Device) -> Result<usize, Error> {
        let offer = self
            .centre
            .read(self.actor(), OWN, factors::offer_passkey)?;
        let mut said = Said::new("webauthn.create", &offer.challenge);
        said.flags |= 0x40;
        self.sends(name, device.makes(&said, &device.info(), -7))
    }

    fn sends(&self, name: &str, sent: String) -> Result<usize, Error> {
        let verdict = self.centre.verdict(&self.clinic, "desk1", FIRST);
        let name = name.to_owned();
        let added = self.centre.change(self.actor(), OWN, move |tx| {
            factors::add_passkey(tx, &verdict, (&name, &sent), &names())
        });
        match added? {
            FactorChange::Done(codes) => Ok(codes.len()),
            FactorChange::Refused(refusal) => Err(refusal.into()),
        }
    }

    fn removes(&self, passkey: &str) -> Result<(), Error> {
        let verdict = self.centre.verdict(&self.clinic, "desk1", FIRST);
        let passkey = passkey.to_owned();
        let removed = self.centre.change(self.actor(), OWN, move |tx| {
            factors::remove_passkey(tx, &verdict, &passkey)
        });
        match removed? {
            FactorChange::Done(()) => Ok(()),
            FactorChange::Refused(refusal) => Err(refusal.into()),
        }
    }

    fn has(&self) -> Factors {
        let read = self.centre.read(self.actor(), OWN, factors::show);
        read.unwrap().factors
    }

    fn signs(&self, challenge: &str) -> String {
        self.counter.set(self.counter.get() + 1);
        let mut said = Said::new("webauthn.get", challenge);
        said.counter = self.counter.get();
        self.device.signs(&said)
    }

    fn shows(&self, ticket: &str, sent: &str) -> LoginOutcome {
        let (ticket, shown) = (ticket.to_owned(), Shown::Passkey(sent.to_owned(), names()));
        let visitor = Actor::visitor(self.clinic.code.clone(), "c1");
        let passed = self.centre.change(visitor, Function::LogIn, move |tx| {
            second_step::pass(tx, &ticket, &shown, &through("c1"))
        });
        match passed {
            Ok(Passed::LoggedIn(outcome)) => entry(Ok(*outcome)),
            Ok(Passed::Wrong { refusal, .. }) => LoginOutcome::No(refusal),
            Err(error) => entry(Err(error)),
        }
    }

    fn challenge(&self, terminal: &str) -> String {
        let until = self.centre.now().plus_seconds(300);
        let nonce = self.counter.get().to_be_bytes();
        let nonce = [nonce, nonce, nonce, nonce].concat();
        let nonce: [u8; 16] = nonce.try_into().unwrap();
        let authn = self.centre.service().authn();
        authn.passkey_challenge(terminal, nonce, until)
    }

    fn enters(&self, at: &Clinic, sent: &str, terminal: &'static str) -> LoginOutcome {
        let sent = sent.to_owned();
        let visitor = Actor::visitor(at.code.clone(), terminal);
        let entered = self.centre.change(visitor, Function::LogIn, move |tx| {
            passkey_entry::log_in(tx, &sent, &names(), &through(terminal))
        });
        entry(entered)
    }
}

#[test]
fn a_name_of_a_passkey_is_one_that_can_be_read() {
    let desk = Desk::new();
    let mut another = Device::new();
    another.id = vec![7; 20];
    for bad in [
        "",
        "  ",
        "偽\u{202E}名",
        "名\u{0}",
        "\u{3164}",
        "名\u{1B}[2J",
    ] {
        let told = desk.adds(bad, &another).unwrap_err();
        assert_eq!(code(Err::<(), _>(told)), RefusalCode::Invalid, "{bad:?}");
    }
    assert!(desk.adds(&"長".repeat(41), &another).is_err());
    assert_eq!(desk.has().passkeys.len(), 1);
    desk.adds(" わたしの鍵　", &another).unwrap();
    let names: Vec<String> = desk
        .has()
        .passkeys
        .into_iter()
        .map(|one| one.name)
        .collect();
    assert!(names.contains(&"わたしの鍵".to_owned()), "{names:?}");
}

#[test]
fn a_passkey_is_asked_for_at_the_second_step_and_taken_once() {
    let desk = Desk::new();
    let known = desk.has().passkeys;
    assert_eq!(known.len(), 1);
    assert_eq!(
        (known[0].name.as_str(), known[0].site.as_str()),
        ("受付の端末", "centre.example")
    );
    let log_in = || {
        desk.centre
            .log_in(&desk.clinic, "desk1", FIRST, "c1")
            .ticket()
    };
    let ticket = log_in();
    let other = desk.signs(&step_challenge("another ticket"));
    let told = desk.shows(&ticket, &other).code();
    assert_eq!(told, Some(RefusalCode::SecondFactorWrong));
    let told = desk.shows(&ticket, "no passkey").code();
    assert_eq!(told, Some(RefusalCode::SecondFactorSlip));
    let sent = desk.signs(&step_challenge(&ticket));
    desk.shows(&ticket, &sent).token();
    let told = desk.shows(&ticket, &sent).code();
    assert_eq!(
        told,
        Some(RefusalCode::SecondStepExpired),
        "the ticket is gone"
    );
    assert!(desk.has().passkeys[0].last_used_at.is_some());
    assert!(desk.centre.verified().is_empty());
}

#[test]
fn several_are_named_and_each_device_has_one() {
    let desk = Desk::new();
    let mut second = Device::new();
    second.id = b"credential 2".to_vec();
    assert_eq!(desk.adds("鍵", &second).unwrap(), 0);
    let again = desk.adds("同じ鍵", &second).unwrap_err();
    assert_eq!(refusal::<()>(Err(again)).code, RefusalCode::Invalid);
    let long = "あ".repeat(41);
    for name in ["", long.as_str()] {
        let mut third = Device::new();
        third.id = b"credential 3".to_vec();
        assert_eq!(
            code(desk.adds(name, &third)),
            RefusalCode::Invalid,
            "{name}"
        );
    }
    let names: Vec<String> = desk
        .has()
        .passkeys
        .into_iter()
        .map(|one| one.name)
        .collect();
    assert_eq!(names.len(), 2);
    for number in 3..=10u8 {
        let mut device = Device::new();
        device.id = vec![number; 20];
        desk.adds("鍵", &device).unwrap();
    }
    let mut eleventh = Device::new();
    eleventh.id = vec![11; 20];
    assert_eq!(code(desk.adds("鍵", &eleventh)), RefusalCode::Invalid);
}

#[test]
fn somebody_logs_in_by_a_passkey_alone_once_and_at_one_terminal() {
    let desk = Desk::new();
    let sent = desk.signs(&desk.challenge("c1"));
    let elsewhere = desk.enters(&desk.clinic, &sent, "c2").code();
    assert_eq!(elsewhere, Some(RefusalCode::PasskeyOver));
    desk.enters(&desk.clinic, &sent, "c1").token();
    let again = desk.enters(&desk.clinic, &sent, "c1").code();
    assert_eq!(
        again,
        Some(RefusalCode::PasskeyWrong),
        "its counter did not go on"
    );
    let late = desk.signs(&desk.challenge("c1"));
    desk.centre.pass(301);
    let late = desk.enters(&desk.clinic, &late, "c1").code();
    assert_eq!(late, Some(RefusalCode::PasskeyOver));
    // A session that runs is asked about, as after a password.
    let sent = desk.signs(&desk.challenge("c1"));
    let asked = desk.enters(&desk.clinic, &sent, "c1");
    assert!(matches!(asked, LoginOutcome::Elsewhere(_)), "{asked:?}");
    assert!(desk.centre.verified().is_empty());
}

#[test]
fn a_challenge_is_good_once_also_for_a_device_without_a_counter() {
    let desk = Desk::new();
    let mut plain = Device::new();
    plain.id = b"credential 2".to_vec();
    let offer = desk.centre.read(desk.actor(), OWN, factors::offer_passkey);
    let mut said = Said::new("webauthn.create", &offer.unwrap().challenge);
    (said.flags, said.counter) = (0x45, 0);
    desk.sends("鍵", plain.makes(&said, &plain.info(), -7))
        .unwrap();
    let challenge = desk.challenge("c1");
    let mut said = Said::new("webauthn.get", &challenge);
    said.counter = 0;
    let sent = plain.signs(&said);
    desk.enters(&desk.clinic, &sent, "c1").token();
    let again = desk.enters(&desk.clinic, &sent, "c1").code();
    assert_eq!(again, Some(RefusalCode::PasskeyOver));
}

#[test]
fn nobody_enters_by_a_passkey_who_may_not() {
    let desk = Desk::new();
    let enter = |at: &Clinic| {
        let sent = desk.signs(&desk.challenge("c1"));
        desk.enters(at, &sent, "c1").code()
    };
    let other = desk.centre.clinic(2);
    assert_eq!(
        enter(&other),
        Some(RefusalCode::PasskeyWrong),
        "another institution"
    );
    let stranger = Device::new().signs(&Said::new("webauthn.get", &desk.challenge("c1")));
    let told = desk.enters(&desk.clinic, &stranger, "c1").code();
    assert_eq!(
        told,
        Some(RefusalCode::PasskeyWrong),
        "the same name, another key"
    );
    let admin = desk.clinic.admin("an-admin");
    let off = desk.centre.change(
        admin.clone(),
        Function::SetSecondFactorPolicy,
        |tx: &mut Tx<'_>| {
            policy::set(tx, &[(AccountKind::General, FactorPolicy::Off)], 0).map(drop)
        },
    );
    off.unwrap();
    assert_eq!(
        enter(&desk.clinic),
        Some(RefusalCode::PasskeyWrong),
        "利用しない"
    );
    let asked = desk.centre.log_in(&desk.clinic, "desk1", FIRST, "c1");
    assert!(
        matches!(asked, LoginOutcome::SecondStep(_)),
        "what is there is asked for"
    );
    let on = desk
        .centre
        .change(admin, Function::SetSecondFactorPolicy, |tx: &mut Tx<'_>| {
            policy::set(tx, &[(AccountKind::General, FactorPolicy::Offered)], 1).map(drop)
        });
    on.unwrap();
    for _ in 0..5 {
        desk.centre
            .log_in(&desk.clinic, "desk1", "wrong-Password-1", "c1");
    }
    assert_eq!(enter(&desk.clinic), Some(RefusalCode::Locked));
}

#[test]
fn a_passkey_is_removed_by_its_holder_and_all_by_the_level_above() {
    let desk = Desk::new();
    let id = desk.has().passkeys[0].id.clone();
    assert_eq!(code(desk.removes("none")), RefusalCode::NotFound);
    let mut second = Device::new();
    second.id = b"credential 2".to_vec();
    desk.adds("鍵", &second).unwrap();
    desk.removes(&id).unwrap();
    assert_eq!(desk.has().passkeys.len(), 1);
    let admin = desk.clinic.admin("an-admin");
    let account = desk.id.clone();
    let reset = desk
        .centre
        .change(admin, Function::ManageAccounts, move |tx| {
            manage::reset_second_factor(tx, Managed::Others, &account)
        });
    reset.unwrap();
    assert!(!desk.has().is_enrolled());
    desk.centre
        .log_in(&desk.clinic, "desk1", FIRST, "c1")
        .token();
}

#[test]
fn the_last_one_stays_where_one_is_required() {
    let desk = Desk::new();
    let admin = desk.clinic.admin("an-admin");
    let required = desk
        .centre
        .change(admin, Function::SetSecondFactorPolicy, |tx: &mut Tx<'_>| {
            policy::set(tx, &[(AccountKind::General, FactorPolicy::Required)], 0).map(drop)
        });
    required.unwrap();
    let id = desk.has().passkeys[0].id.clone();
    assert_eq!(code(desk.removes(&id)), RefusalCode::SecondFactorLast);
    assert_eq!(desk.has().passkeys.len(), 1);
}

//! Who issues a code, what it binds and for how long, what voiding ends, and what a patient says on a visit.

use super::entry::{activate, log_in, take_over};
use super::visit::{Visited, consented};
use super::{PhoneState, StaffPhone, issue, list, show, void};
use crate::account::login::{LoggedIn, Through};
use crate::account::session::{self, EndReason, token_hash};
use crate::audit::{Filter, Page};
use crate::authn::{LoggedIn as Who, StaffPhoneHolder};
use crate::card::tests::{TestAuthority, TestCard, add, register as belongs};
use crate::consent::{Purpose, Verification};
use crate::environment::{self, Setting};
use crate::home_reception::{Act, ChallengeFor, OnVisit, Signed};
use crate::one_time_code::OneTimeCode;
use crate::permission::Scope;
use crate::testing::{Clinic, FIRST, TestCentre, code, hanako, user_id};
use crate::{AccountKind, Actor, Error, Function, RefusalCode};

const OWN: &str = "asa-no-sanpo-2026";
const SECRET: &str = "what the browser keeps";

/// A clinic that visits, with an administrator and an account for a phone.
struct Visits {
    centre: TestCentre,
    clinic: Clinic,
    admin: Actor,
}

fn set(centre: &TestCentre, admin: &Actor, setting: Setting, value: &str) {
    let wanted = [(setting, setting.value(value).unwrap())];
    let changed = centre.change(admin.clone(), Function::UpdateEnvironment, move |tx| {
        environment::change(tx, &wanted, None)
    });
    changed.unwrap();
}

fn visits() -> Visits {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let admin = centre.register(&clinic, AccountKind::Admin, "Kanri01");
    let admin = clinic.admin(&admin.unwrap());
    set(&centre, &admin, Setting::HomeVisits, "1");
    let made = Visits {
        centre,
        clinic,
        admin,
    };
    made.account(AccountKind::Viewer, "Houmon01");
    made
}

impl Visits {
    /// An account with a password of its own.
    fn account(&self, kind: AccountKind, id: &str) {
        let made = self.centre.register(&self.clinic, kind, id).unwrap();
        let account = self.centre.account(&self.clinic, &made);
        let changed = self
            .centre
            .change_password(&self.clinic, &account, (FIRST, OWN));
        let hash = token_hash(&changed.token());
        let actor = Actor::account(kind, &made, self.clinic.code.clone(), "c1");
        let out = self.centre.change(actor, Function::LogOut, move |tx| {
            session::log_out(tx, &hash)
        });
        out.unwrap();
    }

    fn issued(&self, name: &'static str) -> Result<(StaffPhone, OneTimeCode), Error> {
        let function = Function::ManageStaffPhones;
        self.centre
            .change(self.admin.clone(), function, move |tx| issue(tx, name))
    }

    fn phone_of(&self, code: &OneTimeCode) -> Option<StaffPhoneHolder> {
        let authn = self.centre.service().authn();
        authn
            .activating(&self.clinic.code, code, self.centre.now())
            .unwrap()
    }

    fn activated(
        &self,
        code: &OneTimeCode,
        secret: &'static str,
        (id, password): (&str, &str),
    ) -> Result<LoggedIn, Error> {
        let terminal = self.phone_of(code).ok_or(RefusalCode::PhoneCode)?.terminal;
        let verdict = self.centre.verdict(&self.clinic, id, password);
        let (id, through) = (user_id(id), through(&terminal.serial));
        let function = Function::ActivateStaffPhone;
        self.centre.change(terminal.visitor(), function, move |tx| {
            activate(tx, secret, (&id, &verdict), &through)
        })
    }

    fn begun(&self, name: &'static str, secret: &'static str, id: &str) -> (StaffPhone, String) {
        let (phone, code) = self.issued(name).unwrap();
        let token = token(self.activated(&code, secret, (id, OWN)));
        (phone, token)
    }

    fn at(&self, secret: &str, token: Option<&str>) -> Option<(StaffPhoneHolder, Who)> {
        let authn = self.centre.service().authn();
        let now = self.centre.now();
        authn.staff_phone(secret, (token, true), now).unwrap()
    }

    fn logged_in(&self, phone: &StaffPhone, id: &str) -> Result<LoggedIn, Error> {
        let visitor = Actor::visitor(self.clinic.code.clone(), &phone.id);
        let verdict = self.centre.verdict(&self.clinic, id, OWN);
        let (id, through) = (user_id(id), through(&phone.id));
        self.centre.change(visitor, Function::LogIn, move |tx| {
            log_in(tx, (&id, &verdict), &through)
        })
    }

    fn state(&self, phone: &StaffPhone) -> PhoneState {
        let id = phone.id.clone();
        let function = Function::ManageStaffPhones;
        let found = self
            .centre
            .read(self.admin.clone(), function, move |tx| show(tx, &id));
        found.unwrap().state(self.centre.now())
    }

    fn voided(&self, phone: &StaffPhone) -> Result<u64, Error> {
        let id = phone.id.clone();
        let function = Function::ManageStaffPhones;
        self.centre.change(self.admin.clone(), function, move |tx| {
            void(tx, &id).map(|(_, ended)| ended)
        })
    }
}

fn through(phone: &str) -> Through {
    Through {
        certificate_serial: phone.to_owned(),
        terminal_name: "訪問1号機".to_owned(),
    }
}

fn token(entered: Result<LoggedIn, Error>) -> String {
    match entered {
        Ok(LoggedIn::Session { token, .. }) => token.reveal().to_owned(),
        Ok(LoggedIn::Refused(refusal)) => panic!("{:?}", refusal.code),
        Ok(_) => panic!("it asks for more"),
        Err(error) => panic!("{error}"),
    }
}

fn is_in(who: Option<(StaffPhoneHolder, Who)>) -> bool {
    matches!(who, Some((_, Who::Session(_))))
}

#[test]
fn a_code_binds_one_browser_and_one_account_once() {
    let visits = visits();
    let (phone, code_) = visits.issued("訪問1号機").unwrap();
    assert_eq!(visits.state(&phone), PhoneState::Waiting);
    assert!(visits.at(SECRET, None).is_none(), "no phone yet");
    let session = token(visits.activated(&code_, SECRET, ("Houmon01", OWN)));
    assert_eq!(visits.state(&phone), PhoneState::Active);
    assert!(is_in(visits.at(SECRET, Some(&session))));
    assert!(visits.at("another browser", Some(&session)).is_none());
    // Used once, it is nobody's.
    assert!(visits.phone_of(&code_).is_none());
    let again = visits.activated(&code_, "another browser", ("Houmon01", OWN));
    assert_eq!(code(again), RefusalCode::PhoneCode);

    // Nobody else logs in on it, whatever they may do elsewhere.
    visits.account(AccountKind::Viewer, "Houmon02");
    let other = visits.logged_in(&phone, "Houmon02");
    assert_eq!(code(other), RefusalCode::PhoneOtherAccount);
    visits.account(AccountKind::General, "Staff01");
    let kind = visits.logged_in(&phone, "Staff01");
    assert_eq!(code(kind), RefusalCode::PhoneAccount);
    let Ok(LoggedIn::OpenElsewhere { ticket, .. }) = visits.logged_in(&phone, "Houmon01") else {
        panic!("it is logged in already");
    };
    let visitor = Actor::visitor(visits.clinic.code.clone(), &phone.id);
    let (ticket, through) = (ticket.reveal().to_owned(), through(&phone.id));
    let taken = visits.centre.change(visitor, Function::LogIn, move |tx| {
        take_over(tx, &ticket, &through)
    });
    let second = token(taken);
    assert!(is_in(visits.at(SECRET, Some(&second))));
    assert!(!is_in(visits.at(SECRET, Some(&session))));
}

#[test]
fn what_a_phone_is_not_for_binds_nothing() {
    let visits = visits();
    let (phone, code_) = visits.issued("訪問1号機").unwrap();
    // An account of another kind, a password that is not the own one yet, a wrong password.
    visits.account(AccountKind::Admin, "Kanri02");
    let wrong_kind = visits.activated(&code_, SECRET, ("Kanri02", OWN));
    assert_eq!(code(wrong_kind), RefusalCode::PhoneAccount);
    let first = visits
        .centre
        .register(&visits.clinic, AccountKind::Viewer, "Houmon03");
    first.unwrap();
    let not_ready = visits.activated(&code_, SECRET, ("Houmon03", FIRST));
    assert_eq!(code(not_ready), RefusalCode::PhoneAccountNotReady);
    let wrong = visits.activated(&code_, SECRET, ("Houmon01", "wrong"));
    assert!(matches!(wrong, Ok(LoggedIn::Refused(refusal))
        if refusal.code == RefusalCode::WrongPassword));
    assert_eq!(visits.state(&phone), PhoneState::Waiting);
    assert!(visits.at(SECRET, None).is_none());
    // A code is good for a time, and another one of the same name takes its place.
    let (second, newer) = visits.issued("訪問1号機").unwrap();
    assert_eq!(visits.state(&phone), PhoneState::Voided);
    assert!(visits.phone_of(&code_).is_none());
    assert!(visits.phone_of(&newer).is_some());
    visits.centre.pass(72 * 3600);
    assert_eq!(visits.state(&second), PhoneState::Over);
    assert!(visits.phone_of(&newer).is_none());
    // Elsewhere it is nobody's.
    let neighbour = visits.centre.clinic(2);
    let (_, third) = visits.issued("訪問2号機").unwrap();
    let authn = visits.centre.service().authn();
    let found = authn.activating(&neighbour.code, &third, visits.centre.now());
    assert!(found.unwrap().is_none());
}

#[test]
fn a_phone_that_is_voided_is_out_at_once() {
    let visits = visits();
    let (phone, session) = visits.begun("訪問1号機", SECRET, "Houmon01");
    assert_eq!(code(visits.issued("訪問1号機")), RefusalCode::Invalid);
    assert_eq!(visits.voided(&phone).unwrap(), 1);
    assert!(visits.at(SECRET, Some(&session)).is_none());
    let ended = visits.centre.session(&session);
    assert_eq!(ended, Err(EndReason::PhoneVoided));
    assert_eq!(code(visits.voided(&phone)), RefusalCode::WrongState);
    let late = visits.logged_in(&phone, "Houmon01");
    assert_eq!(code(late), RefusalCode::PhoneUnknown);
    // The neighbour can't void, nor see it.
    let neighbour = visits.centre.clinic(2);
    let admin = visits
        .centre
        .register(&neighbour, AccountKind::Admin, "Tonari01");
    let theirs = neighbour.admin(&admin.unwrap());
    let (second, _) = visits.begun("訪問2号機", "second", "Houmon01");
    let id = second.id.clone();
    let function = Function::ManageStaffPhones;
    let tried = visits
        .centre
        .change(theirs.clone(), function, move |tx| void(tx, &id));
    assert_eq!(code(tried), RefusalCode::NotFound);
    assert_eq!(
        visits.centre.read(theirs, function, list).unwrap(),
        (Vec::new(), false)
    );
    // The same browser, activated anew, is one phone and not two.
    visits.account(AccountKind::Viewer, "Houmon02");
    let (third, _) = visits.begun("訪問3号機", "second", "Houmon02");
    assert_eq!(visits.state(&second), PhoneState::Voided);
    let (holder, _) = visits.at("second", None).unwrap();
    assert_eq!(holder.terminal.serial, third.id);
}

#[test]
fn without_visits_at_home_there_are_no_phones() {
    let visits = visits();
    let (phone, _) = visits.begun("訪問1号機", SECRET, "Houmon01");
    set(&visits.centre, &visits.admin, Setting::HomeVisits, "0");
    assert_eq!(code(visits.issued("訪問2号機")), RefusalCode::PhoneNotUsed);
    assert!(!visits.at(SECRET, None).unwrap().0.is_used);
    let tried = visits.logged_in(&phone, "Houmon01");
    assert_eq!(code(tried), RefusalCode::PhoneNotUsed);
}

/// A phone with a session, and a patient's card.
struct AtHome {
    visits: Visits,
    viewer: Actor,
    authority: TestAuthority,
    card: TestCard,
}

fn at_home(registered: bool) -> AtHome {
    let visits = visits();
    let (_, session) = visits.begun("訪問1号機", SECRET, "Houmon01");
    let Some((_, Who::Session(found))) = visits.at(SECRET, Some(&session)) else {
        panic!("it is logged in");
    };
    let centre = &visits.centre;
    centre.insure([hanako()]);
    let now = centre.now();
    let years = |years: i64| now.plus_seconds(years * 365 * 86_400);
    let authority = TestAuthority::new((years(-5), years(10)));
    add(centre, &authority, &[]);
    let card = authority.issue(7, (years(-1), years(3)));
    let proven = card.prove(b"x", &[authority.read()]);
    belongs(centre, &proven, 1, registered);
    AtHome {
        viewer: found.actor(),
        visits,
        authority,
        card,
    }
}

const BOTH: [(Scope, bool); 2] = [(Scope::Medicines, true), (Scope::Checkups, false)];

impl AtHome {
    fn signs(&self, said: &OnVisit) -> Signed {
        let whom = ChallengeFor {
            facility: self.visits.clinic.code.clone(),
            browser: token_hash(SECRET),
            act: Act::Visit(said.clone()),
        };
        let centre = &self.visits.centre;
        let request = centre.request();
        let service = centre.service();
        let challenge = service.home_challenge(&whom, request.now, request.seed);
        Signed {
            proven: self
                .card
                .prove(challenge.to_sign.as_bytes(), &[self.authority.read()]),
            challenge: challenge.text,
            browser: whom.browser,
        }
    }

    fn sends(&self, signed: &Signed, said: &OnVisit) -> Result<Visited, Error> {
        let (signed, said) = (signed.clone(), said.clone());
        let function = Function::ConsentOnVisit;
        self.visits
            .centre
            .change(self.viewer.clone(), function, move |tx| {
                consented(tx, &signed, &said)
            })
    }
}

fn said(by_eye: bool, kinds: [(Scope, bool); 2]) -> OnVisit {
    OnVisit {
        by_eye,
        kinds: kinds.to_vec(),
    }
}

#[test]
fn a_patient_consents_at_home_and_is_checked_on_the_same_card() {
    let home = at_home(true);
    for (by_eye, way, verified) in [
        (false, "visit pin YZK=1 TKK=0", Verification::Pin),
        (true, "visit eye YZK=1 TKK=0", Verification::ByEye),
    ] {
        let said = said(by_eye, BOTH);
        assert_eq!(Act::Visit(said.clone()).text(), way);
        let signed = home.signs(&said);
        let visited = home.sends(&signed, &said).unwrap();
        assert_eq!(visited.record.purpose, Purpose::HomeVisit);
        assert_eq!(visited.record.verified, verified);
        assert_eq!(visited.record.until, None);
        let body = &visited.answer.body;
        assert_eq!(body.qualification_validity.as_deref(), Some("1"));
        let told = body.result_list.first().unwrap();
        assert_eq!(told.name, "架空　花子");
        assert_eq!(told.pharmacists_info_cons_flg.as_deref(), Some("1"));
        let flag = told.specific_health_checkups_info_cons_flg.as_deref();
        assert_eq!(flag, Some("0"));
        // What was signed is good once, and for the very words.
        assert_eq!(code(home.sends(&signed, &said)), RefusalCode::CardChallenge);
    }
    let signed = home.signs(&said(false, BOTH));
    let other = home.sends(&signed, &said(true, BOTH));
    assert_eq!(code(other), RefusalCode::CardChallenge);
    let all = [(Scope::Medicines, true), (Scope::Surgery, true)];
    let not_asked = home.sends(&home.signs(&said(false, all)), &said(false, all));
    assert_eq!(code(not_asked), RefusalCode::ChangedMeanwhile);

    let page = Page { skip: 0, limit: 50 };
    let filter = |function| Filter {
        function: Some(function),
        ..Filter::default()
    };
    let centre = &home.visits.centre;
    let lines = |function| {
        let filter = filter(function);
        let operator = Actor::operator_at(home.visits.clinic.code.clone());
        let read = Function::ReadAuditLog;
        let found = centre.read(operator, read, move |tx| {
            crate::history::list(tx, &filter, page)
        });
        found.unwrap()
    };
    let checks = lines(Function::CheckEligibility);
    assert_eq!(checks.len(), 2, "each visit is a check of its own");
    for line in checks {
        assert_eq!(line.basis.as_deref(), Some("own card"));
        assert_eq!(line.terminal_name.as_deref(), Some("訪問1号機"));
    }
    let consents = lines(Function::ConsentOnVisit);
    let done = consents.iter().filter(|line| line.refusal.is_none());
    assert_eq!(done.count(), 2);
    assert_eq!(centre.verified(), Vec::<String>::new());
}

#[test]
fn a_card_that_is_no_insurance_card_yet_is_told_so() {
    let home = at_home(false);
    let said = said(false, BOTH);
    let answer = home.sends(&home.signs(&said), &said);
    assert_eq!(code(answer), RefusalCode::HomeNotRegistered);
}

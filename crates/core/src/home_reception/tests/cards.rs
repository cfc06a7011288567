//! What a patient's card is good for from home: once, for the very words, in one browser, at one institution.

use super::use_it;
use crate::audit::{Detail, Filter, Outcome, Page};
use crate::card::tests::{TestAuthority, TestCard, add, register as belongs};
use crate::clock::Day;
use crate::consent::{self, ConsentRecord, NewConsent, OwnConsent, Purpose, Verification};
use crate::environment::Setting;
use crate::home_reception::{
    Act, Challenge, ChallengeFor, Choice, Done, Signed, inquire, register, withdraw,
};
use crate::permission::Scope;
use crate::testing::{Clinic, TestCentre, code, hanako, taro};
use crate::{AccountKind, Actor, Error, Function, RefusalCode};

/// A centre with an institution that takes both kinds of care, an authority, and a card of person 1.
struct Home {
    centre: TestCentre,
    clinic: Clinic,
    admin: Actor,
    authority: TestAuthority,
    card: TestCard,
}

fn home() -> Home {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let admin = centre
        .register(&clinic, AccountKind::Admin, "Kanri01")
        .unwrap();
    let admin = clinic.admin(&admin);
    for setting in [Setting::HomeVisits, Setting::OnlineCare] {
        use_it(&centre, &admin, setting);
    }
    centre.insure([hanako(), taro(2)]);
    let now = centre.now();
    let years = |years: i64| now.plus_seconds(years * 365 * 86_400);
    let authority = TestAuthority::new((years(-5), years(10)));
    add(&centre, &authority, &[]);
    let card = authority.issue(7, (years(-1), years(3)));
    let proven = card.prove(b"x", &[authority.read()]);
    belongs(&centre, &proven, 1, true);
    Home {
        centre,
        clinic,
        admin,
        authority,
        card,
    }
}

fn choice(purpose: Purpose, kinds: [(Scope, bool); 2]) -> Choice {
    Choice {
        purpose,
        booked: None,
        kinds: kinds.to_vec(),
    }
}

const BOTH: [(Scope, bool); 2] = [(Scope::Medicines, true), (Scope::Checkups, true)];

impl Home {
    fn patient(&self) -> Actor {
        Actor::patient(self.clinic.code.clone())
    }

    fn whom(&self, act: &Act) -> ChallengeFor {
        ChallengeFor {
            facility: self.clinic.code.clone(),
            browser: "browser 1".to_owned(),
            act: act.clone(),
        }
    }

    fn challenge(&self, act: &Act) -> Challenge {
        let request = self.centre.request();
        let service = self.centre.service();
        service.home_challenge(&self.whom(act), request.now, request.seed)
    }

    fn signs(&self, card: &TestCard, act: &Act) -> Signed {
        let challenge = self.challenge(act);
        Signed {
            proven: card.prove(challenge.to_sign.as_bytes(), &[self.authority.read()]),
            challenge: challenge.text,
            browser: "browser 1".to_owned(),
        }
    }

    fn register(&self, signed: &Signed, choice: &Choice) -> Result<Done<ConsentRecord>, Error> {
        let (signed, choice) = (signed.clone(), choice.clone());
        let function = Function::RegisterOwnConsents;
        self.centre.change(self.patient(), function, move |tx| {
            register(tx, &signed, &choice)
        })
    }

    fn registered(&self, choice: &Choice) -> Result<Done<ConsentRecord>, Error> {
        let signed = self.signs(&self.card, &Act::Register(choice.clone()));
        self.register(&signed, choice)
    }

    fn inquired(&self) -> Done<Vec<OwnConsent>> {
        let signed = self.signs(&self.card, &Act::Inquire);
        let function = Function::InquireOwnConsents;
        let told = self
            .centre
            .change(self.patient(), function, move |tx| inquire(tx, &signed));
        told.unwrap()
    }

    fn withdrawn(&self) -> Result<Done<u64>, Error> {
        let signed = self.signs(&self.card, &Act::Withdraw);
        let function = Function::WithdrawOwnConsents;
        self.centre
            .change(self.patient(), function, move |tx| withdraw(tx, &signed))
    }
}

#[test]
fn the_card_signs_the_words_of_what_is_done() {
    let home = home();
    let online = Choice {
        booked: Day::parse("20260410"),
        ..choice(
            Purpose::Online,
            [(Scope::Medicines, true), (Scope::Checkups, false)],
        )
    };
    let challenge = home.challenge(&Act::Register(online));
    let expected = format!(
        "ONSHI-HOME-1\n{}\n{}\nregister 3 20260410 YZK=1 TKK=0\n",
        challenge.text,
        home.clinic.code.as_str()
    );
    assert_eq!(challenge.to_sign, expected);
    assert_eq!(Act::Inquire.text(), "inquire");
    assert_eq!(Act::Withdraw.text(), "withdraw");
}

#[test]
fn what_was_signed_is_done_for_whose_card_it_is() {
    let home = home();
    let visits = choice(Purpose::HomeVisit, BOTH);
    let done = home.registered(&visits).unwrap();
    assert_eq!(done.name, "架空　花子");
    assert_eq!((done.what.person, done.what.until), (1, None));
    assert_eq!(done.what.verified, Verification::Pin);
    let online = Choice {
        booked: Some(home.centre.now().jst_day().plus_days(3)),
        ..choice(
            Purpose::Online,
            [(Scope::Medicines, true), (Scope::Checkups, false)],
        )
    };
    home.registered(&online).unwrap();
    let told: Vec<(Purpose, Scope, bool)> = home
        .inquired()
        .what
        .iter()
        .map(|one| (one.purpose, one.scope, one.booked.is_some()))
        .collect();
    let expected = [
        (Purpose::HomeVisit, Scope::Medicines, false),
        (Purpose::HomeVisit, Scope::Checkups, false),
        (Purpose::Online, Scope::Medicines, true),
    ];
    assert_eq!(told, expected);
    // Said again, the last word counts, and what was said twice is told once.
    let less = choice(
        Purpose::HomeVisit,
        [(Scope::Medicines, true), (Scope::Checkups, false)],
    );
    home.registered(&less).unwrap();
    assert_eq!(home.inquired().what.len(), 2);

    // What was agreed to at the desk is taken back too.
    let viewer = Actor::account(AccountKind::Face, "f1", home.clinic.code.clone(), "c1");
    let at_the_desk = NewConsent {
        person: 1,
        purpose: Purpose::Outpatient,
        verified: Verification::Face,
        kinds: vec![(Scope::Checkups, true)],
        ceiling: true,
        booked: None,
        reader: None,
    };
    let given = home
        .centre
        .change(viewer, Function::RecordConsent, move |tx| {
            consent::record(tx, &at_the_desk)
        });
    given.unwrap();
    let before = home.inquired().what.len();
    assert_eq!(before, 3);
    let gone = home.withdrawn().unwrap();
    assert!(gone.what >= 3, "{}", gone.what);
    assert_eq!(home.inquired().what, []);
    assert_eq!(code(home.withdrawn()), RefusalCode::HomeNoConsent);
    assert_eq!(home.centre.verified(), [""; 0]);
}

#[test]
fn a_signature_is_good_for_nothing_else() {
    let home = home();
    let visits = choice(Purpose::HomeVisit, BOTH);
    let signed = home.signs(&home.card, &Act::Register(visits.clone()));
    let challenge = RefusalCode::CardChallenge;
    let less = choice(
        Purpose::HomeVisit,
        [(Scope::Medicines, true), (Scope::Checkups, false)],
    );
    assert_eq!(
        code(home.register(&signed, &less)),
        challenge,
        "other words"
    );
    let elsewhere = Signed {
        browser: "browser 2".to_owned(),
        ..signed.clone()
    };
    assert_eq!(code(home.register(&elsewhere, &visits)), challenge);
    let other = home.centre.clinic(2);
    let (there, chosen) = (signed.clone(), visits.clone());
    let at_another = home.centre.change(
        Actor::patient(other.code),
        Function::RegisterOwnConsents,
        move |tx| register(tx, &there, &chosen),
    );
    assert_eq!(code(at_another), challenge, "another institution");
    home.register(&signed, &visits).unwrap();
    assert_eq!(code(home.register(&signed, &visits)), challenge, "again");
    let late = home.signs(&home.card, &Act::Register(visits.clone()));
    home.centre.pass(600);
    assert_eq!(code(home.register(&late, &visits)), challenge, "too late");
}

#[test]
fn what_the_institution_does_not_ask_for_is_not_agreed_to() {
    let home = home();
    let more = Choice {
        purpose: Purpose::HomeVisit,
        booked: None,
        kinds: vec![(Scope::Medicines, true), (Scope::Surgery, true)],
    };
    let changed = RefusalCode::ChangedMeanwhile;
    assert_eq!(code(home.registered(&more)), changed);
    let desk = choice(Purpose::Outpatient, BOTH);
    assert_eq!(code(home.registered(&desk)), RefusalCode::HomeNotUsed);
    let without_day = choice(Purpose::Online, BOTH);
    assert_eq!(code(home.registered(&without_day)), RefusalCode::ConsentDay);
}

#[test]
fn a_card_that_is_not_good_enough_is_told_so_and_nothing_is_kept() {
    let home = home();
    let now = home.centre.now();
    let years = |years: i64| now.plus_seconds(years * 365 * 86_400);
    let known = [home.authority.read()];
    let visits = choice(Purpose::HomeVisit, BOTH);
    let act = Act::Register(visits.clone());
    let unknown = home.authority.issue(8, (years(-1), years(3)));
    let expired = home.authority.issue(9, (years(-3), years(-1)));
    belongs(&home.centre, &expired.prove(b"x", &known), 1, true);
    let unregistered = home.authority.issue(10, (years(-1), years(3)));
    belongs(&home.centre, &unregistered.prove(b"x", &known), 1, false);
    for (card, expected) in [
        (&unknown, RefusalCode::HomeCard),
        (&expired, RefusalCode::HomeCard),
        (&unregistered, RefusalCode::HomeNotRegistered),
    ] {
        let signed = home.signs(card, &act);
        assert_eq!(code(home.register(&signed, &visits)), expected);
    }
    // Where nobody can say what was revoked there is eligibility alone.
    home.centre.pass(30 * 86_400);
    assert_eq!(code(home.registered(&visits)), RefusalCode::CardNoMedical);
    let none = choice(
        Purpose::HomeVisit,
        [(Scope::Medicines, false), (Scope::Checkups, false)],
    );
    home.registered(&none).unwrap();
    assert_eq!(home.inquired().what, []);
    let lines = home
        .centre
        .read(home.admin.clone(), Function::ReadAuditLog, |tx| {
            let page = Page { skip: 0, limit: 50 };
            crate::history::list(tx, &Filter::default(), page)
        });
    let lines = lines.unwrap();
    let refused: Vec<_> = lines
        .iter()
        .filter(|line| line.outcome == Some(Outcome::Refused))
        .collect();
    assert_eq!(refused.len(), 4);
    let told =
        |line: &&crate::audit::Line| matches!(line.detail, Some(Detail::CardPresented { .. }));
    assert!(refused.iter().all(told), "what the card was worth is kept");
}

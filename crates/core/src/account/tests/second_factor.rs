//! 二要素認証: adding a factor, the second step of a log-in, and what hangs on it.

use crate::account::factors::{self, FactorChange};
use crate::account::own_password::UnusedPassword;
use crate::account::password::{Owner, accept, accept_beside_a_factor};
use crate::account::second_step::{self, Passed, Shown};
use crate::account::session::EndReason;
use crate::account::{Managed, PasswordOrigin, manage};
use crate::audit::Detail;
use crate::second_factor::policy::{self, Allowed};
use crate::second_factor::totp::{TotpSecret, step_of};
use crate::second_factor::{FactorPolicy, Factors};
use crate::service::Tx;
use crate::testing::{
    Clinic, FIRST, LoginOutcome, TestCentre, code, entry, hash, refusal, through,
};
use crate::{AccountKind, Actor, Error, Function, RefusalCode};

const OWN: Function = Function::ManageOwnSecondFactor;

/// A clinic with somebody of the reception, who has an authenticator and recovery codes.
struct Desk {
    centre: TestCentre,
    clinic: Clinic,
    id: String,
    secret: TotpSecret,
    codes: Vec<String>,
}

impl Desk {
    fn new() -> Desk {
        let centre = TestCentre::new();
        let clinic = centre.clinic(1);
        let id = centre.register(&clinic, AccountKind::General, "desk1");
        let id = id.unwrap();
        let (secret, codes) = enrol(&centre, &clinic, &id);
        Desk {
            centre,
            clinic,
            id,
            secret,
            codes,
        }
    }

    fn actor(&self) -> Actor {
        actor(&self.clinic, &self.id)
    }

    /// The code that the authenticator shows now.
    fn code(&self) -> String {
        self.secret.code_at(step_of(self.centre.now()))
    }

    fn log_in(&self) -> LoginOutcome {
        self.centre.log_in(&self.clinic, "desk1", FIRST, "c1")
    }

    /// Types something at the second step.
    fn types(&self, ticket: &str, typed: &str) -> LoginOutcome {
        self.types_at(ticket, typed, "c1")
    }

    fn types_at(&self, ticket: &str, typed: &str, terminal: &str) -> LoginOutcome {
        let (ticket, typed) = (ticket.to_owned(), typed.to_owned());
        let (visitor, through) = (
            Actor::visitor(self.clinic.code.clone(), terminal),
            through(terminal),
        );
        let passed = self.centre.change(visitor, Function::LogIn, move |tx| {
            second_step::pass(tx, &ticket, &Shown::Code(typed.clone()), &through)
        });
        match passed {
            Ok(Passed::LoggedIn(outcome)) => entry(Ok(*outcome)),
            Ok(Passed::Wrong { refusal, .. }) => LoginOutcome::No(refusal),
            Err(error) => entry(Err(error)),
        }
    }

    fn has(&self) -> Factors {
        let read = self.centre.read(self.actor(), OWN, factors::show);
        read.unwrap().factors
    }
}

fn actor(clinic: &Clinic, id: &str) -> Actor {
    Actor::account(AccountKind::General, id, clinic.code.clone(), "c1")
}

fn enrol(centre: &TestCentre, clinic: &Clinic, id: &str) -> (TotpSecret, Vec<String>) {
    let offer = centre.read(actor(clinic, id), OWN, factors::offer_totp);
    let (offer, name) = offer.unwrap();
    assert_eq!(name, format!("{} desk1", clinic.code.as_str()));
    let typed = offer.secret.code_at(step_of(centre.now()));
    let verdict = centre.verdict(clinic, "desk1", FIRST);
    let sealed = offer.sealed.clone();
    let added = centre.change(actor(clinic, id), OWN, move |tx| {
        factors::add_totp(tx, &verdict, (&sealed, &typed))
    });
    let codes = done(added);
    let printed = codes
        .iter()
        .map(crate::second_factor::RecoveryCode::printed);
    (offer.secret, printed.collect())
}

#[track_caller]
fn done<T>(changed: Result<FactorChange<T>, Error>) -> T {
    match changed {
        Ok(FactorChange::Done(done)) => done,
        Ok(FactorChange::Refused(refusal)) => panic!("refused: {refusal:?}"),
        Err(error) => panic!("{error:?}"),
    }
}

#[test]
fn the_password_alone_opens_the_second_step_and_nothing_else() {
    let desk = Desk::new();
    desk.centre.pass(60);
    let ticket = desk.log_in().ticket();
    let open = "select count(*) from web_session where ended_at is null";
    assert_eq!(desk.centre.number(open, &[]), 0, "there is no session yet");
    assert!(
        desk.centre
            .service()
            .authn()
            .session(&ticket)
            .unwrap()
            .is_none(),
        "the ticket is none"
    );
    let told = desk.centre.take_over(&desk.clinic, &ticket, "c1");
    assert_eq!(
        told.code(),
        Some(RefusalCode::TakeoverExpired),
        "nor a takeover"
    );
    let token = desk.types(&ticket, &desk.code()).token();
    assert_eq!(desk.centre.session(&token), Ok(()));
    let again = desk.types(&ticket, &desk.code());
    assert_eq!(again.code(), Some(RefusalCode::SecondStepExpired));
}

#[test]
fn a_code_is_taken_once_and_within_one_step_of_its_time() {
    let desk = Desk::new();
    let wrong = Some(RefusalCode::SecondFactorWrong);
    // The code that confirmed the secret is spent as well.
    let ticket = desk.log_in().ticket();
    assert_eq!(desk.types(&ticket, &desk.code()).code(), wrong);
    desk.centre.pass(30);
    let code = desk.code();
    desk.types(&ticket, &code).token();
    let next = desk.log_in().ticket();
    assert_eq!(
        desk.types(&next, &code).code(),
        wrong,
        "it was taken before"
    );
    desk.centre.pass(90);
    let step = step_of(desk.centre.now());
    assert_eq!(
        desk.types(&next, &desk.secret.code_at(step - 2)).code(),
        wrong
    );
    assert_eq!(
        desk.types(&next, &desk.secret.code_at(step + 2)).code(),
        wrong
    );
    // Somebody whose clock is ahead.
    desk.types(&next, &desk.secret.code_at(step + 1)).ticket();
    let later = desk.log_in().ticket();
    let earlier = desk.types(&later, &desk.code());
    assert_eq!(
        earlier.code(),
        wrong,
        "one that is older than a taken one is none"
    );
}

#[test]
fn a_ticket_is_good_for_five_minutes_at_its_terminal_and_for_its_password() {
    let desk = Desk::new();
    let over = Some(RefusalCode::SecondStepExpired);
    desk.centre.pass(60);
    let ticket = desk.log_in().ticket();
    assert_eq!(desk.types_at(&ticket, &desk.code(), "c2").code(), over);
    assert_eq!(desk.types("made-up", &desk.code()).code(), over);
    desk.centre.pass(301);
    assert_eq!(desk.types(&ticket, &desk.code()).code(), over);
    let kept = || desk.centre.number("select count(*) from second_step", &[]);
    assert_eq!(kept(), 1);
    let job = crate::jobs::all().find(|job| job.function() == Function::ExpireSessions);
    let ran = job
        .unwrap()
        .run(desk.centre.service(), &desk.centre.request());
    assert!(!ran.unwrap());
    assert_eq!(kept(), 0, "what nobody answered does not wait");

    let ticket = desk.log_in().ticket();
    let reset = desk.centre.operate(&desk.clinic, &desk.id, |tx, id| {
        manage::reset_password(tx, Managed::All, id, &hash("next"))
    });
    reset.unwrap();
    assert_eq!(desk.types(&ticket, &desk.code()).code(), over);
}

#[test]
fn wrong_codes_count_and_lock_as_wrong_passwords_do_and_a_right_password_forgets_none() {
    let desk = Desk::new();
    desk.centre.pass(60);
    let mut warned = 0;
    for round in 1..=5 {
        // A right password between two wrong codes would else give four more of them.
        let ticket = desk.log_in().ticket();
        let LoginOutcome::No(refusal) = desk.types(&ticket, "000000") else {
            panic!("000000 fits");
        };
        warned += refusal.problems.len();
        let expected = match round {
            5 => RefusalCode::Locked,
            _ => RefusalCode::SecondFactorWrong,
        };
        assert_eq!(refusal.code, expected, "round {round}");
    }
    assert_eq!(warned, 2, "the last two tries are announced");
    assert_eq!(desk.log_in().code(), Some(RefusalCode::Locked));
    desk.centre.pass(15 * 60);
    let ticket = desk.log_in().ticket();
    desk.types(&ticket, &desk.code()).token();
    let left = desk
        .centre
        .number("select count(*) from login_failure", &[]);
    assert_eq!(left, 0, "both were right: it is forgotten");
}

#[test]
fn what_can_be_no_code_is_a_slip_and_not_counted() {
    let desk = Desk::new();
    desk.centre.pass(60);
    let ticket = desk.log_in().ticket();
    for typed in ["", "12345", "1234567", "abcdef", "さくら"] {
        let told = desk.types(&ticket, typed);
        assert_eq!(told.code(), Some(RefusalCode::SecondFactorSlip), "{typed}");
    }
    let left = desk
        .centre
        .number("select count(*) from login_failure", &[]);
    assert_eq!(left, 0);
}

#[test]
fn a_recovery_code_is_good_once_and_new_ones_end_the_old() {
    let desk = Desk::new();
    assert_eq!(desk.codes.len(), 10);
    let first = desk.codes[0].to_lowercase();
    let ticket = desk.log_in().ticket();
    desk.types(&ticket, &first).token();
    assert_eq!(desk.has().codes_left, 9);
    desk.centre.pass(3600);
    let ticket = desk.log_in().ticket();
    let told = desk.types(&ticket, &first);
    assert_eq!(told.code(), Some(RefusalCode::SecondFactorWrong));

    let verdict = desk.centre.verdict(&desk.clinic, "desk1", FIRST);
    let made = desk.centre.change(desk.actor(), OWN, move |tx| {
        factors::make_codes(tx, &verdict)
    });
    let made = done(made);
    assert_eq!(made.len(), 10);
    let told = desk.types(&ticket, &desk.codes[1]);
    assert_eq!(told.code(), Some(RefusalCode::SecondFactorWrong));
    desk.types(&ticket, &made[0].printed()).token();
}

#[test]
fn what_is_kept_is_sealed_and_hashed() {
    let desk = Desk::new();
    let sealed = "select count(*) from totp_factor where secret = $1";
    let typed = desk.secret.typed().replace(' ', "");
    let plain = data_encoding::BASE32_NOPAD.decode(typed.as_bytes());
    let plain = crate::store::Value::Bytes(plain.unwrap());
    assert_eq!(desk.centre.number(sealed, &[plain]), 0);
    let code = desk.codes[0].replace('-', "");
    let open = "select count(*) from recovery_code where code = $1";
    assert_eq!(desk.centre.number(open, &[code.as_str().into()]), 0);
}

#[test]
fn a_change_needs_the_current_password_and_a_wrong_one_is_counted() {
    let desk = Desk::new();
    for round in 1..=5 {
        let verdict = desk.centre.verdict(&desk.clinic, "desk1", "guess");
        let told = desk.centre.change(desk.actor(), OWN, move |tx| {
            factors::remove_totp(tx, &verdict)
        });
        let Ok(FactorChange::Refused(refusal)) = told else {
            panic!("round {round}");
        };
        let expected = match round {
            5 => RefusalCode::Locked,
            _ => RefusalCode::CurrentPasswordWrong,
        };
        assert_eq!(refusal.code, expected, "round {round}");
    }
    assert!(desk.has().is_enrolled());
}

#[test]
fn an_offer_is_of_one_account_and_for_a_quarter_of_an_hour() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let one = centre
        .register(&clinic, AccountKind::General, "desk1")
        .unwrap();
    let two = centre
        .register(&clinic, AccountKind::General, "desk2")
        .unwrap();
    let offer = centre.read(actor(&clinic, &one), OWN, factors::offer_totp);
    let (offer, _) = offer.unwrap();
    let add = |id: &str, user: &str, typed: String| {
        let (verdict, sealed) = (centre.verdict(&clinic, user, FIRST), offer.sealed.clone());
        centre.change(actor(&clinic, id), OWN, move |tx| {
            factors::add_totp(tx, &verdict, (&sealed, &typed)).map(drop)
        })
    };
    let now = || offer.secret.code_at(step_of(centre.now()));
    assert_eq!(
        code(add(&two, "desk2", now())),
        RefusalCode::SecondFactorOfferOver
    );
    let wrong = refusal(add(&one, "desk1", "000000".to_owned()));
    assert_eq!(wrong.code, RefusalCode::Invalid);
    centre.pass(901);
    assert_eq!(
        code(add(&one, "desk1", now())),
        RefusalCode::SecondFactorOfferOver
    );
}

/// Sets what the clinic wants of the reception.
fn want(centre: &TestCentre, clinic: &Clinic, wanted: FactorPolicy) -> Result<(), Error> {
    let admin = clinic.admin("an-admin");
    let set = move |tx: &mut Tx<'_>| {
        let seen = policy::current(tx)?.version;
        policy::set(tx, &[(AccountKind::General, wanted)], seen).map(drop)
    };
    centre.change(admin, Function::SetSecondFactorPolicy, set)
}

#[test]
fn whoever_must_have_a_factor_adds_one_and_keeps_the_last() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let id = centre
        .register(&clinic, AccountKind::General, "desk1")
        .unwrap();
    let session = |token: &str| centre.service().authn().session(token).unwrap().unwrap();
    let before = centre.log_in(&clinic, "desk1", FIRST, "c1").token();
    want(&centre, &clinic, FactorPolicy::Required).unwrap();
    assert!(
        !session(&before).must_add_factor,
        "nobody is thrown out of work"
    );
    centre.pass(1801);
    let after = centre.log_in(&clinic, "desk1", FIRST, "c1").token();
    assert!(session(&after).must_add_factor);
    enrol(&centre, &clinic, &id);
    assert!(!session(&after).must_add_factor);

    let remove = || {
        let verdict = centre.verdict(&clinic, "desk1", FIRST);
        centre.change(actor(&clinic, &id), OWN, move |tx| {
            factors::remove_totp(tx, &verdict).map(drop)
        })
    };
    assert_eq!(code(remove()), RefusalCode::SecondFactorLast);
    want(&centre, &clinic, FactorPolicy::Off).unwrap();
    let offer = centre.read(actor(&clinic, &id), OWN, factors::offer_totp);
    assert_eq!(code(offer), RefusalCode::SecondFactorOff);
    let asked = centre.log_in(&clinic, "desk1", FIRST, "c2");
    assert!(
        matches!(asked, LoginOutcome::SecondStep(_)),
        "what is there is asked for"
    );
    remove().unwrap();
    assert_eq!(code(remove()), RefusalCode::NotFound);
    let verdict = centre.verdict(&clinic, "desk1", FIRST);
    let codes = centre.change(actor(&clinic, &id), OWN, move |tx| {
        factors::make_codes(tx, &verdict).map(drop)
    });
    assert_eq!(code(codes), RefusalCode::WrongState);
    let left = centre.number("select count(*) from recovery_code", &[]);
    assert_eq!(left, 0, "codes are for what is lost");
}

#[test]
fn from_the_day_of_the_rules_on_people_must_have_a_factor() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    centre
        .register(&clinic, AccountKind::General, "desk1")
        .unwrap();
    // From 2026-04-01, 8:30 to 2027-03-31, 23:59:59, and on.
    centre.pass(364 * 86_400 + 15 * 3600 + 29 * 60 + 59);
    let session = |token: &str| centre.service().authn().session(token).unwrap().unwrap();
    let free = centre.log_in(&clinic, "desk1", FIRST, "c1").token();
    assert!(!session(&free).must_add_factor);
    centre.pass(1801);
    let bound = centre.log_in(&clinic, "desk1", FIRST, "c1").token();
    assert!(session(&bound).must_add_factor);
    assert_eq!(
        code(want(&centre, &clinic, FactorPolicy::Offered)),
        RefusalCode::SecondFactorNotAllowed
    );
    let operator = Actor::operator_at(clinic.code.clone());
    let (least, most) = (FactorPolicy::Off, FactorPolicy::Offered);
    let allow = centre.change(operator, Function::AllowSecondFactorPolicy, move |tx| {
        policy::allow(tx, AccountKind::General, Some(Allowed { least, most }))
    });
    allow.unwrap();
    want(&centre, &clinic, FactorPolicy::Offered).unwrap();
    assert_eq!(
        code(want(&centre, &clinic, FactorPolicy::Required)),
        RefusalCode::SecondFactorNotAllowed
    );
    centre.pass(1801);
    let free = centre.log_in(&clinic, "desk1", FIRST, "c1").token();
    assert!(!session(&free).must_add_factor);
}

#[test]
fn two_who_set_it_at_once_are_told() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let set = |seen| {
        let admin = clinic.admin("an-admin");
        centre.change(admin, Function::SetSecondFactorPolicy, move |tx| {
            policy::set(tx, &[(AccountKind::Admin, FactorPolicy::Required)], seen).map(drop)
        })
    };
    set(0).unwrap();
    assert_eq!(code(set(0)), RefusalCode::ChangedMeanwhile);
    set(1).unwrap();
}

#[test]
fn the_level_above_resets_it_and_ends_the_sessions() {
    let desk = Desk::new();
    desk.centre.pass(60);
    let ticket = desk.log_in().ticket();
    let token = desk.types(&ticket, &desk.code()).token();
    let admin = desk.clinic.admin("an-admin");
    let (id, reset) = (desk.id.clone(), Function::ManageAccounts);
    let done = desk.centre.change(admin.clone(), reset, move |tx| {
        manage::reset_second_factor(tx, Managed::Others, &id)
    });
    done.unwrap();
    assert_eq!(desk.centre.session(&token), Err(EndReason::FactorReset));
    assert!(!desk.has().is_enrolled());
    desk.log_in().token();
    let id = desk.id.clone();
    let again = desk.centre.change(admin, reset, move |tx| {
        manage::reset_second_factor(tx, Managed::Others, &id)
    });
    assert_eq!(code(again), RefusalCode::WrongState);
    assert!(desk.centre.verified().is_empty());
}

fn owner() -> Owner {
    Owner {
        user_id: "desk1".to_owned(),
        name: "架空 花子".to_owned(),
        facility_code: "1310000016".to_owned(),
        facility_name: "架空クリニック".to_owned(),
    }
}

#[test]
fn eight_characters_will_do_beside_a_factor_and_are_changed_without() {
    const SHORT: &str = "k7#Qm2!x";
    let desk = Desk::new();
    let rules = desk.centre.service().rules().clone();
    assert!(accept(SHORT, &owner(), &rules.password).is_err());
    let seven = &SHORT[..7];
    let beside =
        |text| accept_beside_a_factor(text, &owner(), &rules.password, &rules.second_factor);
    assert!(beside(seven).is_err());
    assert!(beside("password").is_err(), "a word that everybody knows");
    assert!(beside("abcdefgh").is_err(), "no digit and no symbol");

    let change = desk.centre.service().authn().password_change(&desk.actor());
    let change = change.unwrap().unwrap();
    let accepted = change.accept(SHORT, &rules);
    let Ok(accepted) = accepted else {
        panic!("{SHORT} is good enough beside a factor");
    };
    let unused: Option<UnusedPassword> = change.compare(accepted).to_the_end();
    let new = unused.unwrap().hash(&rules.password, [3; 16]);
    let verdict = desk.centre.verdict(&desk.clinic, "desk1", FIRST);
    let changed = desk
        .centre
        .change(desk.actor(), Function::ChangeOwnPassword, move |tx| {
            manage::change_own_password(tx, &verdict, Some(&new), &through("c1")).map(drop)
        });
    changed.unwrap();
    let origin = || desk.centre.account(&desk.clinic, &desk.id).origin;
    assert_eq!(origin(), PasswordOrigin::Own);

    let reset = desk.centre.operate(&desk.clinic, &desk.id, |tx, id| {
        manage::reset_second_factor(tx, Managed::All, id)
    });
    reset.unwrap();
    assert_eq!(origin(), PasswordOrigin::TooShort);
    let account = desk.centre.account(&desk.clinic, &desk.id);
    assert!(account.must_change_password());
    // A long one is asked for now.
    let change = desk.centre.service().authn().password_change(&desk.actor());
    assert!(change.unwrap().unwrap().accept(SHORT, &rules).is_err());
}

#[test]
fn a_long_password_stays_when_the_factor_goes() {
    let desk = Desk::new();
    let account = desk.centre.account(&desk.clinic, &desk.id);
    desk.centre
        .change_password(&desk.clinic, &account, (FIRST, "second-Password-2"))
        .token();
    let reset = desk.centre.operate(&desk.clinic, &desk.id, |tx, id| {
        manage::reset_second_factor(tx, Managed::All, id)
    });
    reset.unwrap();
    let account = desk.centre.account(&desk.clinic, &desk.id);
    assert_eq!(account.origin, PasswordOrigin::Own);
}

#[test]
fn the_log_says_what_was_done_and_by_what_somebody_was_known() {
    let desk = Desk::new();
    desk.centre.pass(60);
    let ticket = desk.log_in().ticket();
    desk.types(&ticket, "000000");
    desk.types(&ticket, &desk.code()).token();
    let at = Actor::operator_at(desk.clinic.code.clone());
    let lines = desk.centre.read(at, Function::ReadAuditLog, |tx| {
        let (filter, page) = (
            crate::audit::Filter::default(),
            crate::audit::Page { skip: 0, limit: 9 },
        );
        crate::history::list(tx, &filter, page)
    });
    let told: Vec<String> = lines
        .unwrap()
        .iter()
        .filter(|line| line.function == Some(Function::LogIn))
        .map(|line| match (&line.refusal, &line.detail) {
            (Some(code), _) => code.clone(),
            (None, detail) => detail.as_ref().map(Detail::words).unwrap_or_default(),
        })
        .collect();
    assert_eq!(
        told,
        [
            "認証アプリで確認",
            "second_factor.wrong",
            "パスワードを確認し、二要素認証へ"
        ]
    );
}

#[test]
fn a_secret_that_another_centre_sealed_is_named() {
    let desk = Desk::new();
    desk.centre.pass(60);
    let damaged = "update totp_factor set secret = $1";
    let bytes = crate::store::Value::Bytes(vec![1; 60]);
    desk.centre
        .raw_connection()
        .execute(damaged, &[bytes])
        .unwrap();
    let ticket = desk.log_in().ticket();
    let told = desk.types(&ticket, &desk.code());
    assert_eq!(told.code(), Some(RefusalCode::SecondFactorUnreadable));
    desk.types(&ticket, &desk.codes[3]).token();
}

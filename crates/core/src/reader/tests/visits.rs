//! Patients with My Number Cards: what a card is worth on each day, and what holds a visit together.

use super::{Reader, code, holder, reader, said, sign};
use crate::card::tests::{TestAuthority, TestCard, add, register};
use crate::card::{CardState, Proven, Trouble, prove};
use crate::clock::Day;
use crate::consent::Verification;
use crate::permission::Scope;
use crate::reader::arrivals::{self, Arrival, Outcome};
use crate::reader::challenge::ChallengeFor;
use crate::reader::visit::{self, Presented};
use crate::reader::{Sent, Signed, Who, by_eye, consented, withdrawn};
use crate::service::Service;
use crate::terms::Validity;
use crate::{AccountKind, Actor, Error, Function, Moment, RefusalCode};
use serde_json::Value;

/// A reader at work, an authority, and a card of person 1.
pub(super) struct Desk {
    pub(super) reader: Reader,
    authority: TestAuthority,
    pub(super) card: TestCard,
    requests: std::cell::Cell<u32>,
}

pub(super) fn service(reader: &Reader) -> &Service {
    reader.centre.service()
}

fn day(number: i64) -> Moment {
    Day::from_number(number).unwrap().start()
}

/// The card ends on the 14th of September 2026; the clock stands at the 1st of April.
pub(super) fn desk(revoked: &[u64], registered: bool) -> Desk {
    let reader = reader();
    let authority = TestAuthority::new((day(20_200_101), day(20_400_101)));
    add(&reader.centre, &authority, revoked);
    let card = authority.issue(7, (day(20_210_915), day(20_260_915).plus_seconds(-1)));
    let desk = Desk {
        reader,
        authority,
        card,
        requests: std::cell::Cell::new(0),
    };
    register(
        &desk.reader.centre,
        &desk.proven(&desk.card, "x"),
        1,
        registered,
    );
    desk
}

impl Desk {
    fn proven(&self, card: &TestCard, asked: &str) -> Proven {
        card.prove(asked.as_bytes(), &[self.authority.read()])
    }

    pub(super) fn request(&self) -> (Signed, Sent) {
        self.requests.set(self.requests.get() + 1);
        let id = format!("n{}", self.requests.get());
        (
            sign(&self.reader.issued, id.as_bytes()),
            self.reader.sent(&id),
        )
    }

    fn whom(&self) -> ChallengeFor {
        ChallengeFor {
            reader: self.reader.issued.serial.clone(),
            account: "k1".to_owned(),
            facility: self.reader.clinic.code.clone(),
        }
    }

    /// A card that has signed a challenge.
    pub(super) fn presented(&self, card: &TestCard, verified: Verification) -> Presented {
        let seed = [u8::try_from(self.requests.get() % 250).unwrap() + 1; 32];
        let challenge =
            service(&self.reader).challenge(&self.whom(), self.reader.centre.now(), seed);
        let signature = card.sign(&challenge.to_sign);
        let known = service(&self.reader).card_authorities().unwrap();
        let proven = prove((&card.der, &signature), &challenge.to_sign, &known);
        Presented {
            proven: proven.unwrap(),
            challenge: challenge.text,
            verified,
            passcode: None,
        }
    }

    pub(super) fn begin(
        &self,
        (signed, sent): (Signed, Sent),
        presented: Presented,
    ) -> Result<Result<String, RefusalCode>, Error> {
        self.begin_as(self.reader.face(), (signed, sent), presented)
    }

    fn begin_as(
        &self,
        face: Actor,
        (signed, sent): (Signed, Sent),
        presented: Presented,
    ) -> Result<Result<String, RefusalCode>, Error> {
        self.reader
            .centre
            .change(face, Function::PresentCard, move |tx| {
                visit::begin(tx, &signed, &sent, &presented)
            })
    }

    /// A second after the one before.
    fn come(&self, card: &TestCard) -> Value {
        self.reader.centre.pass(1);
        let presented = self.presented(card, Verification::Face);
        let told = self.begin(self.request(), presented).unwrap().unwrap();
        serde_json::from_str(&told).unwrap()
    }

    fn say(&self, visit: &Value, kinds: &[(Scope, bool)]) -> Result<String, Error> {
        let (signed, sent) = self.request();
        self.reader.send_as(signed, sent, who(visit), said(kinds))
    }

    pub(super) fn staff(&self, kind: AccountKind) -> Actor {
        Actor::account(kind, "s1", self.reader.clinic.code.clone(), "t1")
    }

    fn arrivals(&self) -> Vec<Arrival> {
        let general = self.staff(AccountKind::General);
        self.reader
            .centre
            .read(general, Function::ListArrivals, arrivals::list)
            .unwrap()
    }
}

pub(super) fn who(visit: &Value) -> Who {
    Who::Visit(visit["visit"].as_str().unwrap().to_owned())
}

fn state(visit: &Value) -> CardState {
    CardState::from_code(visit["state"].as_str().unwrap()).unwrap()
}

#[test]
fn a_patient_goes_from_the_card_to_the_result_once() {
    let desk = desk(&[], true);
    let visit = desk.come(&desk.card);
    assert_eq!(state(&visit), CardState::Good);
    assert_eq!(visit["accepted"], true);
    assert_eq!(visit["ask"]["kinds"], serde_json::json!(["YZK", "TKK"]));
    assert_eq!(visit["notAfter"], "20260914");
    assert!(visit.get("words").is_none());
    assert_eq!(desk.arrivals()[0].outcome, Outcome::UnderWay);
    let name = desk.arrivals()[0].who.clone().unwrap().0;
    assert_eq!(name, "架空　花子");

    let (signed, sent) = desk.request();
    let yes = || said(&[(Scope::Medicines, true), (Scope::Checkups, false)]);
    let send = || {
        desk.reader
            .send_as(signed.clone(), sent.clone(), who(&visit), yes())
    };
    let answer = send().unwrap();
    for part in [
        r#""QualificationValidity":"1""#,
        r#""ReferenceClassification":"1""#,
        r#""PharmacistsInfoConsFlg":"1""#,
        r#""SpecificHealthCheckupsInfoConsFlg":"0""#,
    ] {
        assert!(answer.contains(part), "{part} in {answer}");
    }
    // The same again is the same; another consent of the visit is not.
    assert_eq!(send().unwrap(), answer);
    assert_eq!(code(desk.say(&visit, &[])), RefusalCode::VisitOver);
    assert_eq!(desk.reader.number("select count(*) from consent_record"), 1);
    assert_eq!(desk.reader.number("select count(*) from reader_result"), 1);
    assert_eq!(
        desk.reader
            .number("select count(*) from consent_record where verified = 'face'"),
        1
    );
    assert_eq!(
        desk.arrivals()[0].outcome,
        Outcome::Checked(Validity::Valid)
    );
    assert_eq!(desk.reader.centre.verified(), Vec::<String>::new());
}

#[test]
fn each_state_of_a_card_is_told_apart() {
    let desk = desk(&[66], true);
    let centre = &desk.reader.centre;
    let year = (day(20_260_101), day(20_310_101));
    let revoked = desk.authority.issue(66, year);
    let unknown = desk.authority.issue(67, year);
    let renewed = desk
        .authority
        .issue(68, (centre.now().plus_seconds(10 - 86_400), year.1));
    let to_come = desk
        .authority
        .issue(69, (centre.now().plus_seconds(60), year.1));
    let foreign = TestAuthority::new((day(20_200_101), day(20_400_101))).issue(7, year);
    for (card, expected) in [
        (&desk.card, CardState::Good),
        (&revoked, CardState::Revoked),
        (&unknown, CardState::UnknownCard),
        (&renewed, CardState::RenewedRecently),
        (&to_come, CardState::NotYetValid),
        (&foreign, CardState::OtherAuthority),
    ] {
        let visit = desk.come(card);
        assert_eq!(state(&visit), expected);
        assert_eq!(
            visit["accepted"],
            expected == CardState::Good,
            "{expected:?}"
        );
        assert_eq!(visit.get("words").is_none(), expected == CardState::Good);
        if expected != CardState::Good {
            assert_eq!(code(desk.say(&visit, &[])), RefusalCode::VisitOver);
            assert_eq!(desk.arrivals()[0].outcome, Outcome::NotAccepted);
        }
    }
    assert_eq!(desk.reader.number("select count(*) from consent_record"), 0);
}

#[test]
fn a_certificate_near_its_end_and_after_it_is_told_by_the_day() {
    let desk = desk(&[], true);
    let centre = &desk.reader.centre;
    // The list of revocations is good for these months.
    crate::card::tests::take_list(centre, &desk.authority, (30, 400 * 86_400), &[]).unwrap();
    let yes = [(Scope::Medicines, true)];
    for (at, expected, medical) in [
        (20_260_613, CardState::Good, true),
        (20_260_614, CardState::EndsSoon, true),
        (20_260_914, CardState::EndsSoon, true),
        (20_260_915, CardState::ExpiredRecently, false),
        (20_261_231, CardState::ExpiredRecently, false),
        (20_270_101, CardState::Expired, false),
    ] {
        centre.pass(day(at).plus_seconds(36_000).seconds_since(centre.now()));
        let visit = desk.come(&desk.card);
        assert_eq!(state(&visit), expected, "{at}");
        assert_eq!(visit["medical"], medical, "{at}");
        assert_eq!(
            visit["ask"]["kinds"].as_array().unwrap().is_empty(),
            !medical
        );
        if expected == CardState::Expired {
            continue;
        }
        if !medical {
            assert_eq!(code(desk.say(&visit, &yes)), RefusalCode::CardNoMedical);
        }
        let kinds: &[(Scope, bool)] = if medical { &yes } else { &[] };
        let answer = desk.say(&visit, kinds).unwrap();
        assert!(
            answer.contains(r#""QualificationValidity":"1""#),
            "{answer}"
        );
    }
    let sql = "select count(*) from consent where given_at >= $1";
    let after = centre.number(sql, &[day(20_260_915).into()]);
    assert_eq!(after, 0, "no consent after its end");
}

#[test]
fn a_list_of_revocations_that_is_too_old_opens_no_medical_information() {
    let desk = desk(&[], true);
    desk.reader.centre.pass(86_400 + 72 * 3600 - 1);
    assert_eq!(state(&desk.come(&desk.card)), CardState::Good);
    let visit = desk.come(&desk.card);
    assert_eq!(state(&visit), CardState::Unconfirmed);
    let told = desk.say(&visit, &[(Scope::Checkups, true)]);
    assert_eq!(code(told), RefusalCode::CardNoMedical);
    assert!(desk.say(&visit, &[]).is_ok());
}

#[test]
fn who_has_not_registered_the_card_does_it_on_the_spot() {
    let desk = desk(&[], false);
    let visit = desk.come(&desk.card);
    assert_eq!(visit["registered"], false);
    assert_eq!(code(desk.say(&visit, &[])), RefusalCode::CardNotRegistered);
    let id = visit["visit"].as_str().unwrap().to_owned();
    let (signed, sent) = desk.request();
    for _ in 0..2 {
        let (signed, sent, id) = (signed.clone(), sent.clone(), id.clone());
        let registered =
            desk.reader
                .centre
                .change(desk.reader.face(), Function::RegisterCard, move |tx| {
                    visit::register(tx, &signed, &sent, &id)
                });
        assert_eq!(registered.unwrap(), r#"{"registered":true}"#);
    }
    assert!(desk.say(&visit, &[]).is_ok());
    assert_eq!(desk.come(&desk.card)["registered"], true);
}

#[test]
fn a_challenge_is_good_once_for_one_reader_account_and_time() {
    let desk = desk(&[], true);
    let presented = || desk.presented(&desk.card, Verification::Pin);
    let used = presented();
    let request = desk.request();
    let first = desk.begin(request.clone(), used.clone()).unwrap().unwrap();
    // The same request again is the same visit; the same challenge in another one is spent.
    assert_eq!(desk.begin(request, used.clone()).unwrap().unwrap(), first);
    let again = desk.begin(desk.request(), used.clone());
    assert_eq!(code(again), RefusalCode::CardChallenge);

    let old = presented();
    desk.reader.centre.pass(120);
    let late = desk.begin(desk.request(), old);
    assert_eq!(code(late), RefusalCode::CardChallenge);
    for text in ["", "AAAA", "no base64!"] {
        let made_up = Presented {
            challenge: text.to_owned(),
            ..used.clone()
        };
        let tried = desk.begin(desk.request(), made_up);
        assert_eq!(code(tried), RefusalCode::CardChallenge, "{text}");
    }
    // One that another reader, account or institution was given.
    let whom = desk.whom();
    let clinic = desk.reader.centre.clinic(2).code;
    for other in [
        ChallengeFor {
            reader: "0a".to_owned(),
            ..whom.clone()
        },
        ChallengeFor {
            account: "k2".to_owned(),
            ..whom.clone()
        },
        ChallengeFor {
            facility: clinic,
            ..whom
        },
    ] {
        let given = service(&desk.reader).challenge(&other, desk.reader.centre.now(), [9; 32]);
        let stolen = Presented {
            challenge: given.text,
            ..used.clone()
        };
        let tried = desk.begin(desk.request(), stolen);
        assert_eq!(code(tried), RefusalCode::CardChallenge);
    }
    assert_eq!(desk.reader.number("select count(*) from reader_visit"), 1);
}

#[test]
fn a_visit_is_good_for_its_reader_until_its_time_is_over() {
    let desk = desk(&[], true);
    let visit = desk.come(&desk.card);
    desk.reader.centre.pass(300);
    assert_eq!(code(desk.say(&visit, &[])), RefusalCode::VisitOver);
    assert_eq!(desk.arrivals()[0].outcome, Outcome::RunOut);
    let visit = desk.come(&desk.card);
    let (signed, sent) = desk.request();
    let other = Actor::account(
        AccountKind::Face,
        "k2",
        desk.reader.clinic.code.clone(),
        "t1",
    );
    let stolen = who(&visit);
    let told = desk
        .reader
        .centre
        .change(other, Function::RecordConsent, move |tx| {
            consented(tx, &signed, &sent, (&stolen, &said(&[])))
        });
    assert_eq!(code(told), RefusalCode::VisitOver);
    let (signed, sent) = desk.request();
    let unknown = Who::Visit("v000000000000000000000000".to_owned());
    let told = desk.reader.send_as(signed, sent, unknown, said(&[]));
    assert_eq!(code(told), RefusalCode::VisitOver);
    assert!(desk.say(&visit, &[]).is_ok());
}

#[test]
fn an_account_speaks_for_one_reader() {
    let desk = desk(&[], true);
    desk.come(&desk.card);
    let presented = desk.presented(&desk.card, Verification::Face);
    let other = Actor::account(
        AccountKind::Face,
        "k2",
        desk.reader.clinic.code.clone(),
        "t1",
    );
    // The account that is bound is none of the tests' database, which is as good as retired.
    let told = desk.begin_as(other, desk.request(), presented);
    assert_eq!(code(told), RefusalCode::CardChallenge, "it was given to k1");
    let bound = "select count(*) from reader_account where account_id = 'k1'";
    assert_eq!(desk.reader.number(bound), 1);
}

#[test]
fn staff_allow_by_eye_with_a_passcode_that_is_good_once() {
    let desk = desk(&[], true);
    let issue = || {
        let passcode = desk.reader.centre.change(
            desk.staff(AccountKind::General),
            Function::IssueByEyePasscode,
            by_eye::issue_passcode,
        );
        passcode.map(|passcode| passcode.digits)
    };
    let try_with = |passcode: Option<&str>| {
        let presented = Presented {
            passcode: passcode.map(str::to_owned),
            ..desk.presented(&desk.card, Verification::ByEye)
        };
        desk.begin(desk.request(), presented)
    };
    assert_eq!(code(try_with(None)), RefusalCode::CardMethod);
    let digits = issue().unwrap();
    assert_eq!(digits.len(), 6);
    assert!(try_with(Some(&digits)).unwrap().is_ok());
    let shown = &desk.arrivals()[0];
    assert_eq!(shown.verified, Some(Verification::ByEye));
    assert_eq!(shown.released_by, "s1");
    let wrong = Ok(Err(RefusalCode::CardPasscode));
    assert_eq!(try_with(Some(&digits)).map_err(drop), wrong);
    // So many wrong ones end what is open.
    let open = issue().unwrap();
    let other = if open == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        assert_eq!(try_with(Some(other)).map_err(drop), wrong);
    }
    assert_eq!(try_with(Some(&open)).map_err(drop), wrong);
    let late = issue().unwrap();
    desk.reader.centre.pass(300);
    assert_eq!(try_with(Some(&late)).map_err(drop), wrong);
    for _ in 0..10 {
        issue().unwrap();
    }
    assert_eq!(code(issue()), RefusalCode::TooManyRequests);
}

#[test]
fn the_mode_by_eye_ends_after_one_patient_and_by_its_time() {
    let desk = desk(&[], true);
    let set = |by_eye: bool| {
        desk.reader.centre.change(
            desk.staff(AccountKind::General),
            Function::SwitchReaderMode,
            move |tx| by_eye::set_mode(tx, "KAO01", by_eye),
        )
    };
    let come = || {
        let presented = desk.presented(&desk.card, Verification::ByEye);
        desk.begin(desk.request(), presented)
    };
    let standing = || {
        let (signed, sent) = desk.request();
        let whose = (&desk.reader.clinic.code, desk.reader.centre.now());
        service(&desk.reader)
            .reader_standing(&signed, &sent, whose)
            .unwrap()
    };
    assert_eq!(standing().by_eye_until, None);
    let until = set(true).unwrap();
    assert_eq!(standing().by_eye_until, until);
    assert!(come().unwrap().is_ok());
    assert_eq!(standing().by_eye_until, None);
    assert_eq!(code(come()), RefusalCode::CardMethod);
    set(true).unwrap();
    desk.reader.centre.pass(600);
    assert_eq!(standing().by_eye_until, None);
    assert_eq!(code(come()), RefusalCode::CardMethod);
    set(true).unwrap();
    set(false).unwrap();
    assert_eq!(code(come()), RefusalCode::CardMethod);
    let unknown = desk.reader.centre.change(
        desk.staff(AccountKind::General),
        Function::SwitchReaderMode,
        |tx| by_eye::set_mode(tx, "KAO99", true),
    );
    assert_eq!(code(unknown), RefusalCode::NotFound);
}

#[test]
fn a_phone_is_no_card_and_a_card_no_phone() {
    let desk = desk(&[], true);
    let presented = desk.presented(&desk.card, Verification::Smartphone);
    let told = desk.begin(desk.request(), presented);
    assert_eq!(code(told), RefusalCode::CardMethod);
    let presented = desk.presented(&desk.card, Verification::Oral);
    let told = desk.begin(desk.request(), presented);
    assert_eq!(code(told), RefusalCode::CardMethod);
}

#[test]
fn what_went_wrong_is_seen_and_what_was_agreed_is_taken_back() {
    let desk = desk(&[], true);
    let visit = desk.come(&desk.card);
    desk.say(&visit, &[(Scope::Medicines, true)]).unwrap();
    let visit = desk.come(&desk.card);
    let (signed, sent) = desk.request();
    let gone = who(&visit);
    let taken_back =
        desk.reader
            .centre
            .change(desk.reader.face(), Function::RecordConsent, move |tx| {
                withdrawn(tx, &signed, &sent, &gone, (&Scope::ALL, None))
            });
    assert_eq!(taken_back.unwrap(), 1);
    let visit = desk.come(&desk.card);
    let id = visit["visit"].as_str().unwrap().to_owned();
    for (trouble, about) in [
        (Trouble::PinLocked, None),
        (Trouble::GivenUp, Some(id.clone())),
    ] {
        let (signed, sent) = desk.request();
        let told =
            desk.reader
                .centre
                .change(desk.reader.face(), Function::ReportReader, move |tx| {
                    visit::trouble(tx, &signed, &sent, (trouble, about.as_deref()))
                });
        assert_eq!(told.unwrap(), "{}");
    }
    assert_eq!(code(desk.say(&visit, &[])), RefusalCode::VisitOver);
    let mut outcomes: Vec<Outcome> = desk.arrivals().iter().map(|a| a.outcome).collect();
    outcomes.sort_by_key(|outcome| format!("{outcome:?}"));
    assert_eq!(
        outcomes,
        [
            Outcome::Checked(Validity::Valid),
            Outcome::TakenBack,
            Outcome::Trouble(Trouble::GivenUp),
            Outcome::Trouble(Trouble::PinLocked),
        ]
    );
    // A person of the card's face still can: by what stands there.
    assert!(desk.reader.yes("face").is_ok());
    let (signed, sent) = desk.request();
    let by_face = Who::Holder(holder("09"), Verification::Face);
    assert!(
        desk.reader
            .send_as(signed, sent, by_face, said(&[]))
            .is_ok()
    );
}

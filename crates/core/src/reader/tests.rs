//! What is taken of a card reader, and what its institution's folder gets of it.

use super::{
    Holder, NewReaderCertificate, ReaderCertificate, Said, Sent, Signed, Who, consented,
    record_certificate, results, revoke_certificate, withdrawn,
};
use crate::certificate::{Authority, Issued, TerminalSubject};
use crate::clock::Day;
use crate::consent::{Purpose, Verification};
use crate::insured::Card;
use crate::permission::Scope;
use crate::rules::Rules;
use crate::testing::{Clinic, INSURER, TestCentre, code, hanako, quick_rules};
use crate::{AccountKind, Actor, Error, Function, Moment, RefusalCode};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject;

mod settings;
mod visits;

struct Reader {
    centre: TestCentre,
    clinic: Clinic,
    issued: Issued,
}

fn reader() -> Reader {
    let mut rules = quick_rules();
    rules.consent.without_card = true;
    reader_with(rules)
}

fn reader_with(rules: Rules) -> Reader {
    let centre = TestCentre::with_rules(rules);
    let clinic = centre.clinic(1);
    centre.insure([hanako()]);
    let issued = certificate(&centre, &clinic, [3; 16]);
    Reader {
        centre,
        clinic,
        issued,
    }
}

/// Issues a certificate to a reader of an institution, and writes it down.
fn certificate(centre: &TestCentre, at: &Clinic, serial: [u8; 16]) -> Issued {
    let (from, to) = (
        centre.now().plus_seconds(-60),
        centre.now().plus_seconds(800 * 86_400),
    );
    let authority = Authority::create("架空認証局", from.ms(), to.ms() + 1000).unwrap();
    let subject = TerminalSubject {
        facility_code: at.code.as_str().to_owned(),
        facility_name: "架空医院".to_owned(),
        terminal_name: "KAO01".to_owned(),
    };
    let issued = authority
        .issue_reader(&subject, serial, from.ms(), to.ms())
        .unwrap();
    let new = NewReaderCertificate {
        certificate: ReaderCertificate {
            serial: issued.serial.clone(),
            facility: at.code.clone(),
            reader_name: "KAO01".to_owned(),
            fingerprint: issued.fingerprint.clone(),
            not_before: from,
            not_after: to,
            issued_at: centre.now(),
            revoked: None,
        },
        der: issued.certificate_der.clone(),
    };
    let recorded = centre.change(Actor::operator(), Function::ManageCertificates, move |tx| {
        record_certificate(tx, &new)
    });
    recorded.unwrap();
    issued
}

fn sign(issued: &Issued, content: &[u8]) -> Signed {
    let key = PrivateKeyDer::from_pem_slice(issued.key_pem.as_bytes()).unwrap();
    let random = SystemRandom::new();
    let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
    let key = EcdsaKeyPair::from_pkcs8(algorithm, key.secret_der(), &random).unwrap();
    Signed {
        reader: issued.serial.clone(),
        signature: key.sign(&random, content).unwrap().as_ref().to_vec(),
        content: content.to_vec(),
    }
}

fn holder(branch: &str) -> Holder {
    Holder {
        card: Card::of(INSURER, "", "1001"),
        branch: Some(branch.to_owned()),
        birthdate: Day::from_number(19_900_101).unwrap(),
    }
}

fn said(kinds: &[(Scope, bool)]) -> Said {
    Said {
        purpose: Purpose::Outpatient,
        kinds: kinds.to_vec(),
        ceiling: true,
        booked: None,
        prescription: None,
    }
}

impl Reader {
    fn face(&self) -> Actor {
        Actor::account(AccountKind::Face, "k1", self.clinic.code.clone(), "t1")
    }

    fn link(&self, terminal: &str) -> Actor {
        Actor::account(AccountKind::Link, "l1", self.clinic.code.clone(), terminal)
    }

    fn sent(&self, id: &str) -> Sent {
        Sent {
            request_id: id.to_owned(),
            made_at: self.centre.now(),
            institution: self.clinic.code.as_str().to_owned(),
        }
    }

    fn send(
        &self,
        signed: Signed,
        sent: Sent,
        holder: Holder,
        said: Said,
    ) -> Result<String, Error> {
        self.send_as(signed, sent, Who::Holder(holder, Verification::Face), said)
    }

    fn send_as(&self, signed: Signed, sent: Sent, who: Who, said: Said) -> Result<String, Error> {
        self.centre
            .change(self.face(), Function::RecordConsent, move |tx| {
                consented(tx, &signed, &sent, (&who, &said))
            })
    }

    fn yes(&self, id: &str) -> Result<String, Error> {
        let signed = sign(&self.issued, id.as_bytes());
        let said = said(&[(Scope::Medicines, true), (Scope::Checkups, false)]);
        self.send(signed, self.sent(id), holder("01"), said)
    }

    fn take(&self, terminal: &str) -> Vec<results::ReaderResult> {
        self.centre
            .change(
                self.link(terminal),
                Function::TakeReaderResults,
                results::take,
            )
            .unwrap()
    }

    fn number(&self, sql: &'static str) -> i64 {
        self.centre.number(sql, &[])
    }
}

#[test]
fn what_was_said_is_kept_and_answered_with_the_times() {
    let reader = reader();
    let answer = reader.yes("a").unwrap();
    let now = reader.centre.now();
    for part in [
        r#""ReferenceClassification":"1""#.to_owned(),
        r#""QualificationValidity":"1""#.to_owned(),
        r#""PharmacistsInfoConsFlg":"1""#.to_owned(),
        format!(
            r#""PharmacistsInfoConsTime":"{}","PharmacistsInfoAvailableTime":"{}""#,
            now.jst_fourteen(),
            now.plus_seconds(86_400).jst_fourteen()
        ),
        r#""SpecificHealthCheckupsInfoConsFlg":"0""#.to_owned(),
        r#""LimitApplicationCertificateRelatedConsFlg":"1""#.to_owned(),
    ] {
        assert!(answer.contains(&part), "{part} in {answer}");
    }
    assert!(!answer.contains("QualificationConfirmSearchInfo"));
    // The check has its own entry, and so has the consent.
    let said = reader.centre.raw_connection().rows(
        "select function, subject from audit_entry order by seq desc limit 2",
        &[],
    );
    let mut said: Vec<(i64, String)> = said
        .unwrap()
        .iter()
        .map(|row| (row.int(0).unwrap(), row.text(1).unwrap()))
        .collect();
    said.sort_unstable();
    assert_eq!(said, [(33, "1".to_owned()), (36, "1".to_owned())]);
    assert_eq!(reader.centre.verified(), Vec::<String>::new());
}

#[test]
fn the_same_request_is_done_once_and_another_under_its_name_is_refused() {
    let reader = reader();
    let first = reader.yes("a").unwrap();
    reader.centre.pass(3600);
    assert_eq!(reader.yes("a").unwrap(), first);
    assert_eq!(reader.number("select count(*) from consent_record"), 1);
    assert_eq!(reader.number("select count(*) from reader_result"), 1);
    let other = sign(&reader.issued, b"something else");
    let told = reader.send(other, reader.sent("a"), holder("01"), said(&[]));
    assert_eq!(code(told), RefusalCode::KeyReused);
}

#[test]
fn what_is_not_signed_by_a_good_key_of_the_institution_is_not_taken() {
    let reader = reader();
    let asked = said(&[(Scope::Medicines, true)]);
    let tried =
        |signed: Signed, sent: Sent| code(reader.send(signed, sent, holder("01"), asked.clone()));
    let good = || sign(&reader.issued, b"content");

    let mut changed = good();
    changed.content.push(b' ');
    assert_eq!(
        tried(changed, reader.sent("a")),
        RefusalCode::ReaderSignature
    );
    let mut none = good();
    none.signature.clear();
    assert_eq!(tried(none, reader.sent("a")), RefusalCode::ReaderSignature);
    let mut unknown = good();
    unknown.reader = "0a".repeat(16);
    assert_eq!(tried(unknown, reader.sent("a")), RefusalCode::ReaderUnknown);
    let other = certificate(&reader.centre, &reader.centre.clinic(2), [4; 16]);
    assert_eq!(
        tried(sign(&other, b"content"), reader.sent("a")),
        RefusalCode::ReaderUnknown
    );
    let mut elsewhere = reader.sent("a");
    elsewhere.institution = "1319990099".to_owned();
    assert_eq!(tried(good(), elsewhere), RefusalCode::NotPermitted);
    for apart in [-301, 301] {
        let mut old = reader.sent("a");
        old.made_at = reader.centre.now().plus_seconds(apart);
        assert_eq!(tried(good(), old), RefusalCode::ReaderClock);
    }
    let serial = reader.issued.serial.clone();
    let revoked =
        reader
            .centre
            .change(Actor::operator(), Function::ManageCertificates, move |tx| {
                revoke_certificate(tx, &serial, "試験")
            });
    revoked.unwrap();
    assert_eq!(
        tried(good(), reader.sent("a")),
        RefusalCode::CertificateRevoked
    );
    assert_eq!(reader.number("select count(*) from consent"), 0);
}

#[test]
fn who_is_not_found_consents_to_nothing_and_is_told_so() {
    let reader = reader();
    let signed = sign(&reader.issued, b"x");
    let said = said(&[(Scope::Medicines, true)]);
    let answer = reader.send(signed, reader.sent("x"), holder("09"), said);
    assert!(answer.unwrap().contains(r#""QualificationValidity":"4""#));
    assert_eq!(reader.number("select count(*) from consent_record"), 0);
}

#[test]
fn medical_information_needs_a_card_that_proved_itself() {
    let reader = reader_with(quick_rules());
    assert_eq!(code(reader.yes("a")), RefusalCode::CardRequired);
    let signed = sign(&reader.issued, b"b");
    let told = reader.send(signed, reader.sent("b"), holder("01"), said(&[]));
    assert!(told.is_ok(), "eligibility alone does not");
}

#[test]
fn what_is_only_said_opens_no_medical_information() {
    let reader = reader();
    let oral = || Who::Holder(holder("01"), Verification::Oral);
    let signed = sign(&reader.issued, b"o");
    let told = reader.send_as(
        signed.clone(),
        reader.sent("o"),
        oral(),
        said(&[(Scope::Medicines, true)]),
    );
    assert_eq!(code(told), RefusalCode::ConsentOral);
    let told = reader.send_as(signed, reader.sent("o"), oral(), said(&[]));
    assert!(told.is_ok());
}

#[test]
fn the_terms_are_those_of_the_kind_of_care() {
    let reader = reader();
    let today = reader.centre.now().jst_day();
    let tried = |id: &str, purpose: Purpose, booked: Option<Day>| {
        let signed = sign(&reader.issued, id.as_bytes());
        let said = Said {
            purpose,
            booked,
            ..said(&[(Scope::Medicines, true)])
        };
        reader.send(signed, reader.sent(id), holder("01"), said)
    };
    let end = |purpose: &str| {
        let sql =
            format!("select coalesce(valid_until, -1) from consent where purpose = '{purpose}'");
        Moment::from_ms(reader.number(sql.leak()))
    };
    tried("home", Purpose::HomeVisit, None).unwrap();
    assert_eq!(end("2").ms(), -1);
    tried("online", Purpose::Online, Some(today.plus_days(5))).unwrap();
    assert_eq!(end("3"), today.plus_days(6).start());
    for (id, purpose, booked) in [
        ("1", Purpose::Online, None),
        ("2", Purpose::Online, Some(today.plus_days(-1))),
        ("3", Purpose::Online, Some(today.plus_days(94))),
        ("4", Purpose::Outpatient, Some(today)),
    ] {
        assert_eq!(code(tried(id, purpose, booked)), RefusalCode::ConsentDay);
    }
}

#[test]
fn what_the_patient_said_last_counts() {
    let reader = reader();
    reader.yes("a").unwrap();
    let clinic = reader.clinic.code.clone();
    let asked = |scope| {
        let program = Actor::account(AccountKind::WebApi, "p", clinic.clone(), "t1");
        let function = Function::FetchMedicalInformation;
        let read = reader
            .centre
            .read(program, function, |tx| tx.consented(1, scope).map(drop));
        read.err().map(|error| match error {
            Error::Refused(refusal) => refusal.code,
            Error::Fault(fault) => panic!("{fault}"),
        })
    };
    assert_eq!(asked(Scope::Medicines), None);
    assert_eq!(
        asked(Scope::Checkups),
        Some(RefusalCode::ConsentKindNotAgreed)
    );
    reader.centre.pass(60);
    let signed = sign(&reader.issued, b"no");
    let no = said(&[(Scope::Medicines, false), (Scope::Checkups, true)]);
    reader
        .send(signed, reader.sent("no"), holder("01"), no)
        .unwrap();
    assert_eq!(
        asked(Scope::Medicines),
        Some(RefusalCode::ConsentKindNotAgreed)
    );
    assert_eq!(asked(Scope::Checkups), None);

    let signed = sign(&reader.issued, b"back");
    let who = Who::Holder(holder("01"), Verification::Face);
    let sent = reader.sent("back");
    let back =
        move |tx: &mut crate::Tx<'_>| withdrawn(tx, &signed, &sent, &who, (&Scope::ALL, None));
    let face = || reader.face();
    let twice = [
        reader
            .centre
            .change(face(), Function::RecordConsent, back.clone()),
        reader.centre.change(face(), Function::RecordConsent, back),
    ];
    assert_eq!(twice.map(Result::unwrap), [1, 1]);
    assert_eq!(asked(Scope::Checkups), Some(RefusalCode::ConsentWithdrawn));
    reader.centre.pass(86_400);
    assert_eq!(asked(Scope::Checkups), Some(RefusalCode::ConsentWithdrawn));
}

#[test]
fn a_result_is_given_out_until_it_is_said_to_lie_there() {
    let reader = reader();
    reader.yes("a").unwrap();
    reader.yes("b").unwrap();
    let first = reader.take("t1");
    assert_eq!(first.len(), 2);
    assert!(first[0].name.starts_with("OQSsiquc01res_face_"));
    // Another terminal does not get what this one is about to deliver; this one gets it again.
    assert_eq!(reader.take("t2"), []);
    assert_eq!(reader.take("t1"), first);
    let arrived = |id: &str| {
        let id = id.to_owned();
        reader
            .centre
            .change(reader.link("t1"), Function::TakeReaderResults, move |tx| {
                results::delivered(tx, &id)
            })
    };
    arrived(&first[0].id).unwrap();
    arrived(&first[0].id).unwrap();
    assert_eq!(code(arrived("f0")), RefusalCode::NotFound);
    reader.centre.pass(30);
    assert_eq!(
        reader.take("t2"),
        first[1..],
        "after a while it is another's"
    );
    let waits = |terminal: &str| {
        let whose = results::Waiting {
            facility: reader.clinic.code.clone(),
            certificate: terminal.to_owned(),
            now: reader.centre.now(),
        };
        reader.centre.service().has_reader_result(&whose).unwrap()
    };
    assert!(waits("t2"));
    assert!(!waits("t1"));
}

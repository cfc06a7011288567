//! What a code fetches, how often, for whom and until when.

mod renewal;

use super::*;
use crate::audit::{Filter, Page};
use crate::certificate::{PeerStatus, judge};
use crate::service::OperationContext;
use crate::testing::{TestCentre, authority, certificate_request, code};
use crate::{Actor, Function};
use rcgen::{CertificateParams, KeyPair};

const DAY: i64 = 86_400;

fn issued(centre: &TestCentre, of: &EnrolmentFor, days: i64) -> Result<EnrolmentCode, Error> {
    let actor = match of.facility() {
        Some(facility) => Actor::operator_at(facility.clone()),
        None => Actor::operator(),
    };
    let (of, end) = (of.clone(), centre.now().plus_seconds(days * DAY));
    centre.change(actor, Function::IssueEnrolmentCodes, move |tx| {
        issue(tx, &of, end).map(|(_, code)| code)
    })
}

/// Fetches a certificate as the server does it.
fn fetch(
    centre: &TestCentre,
    code: &EnrolmentCode,
    request: &CertificateRequest,
) -> Result<Enrolled, Error> {
    let who = centre.service().authn().enrolling(code.reveal())?;
    let who = who.ok_or(RefusalCode::EnrolmentUnknown)?;
    let operation = OperationContext {
        subject: who.subject(),
        ..centre.operation(who.actor(), Function::Enrol)
    };
    let request = request.clone();
    centre.service().change_and_wait(operation, move |tx| {
        enrol(tx, &authority(), &who.id, &request)
    })
}

#[test]
fn a_code_gives_one_certificate_for_one_key_and_the_same_again() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let of = EnrolmentFor::Terminal(clinic.code.clone(), " 受付 1号機 ".to_owned());
    let given = issued(&centre, &of, 7).unwrap();
    let asked = certificate_request();
    let first = fetch(&centre, &given, &asked).unwrap();
    assert_eq!(first.of.name(), "受付 1号機");
    let der = rustls_pki_types::pem::PemObject::from_pem_slice(first.certificate_pem.as_bytes());
    let der: rustls_pki_types::CertificateDer<'_> = der.unwrap();
    let status = judge(Some(&der), authority().certificate_der(), centre.now().ms());
    let PeerStatus::Valid(peer) = status else {
        panic!("{status:?}");
    };
    assert_eq!(peer.terminal_name(), "受付 1号機");
    assert_eq!(peer.facility_code(), clinic.code.as_str());
    assert_eq!(peer.facility_name(), "桜内科クリニック");
    assert_eq!(peer.not_after(), centre.now().plus_seconds(1185 * DAY));
    let known = centre.service().authn().certificate(&first.serial).unwrap();
    assert_eq!(known.unwrap().0.terminal_name, "受付 1号機");

    // Cut off before the answer came: the same key is given the same, another one nothing.
    centre.pass(DAY);
    assert_eq!(fetch(&centre, &given, &asked).unwrap(), first);
    let other = fetch(&centre, &given, &certificate_request());
    assert_eq!(code(other), RefusalCode::EnrolmentUsed);
    centre.pass(7 * DAY);
    let late = fetch(&centre, &given, &asked);
    assert_eq!(code(late), RefusalCode::EnrolmentUsed);
    assert_eq!(centre.verified(), Vec::<String>::new());
}

#[test]
fn a_code_has_an_end_and_a_later_one_takes_its_place() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let of = |name: &str| EnrolmentFor::Terminal(clinic.code.clone(), name.to_owned());
    let over = issued(&centre, &of("1号機"), 1).unwrap();
    centre.pass(DAY);
    let last = issued(&centre, &of("2号機"), 1).unwrap();
    centre.pass_ms(1);
    assert_eq!(
        code(fetch(&centre, &over, &certificate_request())),
        RefusalCode::EnrolmentOver
    );
    let reader = EnrolmentFor::Reader(clinic.code.clone(), "2号機".to_owned());
    let beside = issued(&centre, &reader, 1).unwrap();
    let anew = issued(&centre, &of("2号機"), 1).unwrap();
    assert_eq!(
        code(fetch(&centre, &last, &certificate_request())),
        RefusalCode::EnrolmentOver
    );
    assert!(fetch(&centre, &anew, &certificate_request()).is_ok());
    assert!(fetch(&centre, &beside, &certificate_request()).is_ok());
    assert_eq!(code(issued(&centre, &of("3号機"), 0)), RefusalCode::Invalid);
    assert_eq!(code(issued(&centre, &of(" "), 1)), RefusalCode::Invalid);
    let long = "長".repeat(51);
    assert_eq!(code(issued(&centre, &of(&long), 1)), RefusalCode::Invalid);
}

#[test]
fn a_code_can_be_voided_by_whoever_issued_it_and_by_no_other_institution() {
    let centre = TestCentre::new();
    let (ours, theirs) = (centre.clinic(1), centre.clinic(2));
    let of = EnrolmentFor::Terminal(ours.code.clone(), "1号機".to_owned());
    let given = issued(&centre, &of, 1).unwrap();
    let listed = |at: &FacilityCode| {
        let (actor, at) = (Actor::operator_at(at.clone()), at.clone());
        let list = move |tx: &mut Tx<'_>| list(tx, &at);
        centre
            .read(actor, Function::IssueEnrolmentCodes, list)
            .unwrap()
    };
    assert!(listed(&theirs.code).is_empty());
    let found = listed(&ours.code).remove(0);
    assert_eq!(found.state(centre.now()), EnrolmentState::Open);
    let void_as = |at: &FacilityCode| {
        let id = found.id.clone();
        let actor = Actor::operator_at(at.clone());
        centre.change(actor, Function::IssueEnrolmentCodes, move |tx| {
            void(tx, &id)
        })
    };
    assert_eq!(code(void_as(&theirs.code)), RefusalCode::NotFound);
    void_as(&ours.code).unwrap();
    assert_eq!(code(void_as(&ours.code)), RefusalCode::WrongState);
    let refused = fetch(&centre, &given, &certificate_request());
    assert_eq!(code(refused), RefusalCode::EnrolmentOver);
    let state = listed(&ours.code).remove(0).state(centre.now());
    assert_eq!(state, EnrolmentState::Voided);
}

#[test]
fn a_stopped_institution_and_an_unknown_code_look_the_same() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let of = EnrolmentFor::Terminal(clinic.code.clone(), "1号機".to_owned());
    let given = issued(&centre, &of, 1).unwrap();
    let unknown = EnrolmentCode::draw(&mut crate::entropy::Entropy::new([9; 32]));
    let operator = Actor::operator_at(clinic.code.clone());
    centre
        .change(operator, Function::ManageFacilities, move |tx| {
            crate::registration::stop(tx, &clinic.code, "廃業のため")
        })
        .unwrap();
    for none in [given, unknown] {
        assert!(!format!("{none:?}").contains(none.reveal()));
        let refused = fetch(&centre, &none, &certificate_request());
        assert_eq!(code(refused), RefusalCode::EnrolmentUnknown);
    }
}

#[test]
fn insurers_and_readers_fetch_theirs_too() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let numbers = vec!["06139018".to_owned(), "01130012".to_owned()];
    let insurer = EnrolmentFor::Insurer("架空健康保険組合".to_owned(), numbers);
    let given = issued(&centre, &insurer, 1).unwrap();
    let fetched = fetch(&centre, &given, &certificate_request()).unwrap();
    let found = centre
        .service()
        .authn()
        .insurer_certificate(&fetched.serial);
    assert_eq!(found.unwrap().unwrap().numbers.len(), 2);
    let none = EnrolmentFor::Insurer("架空健康保険組合".to_owned(), Vec::new());
    assert_eq!(code(issued(&centre, &none, 1)), RefusalCode::Invalid);
    let reader = EnrolmentFor::Reader(clinic.code.clone(), "受付リーダー".to_owned());
    let given = issued(&centre, &reader, 1).unwrap();
    let fetched = fetch(&centre, &given, &certificate_request()).unwrap();
    let operator = Actor::operator_at(clinic.code.clone());
    let readers = centre
        .read(operator, Function::ManageCertificates, |tx| {
            crate::reader::list_certificates(tx, &clinic.code)
        })
        .unwrap();
    assert_eq!(readers[0].serial, fetched.serial);
}

#[test]
fn the_institution_reads_in_its_log_what_was_fetched_and_never_the_code() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let of = EnrolmentFor::Terminal(clinic.code.clone(), "1号機".to_owned());
    let given = issued(&centre, &of, 1).unwrap();
    let asked = certificate_request();
    for _ in 0..2 {
        fetch(&centre, &given, &asked).unwrap();
    }
    let _ = fetch(&centre, &given, &certificate_request());
    let operator = Actor::operator_at(clinic.code.clone());
    let page = Page { skip: 0, limit: 20 };
    let lines = centre
        .read(operator, Function::ReadAuditLog, |tx| {
            crate::history::list(tx, &Filter::default(), page)
        })
        .unwrap();
    let told: Vec<String> = lines
        .iter()
        .filter(|line| line.function == Some(Function::Enrol))
        .map(|line| line.detail.as_ref().map_or(String::new(), Detail::words))
        .collect();
    assert_eq!(
        told,
        [
            "",
            "資格確認端末 1号機の電子証明書をもう一度送付（同じ鍵）",
            "資格確認端末 1号機の電子証明書を取得コードで取得",
        ]
    );
    let kept = centre.number(
        "select count(*) from enrolment where code_hash like '%' || $1 || '%'",
        &[given.reveal().into()],
    );
    assert_eq!(kept, 0);
}

#[test]
fn a_request_is_read_carefully() {
    let key = KeyPair::generate().unwrap();
    let pem = |params: CertificateParams, key: &KeyPair| {
        params.serialize_request(key).unwrap().pem().unwrap()
    };
    let good = pem(CertificateParams::default(), &key);
    let twice = pem(CertificateParams::default(), &key);
    let digest = |pem: &str| CertificateRequest::from_pem(pem).unwrap().key_digest();
    assert_eq!(digest(&good), digest(&twice));
    let other = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap();
    let long = good.clone() + &" ".repeat(9000);
    for bad in [
        pem(CertificateParams::default(), &other),
        long,
        String::new(),
        key.serialize_pem(),
        good.replace("REQUEST-----\n", "REQUEST-----\nAAAA"),
    ] {
        assert!(CertificateRequest::from_pem(&bad).is_err(), "{bad}");
    }
}

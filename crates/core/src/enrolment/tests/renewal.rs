//! When a certificate is renewed, and until when the old one is good.

use super::*;
use crate::certificate::CertificateState;
use crate::testing::Clinic;

/// A terminal that fetched its certificate.
fn terminal(centre: &TestCentre, at: &Clinic, name: &str) -> String {
    let of = EnrolmentFor::Terminal(at.code.clone(), name.to_owned());
    let given = issued(centre, &of, 1).unwrap();
    fetch(centre, &given, &certificate_request())
        .unwrap()
        .serial
}

fn renewed(
    centre: &TestCentre,
    at: &Clinic,
    serial: &str,
    request: &CertificateRequest,
) -> Result<Enrolled, Error> {
    let (visitor, request) = (Actor::visitor(at.code.clone(), serial), request.clone());
    centre.change(visitor, Function::RenewCertificate, move |tx| {
        renew(tx, &authority(), &request)
    })
}

fn in_use(centre: &TestCentre, at: &Clinic, serial: &str) -> Option<Moment> {
    let visitor = Actor::visitor(at.code.clone(), serial);
    centre
        .change(visitor, Function::RenewCertificate, used)
        .unwrap()
}

fn state(centre: &TestCentre, serial: &str) -> CertificateState {
    let found = centre.service().authn().certificate(serial).unwrap();
    found.unwrap().0.state(centre.now())
}

#[test]
fn both_are_good_until_the_new_one_was_used_first_and_a_while_longer() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let old = terminal(&centre, &clinic, "1号機");
    let asked = certificate_request();
    let early = crate::testing::refusal(renewed(&centre, &clinic, &old, &asked));
    assert_eq!(early.code, RefusalCode::RenewalTooEarly);
    let begin = centre.now().plus_seconds((1185 - 90) * DAY);
    assert_eq!(early.until, Some(begin));
    centre.pass((1185 - 90) * DAY);
    let new = renewed(&centre, &clinic, &old, &asked).unwrap();
    assert_eq!(new.of.name(), "1号機");
    // Cut off, it asks again.
    assert_eq!(renewed(&centre, &clinic, &old, &asked).unwrap(), new);
    centre.pass(80 * DAY);
    for serial in [&old, &new.serial] {
        assert_eq!(state(&centre, serial), CertificateState::Valid);
    }
    let end = in_use(&centre, &clinic, &new.serial);
    assert_eq!(end, Some(centre.now().plus_seconds(12 * 3600)));
    assert_eq!(in_use(&centre, &clinic, &new.serial), None, "said before");
    assert_eq!(in_use(&centre, &clinic, &old), None, "it replaces nothing");
    centre.pass(12 * 3600 - 1);
    assert_eq!(state(&centre, &old), CertificateState::Valid);
    centre.pass(1);
    assert_eq!(state(&centre, &old), CertificateState::Revoked);
    assert_eq!(state(&centre, &new.serial), CertificateState::Valid);
}

#[test]
fn a_key_that_was_lost_takes_its_certificate_with_it_and_nobody_renews_for_ever() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let old = terminal(&centre, &clinic, "1号機");
    centre.pass(1100 * DAY);
    let lost = renewed(&centre, &clinic, &old, &certificate_request()).unwrap();
    let mut last = renewed(&centre, &clinic, &old, &certificate_request()).unwrap();
    assert_eq!(state(&centre, &lost.serial), CertificateState::Revoked);
    assert_eq!(state(&centre, &last.serial), CertificateState::Valid);
    for _ in 2..10 {
        last = renewed(&centre, &clinic, &old, &certificate_request()).unwrap();
    }
    let more = renewed(&centre, &clinic, &old, &certificate_request());
    assert_eq!(code(more), RefusalCode::TooManyRequests);
    assert_eq!(state(&centre, &last.serial), CertificateState::Valid);
    let theirs = centre.clinic(2);
    let foreign = renewed(&centre, &theirs, "none", &certificate_request());
    assert_eq!(code(foreign), RefusalCode::CertificateForeign);
}

#[test]
fn a_certificate_that_was_revoked_meanwhile_stays_so() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let old = terminal(&centre, &clinic, "1号機");
    centre.pass(1100 * DAY);
    let new = renewed(&centre, &clinic, &old, &certificate_request()).unwrap();
    let (operator, stolen) = (Actor::operator_at(clinic.code.clone()), old.clone());
    centre
        .change(operator, Function::ManageCertificates, move |tx| {
            crate::certificate::revoke(tx, &stolen, "盗難のため")
        })
        .unwrap();
    assert_eq!(state(&centre, &old), CertificateState::Revoked);
    assert!(in_use(&centre, &clinic, &new.serial).is_some());
    let found = centre.service().authn().certificate(&old).unwrap().unwrap();
    assert_eq!(found.0.revoked.unwrap().1, "盗難のため");
    // One that is to end by itself can still be ended at once.
    let next = terminal(&centre, &clinic, "2号機");
    centre.pass(1100 * DAY);
    let replacing = renewed(&centre, &clinic, &next, &certificate_request()).unwrap();
    in_use(&centre, &clinic, &replacing.serial);
    let operator = Actor::operator_at(clinic.code.clone());
    centre
        .change(operator, Function::ManageCertificates, move |tx| {
            crate::certificate::revoke(tx, &next, "紛失のため")
        })
        .unwrap();
}

//! What is believed.

use proptest::prelude::*;
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use super::{DAY_MS, END_MS, SERIAL, START_MS, authority, new_authority, subject, terminal};
use crate::certificate::{Issued, Peer, PeerStatus, TerminalSubject, judge};

fn judged(der: &[u8]) -> PeerStatus {
    judge(Some(der), authority().certificate_der(), START_MS)
}

fn why_foreign(der: &[u8]) -> &'static str {
    match judged(der) {
        PeerStatus::Foreign { why } => why,
        other => panic!("believed: {other:?}"),
    }
}

#[test]
fn a_terminal_is_who_its_certificate_says() {
    let issued = terminal();
    let expected = Peer {
        facility_code: "1310000001".into(),
        facility_name: "医療法人社団 さくら会　桜内科クリニック".into(),
        terminal_name: "受付 1号機".into(),
        serial: "8a0102030405060708090a0b0c0d0e0f".into(),
        fingerprint: issued.fingerprint.clone(),
        not_before_ms: START_MS,
        not_after_ms: END_MS,
    };
    assert_eq!(judged(&issued.certificate_der), PeerStatus::Valid(expected));
    assert_eq!(issued.serial, "8a0102030405060708090a0b0c0d0e0f");
}

#[test]
fn both_ends_of_the_period_are_inside() {
    let issued = terminal();
    let at = |now_ms| {
        judge(
            Some(&issued.certificate_der),
            authority().certificate_der(),
            now_ms,
        )
    };
    assert!(matches!(at(i64::MIN), PeerStatus::NotYetValid(_)));
    assert!(matches!(at(START_MS - 1), PeerStatus::NotYetValid(_)));
    assert!(matches!(at(START_MS), PeerStatus::Valid(_)));
    assert!(matches!(at(END_MS), PeerStatus::Valid(_)));
    assert!(matches!(at(END_MS + 1), PeerStatus::Expired(_)));
    assert!(matches!(at(i64::MAX), PeerStatus::Expired(_)));
}

#[test]
fn none_is_missing_and_rubbish_is_foreign() {
    assert_eq!(
        judge(None, authority().certificate_der(), START_MS),
        PeerStatus::Missing
    );
    assert_eq!(why_foreign(b""), "not readable as a certificate");
    assert_eq!(
        why_foreign(&[0x30, 0x80, 0, 0]),
        "not readable as a certificate"
    );
    let mut longer = terminal().certificate_der;
    longer.push(0);
    assert_eq!(why_foreign(&longer), "not readable as a certificate");
}

#[test]
fn another_authority_is_foreign_even_under_our_name() {
    let stranger = new_authority("よその認証局");
    let issued = stranger
        .issue_terminal(&subject(), SERIAL, START_MS, END_MS)
        .unwrap();
    assert_eq!(
        why_foreign(&issued.certificate_der),
        "issued by another authority"
    );
    let impostor = new_authority("資格確認 認証局");
    let issued = impostor
        .issue_terminal(&subject(), SERIAL, START_MS, END_MS)
        .unwrap();
    assert_eq!(
        why_foreign(&issued.certificate_der),
        "not signed by our authority's key"
    );
}

#[test]
fn a_server_and_the_authority_itself_are_no_terminals() {
    let names = ["localhost".to_string(), "127.0.0.1".into(), "::1".into()];
    let server = authority()
        .issue_server(&names, SERIAL, START_MS, END_MS)
        .unwrap();
    assert_eq!(why_foreign(&server.certificate_der), "not for a client");
    let own = authority().certificate_der();
    assert_eq!(
        why_foreign(own),
        "an authority's certificate, not a terminal's"
    );
}

/// Something that our key signed but `Authority` would never issue: a terminal's, then changed.
fn signed_by_our_key(change: impl FnOnce(&mut CertificateParams)) -> Vec<u8> {
    let key = KeyPair::from_pem(&authority().key_pem()).unwrap();
    let issuer = Issuer::from_ca_cert_pem(authority().certificate_pem(), key).unwrap();
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CountryName, "JP");
    params
        .distinguished_name
        .push(DnType::OrganizationName, "診療所");
    params
        .distinguished_name
        .push(DnType::OrganizationalUnitName, "1310000001");
    params.distinguished_name.push(DnType::CommonName, "受付");
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    change(&mut params);
    params
        .signed_by(&KeyPair::generate().unwrap(), &issuer)
        .unwrap()
        .der()
        .to_vec()
}

#[test]
fn our_signature_alone_makes_no_terminal() {
    assert!(matches!(
        judged(&signed_by_our_key(|_| ())),
        PeerStatus::Valid(_)
    ));
    let why = |change: fn(&mut CertificateParams)| why_foreign(&signed_by_our_key(change));
    let reasons = [
        why(|p| p.is_ca = IsCa::NoCa),
        why(|p| p.is_ca = IsCa::Ca(BasicConstraints::Unconstrained)),
        why(|p| p.key_usages.clear()),
        why(|p| p.key_usages = vec![KeyUsagePurpose::KeyCertSign]),
        why(|p| p.extended_key_usages.clear()),
        why(|p| p.extended_key_usages = vec![ExtendedKeyUsagePurpose::Any]),
        why(|p| p.extended_key_usages.push(ExtendedKeyUsagePurpose::Any)),
        why(|p| p.custom_extensions = vec![critical_extension()]),
        why(|p| p.distinguished_name = DistinguishedName::new()),
        why(|p| p.distinguished_name.push(DnType::CountryName, "US")),
        why(|p| p.distinguished_name.push(DnType::CommonName, "")),
        why(|p| p.distinguished_name.push(DnType::LocalityName, "東京")),
        why(|p| assert!(p.distinguished_name.remove(DnType::OrganizationalUnitName))),
    ];
    let expected = [
        "an authority's certificate, not a terminal's",
        "an authority's certificate, not a terminal's",
        "not for signatures",
        "not for signatures",
        "not for a client",
        "not for a client",
        "not for a client",
        "a critical extension that we do not know",
        "a subject that is not a terminal's",
        "a subject that is not a terminal's",
        "a subject that is not a terminal's",
        "a subject that is not a terminal's",
        "a subject that is not a terminal's",
    ];
    assert_eq!(reasons, expected);
}

fn critical_extension() -> CustomExtension {
    let mut extension = CustomExtension::from_oid_content(&[1, 2, 392, 1], vec![5, 0]);
    extension.set_criticality(true);
    extension
}

#[test]
fn every_changed_bit_makes_it_foreign() {
    let issued = terminal().certificate_der;
    for bit in 0..issued.len() * 8 {
        let mut tampered = issued.clone();
        tampered[bit / 8] ^= 1 << (bit % 8);
        why_foreign(&tampered);
    }
}

/// One to 64 characters as names have them: kana, kanji (rare ones too), ASCII, with inner spaces.
fn name() -> impl Strategy<Value = String> {
    let character = prop_oneof![
        6 => proptest::char::range('ぁ', 'ヿ'),
        6 => proptest::char::range('一', '龯'),
        1 => proptest::char::range('\u{20000}', '\u{2a6d0}'),
        3 => proptest::char::range('!', '~'),
        1 => Just(' '),
        1 => Just('　'),
    ];
    proptest::collection::vec(character, 1..=64)
        .prop_map(|characters| characters.into_iter().collect::<String>().trim().to_owned())
        .prop_filter("not only spaces", |name| !name.is_empty())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_was_issued_is_what_is_believed(
        (code, facility, terminal) in ("[0-9A-Z]{1,10}", name(), name()),
        serial in any::<[u8; 16]>().prop_filter("not zero", |serial| *serial != [0; 16]),
        from_ms in START_MS..START_MS + 1000 * DAY_MS,
        length_ms in 1000..2000 * DAY_MS,
        after_ms in 0..1000 * DAY_MS,
    ) {
        let subject = TerminalSubject {
            facility_code: code,
            facility_name: facility,
            terminal_name: terminal,
        };
        let issued =
            authority().issue_terminal(&subject, serial, from_ms, from_ms + length_ms).unwrap();
        prop_assert_eq!(issued.not_before_ms, from_ms - from_ms % 1000);
        let again = Issued::from_pem(&issued.certificate_pem, &issued.key_pem).unwrap();
        prop_assert_eq!(&again.certificate_der, &issued.certificate_der);
        let pem = CertificateDer::from_pem_slice(issued.certificate_pem.as_bytes()).unwrap();
        prop_assert_eq!(pem.as_ref(), issued.certificate_der.as_slice());

        let expected = Peer {
            facility_code: subject.facility_code,
            facility_name: subject.facility_name,
            terminal_name: subject.terminal_name,
            serial: issued.serial,
            fingerprint: issued.fingerprint,
            not_before_ms: issued.not_before_ms,
            not_after_ms: issued.not_after_ms,
        };
        let ours = authority().certificate_der();
        let at = |now_ms| judge(Some(&issued.certificate_der), ours, now_ms);
        prop_assert_eq!(at(issued.not_before_ms), PeerStatus::Valid(expected.clone()));
        prop_assert_eq!(
            at(issued.not_before_ms - 1 - after_ms),
            PeerStatus::NotYetValid(expected.clone())
        );
        prop_assert_eq!(at(issued.not_after_ms + 1 + after_ms), PeerStatus::Expired(expected));
    }

    #[test]
    fn rubbish_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        why_foreign(&bytes);
    }

    #[test]
    fn damage_is_never_believed(
        at in any::<proptest::sample::Index>(),
        bytes in proptest::collection::vec(any::<u8>(), 1..8),
    ) {
        let whole = terminal().certificate_der;
        let at = at.index(whole.len());
        let mut damaged = whole.clone();
        damaged.splice(at..(at + bytes.len()).min(whole.len()), bytes);
        prop_assume!(damaged != whole);
        why_foreign(&damaged);
        why_foreign(&whole[..at]);
    }
}

//! Cards of authorities that the tests make, and what the centre makes of them.

use super::registration::{self, RegistrationRecord};
use super::{CardAuthority, Proven, authority, prove, read_list, take_piece};
use crate::clock::Moment;
use crate::testing::{TestCentre, code};
use crate::{Actor, Function, RefusalCode};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, RevocationReason, RevokedCertParams,
    SerialNumber, SignatureAlgorithm,
};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P384_SHA384_ASN1_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm,
};
use std::time::Duration;

/// What cards sign in the tests that are not about it.
const ASKED: &[u8] = b"what the centre made up";

/// A moment as certificates are made with it.
macro_rules! date {
    ($moment:expr) => {
        rcgen::date_time_ymd(1970, 1, 1)
            + Duration::from_millis($moment.ms().try_into().unwrap_or_default())
    };
}

/// An authority of the tests. All of them have one name.
pub(crate) struct TestAuthority {
    issuer: Issuer<'static, KeyPair>,
    der: Vec<u8>,
}

/// A card of the tests.
pub(crate) struct TestCard {
    key: KeyPair,
    pub(crate) der: Vec<u8>,
}

impl TestAuthority {
    pub(crate) fn new((from, until): (Moment, Moment)) -> TestAuthority {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap();
        let mut params = CertificateParams::new(vec![]).unwrap();
        params.not_before = date!(from);
        params.not_after = date!(until);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params
            .distinguished_name
            .push(DnType::OrganizationName, "JPKI-SIM");
        let der = params.self_signed(&key).unwrap().der().to_vec();
        let issuer = Issuer::new(params, key);
        TestAuthority { issuer, der }
    }

    pub(crate) fn read(&self) -> CardAuthority {
        CardAuthority::read(&self.der).unwrap()
    }

    pub(crate) fn issue(&self, serial: u64, (from, until): (Moment, Moment)) -> TestCard {
        self.issue_with(serial, (from, until), (&PKCS_ECDSA_P384_SHA384, true))
    }

    fn issue_with(
        &self,
        serial: u64,
        (from, until): (Moment, Moment),
        (algorithm, client): (&'static SignatureAlgorithm, bool),
    ) -> TestCard {
        let key = KeyPair::generate_for(algorithm).unwrap();
        let mut params = CertificateParams::new(vec![]).unwrap();
        params.not_before = date!(from);
        params.not_after = date!(until);
        params.serial_number = Some(SerialNumber::from(serial));
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        if client {
            params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        }
        params.use_authority_key_identifier_extension = true;
        params
            .distinguished_name
            .push(DnType::CommonName, "997794E9AGCIEG13221003A");
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        TestCard {
            key,
            der: certificate.der().to_vec(),
        }
    }

    fn list(
        &self,
        made_at: Moment,
        next_at: Moment,
        revoked: &[(u64, RevocationReason)],
    ) -> Vec<u8> {
        let revoked_certs = revoked.iter().map(|(serial, reason)| RevokedCertParams {
            serial_number: SerialNumber::from(*serial),
            revocation_time: date!(made_at),
            reason_code: Some(*reason),
            invalidity_date: None,
        });
        let params = CertificateRevocationListParams {
            this_update: date!(made_at),
            next_update: date!(next_at),
            crl_number: SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs: revoked_certs.collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        params.signed_by(&self.issuer).unwrap().der().to_vec()
    }
}

impl TestCard {
    pub(crate) fn sign(&self, content: &[u8]) -> Vec<u8> {
        self.sign_as(&ECDSA_P384_SHA384_ASN1_SIGNING, content)
    }

    fn sign_as(&self, algorithm: &'static EcdsaSigningAlgorithm, content: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        let key = EcdsaKeyPair::from_pkcs8(algorithm, self.key.serialized_der(), &random);
        let signature = key.unwrap().sign(&random, content).unwrap();
        signature.as_ref().to_vec()
    }

    pub(crate) fn prove(&self, asked: &[u8], known: &[CardAuthority]) -> Proven {
        prove((&self.der, &self.sign(asked)), asked, known).unwrap()
    }
}

/// Adds an authority with a list of what it revoked, which is good for a day.
pub(crate) fn add(centre: &TestCentre, authority: &TestAuthority, revoked: &[u64]) {
    let read = authority.read();
    let added = centre.change(
        Actor::operator(),
        Function::ManageCardAuthorities,
        move |tx| authority::add(tx, &read),
    );
    added.unwrap();
    let revoked: Vec<(u64, RevocationReason)> = revoked
        .iter()
        .map(|serial| (*serial, RevocationReason::KeyCompromise))
        .collect();
    take_list(centre, authority, (0, 86_400), &revoked).unwrap();
}

/// Takes a list that was made so many seconds from now, a certificate in a piece.
pub(crate) fn take_list(
    centre: &TestCentre,
    authority: &TestAuthority,
    (made, next): (i64, i64),
    revoked: &[(u64, RevocationReason)],
) -> Result<(), crate::Error> {
    let now = centre.now();
    let der = authority.list(now.plus_seconds(made), now.plus_seconds(next), revoked);
    let read = read_list(&der, &[authority.read()]).unwrap();
    let mut pieces: Vec<Vec<super::RevokedCard>> =
        read.revoked.iter().map(|one| vec![one.clone()]).collect();
    pieces.push(Vec::new());
    let last = pieces.len() - 1;
    for (at, piece) in pieces.into_iter().enumerate() {
        let key_id = read.key_id.clone();
        let list = read.list.clone();
        centre.change(
            Actor::operator(),
            Function::ManageCardAuthorities,
            move |tx| take_piece(tx, (&key_id, &list), &piece, at == last),
        )?;
    }
    Ok(())
}

/// Says whose card it is.
pub(crate) fn register(centre: &TestCentre, proven: &Proven, person: i64, registered: bool) {
    let (key_id, serial) = proven.key().unwrap();
    let record = RegistrationRecord {
        authority_key_id: key_id.to_uppercase(),
        serial: format!("00{serial}"),
        person,
        medium: "card".to_owned(),
        registered,
    };
    let taken = centre.change(
        Actor::operator(),
        Function::ImportCardRegistrations,
        move |tx| registration::take(tx, std::slice::from_ref(&record)),
    );
    assert_eq!(taken.unwrap().rejected, []);
}

fn now() -> Moment {
    crate::testing::OPENING
}

fn years(from: i64, until: i64) -> (Moment, Moment) {
    let year = 365 * 86_400;
    (
        now().plus_seconds(from * year),
        now().plus_seconds(until * year),
    )
}

#[test]
fn a_card_proves_itself_by_its_key_and_its_authoritys() {
    let generations = [
        TestAuthority::new(years(-5, 5)),
        TestAuthority::new(years(-1, 9)),
    ];
    let known: Vec<CardAuthority> = generations.iter().map(TestAuthority::read).collect();
    assert_eq!(known[0].name, known[1].name, "generations share a name");
    for (authority, generation) in known.iter().zip(&generations) {
        // The same number in both, told apart by the key identifier.
        let card = generation.issue(7, years(0, 5));
        for algorithm in [
            &ECDSA_P384_SHA384_ASN1_SIGNING,
            &ECDSA_P384_SHA384_FIXED_SIGNING,
        ] {
            let signature = card.sign_as(algorithm, ASKED);
            let proven = prove((&card.der, &signature), ASKED, &known).unwrap();
            assert_eq!(proven.key(), Some((authority.key_id.as_str(), "07")));
        }
        assert_eq!(card.prove(ASKED, &[]).key(), None);
    }
    // It was issued before the authority that signed it was there.
    let early = generations[1].issue(8, years(-2, 3));
    assert_eq!(early.prove(ASKED, &known).key(), None);
}

#[test]
fn what_proves_nothing_is_refused() {
    let authority = TestAuthority::new(years(-1, 9));
    let known = [authority.read()];
    let card = authority.issue(7, years(0, 5));
    let signature = card.sign(ASKED);
    let tried = |der: &[u8], signature: &[u8], asked: &[u8]| {
        prove((der, signature), asked, &known).map(|_| ())
    };
    let other = authority.issue(7, years(0, 5));
    for (der, signature, asked) in [
        (&card.der, &signature, b"something else".as_slice()),
        (&other.der, &signature, ASKED),
        (&card.der, &Vec::new(), ASKED),
    ] {
        assert_eq!(
            tried(der, signature, asked),
            Err(RefusalCode::CardSignature)
        );
    }
    let without = authority.issue_with(7, years(0, 5), (&PKCS_ECDSA_P384_SHA384, false));
    let curve = authority.issue_with(7, years(0, 5), (&PKCS_ECDSA_P256_SHA256, true));
    let longer = [card.der.as_slice(), b"0"].concat();
    for der in [
        &without.der,
        &curve.der,
        &longer,
        &authority.der,
        &vec![0x30; 5000],
        &vec![],
    ] {
        assert_eq!(
            tried(der, &signature, ASKED),
            Err(RefusalCode::CardCertificate)
        );
    }
}

#[test]
fn a_list_counts_that_the_authority_signed_and_a_held_card_comes_back() {
    let centre = TestCentre::new();
    let authority = TestAuthority::new(years(-1, 9));
    let other = TestAuthority::new(years(-1, 9));
    add(&centre, &authority, &[7]);
    let made = (now(), now().plus_seconds(60));
    let foreign = other.list(made.0, made.1, &[]);
    assert!(read_list(&foreign, &[authority.read()]).is_err());
    assert!(read_list(b"no list", &[authority.read()]).is_err());
    let revoked = || {
        let sql = "select count(*) from card_revocation";
        centre.number(sql, &[])
    };
    assert_eq!(revoked(), 1);
    let held = [
        (7, RevocationReason::KeyCompromise),
        (8, RevocationReason::CertificateHold),
    ];
    take_list(&centre, &authority, (10, 86_400), &held).unwrap();
    assert_eq!(revoked(), 2);
    // An older one says nothing new; a newer one lets go what was held, and nothing else.
    let older = take_list(&centre, &authority, (5, 86_400), &[]);
    assert_eq!(code(older), RefusalCode::WrongState);
    take_list(&centre, &authority, (20, 86_400), &[]).unwrap();
    assert_eq!(revoked(), 1);
}

#[test]
fn a_line_that_names_nobody_is_told_with_its_reason() {
    let centre = TestCentre::new();
    let authority = TestAuthority::new(years(-1, 9));
    add(&centre, &authority, &[]);
    let good = RegistrationRecord {
        authority_key_id: authority.read().key_id,
        serial: "227B13".to_owned(),
        person: 99,
        medium: "card".to_owned(),
        registered: true,
    };
    let wrong = [
        good.clone(),
        RegistrationRecord {
            serial: "xyz".to_owned(),
            ..good.clone()
        },
        RegistrationRecord {
            medium: "paper".to_owned(),
            ..good.clone()
        },
        RegistrationRecord {
            authority_key_id: "00".to_owned(),
            ..good
        },
    ];
    let taken = centre.change(
        Actor::operator(),
        Function::ImportCardRegistrations,
        move |tx| registration::take(tx, &wrong),
    );
    let taken = taken.unwrap();
    let fields: Vec<&str> = taken
        .rejected
        .iter()
        .map(|(_, wrong)| wrong.about.word())
        .collect();
    assert_eq!(fields, ["Person", "Serial", "Medium", "AuthorityKeyId"]);
    assert_eq!(taken.changed, 0);
}

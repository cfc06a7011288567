//! Commands and their status words, each as it was seen on real cards (`docs/card.md`).

use crate::sample::{Reader, made, plain};
use onshi_card::profile::JPKI;
use onshi_card::{Fault, Profile, digest_info, files};
use ring::digest::{SHA256, digest};
use ring::signature;
use x509_parser::prelude::{FromDer, X509Certificate};

fn jpki() -> Reader {
    let mut reader = Reader::of(plain());
    reader.application(&JPKI);
    reader
}

/// Whether a signature is right under the key of a certificate.
fn right(
    certificate: &[u8],
    how: &dyn signature::VerificationAlgorithm,
    message: &[u8],
    made: &[u8],
) -> bool {
    let (_, certificate) = X509Certificate::from_der(certificate).unwrap();
    let key = &certificate.public_key().subject_public_key.data;
    let verified = how.verify(key.as_ref().into(), message.into(), made.into());
    verified.is_ok()
}

#[test]
fn the_certificate_of_authentication_is_free_and_that_of_signature_is_not() {
    let mut reader = jpki();
    let certificate = reader.read(files::AUTHENTICATION_CERTIFICATE);
    assert_eq!(certificate, plain().authentication.unwrap().der);
    assert_eq!(reader.read(files::CERTIFICATES), [0x8F, 0x8F, 0]);
    assert_eq!(&reader.read(files::TOKEN)[..16], b"JPKIAPICCTOKEN2 ");
    assert_eq!(reader.read(files::TOKEN).len(), 160);
    reader.file(files::SIGNATURE_CERTIFICATE);
    assert_eq!(reader.status(&[0, 0xB0, 0, 0, 0]), 0x6982);
    assert_eq!(reader.verify(files::PASSWORD, "ABC123"), 0x9000);
    assert_eq!(
        reader.read(files::SIGNATURE_CERTIFICATE),
        plain().signature.unwrap().der
    );
}

#[test]
fn a_wrong_pin_costs_a_try_and_the_third_locks() {
    let mut reader = jpki();
    assert_eq!(reader.verify(files::PIN, "0000"), 0x63C2);
    assert_eq!(reader.tries(files::PIN), 2);
    assert_eq!(reader.verify(files::PIN, "1234"), 0x9000);
    // Always 63Cx, also after the right one.
    assert_eq!(reader.tries(files::PIN), 3);
    for expected in [0x63C2, 0x63C1, 0x63C0, 0x6984] {
        assert_eq!(reader.verify(files::PIN, "9999"), expected);
    }
    assert_eq!(reader.verify(files::PIN, "1234"), 0x6984);
    assert_eq!(reader.tries(files::PIN), 0);
    // The password has its own counter.
    assert_eq!(reader.tries(files::PASSWORD), 5);
}

#[test]
fn a_wrong_pin_takes_back_what_the_right_one_gave() {
    let mut reader = jpki();
    assert_eq!(reader.verify(files::PIN, "1234"), 0x9000);
    assert_eq!(reader.sign(3, 0x97, b"message").1, 0x9000);
    assert_eq!(reader.verify(files::PIN, "4321"), 0x63C2);
    assert_eq!(reader.sign(3, 0x97, b"message").1, 0x6982);
}

#[test]
fn what_was_presented_holds_until_another_application_or_no_power() {
    let mut reader = jpki();
    assert_eq!(reader.sign(3, 0x97, b"message").1, 0x6982);
    reader.verify(files::PIN, "1234");
    reader.card.reset();
    assert_eq!(reader.sign(3, 0x97, b"message").1, 0x9000);
    reader.application(&JPKI);
    assert_eq!(reader.sign(3, 0x97, b"message").1, 0x6982);
    reader.verify(files::PIN, "1234");
    reader.card.power_off();
    assert_eq!(reader.sign(3, 0x97, b"message").1, 0x6A82);
}

#[test]
fn signatures_of_all_schemes_verify() {
    let mut reader = jpki();
    let certificate = reader.read(files::AUTHENTICATION_CERTIFICATE);
    reader.verify(files::PIN, "1234");
    let message = b"a challenge of the centre";
    let hashed = digest(&SHA256, message);
    let plain = &signature::RSA_PKCS1_2048_8192_SHA256;
    let pss = &signature::RSA_PSS_2048_8192_SHA256;
    let mut signed = |p1, data: &[u8]| {
        let (made, status) = reader.sign(p1, 0x97, data);
        assert_eq!((made.len(), status), (256, 0x9000));
        made
    };
    let info = digest_info(hashed.as_ref());
    let by_info = signed(0, &info);
    assert!(right(&certificate, plain, message, &by_info));
    assert_eq!(signed(2, hashed.as_ref()), by_info);
    assert_eq!(signed(3, message), by_info);
    assert!(right(
        &certificate,
        pss,
        message,
        &signed(4, hashed.as_ref())
    ));
    assert!(right(&certificate, pss, message, &signed(5, message)));
    // Salted anew each time, and one that is signed bare is no ordinary signature.
    assert_ne!(signed(5, message), signed(5, message));
    assert!(!right(&certificate, plain, message, &signed(1, message)));
    assert!(!right(&certificate, plain, b"another", &by_info));
}

#[test]
fn wrong_parameters_and_lengths() {
    let mut reader = jpki();
    reader.verify(files::PIN, "1234");
    assert_eq!(reader.sign(6, 0x97, b"x").1, 0x6A86);
    assert_eq!(reader.sign(2, 0x97, &[0; 31]).1, 0x6985);
    assert_eq!(reader.sign(0, 0x97, &[0; 246]).1, 0x6985);
    assert_eq!(reader.sign(0, 0x97, &[0; 245]).1, 0x9000);
    assert_eq!(reader.sign(3, 0x98, b"x").1, 0x6981);
    assert_eq!(reader.status(&[0, 0xA4, 2, 12, 2, 0x12, 0x34]), 0x6A82);
    assert_eq!(reader.status(&[0, 0xA4, 4, 12, 3, 1, 2, 3]), 0x6A82);
    assert_eq!(reader.status(&[0, 0xB0, 0x7F, 0xFF, 0]), 0x6981);
    reader.file(files::AUTHENTICATION_CERTIFICATE);
    assert_eq!(reader.status(&[0, 0xB0, 0x7F, 0xFF, 0]), 0x6B00);
    assert_eq!(reader.status(&[0, 0x20, 0, 0x80, 4, 1, 2, 3, 4]), 0x6981);
    assert_eq!(reader.status(&[0, 0x20, 0, 0x80, 4, 1]), 0x6700);
    assert_eq!(reader.status(&[0, 0xFE, 0, 0]), 0x6D00);
    assert_eq!(reader.status(&[0xA0, 0xA4, 0, 0]), 0x6E00);
    assert_eq!(reader.status(&[0x08, 0xB0, 0, 0, 0]), 0x69FC);
    reader.application(&JPKI);
    assert_eq!(reader.status(&[0, 0x20, 0, 0x80]), 0x6986);
    assert_eq!(reader.status(&[0, 0xB0, 0, 0, 0]), 0x6986);
    // By its short identifier, without selecting first.
    assert_eq!(reader.status(&[0, 0x20, 0, 0x98]), 0x63C3);
    assert_eq!(reader.ok(&[0, 0xB0, 0x88, 0, 0]), [0x8F, 0x8F, 0]);
}

#[test]
fn a_pin_is_changed_after_it_was_presented_only() {
    let mut reader = jpki();
    reader.file(files::PIN);
    let new = [0, 0x24, 1, 0x80, 4, b'8', b'7', b'6', b'5'];
    assert_eq!(reader.status(&new), 0x6982);
    assert_eq!(reader.tries(files::PIN), 3);
    reader.verify(files::PIN, "1234");
    assert_eq!(
        reader.status(&[0, 0x24, 1, 0x80, 4, b'8', b'7', b'6', b'x']),
        0x6A80
    );
    assert_eq!(reader.status(&new), 0x9000);
    assert_eq!(reader.verify(files::PIN, "1234"), 0x63C2);
    assert_eq!(reader.verify(files::PIN, "8765"), 0x9000);
    reader.verify(files::PASSWORD, "ABC123");
    assert_eq!(
        reader.status(&[0, 0x24, 1, 0x80, 6, b'a', b'b', b'c', b'1', b'2', b'3']),
        0x6A80
    );
    assert_eq!(
        reader.status(&[0, 0x24, 1, 0x80, 6, b'X', b'Y', b'Z', b'1', b'2', b'3']),
        0x9000
    );
}

#[test]
fn objects_answer_while_no_application_is_selected() {
    let mut reader = Reader::of(plain());
    assert_eq!(reader.ok(&[0, 0xCA, 0, 0xF0, 0]), b"13990");
    assert_eq!(reader.status(&[0, 0xCA, 0, 0x99, 0]), 0x6A88);
    reader.application(&JPKI);
    assert_eq!(reader.status(&[0, 0xCA, 0, 0xF0, 0]), 0x6A88);
    assert_eq!(reader.ok(&[0, 0xCA, 0x5F, 0x51, 0])[..2], [0xE0, 0x00]);
    reader.application(&onshi_card::profile::ISSUER);
    assert_eq!(reader.ok(&[0, 0xCA, 0, 0xF0, 0]), b"13990");
}

#[test]
fn faulty_cards_show_their_fault() {
    let mut reader = Reader::of(made(Profile::Card, &[Fault::LockedPin]));
    reader.application(&JPKI);
    assert_eq!(reader.tries(files::PIN), 0);
    assert_eq!(reader.verify(files::PIN, "1234"), 0x6984);
    assert_eq!(reader.tries(files::PASSWORD), 5);

    let mut reader = Reader::of(made(Profile::Card, &[Fault::FaceCard]));
    reader.application(&JPKI);
    assert_eq!(
        (reader.tries(files::PIN), reader.tries(files::PASSWORD)),
        (0, 0)
    );

    let bare = made(Profile::Card, &[Fault::NoAuthenticationCertificate]);
    assert!(bare.authentication.is_none());
    let mut reader = Reader::of(bare);
    reader.application(&JPKI);
    assert_eq!(reader.read(files::CERTIFICATES), [0x8F, 0, 0]);
    assert!(reader.read(files::AUTHENTICATION_CERTIFICATE).is_empty());
}

#[test]
fn the_next_card_signs_with_p384() {
    let mut reader = Reader::of(made(Profile::NextCard, &[]));
    reader.application(Profile::NextCard.authentication());
    let certificate = reader.read(files::AUTHENTICATION_CERTIFICATE);
    reader.verify(files::PIN, "1234");
    let (made, status) = reader.sign(3, 0x97, b"message");
    assert_eq!(status, 0x9000);
    assert!(right(
        &certificate,
        &signature::ECDSA_P384_SHA384_ASN1,
        b"message",
        &made
    ));
    let hashed = digest(&ring::digest::SHA384, b"message");
    let (made, _) = reader.sign(0, 0x97, hashed.as_ref());
    assert!(right(
        &certificate,
        &signature::ECDSA_P384_SHA384_ASN1,
        b"message",
        &made
    ));
    assert_eq!(reader.sign(5, 0x97, b"message").1, 0x6A86);
}

#[test]
fn phones_sign_by_pin_or_when_unlocked() {
    let mut reader = Reader::of(made(Profile::Android, &[]));
    reader.application(&JPKI);
    assert_eq!(&reader.read(files::TOKEN)[..16], b"JPKIAPGPSETOKEN ");
    assert_eq!(reader.sign(3, 0x97, b"message").1, 0x6982);
    reader.verify(files::PIN, "1234");
    assert_eq!(reader.sign(3, 0x97, b"message").1, 0x9000);

    let mut reader = Reader::of(made(Profile::Iphone, &[]));
    reader.application(&JPKI);
    assert_eq!(reader.sign(3, 0x97, b"message").1, 0x6982);
    reader.card.hold(true);
    assert_eq!(reader.sign(3, 0x97, b"message").1, 0x9000);
}

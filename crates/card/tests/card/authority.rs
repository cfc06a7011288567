//! JPKI-SIM's certificates, lists and answers, read by another's parser and checked by another's
//! cryptography.

use crate::sample::{made, now, plain, with_authority};
use onshi_card::authority::{Question, Reason};
use onshi_card::{Fault, Profile, Purpose};
use x509_parser::prelude::{
    CertificateRevocationList, FromDer, GeneralName, ParsedExtension, X509Certificate,
};

const DAY: i64 = 86_400;

fn parse(der: &[u8]) -> X509Certificate<'_> {
    let (rest, certificate) = X509Certificate::from_der(der).unwrap();
    assert!(rest.is_empty());
    certificate
}

#[test]
fn the_certificate_of_authentication_has_the_real_ones_shape() {
    let der = plain().authentication.unwrap().der;
    let certificate = parse(&der);
    assert_eq!(
        certificate.issuer().to_string(),
        "C=JP, O=JPKI-SIM, OU=JPKI for user authentication, \
         OU=Japan Agency for Local Authority Information Systems"
    );
    let subject = certificate.subject().to_string();
    assert!(
        subject.starts_with("C=JP, CN=") && subject.ends_with("13990003A"),
        "{subject}"
    );
    assert_eq!(subject.len(), "C=JP, CN=".len() + 23);
    // 14:59:59Z, the end of the fifth birthday in Japan.
    let end = certificate.validity().not_after.to_datetime();
    assert_eq!(end.to_string(), "2031-02-17 14:59:59.0 +00:00:00");
    let order: Vec<String> = certificate
        .extensions()
        .iter()
        .map(|one| one.oid.to_id_string())
        .collect();
    assert_eq!(
        order,
        [
            "2.5.29.15",
            "2.5.29.37",
            "2.5.29.32",
            "2.5.29.18",
            "2.5.29.31",
            "1.3.6.1.5.5.7.1.1",
            "2.5.29.35",
            "2.5.29.14"
        ]
    );
    let text = format!("{certificate:?}");
    assert!(!text.contains("見本"), "no name of a person");
    for extension in certificate.extensions() {
        match extension.parsed_extension() {
            ParsedExtension::KeyUsage(usage) => {
                assert!(
                    extension.critical && usage.digital_signature() && !usage.non_repudiation()
                );
            }
            ParsedExtension::CRLDistributionPoints(points) => {
                assert_eq!(points.points.len(), 1);
                let text = format!("{:?}", points.points[0]);
                assert!(text.contains("DirectoryName"), "{text}");
            }
            ParsedExtension::AuthorityInfoAccess(access) => {
                let GeneralName::URI(address) = access.accessdescs[0].access_location else {
                    panic!("no address");
                };
                assert_eq!(address, "http://ocsp.jpki-sim.invalid");
            }
            ParsedExtension::UnsupportedExtension { oid } => {
                assert_eq!(oid.to_id_string(), "2.5.29.18");
            }
            ParsedExtension::ParseError { error } => panic!("{error}"),
            _ => {}
        }
    }
}

#[test]
fn the_certificate_of_signature_tells_who_the_holder_is() {
    let der = plain().signature.unwrap().der;
    let certificate = parse(&der);
    let subject = certificate.subject().to_string();
    assert!(
        subject.starts_with("C=JP, L=Tokyo-to, L=Mihon-shi, CN="),
        "{subject}"
    );
    let alternative = certificate.subject_alternative_name().unwrap().unwrap();
    let mut told = Vec::new();
    for name in &alternative.value.general_names {
        let GeneralName::OtherName(oid, value) = name else {
            panic!("{name:?}");
        };
        // A0 and length, 0C and length, the text.
        told.push((
            oid.to_id_string(),
            String::from_utf8_lossy(&value[4..]).into_owned(),
        ));
    }
    let last = |end: &str| {
        told.iter()
            .find(|(oid, _)| oid.ends_with(end))
            .unwrap()
            .1
            .clone()
    };
    assert_eq!(last(".5.1"), "見本　花子");
    assert_eq!(last(".5.4"), "319800217");
    assert_eq!(last(".5.3"), "2");
    assert_eq!(last(".5.5"), "東京都見本市架空町１－２－３");
    assert_eq!(last(".5.2"), "00000");
}

/// The authority's certificates of authentication under which this one verifies.
fn issuers(der: &[u8]) -> Vec<usize> {
    let authorities = with_authority(|authority| authority.certificates(Purpose::Authentication));
    let certificate = parse(der);
    let places = 0..authorities.len();
    places
        .filter(|place| {
            let issuer = parse(&authorities[*place]);
            assert_eq!(issuer.issuer(), issuer.subject());
            assert!(issuer.verify_signature(None).is_ok());
            // All generations have the same name.
            assert_eq!(issuer.subject(), certificate.issuer());
            certificate
                .verify_signature(Some(issuer.public_key()))
                .is_ok()
        })
        .collect()
}

#[test]
fn the_issuer_is_told_by_its_key_and_not_by_its_name() {
    let of = |profile, faults: &[Fault]| made(profile, faults).authentication.unwrap();
    assert_eq!(issuers(&of(Profile::Card, &[]).der), [1]);
    assert_eq!(
        issuers(&of(Profile::Card, &[Fault::OtherGeneration]).der),
        [0]
    );
    assert_eq!(issuers(&of(Profile::NextCard, &[]).der), [2]);
    assert!(issuers(&of(Profile::Card, &[Fault::WrongIssuer]).der).is_empty());
    // Numbers overlap between the generations.
    let mut numbers = [Fault::Expired, Fault::EndsSoon].map(|fault| {
        let certificate = of(Profile::Card, &[fault]);
        (certificate.generation, certificate.serial)
    });
    numbers.sort_unstable();
    assert!(numbers[0].1 >= 0x0022_7B00);
    assert_eq!(format!("{:?}", numbers[0].0), "Previous");
}

#[test]
fn ends_are_where_the_faults_put_them() {
    let end = |faults: &[Fault]| {
        made(Profile::Card, faults)
            .authentication
            .unwrap()
            .not_after
    };
    let days = |faults: &[Fault]| (end(faults) - now()) / DAY;
    assert!(days(&[]) > 4 * 365);
    assert!((-160..-92).contains(&days(&[Fault::Expired])));
    assert!((-31..0).contains(&days(&[Fault::EndedRecently])));
    assert!((58..62).contains(&days(&[Fault::EndsSoon])));
    assert!(days(&[Fault::OtherGeneration]) > 700);
}

#[test]
fn children_have_no_certificate_of_signature() {
    let mut order = crate::sample::order(Profile::Card, &[]);
    order.holder.born = onshi_card::Date::parse("20200301").unwrap();
    let child = crate::sample::made_of(&order);
    assert!(child.signature.is_none());
    assert_eq!(child.card_ends.text(), "20310301");
    assert_eq!(plain().card_ends.text(), "20360217");
}

#[test]
fn a_list_names_what_was_revoked_in_its_municipality() {
    let revoked = made(Profile::Card, &[Fault::Revoked])
        .authentication
        .unwrap();
    let good = plain().authentication.unwrap();
    let lists = with_authority(|authority| authority.lists(now(), now() + DAY).unwrap());
    let point = |der: &[u8]| {
        let certificate = parse(der);
        let points = certificate
            .extensions()
            .iter()
            .find(|one| one.oid.to_id_string() == "2.5.29.31");
        points.unwrap().value.to_vec()
    };
    let own: Vec<_> = lists
        .iter()
        .filter(|list| {
            let name = &list.name;
            let within = point(&revoked.der);
            list.issuer_key == revoked.issuer_key
                && list.purpose == Purpose::Authentication
                && within.windows(name.len()).any(|part| part == name)
        })
        .collect();
    assert_eq!(own.len(), 1);
    let (_, list) = CertificateRevocationList::from_der(&own[0].der).unwrap();
    let authorities = with_authority(|authority| authority.certificates(Purpose::Authentication));
    assert!(
        list.verify_signature(parse(&authorities[1]).public_key())
            .is_ok()
    );
    assert!(
        list.verify_signature(parse(&authorities[0]).public_key())
            .is_err()
    );
    let numbers: Vec<u32> = list
        .iter_revoked_certificates()
        .map(|one| one.user_certificate.to_string().parse().unwrap())
        .collect();
    assert!(numbers.contains(&revoked.serial) && !numbers.contains(&good.serial));
}

#[test]
fn a_revoked_certificate_stays_revoked_with_its_first_reason() {
    with_authority(|authority| {
        assert!(!authority.revoke(&[0; 20], 1, now(), Reason::Superseded));
    });
}

#[test]
fn questions_are_read_as_they_were_asked() {
    let certificate = plain().authentication.unwrap();
    with_authority(|authority| {
        let request = authority.ask(&certificate.issuer_key, certificate.serial, Some(&[7; 16]));
        let request = request.unwrap();
        let question = Question::parse(&request).unwrap();
        assert_eq!(question.serial, certificate.serial);
        assert_eq!(question.nonce.unwrap()[2..], [7; 16]);
        let answer = authority.answer(&request, now(), now() + DAY).unwrap();
        assert!(answer.len() > 1000);
        for length in 0..request.len() {
            assert!(Question::parse(&request[..length]).is_err());
        }
    });
}

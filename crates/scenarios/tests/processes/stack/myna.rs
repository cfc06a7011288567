//! The crate `myna-card`, which was measured on real cards, reads ours: every application, every signature.

use super::{PIN, Stack};
use myna_card::ap::common::CommonAp;
use myna_card::ap::jpki::{JpkiAp, SignatureScheme, TokenType};
use myna_card::ap::surface::SurfaceAp;
use myna_card::ap::text::TextAp;
use myna_card::certificate::roots::Accept;
use myna_card::data::{CardVerifiableCertificate, ImageFormat};
use myna_card::{Card, Certificate, Error, MasterFile, Pin, Result, Retries, Transmit};
use onshi_pcsc::{Connection, Library, Sharing};

/// Its way to the card: ours.
struct OverPcsc(Connection);

impl Transmit for OverPcsc {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>> {
        let answer = self.0.transmit(command);
        answer
            .map(|answer| answer.to_vec())
            .map_err(|error| Error::Malformed(error.to_string()))
    }
}

/// A card that has just got its power.
fn card() -> Card<OverPcsc> {
    let mut context = Library::load().unwrap().context().unwrap();
    let readers = context.readers().unwrap();
    let reader = readers
        .iter()
        .find(|reader| context.state(reader).unwrap().present)
        .unwrap();
    let connection = context.connect(reader, Sharing::Exclusive).unwrap();
    Card::new(OverPcsc(connection))
}

#[test]
#[ignore = "runs in namespaces of its own, started by the test beside it"]
fn inside() {
    let stack = Stack::start();
    stack.card(&["make", "--patient", "1", "--pin", PIN]);
    let shown = stack.card(&["show", "patient-1"]);
    let mut inserted = stack.insert("patient-1", &[]);
    let told = |name: &str| shown[name].as_str().unwrap().to_owned();

    master_file_and_common(&mut card());
    text(&mut card(), &told);
    surface(&mut card(), &told);
    jpki(&mut card(), &told);

    stack.card(&["remove", "patient-1"]);
    assert!(inserted.wait().unwrap().success());
}

fn master_file_and_common(card: &mut Card<OverPcsc>) {
    // Answers only before an application is selected.
    let chain = MasterFile::new(card).certificate_chain().unwrap();
    assert_eq!(chain.len(), 2);
    assert_eq!(chain[1].issuer_key_id, chain[0].subject_key_id);
    // Whole among themselves, and never believed to be real: nobody knows our root.
    chain[1].verify_with(&chain[0].public_key).unwrap();
    let believed = CardVerifiableCertificate::verify_chain(&chain);
    assert!(matches!(
        believed,
        Err(Error::UnknownCertificateAuthority(_))
    ));
    let mut common = CommonAp::select(card).unwrap();
    let information = common.read_card_info().unwrap();
    assert_eq!(information.serial.len(), 15);
    assert_eq!(information.municipality_code, "13990");
}

fn text(card: &mut Card<OverPcsc>, told: &dyn Fn(&str) -> String) {
    let mut text = TextAp::select(card).unwrap();
    let certificate = text.read_certificate().unwrap();
    assert!(certificate.verify().is_err(), "nobody knows our root");
    let key = &certificate.public_key;
    assert!(text.read_my_number().is_err(), "before the PIN");
    text.verify_pin(&Pin::numeric(PIN).unwrap()).unwrap();
    assert_eq!(text.read_my_number().unwrap().as_str(), told("codeA"));
    let attributes = text.read_attributes().unwrap();
    assert_eq!(attributes.name, told("holder"));
    assert_eq!(attributes.address, told("address"));
    let born = attributes.birth_date.to_string().replace('-', "");
    assert_eq!(born, told("born"));
    let record = text.read_integrity_record().unwrap();
    record.verify(key).unwrap();
    assert!(record.matches_my_number_file(&text.read_my_number_file().unwrap()));
    let file = text.read_ef(myna_card::ap::text::ef::ATTRIBUTES).unwrap();
    assert!(record.matches_attributes_file(&file).unwrap());
    text.read_signed_public_key().unwrap().verify(key).unwrap();
}

fn surface(card: &mut Card<OverPcsc>, told: &dyn Fn(&str) -> String) {
    let mut surface = SurfaceAp::select(card).unwrap();
    let certificate = surface.read_certificate().unwrap();
    let key = &certificate.public_key;
    assert!(surface.read_card_face().is_err(), "before 照合番号B");
    let code = told("codeB");
    surface
        .verify_birth_date(&Pin::numeric(&code[..6]).unwrap())
        .unwrap();
    surface.read_age_record().unwrap().verify(key).unwrap();
    surface
        .verify_code_b(&Pin::numeric(&code).unwrap())
        .unwrap();
    let face = surface.read_card_face().unwrap();
    face.verify(key).unwrap();
    assert_eq!(face.photo.format, ImageFormat::Jpeg2000);
    assert!((1_000..=2_000).contains(&face.photo.data.len()));
    assert_eq!(face.name_image.format, ImageFormat::Png);
    // The card itself is here, and not a copy of what it holds.
    let challenge = surface.card().get_challenge(16).unwrap();
    let signature = surface.sign(&challenge).unwrap();
    let scheme = SignatureScheme::Sha256DigestInfo;
    scheme
        .verify(&face.public_key, &challenge, &signature)
        .unwrap();
    assert!(
        surface.read_my_number_image().is_err(),
        "照合番号A opens it"
    );
    surface
        .verify_code_a(&Pin::numeric(told("codeA")).unwrap())
        .unwrap();
    surface.read_my_number_image().unwrap().verify(key).unwrap();
}

fn jpki(card: &mut Card<OverPcsc>, told: &dyn Fn(&str) -> String) {
    let mut jpki = JpkiAp::select(card).unwrap();
    assert!(matches!(jpki.read_token_type().unwrap(), TokenType::Card));
    let chain = [
        jpki.read_auth_certificate().unwrap(),
        jpki.read_auth_ca_certificate().unwrap(),
    ];
    let (issued, _) = chain[0].validity();
    Certificate::verify_chain(&chain, issued).unwrap();
    for accept in [Accept::ProductionOnly, Accept::ProductionAndTest] {
        let real = chain[0].verify_to_root(issued, accept);
        assert!(real.is_err(), "it passes for a real one");
    }
    assert_eq!(jpki.auth_pin_retries().unwrap(), Retries::Remaining(3));
    assert_eq!(jpki.sign_pin_retries().unwrap(), Retries::Remaining(5));
    jpki.verify_auth_pin(&Pin::numeric(PIN).unwrap()).unwrap();
    for scheme in [
        SignatureScheme::Sha256DigestInfo,
        SignatureScheme::Sha256Pss,
    ] {
        jpki.sign_with_auth_key_checked(scheme, b"message").unwrap();
    }
    jpki.verify_sign_pin(&Pin::new(told("password")).unwrap())
        .unwrap();
    jpki.read_sign_certificate().unwrap();
    jpki.sign_with_sign_key_checked(SignatureScheme::Sha256DigestInfo, b"message")
        .unwrap();
}

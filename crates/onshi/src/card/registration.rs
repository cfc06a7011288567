//! Whose card is whose, as the centre is told it (`onshi card-registration import`).

use onshi_card::authority::Certificate;
use onshi_card::{CardFile, CertificateOnFile, Profile, Registration};
use onshi_core::card::{Medium, RegistrationRecord};
use onshi_core::entropy::hex;

/// Which certificate it is, as files and lines name it.
pub fn named(certificate: &Certificate) -> CertificateOnFile {
    CertificateOnFile {
        issuer_key: hex(&certificate.issuer_key),
        serial: format!("{:x}", certificate.serial),
        not_after: certificate.not_after,
    }
}

/// The line of a card with this certificate.
pub fn record(
    profile: Profile,
    certificate: &CertificateOnFile,
    registration: Registration,
) -> RegistrationRecord {
    let medium = match profile.is_phone() {
        true => Medium::Smartphone,
        false => Medium::Card,
    };
    RegistrationRecord {
        authority_key_id: certificate.issuer_key.clone(),
        serial: certificate.serial.clone(),
        person: registration.person,
        medium: medium.code().to_owned(),
        registered: registration.registered,
    }
}

/// The line of a card in its file; none where the centre is not told of it.
pub fn of_card(card: &CardFile) -> Option<RegistrationRecord> {
    let certificate = card.certificate.as_ref()?;
    Some(record(card.order.profile, certificate, card.registration?))
}

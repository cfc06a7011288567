//! 公的個人認証AP: certificates, keys, PIN and password.

use super::{Order, Term};
use crate::authority::{
    Authority, Certificate, CertificateError, Generation, Purpose, Subject, Told,
};
use crate::fault::Fault;
use crate::key::PrivateKey;
use crate::memory::{Access, Application, Bytes, Condition, File, Form, Memory, Secret, Signing};
use crate::profile::Profile;
use crate::random::Random;
use std::collections::BTreeMap;

/// Files of the application.
pub mod files {
    /// 署名用証明書.
    pub const SIGNATURE_CERTIFICATE: u16 = 0x0001;
    /// The certificate of its issuer.
    pub const SIGNATURE_ISSUER: u16 = 0x0002;
    /// What the token calls itself.
    pub const TOKEN: u16 = 0x0006;
    /// Which certificates there are.
    pub const CERTIFICATES: u16 = 0x0008;
    /// 利用者証明用証明書.
    pub const AUTHENTICATION_CERTIFICATE: u16 = 0x000A;
    /// The certificate of its issuer.
    pub const AUTHENTICATION_ISSUER: u16 = 0x000B;
    /// Who names terminals.
    pub const TERMINALS: u16 = 0x0016;
    /// The private key of 利用者証明.
    pub const AUTHENTICATION_KEY: u16 = 0x0017;
    /// Its PIN.
    pub const PIN: u16 = 0x0018;
    /// The private key of 署名.
    pub const SIGNATURE_KEY: u16 = 0x001A;
    /// Its password.
    pub const PASSWORD: u16 = 0x001B;
}

/// Certificates of 署名 are for people of fifteen and more.
const SIGNATURE_AGE: i64 = 15;
const PIN_TRIES: u8 = 3;
const PASSWORD_TRIES: u8 = 5;
/// A certificate is there; the third byte is 0 always.
const PRESENT: u8 = 0x8F;

/// What the authority issued for a card.
pub(super) struct Issued {
    pub(super) authentication: Option<Certificate>,
    pub(super) signature: Option<Certificate>,
    authentication_key: PrivateKey,
    signature_key: Option<PrivateKey>,
    issuers: BTreeMap<Purpose, Vec<u8>>,
}

/// Makes the keys and has the certificates issued.
pub(super) fn issue(
    authority: &mut Authority,
    order: &Order,
    term: &Term,
    seed: &[u8; 32],
) -> Result<Issued, CertificateError> {
    let asked = order.faults.iter().find_map(|fault| fault.generation());
    let generation = asked.unwrap_or_else(|| authority.generation(order.profile, term.begins));
    let mut issuers = BTreeMap::new();
    for purpose in [Purpose::Authentication, Purpose::Signature] {
        let issuer = authority.issuer(purpose, generation);
        let issuer = issuer.ok_or(CertificateError::NoIssuer)?;
        issuers.insert(purpose, issuer.certificate.0.clone());
    }
    let authentication_key = super::key(order, seed, Purpose::Authentication)?;
    let mut random = Random::named(seed, "card numbers");
    let mut one = |purpose: Purpose, key: &PrivateKey| {
        certificate(
            authority,
            order,
            term,
            generation,
            purpose,
            key,
            &mut random,
        )
    };
    let has = !order.faults.contains(&Fault::NoAuthenticationCertificate);
    let authentication = if has {
        Some(one(Purpose::Authentication, &authentication_key)?)
    } else {
        None
    };
    let old_enough = term.begins.age_of(order.holder.born) >= SIGNATURE_AGE;
    let (signature, signature_key) = if old_enough {
        let key = super::key(order, seed, Purpose::Signature)?;
        (Some(one(Purpose::Signature, &key)?), Some(key))
    } else {
        (None, None)
    };
    Ok(Issued {
        authentication,
        signature,
        authentication_key,
        signature_key,
        issuers,
    })
}

fn certificate(
    authority: &mut Authority,
    order: &Order,
    term: &Term,
    generation: Generation,
    purpose: Purpose,
    key: &PrivateKey,
    random: &mut Random,
) -> Result<Certificate, CertificateError> {
    let holder = &order.holder;
    let place = &holder.municipality.code;
    let common = match purpose {
        Purpose::Authentication => {
            let drawn = random.text(14, b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");
            format!("{drawn}{place}003A")
        }
        Purpose::Signature => {
            let drawn = random.text(11, b"0123456789");
            format!("{}{drawn}{place}003A", term.begins)
        }
    };
    let born = holder.born.era_nine().unwrap_or_default();
    authority.issue(&Subject {
        purpose,
        generation,
        profile: order.profile,
        common: &common,
        municipality: &holder.municipality,
        not_before: term.begins.at(10, 35, 42),
        not_after: term.certificate_ends.at(23, 59, 59),
        key,
        told: (purpose == Purpose::Signature).then_some(Told {
            name: &holder.name,
            born: &born,
            sex: &holder.sex,
            address: &holder.address,
        }),
    })
}

/// The application's files.
pub(super) fn application(authority: &Authority, order: &Order, issued: &Issued) -> Application {
    use files::*;
    let free = |content: Vec<u8>| File::Binary {
        content: Bytes(content),
        read: Access::Free,
    };
    let issuer = |purpose| issued.issuers.get(&purpose).cloned().unwrap_or_default();
    let mut all = BTreeMap::new();
    all.insert(TOKEN, free(token(order.profile)));
    let present = |there: bool| if there { PRESENT } else { 0 };
    let there = [
        present(issued.signature.is_some()),
        present(issued.authentication.is_some()),
        0,
    ];
    all.insert(CERTIFICATES, free(there.to_vec()));
    // What it holds is not known, and nobody could read it.
    all.insert(
        0x0009,
        File::Binary {
            content: Bytes(vec![0xFF; 16]),
            read: Access::Never,
        },
    );
    let certificate = issued.authentication.as_ref();
    let own = certificate.map(|one| one.der.clone()).unwrap_or_default();
    all.insert(AUTHENTICATION_CERTIFICATE, free(own));
    all.insert(AUTHENTICATION_ISSUER, free(issuer(Purpose::Authentication)));
    all.insert(
        AUTHENTICATION_KEY,
        File::Key {
            key: issued.authentication_key.clone(),
            sign: by_holder(order.profile),
            by: Signing::Compute,
        },
    );
    let pin = Secret::new(&order.secrets.pin, PIN_TRIES, Form::Pin);
    all.insert(PIN, File::Secret(pin));
    if matches!(order.profile, Profile::Card | Profile::NextCard) {
        let point = Bytes(authority.terminal_point());
        all.insert(TERMINALS, File::TerminalAuthority { point });
    }
    let signing = issued.signature.as_ref().zip(issued.signature_key.as_ref());
    let own = signing.map(|(one, _)| one.der.clone()).unwrap_or_default();
    all.insert(
        SIGNATURE_CERTIFICATE,
        File::Binary {
            content: Bytes(own),
            read: Access::secrets(&[PASSWORD]),
        },
    );
    all.insert(SIGNATURE_ISSUER, free(issuer(Purpose::Signature)));
    if let Some((_, key)) = signing {
        all.insert(
            SIGNATURE_KEY,
            File::Key {
                key: key.clone(),
                sign: Access::secrets(&[PASSWORD]),
                by: Signing::Compute,
            },
        );
    }
    let password = Secret::new(&order.secrets.password, PASSWORD_TRIES, Form::Password);
    all.insert(PASSWORD, File::Secret(password));
    Application {
        name: Bytes(order.profile.authentication().to_vec()),
        files: all,
        default_key: None,
    }
}

/// What lets the key of 利用者証明 sign.
fn by_holder(profile: Profile) -> Access {
    match profile {
        Profile::Card | Profile::NextCard => {
            Access::Any(vec![Condition::Secret(files::PIN), Condition::Terminal])
        }
        Profile::Android => Access::secrets(&[files::PIN]),
        Profile::Iphone => Access::Any(vec![Condition::Holder]),
    }
}

/// CK_TOKEN_INFO of PKCS#11, with numbers of four bytes, the highest first.
fn token(profile: Profile) -> Vec<u8> {
    let mut all = format!("{:<32}{:0>32}", profile.token(), 1).into_bytes();
    all.extend(format!("{:<16}{:0>16}", "ONSHISIM", 1).into_bytes());
    for number in [0x0000_040D, 1, 0, 1, 0, 16, 6] {
        all.extend(u32::to_be_bytes(number));
    }
    all.extend([0xFF; 16]);
    all.extend(b"0301");
    all.extend([b'9'; 16]);
    all
}

/// Makes a card faulty after it was made.
pub(super) fn spoil(memory: &mut Memory, fault: Fault) {
    let name = memory.profile.authentication();
    let locked: &[u16] = match fault {
        Fault::LockedPin => &[files::PIN],
        Fault::FaceCard => &[files::PIN, files::PASSWORD],
        _ => &[],
    };
    for file in locked {
        if let Some(File::Secret(secret)) = memory.file_mut(name, *file) {
            secret.lock();
        }
    }
}

//! 券面事項確認AP: what is printed on the card, with the photo.

use super::text::CODE_TRIES;
use super::{Order, Term, picture};
use crate::authority::{RecordKeys, key_name, records};
use crate::fault::Fault;
use crate::key::{KeyError, PrivateKey};
use crate::memory::{Access, Application, Bytes, File, Signing};
use crate::random::Random;
use crate::tlv::{record, with_offsets};
use rsa::sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Files of the application that readers of photos use.
pub mod surface_files {
    /// What is printed on the card, with the photo.
    pub const FACE: u16 = 0x0002;
    /// 生年月日, `YYMMDD` with the year of the era.
    pub const BIRTH: u16 = 0x0011;
    /// 照合番号B.
    pub const CODE_B: u16 = 0x0012;
    /// 照合番号A.
    pub const CODE_A: u16 = 0x0013;
}

const KEY: u16 = 0x0014;

pub(super) fn application(
    order: &Order,
    name: &[u8],
    term: &Term,
    keys: &RecordKeys,
    own: &PrivateKey,
    random: &mut Random,
) -> Result<Application, KeyError> {
    use surface_files::{BIRTH, CODE_A, CODE_B, FACE};
    let holder = &order.holder;
    let public = own.public_record();
    let age = [
        record(0xDF11, holder.born.text().as_bytes()),
        record(0xDF12, &public),
    ]
    .concat();
    let age = [age.clone(), record(0xDF13, &keys.sign(&age)?)].concat();
    let mut unknown = key_name(records::SURFACE_NAMED);
    let mut drawn = [0; 256];
    random.fill(&mut drawn);
    unknown.extend(drawn);
    let basic = [
        record(0xDF31, &[0x06, 0x03, 0x0E, 0x01]),
        record(0xDF32, &key_name(records::SURFACE_NAMED)),
        record(0xDF33, &[0x01]),
        record(0xDF34, holder.municipality.code.as_bytes()),
        record(0xDF35, &unknown),
    ];
    let number = picture::digits(&order.secrets.individual_number);
    let number = [record(0xDF41, &number), record(0xDF42, &public)].concat();
    let number = [number.clone(), record(0xDF43, &keys.sign(&number)?)].concat();
    let place = super::place(&holder.municipality);
    let both = [CODE_A, CODE_B];
    let mut files: BTreeMap<u16, File> = [
        (0x0001, record(0xFF10, &age), Access::secrets(&[BIRTH])),
        (
            FACE,
            face(order, term, keys, &public)?,
            Access::secrets(&both),
        ),
        (0x0003, record(0xFF30, &basic.concat()), Access::Free),
        (0x0004, keys.surface_certificate(place)?, Access::Free),
        (0x0005, record(0xFF40, &number), Access::secrets(&[CODE_A])),
        (0x0006, vec![0xFF; 16], Access::secrets(&both)),
    ]
    .into_iter()
    .map(|(file, content, read)| (file, super::binary(content, read)))
    .collect();
    let born = holder.born.era_six().unwrap_or_default();
    let code_b = order.secrets.code_b(holder.born, term.card_ends);
    files.extend([
        (BIRTH, super::fixed(&born, CODE_TRIES)),
        (CODE_B, super::fixed(&code_b, CODE_TRIES)),
        (
            CODE_A,
            super::fixed(&order.secrets.individual_number, CODE_TRIES),
        ),
        (KEY, super::signing(own, Signing::Compute)),
    ]);
    Ok(Application {
        name: Bytes(name.to_vec()),
        files,
        default_key: Some(KEY),
    })
}

/// EF 0002. The signature is over three digests; end and security code stand outside of it.
fn face(order: &Order, term: &Term, keys: &RecordKeys, public: &[u8]) -> Result<Vec<u8>, KeyError> {
    let holder = &order.holder;
    let mut photo = order.photo.clone().map(|photo| photo.0).unwrap_or_default();
    let who = [
        record(0xDF22, holder.born.text().as_bytes()),
        record(0xDF23, holder.sex.as_bytes()),
        record(0xDF24, public),
    ];
    let printed = [
        record(0xDF25, &picture::code_points(&holder.name)),
        record(0xDF26, &picture::code_points(&holder.address)),
    ];
    let whole = record(0xDF27, &photo);
    let digests = [who.concat(), printed.concat(), whole].map(|part| Sha256::digest(part).to_vec());
    let signature = keys.sign_digests(&digests.concat())?;
    if order.faults.contains(&Fault::DamagedPhoto) {
        // As a worn memory gives it back: the signature does not fit any more, and no decoder
        // gets far.
        for byte in photo.iter_mut().skip(100) {
            *byte ^= 0xA5;
        }
    }
    let mut all = who.to_vec();
    all.extend(printed);
    all.extend([
        record(0xDF27, &photo),
        record(0xDF28, &signature),
        record(0xDF29, term.card_ends.text().as_bytes()),
        record(0xDF2A, &picture::digits(&order.secrets.security_code)),
    ]);
    Ok(with_offsets(0xFF20, 0xDF21, &all))
}

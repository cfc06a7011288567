//! 券面事項入力補助AP: 個人番号 and 基本4情報, to be copied into forms.

use super::{Order, Term};
use crate::authority::{RecordKeys, key_name, records};
use crate::key::{KeyError, PrivateKey};
use crate::memory::{Access, Application, Bytes, File, Form, Secret, Signing};
use crate::profile::TEXT;
use crate::random::Random;
use crate::tlv::{record, tlv, with_offsets};
use rsa::sha2::{Digest, Sha256};
use std::collections::BTreeMap;

const PIN: u16 = 0x0011;
/// Locked on every real card; what it would open is not known.
const LOCKED: u16 = 0x0012;
const KEY: u16 = 0x0013;
const CODE_A: u16 = 0x0014;
const CODE_B: u16 = 0x0015;
pub(super) const PIN_TRIES: u8 = 3;
pub(super) const CODE_TRIES: u8 = 10;

pub(super) fn application(
    order: &Order,
    term: &Term,
    keys: &RecordKeys,
    own: &PrivateKey,
    random: &mut Random,
) -> Result<Application, KeyError> {
    let holder = &order.holder;
    let number = [
        record(0xFF10, order.secrets.individual_number.as_bytes()),
        vec![0xFF; 2],
    ]
    .concat();
    let told = [
        record(0xDF22, holder.name.as_bytes()),
        record(0xDF23, holder.address.as_bytes()),
        record(0xDF24, holder.born.text().as_bytes()),
        record(0xDF25, holder.sex.as_bytes()),
    ];
    let digests = [
        // Of the file with its filler, and of the objects without their table.
        record(0xDF31, &Sha256::digest(&number)),
        record(0xDF32, &Sha256::digest(told.concat())),
    ]
    .concat();
    let signed = [digests.clone(), record(0xDF33, &keys.sign(&digests)?)].concat();
    let mut unknown = vec![0xFF; 128];
    random.fill(&mut unknown[..32]);
    let basic = [
        record(0xDF41, &[0x01, 0x03, 0x0E, 0x01]),
        record(0xDF42, &key_name(records::TEXT_NAMED)),
        record(0xDF43, &unknown),
    ];
    let public = record(0xDF51, &own.public_record());
    let public = [public.clone(), record(0xDF52, &keys.sign(&public)?)].concat();
    let place = super::place(&holder.municipality);
    let any = [PIN, CODE_A, CODE_B];
    let mut files: BTreeMap<u16, File> = [
        (0x0001, number, Access::secrets(&[PIN, CODE_A])),
        (
            0x0002,
            with_offsets(0xFF20, 0xDF21, &told),
            Access::secrets(&[PIN, CODE_B]),
        ),
        (0x0003, record(0xFF30, &signed), Access::secrets(&any)),
        (0x0004, keys.text_certificate(place)?, Access::Free),
        (0x0005, record(0xFF40, &basic.concat()), Access::Free),
        (
            0x0006,
            tlv(&[0xA1], &own.public_record()),
            Access::secrets(&any),
        ),
        (0x0007, record(0xFF50, &public), Access::secrets(&any)),
        (0x0008, vec![0xFF; 16], Access::Free),
    ]
    .into_iter()
    .map(|(file, content, read)| (file, super::binary(content, read)))
    .collect();
    let mut locked = Secret::new("", 0, Form::Fixed);
    locked.lock();
    let code_b = order.secrets.code_b(holder.born, term.card_ends);
    files.extend([
        (
            PIN,
            File::Secret(Secret::new(&order.secrets.pin, PIN_TRIES, Form::Pin)),
        ),
        (LOCKED, File::Secret(locked)),
        (KEY, super::signing(own, Signing::Compute)),
        (
            CODE_A,
            super::fixed(&order.secrets.individual_number, CODE_TRIES),
        ),
        (CODE_B, super::fixed(&code_b, CODE_TRIES)),
    ]);
    Ok(Application {
        name: Bytes(TEXT.to_vec()),
        files,
        default_key: Some(KEY),
    })
}

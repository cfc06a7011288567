//! What the card says of itself: 共通カードAP, 住基AP as far as it is known, and the objects that
//! answer while no application is selected.

use super::text::PIN_TRIES;
use super::{Order, Term};
use crate::authority::{RecordKeys, key_name, records};
use crate::key::{KeyError, PrivateKey};
use crate::memory::{Access, Application, Bytes, File, Form, Secret, Signing};
use crate::profile::{COMMON, Profile, RESIDENT};
use std::collections::BTreeMap;

/// The key that answers INTERNAL AUTHENTICATE.
const KEY: u16 = 0x0019;
const PIN: u16 = 0x001C;
/// A key that EF 0002 of both applications names; which it is, is not known.
const NAMED: u32 = 10;

/// The objects of GET DATA.
pub(super) fn objects(
    order: &Order,
    term: &Term,
    keys: &RecordKeys,
    serial: &str,
) -> Result<BTreeMap<u16, Bytes>, KeyError> {
    let contact = Profile::Card.answer_to_reset();
    let mut all = vec![
        (0x0042, key_name(records::ROOT)),
        (0x0045, serial.as_bytes().to_vec()),
        (0x00F0, order.holder.municipality.code.clone().into_bytes()),
        (0x00F2, term.card_ends.text().into_bytes()),
        (0x5F51, contact[1..].to_vec()),
    ];
    if order.profile == Profile::Card {
        let [upper, lower] = keys.chain()?;
        all.extend([
            (0x00F7, key_name(records::ROOT)),
            (0x00F8, upper),
            (0x7F21, lower),
        ]);
    }
    let all = all.into_iter().map(|(tag, value)| (tag, Bytes(value)));
    Ok(all.collect())
}

/// 共通カードAP.
pub(super) fn application(
    order: &Order,
    term: &Term,
    serial: &str,
    key: &PrivateKey,
) -> Application {
    let place = &order.holder.municipality.code;
    let mut itself = vec![0x01, 0x1C];
    itself.extend(format!("{serial}{place}{}", term.card_ends).into_bytes());
    let mut files = shared(order);
    files.insert(0x0001, records_of(itself));
    files.insert(KEY, super::signing(key, Signing::InternalAuthenticate));
    Application {
        name: Bytes(COMMON.to_vec()),
        files,
        default_key: None,
    }
}

/// 住基AP: what it is for is not public. It has a record and a PIN.
pub(super) fn resident(order: &Order) -> Application {
    Application {
        name: Bytes(RESIDENT.to_vec()),
        files: shared(order),
        default_key: None,
    }
}

/// What both applications have.
fn shared(order: &Order) -> BTreeMap<u16, File> {
    let pin = Secret::new(&order.secrets.pin, PIN_TRIES, Form::KeyPin);
    [
        (0x0002, records_of(key_name(NAMED))),
        (PIN, File::Secret(pin)),
    ]
    .into()
}

fn records_of(record: Vec<u8>) -> File {
    File::Records {
        records: vec![Bytes(record)],
        read: Access::Free,
    }
}

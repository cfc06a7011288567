//! A card in its file: what is in it, whose it is, and what its holder knows. What reads and writes the
//! file is elsewhere.

use crate::date::Date;
use crate::fault::Handling;
use crate::memory::Memory;
use crate::personalise::Order;
use crate::photo::Face;
use serde::{Deserialize, Serialize};

/// A card as a file keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CardFile {
    /// What it is called in its folder.
    pub name: String,
    /// By what it was made. The photo is in the memory alone.
    pub order: Order,
    /// The day on which the card itself ends.
    pub card_ends: Date,
    /// The certificate of 利用者証明, by which the centre finds the person; a card may have none.
    pub certificate: Option<CertificateOnFile>,
    /// Whom the centre is to be told that it belongs to.
    pub registration: Option<Registration>,
    /// Which drawn face is on the photo.
    pub face: Option<DrawnFace>,
    /// How it behaves in a reader.
    pub handling: Handling,
    /// What is in it, with its counters as they are now.
    pub memory: Memory,
}

/// Which certificate it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateOnFile {
    /// The identifier of its issuer's key, in hexadecimal.
    pub issuer_key: String,
    /// Its number, in hexadecimal. It is one of a kind only under its issuer's key.
    pub serial: String,
    /// Seconds since 1970 until which it counts.
    pub not_after: i64,
}

/// What the centre is told of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// The person's key in imports of insured persons.
    pub person: i64,
    /// Whether the holder uses it as insurance card (保険証利用登録).
    pub registered: bool,
}

/// A face by what it is drawn from, so that a camera may see the same one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawnFace {
    /// It tells people apart.
    pub number: u64,
    /// How old the person is.
    pub age: u32,
    /// The sex, as far as a face shows it.
    pub female: bool,
}

impl DrawnFace {
    /// The face.
    pub fn face(self) -> Face {
        Face::of(self.number, self.age, self.female)
    }
}

impl CardFile {
    /// 照合番号B, as it is printed on the card.
    pub fn printed(&self) -> String {
        let Order {
            secrets, holder, ..
        } = &self.order;
        secrets.code_b(holder.born, self.card_ends)
    }
}

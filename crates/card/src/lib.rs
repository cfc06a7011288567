//! A virtual My Number Card (個人番号カード): applications, files, secrets, counters and signatures as
//! a pure function of APDUs, and JPKI-SIM, the authority that issues it.
//!
//! Nothing here reads a clock, waits, or touches a file or a network: moments, days and randomness
//! are arguments. `docs/card.md` says what is simulated, and where each fact is from.
//!
//! ```
//! use onshi_card::{Authority, Card, Date, Holder, Municipality, Order, Profile, Random, Secrets, make};
//!
//! let today = Date::parse("20261126").unwrap();
//! let mut authority = Authority::found(&[1; 32], today, "http://ocsp.jpki-sim.invalid").unwrap();
//! let order = Order {
//!     profile: Profile::Card,
//!     holder: Holder {
//!         name: "見本　花子".to_owned(),
//!         address: "東京都見本市１－１".to_owned(),
//!         born: Date::parse("19800217").unwrap(),
//!         sex: "2".to_owned(),
//!         municipality: Municipality::sample(),
//!     },
//!     secrets: Secrets::draw(&mut Random::from_seed([2; 32])),
//!     today,
//!     faults: [].into(),
//!     photo: None,
//! };
//! let made = make(&mut authority, None, &order, &[3; 32]).unwrap();
//! let mut card = Card::new(made.memory);
//! let mut random = Random::from_seed([4; 32]);
//! let selected = card.transmit(b"\x00\xA4\x04\x0C\x0A\xD3\x92\xF0\x00\x26\x01\x00\x00\x00\x01", &mut random);
//! assert_eq!(selected, [0x90, 0x00]);
//! ```

mod apdu;
pub mod authority;
mod base64_bytes;
mod card;
mod command;
mod date;
mod fault;
mod file;
mod inserted;
mod key;
pub mod memory;
mod personalise;
pub mod photo;
pub mod profile;
mod random;
pub mod slot;
mod status;
mod tlv;

pub use apdu::Command;
pub use authority::{
    Authority, Certificate, Generation, Municipality, Purpose, TerminalCredential,
};
pub use card::Card;
pub use date::Date;
pub use fault::{Fault, Handling};
pub use file::{CardFile, CertificateOnFile, DrawnFace, Registration};
pub use inserted::{Answered, Inserted, may_change};
pub use key::{KeyError, KeyKind, PrivateKey, digest_info};
pub use memory::Memory;
pub use personalise::{Holder, Made, Order, Secrets, files, make, surface_files};
pub use profile::Profile;
pub use random::Random;
pub use status::Status;

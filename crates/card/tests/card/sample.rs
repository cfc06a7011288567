//! Cards to try, with keys made once for all tests of the process.

use onshi_card::{
    Authority, Card, Date, Fault, Holder, Made, Municipality, Order, Profile, Random, Secrets, make,
};
use std::sync::{LazyLock, Mutex};

pub const TODAY: &str = "20261126";

pub fn today() -> Date {
    Date::parse(TODAY).unwrap()
}

/// The moment at noon of that day.
pub fn now() -> i64 {
    today().at(12, 0, 0)
}

static AUTHORITY: LazyLock<Mutex<Authority>> = LazyLock::new(|| {
    let made = Authority::found(&[1; 32], today(), "http://ocsp.jpki-sim.invalid").unwrap();
    Mutex::new(made)
});

static OTHER: LazyLock<Mutex<Authority>> = LazyLock::new(|| {
    let made = Authority::found(&[99; 32], today(), "http://ocsp.jpki-sim.invalid").unwrap();
    Mutex::new(made)
});

/// Works with the authority of all tests.
pub fn with_authority<T>(work: impl FnOnce(&mut Authority) -> T) -> T {
    work(&mut AUTHORITY.lock().unwrap())
}

pub fn order(profile: Profile, faults: &[Fault]) -> Order {
    Order {
        profile,
        holder: Holder {
            name: "見本　花子".to_owned(),
            address: "東京都見本市架空町１－２－３".to_owned(),
            born: Date::parse("19800217").unwrap(),
            sex: "2".to_owned(),
            municipality: Municipality::sample(),
        },
        secrets: Secrets {
            pin: "1234".to_owned(),
            password: "ABC123".to_owned(),
            individual_number: "001234567890".to_owned(),
            security_code: "2285".to_owned(),
        },
        today: today(),
        faults: faults.iter().copied().collect(),
        photo: None,
    }
}

pub fn made(profile: Profile, faults: &[Fault]) -> Made {
    made_of(&order(profile, faults))
}

pub fn made_of(order: &Order) -> Made {
    let mut elsewhere = OTHER.lock().unwrap();
    with_authority(|authority| make(authority, Some(&mut elsewhere), order, &[7; 32]).unwrap())
}

static PLAIN: LazyLock<Made> = LazyLock::new(|| made(Profile::Card, &[]));

/// An ordinary card.
pub fn plain() -> Made {
    PLAIN.clone()
}

/// A card with a reader's view of it.
pub struct Reader {
    pub card: Card,
    random: Random,
}

impl Reader {
    pub fn of(made: Made) -> Reader {
        Reader {
            card: Card::new(made.memory),
            random: Random::from_seed([4; 32]),
        }
    }

    /// Sends a command: data and status.
    pub fn send(&mut self, apdu: &[u8]) -> (Vec<u8>, u16) {
        let mut answer = self.card.transmit(apdu, &mut self.random);
        let status = answer.split_off(answer.len() - 2);
        (answer, u16::from_be_bytes([status[0], status[1]]))
    }

    pub fn status(&mut self, apdu: &[u8]) -> u16 {
        self.send(apdu).1
    }

    /// Sends a command that must succeed.
    pub fn ok(&mut self, apdu: &[u8]) -> Vec<u8> {
        let (data, status) = self.send(apdu);
        assert_eq!(status, 0x9000, "{apdu:02X?}");
        data
    }

    pub fn application(&mut self, name: &[u8]) {
        let length = u8::try_from(name.len()).unwrap();
        self.ok(&[&[0, 0xA4, 4, 12, length], name].concat());
    }

    pub fn file(&mut self, file: u16) {
        let [high, low] = file.to_be_bytes();
        self.ok(&[0, 0xA4, 2, 12, 2, high, low]);
    }

    pub fn verify(&mut self, file: u16, value: &str) -> u16 {
        self.file(file);
        let length = u8::try_from(value.len()).unwrap();
        self.status(&[&[0, 0x20, 0, 0x80, length], value.as_bytes()].concat())
    }

    /// How many tries are left.
    pub fn tries(&mut self, file: u16) -> u8 {
        self.file(file);
        let status = self.status(&[0, 0x20, 0, 0x80]);
        assert_eq!(status & 0xFFF0, 0x63C0);
        u8::try_from(status & 0x0F).unwrap()
    }

    /// Reads a file to its end, as a reader does.
    pub fn read(&mut self, file: u16) -> Vec<u8> {
        self.file(file);
        let mut all = Vec::new();
        loop {
            let [high, low] = u16::try_from(all.len()).unwrap().to_be_bytes();
            let (data, status) = self.send(&[0, 0xB0, high, low, 0]);
            if status == 0x6B00 {
                return all;
            }
            assert_eq!(status, 0x9000);
            all.extend(data);
        }
    }

    pub fn sign(&mut self, p1: u8, p2: u8, data: &[u8]) -> (Vec<u8>, u16) {
        let length = u8::try_from(data.len()).unwrap();
        self.send(&[&[0x80, 0x2A, p1, p2, length], data, &[0]].concat())
    }
}

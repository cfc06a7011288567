//! A reader with its account, an authority, and the cards that it makes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{Request, header};
use onshi_card::{
    Authority, Card, Date, Fault, Holder, Municipality, Order, Profile, Purpose, Random, Secrets,
    make,
};
use onshi_client::reader::{CERTIFICATE, SIGNATURE, sign};
use onshi_core::card::{
    CardAuthority, RegistrationRecord, authority, read_list, registration, take_piece,
};
use onshi_core::certificate::Issued;
use onshi_core::insured::Line;
use onshi_core::service::OperationContext;
use onshi_core::{AccountKind, Function, Moment, Tx};
use onshi_population::Showcase;
use onshi_scenarios::client::Answer;
use serde_json::{Value, json};
use std::sync::{Arc, LazyLock};
use tokio::task::block_in_place;

use super::super::program::Program;
use crate::centre::test_centre::{Institution, TestCentre};

/// Two authorities of one name, founded once for all tests.
static AUTHORITIES: LazyLock<[Authority; 2]> = LazyLock::new(|| {
    let day = onshi_core::clock::now().jst_day().number().to_string();
    let today = Date::parse(&day).unwrap();
    [1, 2].map(|seed| Authority::found(&[seed; 32], today, "http://ocsp.jpki-sim.invalid").unwrap())
});

/// A card as its holder has it.
pub struct Plastic {
    card: Card,
    random: Random,
    profile: Profile,
    pub der: Vec<u8>,
    key_id: String,
    serial: String,
    person: i64,
}

/// The certificate of a reader that stands beside.
pub struct Second(Issued);

pub struct Desk<'a> {
    centre: &'a TestCentre,
    pub at: Arc<Institution>,
    program: Program,
    issued: Issued,
    authorities: [Authority; 2],
    requests: u32,
    cards: u8,
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Second {
    /// The reader's program takes the other certificate, and gives up its own.
    pub fn hand_over(&mut self, desk: &mut Desk<'_>) {
        std::mem::swap(&mut self.0, &mut desk.issued);
    }
}

impl<'a> Desk<'a> {
    pub async fn at(centre: &'a TestCentre, now: Moment) -> Desk<'a> {
        let at = Arc::new(centre.ours());
        let program = Program::log_in_as(centre, &at, AccountKind::Face).await;
        let issued = certificate(centre, &at, "KAO01", now);
        Desk {
            centre,
            at,
            program,
            issued,
            authorities: AUTHORITIES.clone(),
            requests: 0,
            cards: 0,
        }
    }

    /// Another reader of the institution, with its own account.
    pub async fn beside(&self, name: &str, user_id: &str, now: Moment) -> Desk<'a> {
        let at = self.at.clone();
        let (_, first) = self.centre.account(&at, AccountKind::Face, user_id);
        let login = self.centre.used(&at, &first);
        Desk {
            program: Program::log_in_by(self.centre, &at, &login).await,
            issued: certificate(self.centre, &at, name, now),
            at,
            centre: self.centre,
            authorities: AUTHORITIES.clone(),
            requests: 0,
            cards: 0,
        }
    }

    pub fn second(&self, name: &str, now: Moment) -> Second {
        Second(certificate(self.centre, &self.at, name, now))
    }

    pub fn make(&mut self, patient: &Showcase, profile: Profile, faults: &[Fault]) -> Plastic {
        self.cards += 1;
        let record = patient.lines.iter().find_map(|line| match line {
            Line::Qualification(record) => Some(record),
            Line::Insurer(_) => None,
        });
        let record = record.unwrap();
        let [authority, other] = &mut self.authorities;
        let order = Order {
            profile,
            holder: Holder {
                name: record.name.clone(),
                address: "東京都見本市架空町１－２－３".to_owned(),
                born: Date::parse(&record.birthdate).unwrap(),
                sex: record.sex1.clone(),
                municipality: Municipality::sample(),
            },
            secrets: Secrets {
                pin: "1234".to_owned(),
                password: "ABC123".to_owned(),
                individual_number: "001234567890".to_owned(),
                security_code: "2285".to_owned(),
            },
            today: authority.founded(),
            faults: faults.iter().copied().collect(),
            photo: None,
        };
        let made = make(authority, Some(other), &order, &[self.cards; 32]).unwrap();
        let certificate = made.authentication.unwrap();
        Plastic {
            card: Card::new(made.memory),
            random: Random::from_seed([self.cards; 32]),
            profile,
            key_id: hex(&certificate.issuer_key),
            serial: format!("{:x}", certificate.serial),
            der: certificate.der,
            person: record.person,
        }
    }

    /// A sound card of a patient, made, trusted and known to the centre.
    pub fn issue(
        &mut self,
        (patient, profile): (&Showcase, Profile),
        registered: bool,
        now: Moment,
    ) -> Plastic {
        let plastic = self.make(patient, profile, &[]);
        self.trust(now);
        self.register(&[(&plastic, "card", registered)]);
        plastic
    }

    /// The authority of the cards, with all that it has issued and revoked so far.
    pub fn authority(&self) -> Authority {
        self.authorities[0].clone()
    }

    /// The other one of the same name.
    pub fn other_authority(&self) -> Authority {
        self.authorities[1].clone()
    }

    fn operate<T: Send + 'static>(
        &self,
        function: Function,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, onshi_core::Error> + Send + 'static,
    ) -> T {
        let request = onshi_core::Request::fresh();
        let operation = OperationContext::new(self.centre.operator.actor(), function, request);
        block_in_place(|| self.centre.service.change_and_wait(operation, work)).unwrap()
    }

    /// Adds the authority's generations with what they revoked so far.
    pub fn trust(&mut self, now: Moment) {
        let mut known = Vec::new();
        for der in self.authorities[0].certificates(Purpose::Authentication) {
            let read = CardAuthority::read(&der).unwrap();
            known.push(read.clone());
            self.operate(Function::ManageCardAuthorities, move |tx| {
                authority::add(tx, &read)
            });
        }
        let seconds = now.ms() / 1000;
        let lists = self.authorities[0].lists(seconds, seconds + 86_400);
        for list in lists.unwrap() {
            if list.purpose != Purpose::Authentication {
                continue;
            }
            let read = read_list(&list.der, &known).unwrap();
            self.operate(Function::ManageCardAuthorities, move |tx| {
                take_piece(tx, (&read.key_id, &read.list), &read.revoked, true)
            });
        }
    }

    pub fn register(&self, cards: &[(&Plastic, &str, bool)]) {
        let records = cards
            .iter()
            .map(|(plastic, medium, registered)| RegistrationRecord {
                authority_key_id: plastic.key_id.clone(),
                serial: plastic.serial.clone(),
                person: plastic.person,
                medium: (*medium).to_owned(),
                registered: *registered,
            });
        let records: Vec<RegistrationRecord> = records.collect();
        let taken = self.operate(Function::ImportCardRegistrations, move |tx| {
            registration::take(tx, &records)
        });
        assert_eq!(taken.rejected, []);
    }

    /// What every request has, with this.
    pub fn begun(&mut self, body: &Value, now: Moment) -> Value {
        self.requests += 1;
        let mut whole = body.clone();
        whole["requestId"] = json!(format!("r{}", self.requests));
        whole["madeAt"] = json!(now.jst_fourteen());
        whole["medicalInstitutionCode"] = json!(self.program.code);
        whole
    }

    pub async fn send(&mut self, what: &str, body: Value, now: Moment) -> Answer {
        let whole = self.begun(&body, now);
        self.send_whole(what, &whole).await
    }

    pub async fn send_whole(&mut self, what: &str, whole: &Value) -> Answer {
        let body = whole.to_string();
        let signature = sign(&self.issued.key_pem, body.as_bytes()).unwrap();
        let request = Request::post(format!("/onshi/v1/reader/{what}"))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, &self.program.token)
            .header(CERTIFICATE, &self.issued.serial)
            .header(SIGNATURE, signature)
            .body(body.into())
            .unwrap();
        self.program.client.send(request).await.unwrap()
    }

    pub async fn challenge(&mut self, now: Moment) -> Value {
        let answer = self.send("challenges", json!({}), now).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    /// A card is put there and signs; gives the visit.
    pub async fn come(&mut self, plastic: &mut Plastic, verified: &str, now: Moment) -> Value {
        let challenge = self.challenge(now).await;
        let shown = plastic.shown(&challenge, verified);
        let answer = self.send("cards", shown, now).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }
}

fn certificate(centre: &TestCentre, at: &Institution, name: &str, now: Moment) -> Issued {
    let (from, to) = (now.plus_seconds(-60), now.plus_seconds(40 * 86_400));
    let issued = block_in_place(|| {
        centre
            .provision()
            .reader_certificate(&at.code, name, from, to)
    });
    issued.unwrap()
}

impl Plastic {
    fn transmit(&mut self, apdu: &[u8]) -> Vec<u8> {
        let mut answer = self.card.transmit(apdu, &mut self.random);
        let status = answer.split_off(answer.len() - 2);
        assert_eq!(status, [0x90, 0x00], "{apdu:02x?}");
        answer
    }

    /// Lets the card sign what the centre made up, as a reader does after the PIN.
    pub fn shown(&mut self, challenge: &Value, verified: &str) -> Value {
        let asked = STANDARD
            .decode(challenge["toSign"].as_str().unwrap())
            .unwrap();
        let name = self.profile.authentication();
        let length = u8::try_from(name.len()).unwrap();
        self.transmit(&[&[0x00, 0xA4, 0x04, 0x0C, length], name].concat());
        self.transmit(&[0x00, 0xA4, 0x02, 0x0C, 0x02, 0x00, 0x18]);
        self.transmit(b"\x00\x20\x00\x80\x041234");
        self.transmit(&[0x00, 0xA4, 0x02, 0x0C, 0x02, 0x00, 0x17]);
        let length = u8::try_from(asked.len()).unwrap();
        let signature =
            self.transmit(&[&[0x80, 0x2A, 0x03, 0x80, length], asked.as_slice(), &[0x00]].concat());
        json!({
            "challenge": challenge["challenge"],
            "certificate": STANDARD.encode(&self.der),
            "signature": STANDARD.encode(signature),
            "verified": verified,
        })
    }
}

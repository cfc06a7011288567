//! Registering an institution with the two accounts that it begins with, and what it is handed.

use super::{Login, Provision};
use onshi_core::account::UserId;
use onshi_core::account::activation::Activation;
use onshi_core::account::password::{NewSecretNumber, generate, generate_user_id};
use onshi_core::entropy::{Entropy, fresh_seed};
use onshi_core::facility::{self, FacilityCode};
use onshi_core::registration::{self, FirstPassword, NewFacility};
use onshi_core::{AccountKind, Error, Function, Tx};
use serde::{Deserialize, Serialize};

/// What an institution is handed when it is registered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Welcome {
    /// The institution's code.
    pub facility_code: String,
    /// Its name.
    pub name: String,
    /// The master.
    pub master: Login,
    /// The account that resets the master.
    pub reset: Login,
    /// The secret number that goes with it.
    pub secret_number: String,
}

/// An account that is handed out with a one-time activation and without a password.
#[derive(Clone, Debug, Serialize)]
pub struct ToActivate {
    /// The kind's code.
    pub kind: String,
    /// The user id.
    pub user_id: String,
    /// The one-time activation (利用開始コード). Shown once; nobody can read it again.
    pub activation: String,
    /// Until when it is good.
    pub until: String,
}

impl ToActivate {
    /// What is handed to the holder of this one.
    pub fn of(issued: &Activation) -> ToActivate {
        ToActivate {
            kind: issued.kind.code().to_owned(),
            user_id: issued.user_id.as_str().to_owned(),
            activation: issued.code.reveal(),
            until: issued.until.jst_table(),
        }
    }
}

/// What an institution is handed whose people choose their passwords themselves.
#[derive(Clone, Debug, Serialize)]
pub struct WelcomeToActivate {
    /// The institution's code.
    pub facility_code: String,
    /// Its name.
    pub name: String,
    /// The master, and the account that resets it.
    pub accounts: Vec<ToActivate>,
    /// The secret number that goes with the second.
    pub secret_number: String,
}

/// The user ids of the master and of the account that resets it, made up where they are not given.
fn made_up(ids: [Option<UserId>; 2], entropy: &mut Entropy) -> Result<[UserId; 2], Error> {
    let [master, reset] = ids;
    let mut id = |kind, given: Option<UserId>| match given {
        Some(id) => Ok(id),
        None => UserId::parse(&generate_user_id(kind, entropy))
            .map_err(|problem| Error::from(onshi_core::Refusal::invalid(vec![problem]))),
    };
    Ok([
        id(AccountKind::Master, master)?,
        id(AccountKind::Reset, reset)?,
    ])
}

impl Provision<'_> {
    /// Registers an institution with its master and reset accounts, and a first password for each. Names of the two accounts
    /// that are not given are made up.
    pub fn facility(
        &self,
        code: &FacilityCode,
        name: &str,
        ids: [Option<UserId>; 2],
    ) -> Result<Welcome, Error> {
        self.facility_from(code, name, ids, fresh_seed())
    }

    /// The same with the passwords and the secret number of a seed.
    pub fn facility_from(
        &self,
        code: &FacilityCode,
        name: &str,
        ids: [Option<UserId>; 2],
        seed: [u8; 32],
    ) -> Result<Welcome, Error> {
        let mut entropy = Entropy::new(seed);
        let passwords = [generate(&mut entropy), generate(&mut entropy)];
        let rules = &self.service.rules().password;
        let hashes = passwords
            .each_ref()
            .map(|password| FirstPassword::Given(password.hash(rules, entropy.bytes())));
        let ids = made_up(ids, &mut entropy)?;
        let (secret_number, _) = self.register(code, name, (&ids, hashes), &mut entropy)?;
        let [master, reset] = [
            (AccountKind::Master, &ids[0], &passwords[0]),
            (AccountKind::Reset, &ids[1], &passwords[1]),
        ]
        .map(|(kind, id, password)| Login {
            kind: kind.code().to_owned(),
            user_id: id.as_str().to_owned(),
            password: password.reveal().to_owned(),
        });
        Ok(Welcome {
            facility_code: code.as_str().to_owned(),
            name: facility::check_name(name)?,
            master,
            reset,
            secret_number: secret_number.reveal().to_owned(),
        })
    }

    /// The same without passwords: the holders of the two accounts choose theirs by one-time activations (利用開始コード).
    pub fn facility_to_activate(
        &self,
        code: &FacilityCode,
        name: &str,
        ids: [Option<UserId>; 2],
    ) -> Result<WelcomeToActivate, Error> {
        let mut entropy = Entropy::new(fresh_seed());
        let ids = made_up(ids, &mut entropy)?;
        let first = [FirstPassword::Activation, FirstPassword::Activation];
        let (secret_number, issued) = self.register(code, name, (&ids, first), &mut entropy)?;
        Ok(WelcomeToActivate {
            facility_code: code.as_str().to_owned(),
            name: facility::check_name(name)?,
            accounts: issued.iter().map(ToActivate::of).collect(),
            secret_number: secret_number.reveal().to_owned(),
        })
    }

    fn register(
        &self,
        code: &FacilityCode,
        name: &str,
        (ids, first): (&[UserId; 2], [FirstPassword; 2]),
        entropy: &mut Entropy,
    ) -> Result<(NewSecretNumber, Vec<Activation>), Error> {
        let secret_number = NewSecretNumber::generate(entropy);
        let hash = secret_number.hash(&self.service.rules().password, entropy.bytes());
        let [master, reset] = first;
        let new = NewFacility {
            code: code.clone(),
            name: facility::check_name(name)?,
            secret_number_hash: hash,
            master: (ids[0].clone(), master),
            reset: (ids[1].clone(), reset),
        };
        let actor = self.operator.at(code.clone());
        let operation = self.operation(actor, Function::ManageFacilities);
        let register = move |tx: &mut Tx<'_>| registration::register(tx, &new);
        let registered = self.service.change_and_wait(operation, register)?;
        Ok((secret_number, registered.activations))
    }
}

//! The demo's consents: what its patients said at the card reader, said anew at each start.

use super::clock;
use super::kept::{Institution, State};
use crate::card::people;
use crate::output::Failure;
use crate::serve::Tools;
use bytes::Bytes;
use http::{Request as HttpRequest, header};
use onshi_client::reader::{CERTIFICATE, CONSENTS, SIGNATURE, WITHDRAWALS, sign};
use onshi_client::token::{JSON, log_in};
use onshi_client::{Connection, Target, Tokens, paths};
use onshi_core::consent::{self, NewConsent, Purpose, Verification};
use onshi_core::entropy::{Entropy, fresh_seed, hex};
use onshi_core::facility::FacilityCode;
use onshi_core::permission::Scope;
use onshi_core::service::OperationContext;
use onshi_core::{Day, Function, Request};
use onshi_population::{FIRST_PERSON, Showcase, showcase};
use onshi_server::operator::provision::{CERTIFICATE_DAYS, Provision};
use onshi_server::start::secrets::write_new;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The card reader of the first institution, with the key by which it signs.
#[derive(Serialize, Deserialize)]
pub(super) struct Reader {
    pub(super) serial: String,
    certificate: PathBuf,
    pub(super) key: PathBuf,
}

const READER: &str = "KAO01";

/// Who consents to everything, by the number among the patients to try.
const TO_ALL: [i64; 5] = [1, 3, 5, 7, 8];
/// Who consents to medicines alone.
const TO_MEDICINES: i64 = 2;
/// Who consented, and took it back.
const WITHDRAWN: i64 = 4;
/// Who consented the day before the demo was first started.
const ENDED: i64 = 6;

/// What is told of a patient's consent in `demo.json`.
pub(super) type Consents = BTreeMap<i64, Value>;

/// The person of a patient to try, where there is one.
pub(super) fn person(patient: &Showcase) -> Option<i64> {
    let record = patient.lines.iter().find_map(people::record)?;
    Some(record.person)
}

/// Issues the reader's certificate, and lets one patient's consent be over already.
pub(super) fn make(
    provision: &Provision<'_>,
    tools: &Tools,
    at: &Institution,
    dir: &Path,
) -> Result<Reader, Failure> {
    let code = FacilityCode::parse(&at.code)?;
    let now = onshi_core::clock::now();
    let (begin, end) = (
        now.plus_seconds(-3600),
        now.plus_seconds(CERTIFICATE_DAYS * 86_400),
    );
    let issued = provision.reader_certificate(&code, READER, begin, end)?;
    let folder = dir.join("reader");
    std::fs::create_dir_all(&folder).map_err(|e| crate::certificate::cannot_make(&folder, &e))?;
    let file = |end: &str| folder.join(format!("{code}-{READER}.{end}"));
    let reader = Reader {
        serial: issued.serial.clone(),
        certificate: file("pem"),
        key: file("key.pem"),
    };
    write_new(&reader.key, issued.key_pem.as_bytes())?;
    write_new(&reader.certificate, issued.certificate_pem.as_bytes())?;

    let face = at.accounts.iter().find(|login| login.kind == "face");
    let face = face.map_or("", |login| login.user_id.as_str());
    let actor = provision.actor(&code, face, &at.terminal.serial)?;
    let yesterday = Request::new(now.plus_seconds(-25 * 3600), fresh_seed());
    let operation = OperationContext::new(actor, Function::RecordConsent, yesterday);
    let ended = NewConsent {
        person: FIRST_PERSON + ENDED,
        purpose: Purpose::Outpatient,
        verified: Verification::Face,
        kinds: Scope::ALL.map(|scope| (scope, true)).to_vec(),
        ceiling: true,
        booked: None,
        reader: Some(issued.serial),
    };
    tools
        .service
        .change_and_wait(operation, move |tx| consent::record(tx, &ended).map(drop))?;
    Ok(reader)
}

/// Lets the patients consent, by the way that every reader goes. A demo whose accounts were changed goes on
/// without.
pub(super) async fn give(state: &State, authority: &Path) -> Consents {
    let Some((reader, at)) = state.reader.as_ref().zip(state.facilities.first()) else {
        return Consents::new();
    };
    match say(state, (reader, at), authority).await {
        Ok(consents) => consents,
        Err(error) => {
            tracing::warn!(error, "the demo's patients could not consent");
            Consents::new()
        }
    }
}

/// A reader that is logged in.
struct AtWork<'a> {
    connection: Connection,
    token: String,
    code: &'a str,
    serial: &'a str,
    key: String,
}

async fn say(
    state: &State,
    (reader, at): (&Reader, &Institution),
    authority: &Path,
) -> Result<Consents, String> {
    let text = |path: &Path| std::fs::read_to_string(path).map_err(|e| e.to_string());
    let address = SocketAddr::from(([127, 0, 0, 1], state.centre_port));
    let (certificate, key) = (text(&at.terminal.certificate)?, text(&at.terminal.key)?);
    let target = Target::of_pem(address, &text(authority)?, Some((&certificate, &key)));
    let target = target.map_err(|e| e.to_string())?;
    let mut connection = target.connect().await.map_err(|e| e.to_string())?;
    let face = at.accounts.iter().find(|login| login.kind == "face");
    let face = face.ok_or("there is no account for the reader")?;
    let request = HttpRequest::post(paths::LOG_IN)
        .header(header::CONTENT_TYPE, JSON)
        .body(log_in(&face.user_id, &face.password));
    let request = request.map_err(|e| e.to_string())?;
    let answer = connection.send(request).await.map_err(|e| e.to_string())?;
    let tokens = Tokens::read(&answer.body).ok_or_else(|| answer.problem().code)?;
    let mut work = AtWork {
        connection,
        token: tokens.id,
        code: &at.code,
        serial: &reader.serial,
        key: text(&reader.key)?,
    };
    let day = Day::from_number(state.population_day).ok_or("no day of the population")?;
    let mut consents = Consents::new();
    for patient in showcase(day) {
        let Some(person) = person(&patient) else {
            continue;
        };
        let number = person - FIRST_PERSON;
        let all = TO_ALL.contains(&number) || number == WITHDRAWN;
        if consents.contains_key(&person) || !(all || number == TO_MEDICINES) {
            continue;
        }
        let kinds: BTreeMap<&str, bool> = Scope::ALL
            .iter()
            .map(|scope| (scope.code(), all || *scope == Scope::Medicines))
            .collect();
        let mut body = work.begun(&patient);
        body["purpose"] = json!(Purpose::Outpatient.code());
        body["verified"] = json!(Verification::Face.code());
        body["kinds"] = json!(kinds);
        body["ceiling"] = json!(true);
        let answer = work.send(CONSENTS, &body).await?;
        if number == WITHDRAWN {
            let body = work.begun(&patient);
            work.send(WITHDRAWALS, &body).await?;
            continue;
        }
        let told =
            &answer["XmlMsg"]["MessageBody"]["ResultList"][0]["ResultOfQualificationConfirmation"];
        let until = told["PharmacistsInfoAvailableTime"].as_str();
        if let Some(until) = until {
            let told = json!({"medicines": true, "checkups": all, "until": until});
            consents.insert(person, told);
        }
    }
    Ok(consents)
}

impl AtWork<'_> {
    /// What every request begins with.
    fn begun(&self, patient: &Showcase) -> Value {
        let now = clock::now();
        let id: [u8; 16] = Entropy::new(fresh_seed()).bytes();
        json!({
            "requestId": hex(&id),
            "madeAt": now.jst_fourteen(),
            "medicalInstitutionCode": self.code,
            "person": {
                "insurerNumber": patient.insurer_number,
                "symbol": patient.symbol.clone().unwrap_or_default(),
                "number": patient.number,
                "branch": patient.branch,
                "birthdate": patient.birthdate,
            },
        })
    }

    async fn send(&mut self, path: &str, body: &Value) -> Result<Value, String> {
        let body = Bytes::from(body.to_string());
        let signature = sign(&self.key, &body).ok_or("the reader's key can't be read")?;
        let request = HttpRequest::post(path)
            .header(header::CONTENT_TYPE, JSON)
            .header(header::AUTHORIZATION, &self.token)
            .header(CERTIFICATE, self.serial)
            .header(SIGNATURE, signature)
            .body(body);
        let request = request.map_err(|e| e.to_string())?;
        let answer = self.connection.send(request).await;
        let answer = answer.map_err(|e| e.to_string())?;
        match answer.status {
            200 => serde_json::from_slice(&answer.body).map_err(|e| e.to_string()),
            _ => Err(answer.problem().code),
        }
    }
}

/// What `demo.json` tells of the reader.
pub(super) fn describe(reader: &Reader, centre_url: &str) -> Value {
    json!({
        "serial": reader.serial,
        "certificate": reader.certificate,
        "key": reader.key,
        "consents": format!("{centre_url}{CONSENTS}"),
        "withdrawals": format!("{centre_url}{WITHDRAWALS}"),
    })
}

//! The check that the centre of a trial is asked for: a terminal with a certificate of the restored authority logs in
//! over mutual TLS and asks about somebody of the restored database.

use crate::output::Failure;
use crate::serve::{Tools, runtime};
use bytes::Bytes;
use http::{Request, header};
use onshi_client::line::Connection;
use onshi_client::paths::{LOG_IN, SEARCH};
use onshi_client::{Answer, ClientError, Target, Tokens, token};
use onshi_core::account::Managed;
use onshi_core::account::login::Through;
use onshi_core::backup::{self, Asked};
use onshi_core::eligibility::Validity;
use onshi_core::facility::FacilityCode;
use onshi_core::service::OperationContext;
use onshi_core::{AccountKind, Error, Fault, Function, Refusal, Request as Number};
use onshi_language::say;
use onshi_server::operator::provision::{Login, Provision};
use onshi_server::{Config, Running};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const TERMINAL: &str = "KUNREN01";
const ADMIN: &str = "KunrenKanri1";
const PROGRAM: &str = "KunrenApi1";
/// Institutions with these bodies of a code are tried for one that is not there.
const BODIES: std::ops::Range<u32> = 131_999_100..131_999_900;
const HOUR: i64 = 3600;

/// What the restored centre answered.
pub struct Checked {
    /// The status of HTTP.
    pub status: u16,
    /// 資格有効性
    pub validity: Option<Validity>,
    /// Whether there was somebody to ask about.
    pub somebody: bool,
}

impl Checked {
    /// Whether it is what a centre answers that works.
    pub fn good(&self) -> bool {
        let found = self.validity.map(|validity| validity != Validity::NotFound);
        // Who is there must be found; where nobody is, 該当資格なし is the answer.
        self.status == 200 && found == Some(self.somebody)
    }
}

/// Who asks.
struct Asker {
    code: FacilityCode,
    certificate_pem: String,
    key_pem: zeroize::Zeroizing<String>,
    authority_pem: String,
    login: Login,
    about: Option<Asked>,
}

/// Starts the centre of these settings, asks, and stops it: how long starting and asking took.
pub fn ask(config: &Config) -> Result<(Checked, Duration, Duration), Failure> {
    let asker = asker(config)?;
    runtime()?.block_on(async {
        let begun = Instant::now();
        let running = Running::start(config.clone())
            .await
            .map_err(Failure::from)?;
        let start = begun.elapsed();
        let begun = Instant::now();
        let checked = check(&asker, &running).await;
        let took = begun.elapsed();
        running.stop().await;
        checked.map(|checked| (checked, start, took))
    })
}

/// Registers, in the copy alone, an institution with a terminal and a program that may ask.
fn asker(config: &Config) -> Result<Asker, Failure> {
    let tools = Tools::open(config)?;
    let provision = Provision {
        service: &tools.service,
        authority: &tools.authority,
        operator: &tools.operator,
    };
    let now = onshi_core::clock::now();
    let (code, master) = new_institution(&provision)?;
    let issued = provision.certificate(
        &code,
        TERMINAL,
        now.plus_seconds(-HOUR),
        now.plus_seconds(HOUR),
    )?;
    let through = Through {
        certificate_serial: issued.serial.clone(),
        terminal_name: TERMINAL.to_owned(),
    };
    let master = provision.actor(&code, &master, &issued.serial)?;
    let admin = (AccountKind::Admin, ADMIN, "訓練 管理子");
    provision.account(&master, Managed::Administrators, admin, None)?;
    let admin = provision.actor(&code, ADMIN, &issued.serial)?;
    let program = (AccountKind::WebApi, PROGRAM, "復元訓練用");
    let (_, login) = provision.account(&admin, Managed::Others, program, None)?;
    let program = provision.actor(&code, PROGRAM, &issued.serial)?;
    let login = provision.own_password(&program, &through, &login)?;
    let operation = OperationContext::new(
        tools.operator.actor(),
        Function::DrillBackup,
        Number::fresh(),
    );
    let about = tools.service.read_and_wait(operation, backup::somebody)?;
    Ok(Asker {
        code,
        certificate_pem: issued.certificate_pem,
        key_pem: issued.key_pem,
        authority_pem: tools.authority.certificate_pem().to_owned(),
        login,
        about,
    })
}

/// An institution under a code that nobody has.
fn new_institution(provision: &Provision<'_>) -> Result<(FacilityCode, String), Failure> {
    let mut last: Option<Error> = None;
    for body in BODIES {
        let code = FacilityCode::from_body(&body.to_string())
            .map_err(|problem| Refusal::invalid(vec![problem]))?;
        match provision.facility(&code, "復元訓練", [None, None]) {
            Ok(welcome) => return Ok((code, welcome.master.user_id)),
            Err(Error::Fault(fault)) => return Err(fault.into()),
            // It is there; the next one is tried.
            Err(refused) => last = Some(refused),
        }
    }
    Err(last.map_or_else(
        || Failure::from(Fault::at("registering an institution", "no code is free")),
        Failure::from,
    ))
}

fn unreached(error: ClientError) -> Failure {
    let what = say!("asking the restored centre", "復元したセンターへの問合せ");
    Failure::fault(what, onshi_client::told(&error))
}

async fn check(asker: &Asker, running: &Running) -> Result<Checked, Failure> {
    let shown = Some((asker.certificate_pem.as_str(), asker.key_pem.as_str()));
    let target = Target::of_pem(running.address, &asker.authority_pem, shown)
        .map_err(|error| unreached(error.into()))?;
    let mut line = target.connect().await.map_err(unreached)?;
    let words = token::log_in(&asker.login.user_id, &asker.login.password);
    let answer = send(&mut line, LOG_IN, None, words).await?;
    let Some(tokens) = Tokens::read(&answer.body).filter(|_| answer.status == 200) else {
        return Ok(Checked {
            status: answer.status,
            validity: None,
            somebody: asker.about.is_some(),
        });
    };
    let question = question(asker);
    let answer = send(&mut line, SEARCH, Some(&tokens.id), question).await?;
    let told: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    Ok(Checked {
        status: answer.status,
        validity: find(&told, "QualificationValidity")
            .as_deref()
            .and_then(Validity::from_code),
        somebody: asker.about.is_some(),
    })
}

async fn send(
    line: &mut Connection,
    path: &str,
    token: Option<&str>,
    body: Bytes,
) -> Result<Answer, Failure> {
    let mut request = Request::post(path).header(header::CONTENT_TYPE, token::JSON);
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, token);
    }
    let request = request
        .body(body)
        .map_err(|error| unreached(error.into()))?;
    line.send(request).await.map_err(unreached)
}

/// About somebody who is there; where nobody is, about a card that nobody has.
fn question(asker: &Asker) -> Bytes {
    let today = onshi_core::clock::now().jst_day().eight();
    let nobody = ("06139999", String::new(), "9999999".to_owned());
    let (insurer, symbol, number, branch, birthdate) = match &asker.about {
        Some(one) => (
            one.insurer.clone(),
            one.symbol.clone().unwrap_or_default(),
            one.number.clone(),
            one.branch.clone().unwrap_or_default(),
            one.birthdate.eight(),
        ),
        None => (
            nobody.0.to_owned(),
            nobody.1,
            nobody.2,
            String::new(),
            "19900101".to_owned(),
        ),
    };
    let body = json!({"XmlMsg": {
        "MessageHeader": {
            "QualificationConfirmationDate": today,
            "MedicalInstitutionCode": asker.code.as_str(),
        },
        "MessageBody": {"QualificationConfirmSearchInfo": {
            "InsurerNumber": format!("{insurer:>8}"),
            "InsuredCardSymbol": symbol,
            "InsuredIdentificationNumber": number,
            "InsuredBranchNumber": branch,
            "Birthdate": birthdate,
            "LimitApplicationCertificateRelatedConsFlg": "0",
        }},
    }});
    Bytes::from(body.to_string())
}

/// The first value of this name, wherever it stands. Nothing else of an answer is looked at or kept.
fn find(value: &Value, name: &str) -> Option<String> {
    match value {
        Value::Object(fields) => fields.iter().find_map(|(key, value)| match value {
            Value::String(text) if key == name => Some(text.clone()),
            value => find(value, name),
        }),
        Value::Array(all) => all.iter().find_map(|value| find(value, name)),
        _ => None,
    }
}

//! A receipt computer: logged in for tokens, it sends messages in the form that it likes.

use http::{Request, header};
use onshi_core::audit::{Filter, Line, Page};
use onshi_core::service::OperationContext;
use onshi_core::{AccountKind, Function};
use onshi_population::Showcase;
use onshi_scenarios::client::{Answer, Client};
use onshi_wire::messages::{
    EligibilityRequest, EligibilityResponse, QualificationConfirmSearchInfo,
};
use onshi_wire::shape::Typed;
use onshi_wire::{Block, Encoding, Limits, Style, parse_json, parse_xml, print_json, print_xml};
use tokio::task::block_in_place;

use crate::centre::test_centre::{Institution, TestCentre};
use onshi_server::operator::provision::Login;

/// How a message is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    Json,
    Xml(Encoding),
}

pub const EVERY_HOW: [How; 3] = [
    How::Json,
    How::Xml(Encoding::Utf8),
    How::Xml(Encoding::ShiftJis),
];

pub struct Program {
    pub client: Client,
    pub token: String,
    pub access: String,
    pub refresh: String,
    /// 医療機関コード of the institution.
    pub code: String,
}

pub fn path(id: &str) -> String {
    format!("/onshi/v1/messages/{id}")
}

impl Program {
    pub async fn log_in(centre: &TestCentre, at: &Institution) -> Program {
        Program::log_in_as(centre, at, AccountKind::WebApi).await
    }

    pub async fn log_in_as(centre: &TestCentre, at: &Institution, kind: AccountKind) -> Program {
        Program::log_in_by(centre, at, at.login(kind)).await
    }

    pub async fn log_in_by(centre: &TestCentre, at: &Institution, login: &Login) -> Program {
        let mut client = centre.client(&at.terminal);
        let answer = client.log_in_for_tokens(&login.user_id, &login.password);
        Program::of(client_answer(answer.await.unwrap()), client, at)
    }

    fn of(result: serde_json::Value, client: Client, at: &Institution) -> Program {
        let token = |name: &str| result[name].as_str().unwrap().to_owned();
        Program {
            client,
            token: token("idToken"),
            access: token("accessToken"),
            refresh: token("refreshToken"),
            code: at.code.as_str().to_owned(),
        }
    }

    /// Sends these bytes as they are.
    pub async fn send(&mut self, id: &str, kind: &str, bytes: Vec<u8>) -> Answer {
        let token = self.token.clone();
        self.client
            .message(&path(id), Some(&token), kind, bytes)
            .await
            .unwrap()
    }

    /// Sends a message, and reads the answer in kind. Its problems are the test's.
    pub async fn ask<M: Typed>(&mut self, id: &str, how: How, message: &dyn Block) -> M {
        let (kind, bytes) = written(how, message);
        let answer = self.send(id, kind, bytes).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        read(how, &answer)
    }

    /// The same by JSON with a name for the request, so that a repetition is the same.
    pub async fn ask_once<M: Typed>(&mut self, id: &str, key: &str, message: &dyn Block) -> M {
        let answer = self.send_once(id, key, message).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        read(How::Json, &answer)
    }

    /// That, with whatever the answer is.
    pub async fn send_once(&mut self, id: &str, key: &str, message: &dyn Block) -> Answer {
        let request = Request::post(path(id))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .header("idempotency-key", key)
            .body(print_json(message).into())
            .unwrap();
        self.client.send(request).await.unwrap()
    }

    pub async fn check(&mut self, how: How, request: &EligibilityRequest) -> EligibilityResponse {
        self.ask("OQSsiquc01", how, request).await
    }

    /// Whether the token still opens the door.
    pub async fn gets(&mut self, token: &str) -> u16 {
        self.answered(token).await.status
    }

    /// With which status and code the door does not open.
    pub async fn refused(&mut self, token: &str) -> (u16, String) {
        let answer = self.answered(token).await;
        let code = answer.json()["code"].as_str().unwrap_or("").to_owned();
        (answer.status, code)
    }

    async fn answered(&mut self, token: &str) -> Answer {
        let path = path("OQSsiquc01");
        let body = print_json(&EligibilityRequest::default());
        let kind = "application/json";
        let answer = self.client.message(&path, Some(token), kind, body).await;
        answer.unwrap()
    }
}

fn client_answer(answer: Answer) -> serde_json::Value {
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["result"].clone()
}

pub fn written(how: How, message: &dyn Block) -> (&'static str, Vec<u8>) {
    match how {
        How::Json => ("application/json;charset=UTF-8", print_json(message)),
        How::Xml(encoding) => {
            let style = Style {
                encoding,
                ..Style::default()
            };
            ("application/xml", print_xml(message, style).bytes)
        }
    }
}

fn read<M: Typed>(how: How, answer: &Answer) -> M {
    let parsed = match how {
        How::Json => parse_json::<M>(&answer.body, &Limits::BULK),
        How::Xml(_) => parse_xml::<M>(&answer.body, &Limits::BULK),
    };
    assert!(parsed.readable, "{}", answer.text());
    // What was wrong in a row comes back with it.
    let ours = |p: &&onshi_wire::Problem| !p.element.contains("SearchInfo");
    let problems = parsed.problems.iter().filter(ours);
    let problems: Vec<String> = problems.map(|p| p.sentence_ja()).collect();
    assert_eq!(problems, Vec::<String>::new(), "{}", answer.text());
    parsed.message
}

/// The patient's card, to ask with.
pub fn card(patient: &Showcase) -> QualificationConfirmSearchInfo {
    QualificationConfirmSearchInfo {
        insurer_number: format!("{:>8}", patient.insurer_number),
        insured_card_symbol: patient.symbol.clone(),
        insured_identification_number: patient.number.clone(),
        insured_branch_number: patient.branch.clone(),
        birthdate: patient.birthdate.clone(),
        limit_application_certificate_related_cons_flg: "1".to_owned(),
        ..QualificationConfirmSearchInfo::default()
    }
}

pub fn today() -> String {
    format!("{:08}", onshi_core::clock::now().jst_day().number())
}

pub fn request(code: &str, search: QualificationConfirmSearchInfo) -> EligibilityRequest {
    let mut request = EligibilityRequest::default();
    request.header.qualification_confirmation_date = today();
    request.header.medical_institution_code = code.to_owned();
    request.header.arbitrary_file_identifier = Some("uketsuke-0001".to_owned());
    request.body.search = search;
    request
}

/// The institution's log of one function, whoever wrote it, newest first.
pub fn log(centre: &TestCentre, at: &Institution, function: Function) -> Vec<Line> {
    let actor = centre.operator.at(at.code.clone());
    let operation =
        OperationContext::new(actor, Function::ReadAuditLog, onshi_core::Request::fresh());
    let filter = Filter {
        function: Some(function),
        ..Filter::default()
    };
    let page = Page {
        skip: 0,
        limit: 5_000,
    };
    let read = |tx: &mut onshi_core::Tx<'_>| onshi_core::history::list(tx, &filter, page);
    block_in_place(|| centre.service.read_and_wait(operation, read)).unwrap()
}

impl TestCentre {
    /// Closes the centre, and the service beside it off the runtime.
    pub async fn closed(self) {
        self.running.stop().await;
        block_in_place(|| drop(self.service));
    }
}

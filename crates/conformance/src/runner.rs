//! One vector after the other: send, judge, take from an answer what the next message needs.

use onshi_language::{cause, say};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use onshi_wire::messages::DownloadRequest;
use onshi_wire::{Block, Encoding, Limits, MessageKind, Style, parse_json_into, parse_xml_into};
use onshi_wire::{print_json, print_xml};
use serde_json::Value;
use tokio::time::{Instant, sleep};

use super::Form;
use super::answer::{Reply, Told, frame, judge};
use super::case::{Case, Step, replaced};
use super::expect::Extent;
use super::folders::Folders;
use super::http::Http;
use super::kept::{self, Exchange};
use super::report::{Flaw, Outcome, VectorResult};
use super::spelling;

/// How long to wait before a bulk answer is asked for again.
const AGAIN: Duration = Duration::from_millis(500);

/// A plain request, with which it is tried who may ask.
pub(super) const PLAIN: &str = "OQSsiquc01-plain";

/// Whether a refusal is about 医療機関コード: that of our own centre by its code, others by their words.
fn is_about_the_institution(said: &str) -> bool {
    ["OQSB9003E", "医療機関コード"]
        .iter()
        .any(|word| said.contains(word))
}

/// How the implementation is reached.
pub(super) enum Way {
    Http(Box<Http>, Vec<Form>),
    Folders(Folders),
}

/// Sends vectors, and judges what comes.
pub(super) struct Runner {
    pub(super) way: Way,
    pub(super) patience: Duration,
    pub(super) population: bool,
    /// Where requests and answers of what fails are put.
    pub(super) keep: Option<PathBuf>,
}

/// One vector in one form on its way, with all that was sent and came.
struct Course<'a> {
    runner: &'a Runner,
    exchanges: Mutex<Vec<Exchange>>,
}

impl Runner {
    fn forms(&self) -> &[Form] {
        match &self.way {
            Way::Http(_, forms) => forms,
            Way::Folders(_) => &[Form::Xml],
        }
    }

    async fn ask(&self, kind: MessageKind, form: Form, bytes: &[u8]) -> (Reply, Vec<u8>) {
        match &self.way {
            Way::Http(http, _) => http.ask(kind, form, bytes).await,
            Way::Folders(folders) => {
                let reply = folders.ask(kind, bytes).await;
                let came = reply.bytes().to_vec();
                (reply, came)
            }
        }
    }

    /// Asks as the institution, before everything else: one that the other side does not take as the
    /// sender would be refused in every vector. Gives what it says to that.
    pub(super) async fn refuses_the_institution(&self, plain: &Step) -> Option<String> {
        let form = *self.forms().first()?;
        let (reply, _) = self.ask(plain.kind, form, plain.bytes(form)?).await;
        let said = match &reply {
            Reply::Refused { words, .. } => words.clone(),
            _ => reply.read(plain.kind.response(), form).ok()?.refusal()?,
        };
        is_about_the_institution(&said).then_some(said)
    }

    /// What came of a vector, in each form in which it is there.
    pub(super) async fn case(&self, case: &Case) -> Vec<VectorResult> {
        let name = &case.name;
        if case
            .steps
            .iter()
            .all(|step| step.xml.is_none() && step.json.is_none())
        {
            let reason = say!(
                "an answer only, for those who read answers: there is nothing to send",
                "答えを読む側のためのもので、送るものがありません"
            );
            return vec![VectorResult::skipped(name, reason)];
        }
        if case.live && !self.population {
            return vec![VectorResult::skipped(
                name,
                say!(
                    "its people are not known there",
                    "前提とする人々が、相手にいません"
                ),
            )];
        }
        let mut verdicts = Vec::new();
        for form in self.forms() {
            let requests: Option<Vec<&[u8]>> = case.steps.iter().map(|s| s.bytes(*form)).collect();
            if let Some(requests) = requests {
                let course = Course {
                    runner: self,
                    exchanges: Mutex::default(),
                };
                let came = course.steps(case, &requests, *form).await;
                let mut result = VectorResult::of(name, form.name(), came);
                if result.outcome == Outcome::Failed {
                    result.why = Some(case.why.clone());
                    result.kept = course.keep(name, *form);
                }
                verdicts.push(result);
            }
        }
        if verdicts.is_empty() {
            let reason = say!(
                "it is there in another form only than is sent here",
                "送る形式のものがありません"
            );
            verdicts.push(VectorResult::skipped(name, reason));
        }
        verdicts
    }
}

impl Course<'_> {
    async fn ask(&self, kind: MessageKind, form: Form, bytes: &[u8]) -> Reply {
        let (reply, came) = self.runner.ask(kind, form, bytes).await;
        if self.runner.keep.is_some() {
            let exchange = Exchange {
                message: kind.id().trim_end_matches("req").to_owned(),
                request: bytes.to_vec(),
                answer: came,
            };
            let mut exchanges = self
                .exchanges
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            exchanges.push(exchange);
        }
        reply
    }

    /// Puts what was sent and came into a folder of its own, and says where.
    fn keep(self, vector: &str, form: Form) -> Option<String> {
        let folder = self.runner.keep.as_ref()?.join(vector).join(form.name());
        let exchanges = self.exchanges.into_inner();
        let exchanges = exchanges.unwrap_or_else(PoisonError::into_inner);
        Some(match kept::write(&folder, form, &exchanges) {
            Ok(()) => folder.display().to_string(),
            Err(error) => format!("{}: {}", folder.display(), cause(&error)),
        })
    }

    async fn steps(&self, case: &Case, requests: &[&[u8]], form: Form) -> Result<(), Flaw> {
        // What the answers of earlier steps gave, and what stands for it in later ones.
        let mut reception: Vec<(String, String)> = Vec::new();
        // How the identifier was spelt; an answer that is fetched has that of its upload.
        let mut spelt: Option<String> = None;
        for (number, (step, bytes)) in case.steps.iter().zip(requests).enumerate() {
            let mut bytes = bytes.to_vec();
            let mut expected = step.expected.as_ref().map(Value::to_string);
            for (mark, value) in &reception {
                bytes = replaced(&bytes, mark, value);
                expected = expected.map(|text| text.replace(mark.as_str(), value));
            }
            let expected = expected.and_then(|text| serde_json::from_str(&text).ok());
            if form == Form::Xml {
                let encoding = encoding_of(step.kind, &bytes);
                spelt = spelling::of(&bytes, encoding).or(spelt);
            }
            let told = self
                .step(step, (&bytes, form), expected.as_ref(), spelt.as_deref())
                .await;
            let told = match case.steps.len() {
                1 => told?,
                _ => told.map_err(|flaw| flaw.in_step(&step.name))?,
            };
            if let Some(given) = told.as_ref().and_then(|told| told.find("ReceptionNumber")) {
                let mark = format!("{{{}.ReceptionNumber}}", number + 1);
                reception.push((mark, given.to_owned()));
            }
        }
        Ok(())
    }

    async fn step(
        &self,
        step: &Step,
        (bytes, form): (&[u8], Form),
        expected: Option<&Value>,
        spelt: Option<&str>,
    ) -> Result<Option<Told>, Flaw> {
        if let Some(error) = &step.error {
            return self.refused(step, bytes, form, error).await.map(|()| None);
        }
        let (frame, expected, extent) = match expected {
            Some(expected) => (None, Some(expected), Extent::Whole),
            None => (
                Some(frame(step.kind, &request(step, bytes, form)?)),
                None,
                Extent::Part,
            ),
        };
        let expected = expected.or(frame.as_ref()).unwrap_or(&Value::Null);
        let answer = self.answer(step.kind, form, bytes).await;
        let told = judge((step.kind, form), &answer, (expected, extent), spelt)?;
        // The codes of a no to such a request are not public, so a frame can't say them.
        if let Some(told) = &told
            && (told.header("SegmentOfResult") == Some("9")
                || told.header("ResultCode").is_some_and(|code| code != "1"))
            && !told.refuses()
        {
            return Err(Flaw::words(say!(
                "the answer refuses and does not say why",
                "答えは拒否ですが、理由がありません。"
            )));
        }
        Ok(told)
    }

    /// The answer; of a bulk request the one that is no longer 処理中.
    async fn answer(&self, kind: MessageKind, form: Form, bytes: &[u8]) -> Reply {
        let until = Instant::now() + self.runner.patience;
        loop {
            let answer = self.ask(kind, form, bytes).await;
            let working = kind.is_bulk()
                && answer
                    .read(kind.response(), form)
                    .is_ok_and(|told| told.header("SegmentOfResult") == Some("2"));
            if !working || Instant::now() > until {
                return answer;
            }
            sleep(AGAIN).await;
        }
    }

    /// A request that is wrong: it must be refused, whole or in the row that is wrong.
    async fn refused(
        &self,
        step: &Step,
        bytes: &[u8],
        form: Form,
        error: &str,
    ) -> Result<(), Flaw> {
        let answer = self.ask(step.kind, form, bytes).await;
        if answer.refuses_the_message()? {
            return Ok(());
        }
        // It may give back what was wrong, so that it is not quite right itself.
        let told = answer.read_leniently(step.kind.response(), form)?;
        if told.refuses() {
            return Ok(());
        }
        if let (Some(number), Some(fetch)) = (told.find("ReceptionNumber"), fetch(step.kind)) {
            let code = sender(step.kind, bytes, form);
            let asked = download(number, code, form);
            let answer = self.answer(fetch, form, &asked).await;
            let told = answer.read(fetch.response(), form)?;
            if told.refuses() || told.refuses_a_row() {
                return Ok(());
            }
        }
        let cause = say!(
            "it was taken, though this is wrong with it",
            "誤りがあるのに受け付けられました"
        );
        Err(Flaw::detailed(cause, error))
    }
}

impl Step {
    fn bytes(&self, form: Form) -> Option<&[u8]> {
        match form {
            Form::Xml => self.xml.as_deref(),
            Form::Json => self.json.as_deref(),
        }
    }
}

/// The kind of message that fetches what this kind uploads.
fn fetch(kind: MessageKind) -> Option<MessageKind> {
    let id = kind.id().strip_suffix("01req")?;
    MessageKind::from_id(&format!("{id}02req"))
}

fn download(number: &str, code: String, form: Form) -> Vec<u8> {
    let mut message = DownloadRequest::default();
    message.header.medical_institution_code = code;
    message.body.reception_number = number.to_owned();
    printed(&message, form)
}

fn printed(message: &dyn Block, form: Form) -> Vec<u8> {
    match form {
        Form::Xml => print_xml(message, Style::default()).bytes,
        Form::Json => print_json(message),
    }
}

/// 医療機関コード of a request, as far as it can be read.
fn sender(kind: MessageKind, bytes: &[u8], form: Form) -> String {
    let value = said(kind, bytes, form).0;
    let code = &value["XmlMsg"]["MessageHeader"]["MedicalInstitutionCode"];
    code.as_str().unwrap_or_default().to_owned()
}

/// The encoding that a request is written in.
fn encoding_of(kind: MessageKind, bytes: &[u8]) -> Encoding {
    parse_xml_into(&mut *kind.empty(), bytes, &Limits::BULK).encoding
}

/// What a message says, and the first thing that is wrong with it.
fn said(kind: MessageKind, bytes: &[u8], form: Form) -> (Value, Option<String>) {
    let mut message = kind.empty();
    let parsed = match form {
        Form::Xml => parse_xml_into(&mut *message, bytes, &Limits::BULK),
        Form::Json => parse_json_into(&mut *message, bytes, &Limits::BULK),
    };
    let value = serde_json::from_slice(&print_json(&*message)).unwrap_or_default();
    (value, parsed.problems.first().map(ToString::to_string))
}

/// What a right request says.
fn request(step: &Step, bytes: &[u8], form: Form) -> Result<Value, Flaw> {
    match said(step.kind, bytes, form) {
        (value, None) => Ok(value),
        (_, Some(problem)) => Err(Flaw::words(say!(
            "the vector itself is wrong: {problem}",
            "ベクトルそのものが正しくありません: {problem}"
        ))),
    }
}

//! Which kinds of content the API takes.
//!
//! Only kinds for which a browser asks first (a preflight) when another site's page wants to send
//! them. Forms, plain text and content without a type are what such a page can send unasked, so no
//! route takes them.

use crate::http::access::{FhirSends, Kind};
use crate::http::service::ServiceHandle;
use axum::http::{HeaderMap, header};
use onshi_core::insured::import_reader;
use onshi_core::{Error, Problem, RefusalCode};

/// How a message came, and goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// JSON, the Web API's.
    Json,
    /// XML, as in the folders.
    Xml,
}

/// A kind of content that some route takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    /// JSON.
    Json,
    /// XML.
    Xml,
    /// JSON lines.
    JsonLines,
    /// CSV.
    Csv,
}

/// What a route takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Takes {
    /// A message of the interface.
    Message,
    /// A log-in, which is JSON alone.
    Json,
    /// A resource of FHIR.
    Resource,
    /// A search of FHIR, whose token a page of another site can't send.
    Search,
    /// An insurer's report.
    Report,
    /// Nothing: it is asked by `GET`.
    Nothing,
}

impl Takes {
    pub(crate) const fn of(kind: Kind) -> Takes {
        match kind {
            Kind::Message(_) => Takes::Message,
            Kind::Json => Takes::Json,
            Kind::Upload => Takes::Report,
            Kind::Fhir(FhirSends::Search) => Takes::Search,
            Kind::Fhir(FhirSends::Resource) => Takes::Resource,
            Kind::Fhir(FhirSends::Nothing) => Takes::Nothing,
            Kind::Page { .. } | Kind::File | Kind::Document => Takes::Nothing,
        }
    }

    /// How what was sent is to be read; none when this route does not take it.
    pub(crate) fn read(self, headers: &HeaderMap) -> Option<Media> {
        let essence = essence(headers);
        let media = match (self, essence.as_deref()?) {
            (Takes::Message | Takes::Json | Takes::Resource, "application/json" | "text/json") => {
                Media::Json
            }
            (Takes::Resource, "application/fhir+json") => Media::Json,
            (Takes::Search, "application/x-www-form-urlencoded") => Media::Json,
            (Takes::Message, "application/xml" | "text/xml") => Media::Xml,
            (
                Takes::Report,
                "application/x-ndjson"
                | "application/ndjson"
                | "application/jsonl"
                | "application/json"
                | "application/octet-stream",
            ) => Media::JsonLines,
            (Takes::Report, "text/csv" | "application/csv") => Media::Csv,
            _ => return None,
        };
        Some(media)
    }

    /// The form of a message that was sent, and of its answer; none when this route does not take it.
    /// What is no message has none, and is answered in JSON.
    pub(crate) fn format(self, headers: &HeaderMap) -> Option<Format> {
        match self {
            Takes::Nothing | Takes::Report => Some(Format::Json),
            Takes::Message | Takes::Json | Takes::Resource | Takes::Search => {
                self.read(headers).map(Media::format)
            }
        }
    }

    /// What to send, in words for whoever sent something else.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Takes::Message => {
                "Content-Type: application/json または application/xml で送信してください。"
            }
            Takes::Json => "Content-Type: application/json で送信してください。",
            Takes::Report => {
                "Content-Type: application/x-ndjson（JSON Lines）または text/csv で送信してください。"
            }
            Takes::Resource => "Content-Type: application/fhir+json で送信してください。",
            Takes::Search => "Content-Type: application/x-www-form-urlencoded で送信してください。",
            Takes::Nothing => "",
        }
    }
}

impl Media {
    pub(crate) const fn format(self) -> Format {
        match self {
            Media::Xml => Format::Xml,
            Media::Json | Media::JsonLines | Media::Csv => Format::Json,
        }
    }

    pub(crate) const fn of_a_report(self) -> import_reader::Format {
        match self {
            Media::Csv => import_reader::Format::Csv,
            _ => import_reader::Format::JsonLines,
        }
    }
}

/// Type and subtype, without parameters, as browsers read them: what stands behind the semicolon
/// makes no `text/plain` anything else.
fn essence(headers: &HeaderMap) -> Option<String> {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return None;
    };
    let text = value.to_str().ok()?;
    let essence = text.split(';').next().unwrap_or("").trim();
    // A list of several is none, and a browser may take another one of it than we do.
    (!text.contains(',')).then(|| essence.to_ascii_lowercase())
}

/// Refuses content of a kind that this route does not take.
pub(crate) async fn wrong_media<T: Send + 'static>(
    service: &ServiceHandle,
    takes: Takes,
) -> Result<T, Error> {
    let code = RefusalCode::MediaType;
    match service.refuse::<T>(code).await {
        Err(Error::Refused(mut refusal)) if refusal.code == code => {
            let problem = Problem::new("Content-Type", takes.words());
            refusal.problems.push(problem);
            Err(refusal.into())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(takes: Takes, sent: &[&str]) -> Option<Media> {
        let mut headers = HeaderMap::new();
        for value in sent {
            headers.append(header::CONTENT_TYPE, value.parse().unwrap());
        }
        takes.read(&headers)
    }

    #[test]
    fn what_a_page_can_send_unasked_is_taken_nowhere() {
        for takes in [Takes::Message, Takes::Json, Takes::Report] {
            for sent in [
                &[][..],
                &[""],
                &["text/plain"],
                &["TEXT/PLAIN;charset=utf-8"],
                &["text/plain; application/json"],
                &["text/plain;x=application/xml"],
                &["text/plain, application/json"],
                &["application/json, text/plain"],
                &["application/x-www-form-urlencoded"],
                &["application/x-www-form-urlencoded; application/json"],
                &["multipart/form-data; boundary=json"],
                &["multipart/form-data; boundary=application/xml"],
                &["json"],
                &["application/jsonx"],
                &["application/json", "application/json"],
                &["text/plain", "application/json"],
                &["*/*"],
            ] {
                assert_eq!(read(takes, sent), None, "{takes:?} {sent:?}");
            }
        }
    }

    #[test]
    fn what_programs_send_is_taken() {
        for sent in [
            "application/json",
            "Application/JSON; charset=UTF-8",
            " application/json ;charset=utf-8",
            "application/json;charset=UTF-8",
        ] {
            assert_eq!(read(Takes::Message, &[sent]), Some(Media::Json), "{sent}");
            assert_eq!(read(Takes::Json, &[sent]), Some(Media::Json), "{sent}");
        }
        for sent in ["application/xml", "text/xml; charset=Shift_JIS"] {
            assert_eq!(read(Takes::Message, &[sent]), Some(Media::Xml), "{sent}");
            assert_eq!(read(Takes::Json, &[sent]), None, "{sent}");
        }
        for sent in [
            "application/x-ndjson",
            "application/json",
            "application/octet-stream",
        ] {
            assert_eq!(
                read(Takes::Report, &[sent]),
                Some(Media::JsonLines),
                "{sent}"
            );
        }
        assert_eq!(
            read(Takes::Report, &["text/csv; charset=utf-8"]),
            Some(Media::Csv)
        );
        assert_eq!(read(Takes::Report, &["application/xml"]), None);
    }
}

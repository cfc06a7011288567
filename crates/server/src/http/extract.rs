//! What a request brings along: cookies, where it comes from, parameters and fields. None of it is
//! believed before it was looked at here.

use crate::state::context::Context;
use axum::body::Body;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{FromRequest, Multipart, RawPathParams};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use cookie::Cookie;
use http_body_util::BodyExt;
use onshi_core::{Error, RefusalCode, insurer};
use serde::de::DeserializeOwned;
use serde::de::value::MapDeserializer;
use std::collections::BTreeMap;
use std::time::Duration;

/// The most bytes of a form, where its route says nothing else.
pub(crate) const FORM_BYTES_MAX: usize = 64 * 1024;
/// How much of a form that is too long is still taken in and thrown away. Whoever is cut off
/// while sending never sees the page that says why.
const DRAINED_BYTES_MAX: usize = 4 * 1024 * 1024;
/// The most fields and files of a form with files.
const PARTS_MAX: usize = 100;
/// The longest parameter of a path. What is longer is nothing of ours, and the audit log would
/// keep it.
const PARAMETER_BYTES_MAX: usize = 64;

/// Fields of a form or of a query, in order, and the files of a form.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    fields: Vec<(String, String)>,
    files: Vec<(String, Bytes)>,
}

impl Fields {
    /// Reads fields. No field of ours holds a NUL, and PostgreSQL takes none.
    pub(crate) fn parse(encoded: &[u8]) -> Option<Fields> {
        let fields: Vec<(String, String)> = serde_urlencoded::from_bytes(encoded).ok()?;
        Fields::of(fields, Vec::new())
    }

    fn of(fields: Vec<(String, String)>, files: Vec<(String, Bytes)>) -> Option<Fields> {
        let clean =
            |(name, value): &(String, String)| !name.contains('\0') && !value.contains('\0');
        fields.iter().all(clean).then_some(Fields { fields, files })
    }

    /// Reads a form with files.
    async fn parse_multipart(kind: HeaderValue, bytes: Vec<u8>) -> Option<Fields> {
        let request = axum::http::Request::builder()
            .header(header::CONTENT_TYPE, kind)
            .body(Body::from(bytes))
            .ok()?;
        let mut parts = Multipart::from_request(request, &()).await.ok()?;
        let (mut fields, mut files) = (Vec::new(), Vec::new());
        while let Some(part) = parts.next_field().await.ok()? {
            if fields.len() + files.len() >= PARTS_MAX {
                return None;
            }
            let name = part.name()?.to_owned();
            match part.file_name().is_some() {
                true => files.push((name, part.bytes().await.ok()?)),
                false => fields.push((name, part.text().await.ok()?)),
            }
        }
        Fields::of(fields, files)
    }

    /// The fields as a type; what was sent twice counts as it came first, and what was not sent is empty.
    pub fn read<T: DeserializeOwned + Default>(&self) -> T {
        let mut first: BTreeMap<&str, &str> = BTreeMap::new();
        for (name, value) in &self.fields {
            first.entry(name).or_insert(value);
        }
        let fields: MapDeserializer<'_, _, serde::de::value::Error> =
            MapDeserializer::new(first.into_iter());
        // A type of nothing but texts takes any.
        T::deserialize(fields).unwrap_or_default()
    }

    /// The content of the first file of this name; empty when none was chosen.
    pub fn file(&self, name: &str) -> Bytes {
        let found = self.files.iter().find(|(key, _)| key == name);
        found.map(|(_, bytes)| bytes.clone()).unwrap_or_default()
    }

    /// Every field of this name, in order: what was chosen of a list.
    pub fn all(&self, name: &str) -> Vec<String> {
        let of = |(key, value): &(String, String)| (key == name).then(|| value.clone());
        self.fields.iter().filter_map(of).collect()
    }

    /// The first field of this name, or nothing.
    pub fn get(&self, name: &str) -> &str {
        self.fields
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value)
    }
}

/// The path's parameters; none when something can't be an id, a file or a deed of ours.
pub(crate) fn parameters(
    path: Result<RawPathParams, RawPathParamsRejection>,
) -> Option<BTreeMap<String, String>> {
    let path = path.ok()?;
    let ours = |text: &str| {
        text.len() <= PARAMETER_BYTES_MAX && text.bytes().all(|byte| byte.is_ascii_graphic())
    };
    path.iter()
        .map(|(name, value)| ours(value).then(|| (name.to_owned(), value.to_owned())))
        .collect()
}

/// The name of a `Host`, without its port.
pub(crate) fn name_of_host(host: &str) -> &str {
    match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => host.split_once(':').map_or(host, |(name, _)| name),
    }
}

/// The header with the serial number of the reader's certificate.
pub const READER_CERTIFICATE: &str = "reader-certificate";
/// The header with the signature: base64 of the DER of ECDSA over P-256 and SHA-256.
pub const READER_SIGNATURE: &str = "reader-signature";

/// Which card reader signed what is sent, as the headers say.
pub struct Signature {
    /// The serial number of its certificate.
    pub reader: String,
    /// What it signed with.
    pub signature: Vec<u8>,
}

impl Signature {
    /// Reads it; none where it is not there or can't be one.
    pub(super) fn of(headers: &HeaderMap) -> Option<Signature> {
        let text = |name| headers.get(name)?.to_str().ok();
        let serial = text(READER_CERTIFICATE)?.trim().to_ascii_lowercase();
        let shaped = serial.len() <= 64 && serial.bytes().all(|b| b.is_ascii_hexdigit());
        Some(Signature {
            reader: Some(serial).filter(|_| shaped)?,
            signature: STANDARD.decode(text(READER_SIGNATURE)?.trim()).ok()?,
        })
    }
}

/// The insurer of the path, in the form in which it is compared. What is no number is nobody's, and
/// the door says so.
pub(crate) fn insurer_number(path: Option<&BTreeMap<String, String>>) -> Result<String, Error> {
    let number = path.and_then(|path| path.get("insurer_number"));
    let number = number.ok_or(RefusalCode::NotFound)?;
    Ok(insurer::number(number).unwrap_or_else(|_| number.clone()))
}

/// The value of a cookie.
pub(crate) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == name)
        .map(|cookie| cookie.value().to_owned())
}

/// Reads a form of at most so many bytes; what is no `POST` has none.
pub(crate) async fn read_form(
    centre: &Context,
    head: &Parts,
    body: Body,
    most: usize,
) -> Result<Fields, Error> {
    if head.method != Method::POST {
        return Ok(Fields::default());
    }
    let patience = Duration::from_secs(centre.config.centre.request_seconds);
    let kind = head.headers.get(header::CONTENT_TYPE);
    let is = |wanted: &str| {
        kind.and_then(|value| value.to_str().ok())
            .is_some_and(|kind| kind.starts_with(wanted))
    };
    let bytes = tokio::time::timeout(patience, read_body(body, most)).await;
    let bytes = bytes.unwrap_or(Err(RefusalCode::Invalid))?;
    if bytes.is_empty() {
        return Ok(Fields::default());
    }
    let fields = match kind {
        Some(kind) if is("multipart/form-data") => {
            Fields::parse_multipart(kind.clone(), bytes).await
        }
        _ if is("application/x-www-form-urlencoded") => Fields::parse(&bytes),
        _ => None,
    };
    fields.ok_or_else(|| RefusalCode::Invalid.into())
}

async fn read_body(mut body: Body, most: usize) -> Result<Vec<u8>, RefusalCode> {
    let (mut bytes, mut seen) = (Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| RefusalCode::Invalid)?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        seen += data.len();
        if seen > DRAINED_BYTES_MAX {
            return Err(RefusalCode::TooLarge);
        }
        if seen <= most {
            bytes.extend_from_slice(&data);
        }
    }
    match seen <= most {
        true => Ok(bytes),
        false => Err(RefusalCode::TooLarge),
    }
}

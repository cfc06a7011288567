//! Names: of the authority, of its lists of revoked certificates, of municipalities.

use super::Purpose;
use super::writing::oid;
use serde::{Deserialize, Serialize};
use yasna::{DERWriter, construct_der};

const COUNTRY: &[u64] = &[2, 5, 4, 6];
const LOCALITY: &[u64] = &[2, 5, 4, 7];
const ORGANIZATION: &[u64] = &[2, 5, 4, 10];
const UNIT: &[u64] = &[2, 5, 4, 11];
const COMMON: &[u64] = &[2, 5, 4, 3];

/// A municipality (市区町村), as cards and certificates name it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Municipality {
    /// 全国地方公共団体コード without its check digit: 5 digits.
    pub code: String,
    /// The prefecture in Latin letters, such as `Tokyo-to`.
    pub prefecture: String,
    /// The municipality in Latin letters, such as `Mihon-shi`.
    pub name: String,
}

impl Municipality {
    /// One that does not exist: 見本市 in Tokyo.
    pub fn sample() -> Municipality {
        Municipality {
            code: "13990".to_owned(),
            prefecture: "Tokyo-to".to_owned(),
            name: "Mihon-shi".to_owned(),
        }
    }
}

type Parts<'a> = Vec<(&'static [u64], &'a str)>;

/// A distinguished name in DER. The country is a PrintableString, all else UTF8String.
fn name(parts: &Parts<'_>) -> Vec<u8> {
    construct_der(|writer| write(writer, parts))
}

fn write(writer: DERWriter<'_>, parts: &Parts<'_>) {
    writer.write_sequence(|writer| {
        for (kind, value) in parts {
            writer.next().write_set(|writer| {
                writer.next().write_sequence(|writer| {
                    writer.next().write_oid(&oid(kind));
                    if *kind == COUNTRY {
                        writer.next().write_printable_string(value);
                    } else {
                        writer.next().write_utf8_string(value);
                    }
                });
            });
        }
    });
}

fn unit(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Authentication => "JPKI for user authentication",
        Purpose::Signature => "JPKI for digital signature",
    }
}

/// The issuer's name. All generations have it.
pub(super) fn issuer(purpose: Purpose) -> Vec<u8> {
    name(&vec![
        (COUNTRY, "JP"),
        (ORGANIZATION, "JPKI-SIM"),
        (UNIT, unit(purpose)),
        (UNIT, "Japan Agency for Local Authority Information Systems"),
    ])
}

/// The issuer's name in Japanese, marked as simulated.
pub(super) fn issuer_in_japanese(purpose: Purpose) -> Vec<u8> {
    let unit = match purpose {
        Purpose::Authentication => "公的個人認証サービス利用者証明用（模擬）",
        Purpose::Signature => "公的個人認証サービス署名用（模擬）",
    };
    name(&vec![
        (COUNTRY, "JP"),
        (ORGANIZATION, "公的個人認証サービス（模擬）"),
        (UNIT, unit),
        (UNIT, "地方公共団体情報システム機構（模擬）"),
    ])
}

/// The name under which an issuer's list of a municipality is found.
pub(super) fn list(purpose: Purpose, municipality: &Municipality) -> Vec<u8> {
    name(&vec![
        (COUNTRY, "JP"),
        (ORGANIZATION, "JPKI-SIM"),
        (UNIT, unit(purpose)),
        (UNIT, "CRL Distribution Points"),
        (UNIT, &municipality.prefecture),
        (COMMON, &format!("{} CRLDP", municipality.name)),
    ])
}

/// The name of who answers for an issuer about its certificates.
pub(super) fn responder(purpose: Purpose) -> Vec<u8> {
    name(&vec![
        (COUNTRY, "JP"),
        (ORGANIZATION, "JPKI-SIM"),
        (UNIT, unit(purpose)),
        (COMMON, "OCSP Responder"),
    ])
}

/// A card holder's name in a certificate of 利用者証明: no name of a person, a number.
pub(super) fn authentication(common: &str) -> Vec<u8> {
    name(&vec![(COUNTRY, "JP"), (COMMON, common)])
}

/// A card holder's name in a certificate of 署名: a number and where they live.
pub(super) fn signature(municipality: &Municipality, common: &str) -> Vec<u8> {
    name(&vec![
        (COUNTRY, "JP"),
        (LOCALITY, &municipality.prefecture),
        (LOCALITY, &municipality.name),
        (COMMON, common),
    ])
}

/// A name as a GeneralName (`directoryName`, which is explicit).
pub(super) fn directory(writer: DERWriter<'_>, name: &[u8]) {
    writer.write_tagged(yasna::Tag::context(4), |writer| writer.write_der(name));
}

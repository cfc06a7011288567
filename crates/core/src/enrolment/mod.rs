//! 電子証明書の取得 (enrolment): a certificate for a key that its holder made, by a code that is good once.
//!
//! Whoever may let a terminal in issues a code ([`issue`]): the operator, or what approves an application. The code is
//! for one institution, one name and one kind of certificate, and has an end. It is handed over on paper or in a file;
//! kept is its hash alone. At the terminal a key is made that never leaves it, and the request for its certificate goes
//! out with the code ([`enrol`]).
//!
//! What always holds:
//! - A code gives one certificate, for one key. The same key may ask again with it and is given the same certificate, so
//!   that a terminal that was cut off loses nothing; another key is refused.
//! - Of a new code for the same name, kind and institution the earlier ones are void.
//! - What stands in a certificate comes from what the code is for, never from what the terminal asks for.

mod certify;
mod code;
mod outcome;
mod renewal;
mod store;
#[cfg(test)]
mod tests;
pub(crate) mod warning;

pub use code::{EnrolmentCode, code_hash};
pub(crate) use outcome::{Outcome, outcome};
pub use renewal::{renew, renew_reader, used, used_by_reader};

use crate::audit::{Detail, SubjectKind};
use crate::certificate::{Authority, CertificateRequest};
use crate::clock::Moment;
use crate::error::{Error, Fact, Fault, Problem, Refusal, RefusalCode};
use crate::facility;
use crate::service::Tx;
use crate::store::Connection;
use crate::terms::{CertificateKind, FacilityCode, Subject};
use certify::{certify, record};

/// The longest name of a terminal or a reader, in characters; an organisation's name in X.509 has 64.
const NAME_CHARS_MAX: usize = 50;

/// For whom a certificate may be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnrolmentFor {
    /// A terminal of this institution, by its name (端末名称).
    Terminal(FacilityCode, String),
    /// A card reader of this institution, by its name.
    Reader(FacilityCode, String),
    /// An insurer of this name, for these numbers in the form in which they are compared.
    Insurer(String, Vec<String>),
}

impl EnrolmentFor {
    /// What the certificate is for.
    pub fn kind(&self) -> CertificateKind {
        match self {
            EnrolmentFor::Terminal(..) => CertificateKind::Terminal,
            EnrolmentFor::Reader(..) => CertificateKind::Reader,
            EnrolmentFor::Insurer(..) => CertificateKind::Insurer,
        }
    }

    /// The name of the terminal, the reader or the insurer.
    pub fn name(&self) -> &str {
        match self {
            EnrolmentFor::Terminal(_, name)
            | EnrolmentFor::Reader(_, name)
            | EnrolmentFor::Insurer(name, _) => name,
        }
    }

    /// The institution, where it is one's.
    pub fn facility(&self) -> Option<&FacilityCode> {
        match self {
            EnrolmentFor::Terminal(facility, _) | EnrolmentFor::Reader(facility, _) => {
                Some(facility)
            }
            EnrolmentFor::Insurer(..) => None,
        }
    }

    /// The insurer's numbers, where it is one's.
    pub fn numbers(&self) -> &[String] {
        match self {
            EnrolmentFor::Insurer(_, numbers) => numbers,
            EnrolmentFor::Terminal(..) | EnrolmentFor::Reader(..) => &[],
        }
    }

    fn subject(&self) -> Subject {
        match self.facility() {
            Some(facility) => Subject::of(SubjectKind::Facility, facility.as_str()),
            None => Subject::of(
                SubjectKind::Insurer,
                self.numbers().first().cloned().unwrap_or_default(),
            ),
        }
    }
}

/// A code that was issued, and what came of it. The code itself nobody has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// What it is known by.
    pub id: String,
    /// For whom it fetches a certificate.
    pub of: EnrolmentFor,
    /// When the code was issued.
    pub issued_at: Moment,
    /// Until when it is good.
    pub ends_at: Moment,
    /// When it was voided, if it was.
    pub voided_at: Option<Moment>,
    /// When it was used, and the number of the certificate.
    pub used: Option<(Moment, String)>,
}

/// 取得コードの状態: what a code is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnrolmentState {
    /// 未使用: it may be used.
    Open,
    /// 取得済: it gave its certificate.
    Used,
    /// 期限切れ: its time is over.
    Over,
    /// 無効: it was voided, or another one was issued.
    Voided,
}

impl EnrolmentState {
    /// What a person reads.
    pub const fn label(self) -> &'static str {
        match self {
            EnrolmentState::Open => "未使用",
            EnrolmentState::Used => "取得済",
            EnrolmentState::Over => "期限切れ",
            EnrolmentState::Voided => "無効",
        }
    }

    /// The word for machines.
    pub const fn code(self) -> &'static str {
        match self {
            EnrolmentState::Open => "open",
            EnrolmentState::Used => "used",
            EnrolmentState::Over => "over",
            EnrolmentState::Voided => "voided",
        }
    }
}

impl Enrolment {
    /// What it is worth at a moment.
    pub fn state(&self, now: Moment) -> EnrolmentState {
        if self.used.is_some() {
            EnrolmentState::Used
        } else if self.voided_at.is_some() {
            EnrolmentState::Voided
        } else if now > self.ends_at {
            EnrolmentState::Over
        } else {
            EnrolmentState::Open
        }
    }
}

/// Issues a code, once: it is in what is returned, and can't be read again. Earlier codes for the same are void. It is
/// done for whoever may do what it is a part of: the caller's function is asked at the door.
pub fn issue(
    tx: &mut Tx<'_>,
    of: &EnrolmentFor,
    ends_at: Moment,
) -> Result<(Enrolment, EnrolmentCode), Error> {
    let code = EnrolmentCode::draw(tx.entropy());
    let enrolment = issue_drawn(tx, of, ends_at, &code)?;
    Ok((enrolment, code))
}

/// The same with a code that was drawn before, and is on paper already when it begins to be good.
pub fn issue_drawn(
    tx: &mut Tx<'_>,
    of: &EnrolmentFor,
    ends_at: Moment,
    code: &EnrolmentCode,
) -> Result<Enrolment, Error> {
    let of = checked(tx, of)?;
    if ends_at <= tx.now() {
        let problem = Problem::new(Fact::ValidUntil, "取得コードの期限が過ぎています。")
            .in_english("The code's end is over.");
        return Err(Refusal::invalid(vec![problem]).into());
    }
    let enrolment = Enrolment {
        id: tx.entropy().id('e'),
        of,
        issued_at: tx.now(),
        ends_at,
        voided_at: None,
        used: None,
    };
    store::change_voided_of(tx, &enrolment.of)?;
    store::insert(tx, &enrolment, &code_hash(code.reveal()))?;
    let subject = enrolment.of.subject();
    tx.set_subject(subject.kind, subject.id.as_deref().unwrap_or_default());
    tx.set_detail(Detail::EnrolmentCodeIssued {
        kind: enrolment.of.kind(),
        name: enrolment.of.name().to_owned(),
        until: ends_at.jst_fourteen(),
    });
    Ok(enrolment)
}

/// The end that a code has where none is said.
pub fn usual_end(tx: &Tx<'_>) -> Moment {
    let days = tx.rules().certificate.enrolment_days;
    tx.now().plus_seconds(days.saturating_mul(86_400))
}

/// Voids a code that was not used.
pub fn void(tx: &mut Tx<'_>, id: &str) -> Result<(), Error> {
    let found = store::find(tx, id)?.ok_or(RefusalCode::NotFound)?;
    let own = tx.actor().facility();
    if own.is_some() && own != found.of.facility() {
        return Err(RefusalCode::NotFound.into());
    }
    let subject = found.of.subject();
    tx.set_subject(subject.kind, subject.id.as_deref().unwrap_or_default());
    tx.set_detail(Detail::EnrolmentCodeVoided {
        kind: found.of.kind(),
        name: found.of.name().to_owned(),
    });
    if found.state(tx.now()) != EnrolmentState::Open || !store::change_voided(tx, id)? {
        return Err(RefusalCode::WrongState.into());
    }
    Ok(())
}

/// Voids one where it was not used, for what it is a part of. Says whether it was open.
pub(crate) fn void_if_open(tx: &mut Tx<'_>, id: &str) -> Result<bool, Error> {
    Ok(store::change_voided(tx, id)?)
}

/// The codes of an institution, the newest first.
pub fn list(tx: &mut Tx<'_>, of: &FacilityCode) -> Result<Vec<Enrolment>, Error> {
    tx.set_subject(SubjectKind::Facility, of.as_str());
    Ok(store::list(tx, of)?)
}

/// The code of this hash, whatever it is worth.
pub(crate) fn find(connection: &mut Connection, hash: &str) -> Result<Option<Enrolment>, Fault> {
    store::find_by_hash(connection, hash)
}

/// A certificate that was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolled {
    /// For whom.
    pub of: EnrolmentFor,
    /// The certificate in PEM.
    pub certificate_pem: String,
    /// Its number.
    pub serial: String,
}

/// Gives the certificate of a code for the key of a request.
pub fn enrol(
    tx: &mut Tx<'_>,
    authority: &Authority,
    id: &str,
    request: &CertificateRequest,
) -> Result<Enrolled, Error> {
    let found = store::find(tx, id)?.ok_or(RefusalCode::EnrolmentUnknown)?;
    let key = request.key_digest();
    match found.state(tx.now()) {
        EnrolmentState::Used => return again(tx, &found, &key),
        EnrolmentState::Open => {}
        EnrolmentState::Over | EnrolmentState::Voided => {
            return Err(RefusalCode::EnrolmentOver.into());
        }
    }
    let certified = certify(tx, authority, &found.of, request)?;
    if !store::change_used(tx, id, &key, &certified)? {
        return Err(RefusalCode::EnrolmentUsed.into());
    }
    record(tx, &found.of, &certified)?;
    tx.set_subject(SubjectKind::Certificate, &certified.serial);
    tx.set_detail(Detail::Enrolled {
        kind: found.of.kind(),
        name: found.of.name().to_owned(),
    });
    Ok(Enrolled {
        of: found.of,
        certificate_pem: certified.certificate_pem,
        serial: certified.serial,
    })
}

/// The same certificate for the same key, for as long as the code would be good.
fn again(tx: &mut Tx<'_>, found: &Enrolment, key: &str) -> Result<Enrolled, Error> {
    let kept = store::find_certificate(tx, &found.id)?.ok_or(RefusalCode::EnrolmentUsed)?;
    if kept.key_digest != key || tx.now() > found.ends_at {
        return Err(RefusalCode::EnrolmentUsed.into());
    }
    tx.set_subject(SubjectKind::Certificate, &kept.serial);
    tx.set_detail(Detail::EnrolledAgain {
        kind: found.of.kind(),
        name: found.of.name().to_owned(),
    });
    Ok(Enrolled {
        of: found.of.clone(),
        certificate_pem: kept.certificate_pem,
        serial: kept.serial,
    })
}

/// The name as it is kept, and whether there is such an institution or numbers at all.
fn checked(tx: &mut Tx<'_>, of: &EnrolmentFor) -> Result<EnrolmentFor, Error> {
    Ok(match of {
        EnrolmentFor::Terminal(code, name) => {
            let name = check_name(name, Fact::TerminalName)?;
            facility::show(tx, code)?;
            EnrolmentFor::Terminal(code.clone(), name)
        }
        EnrolmentFor::Reader(code, name) => {
            let name = check_name(name, Fact::ReaderName)?;
            facility::show(tx, code)?;
            EnrolmentFor::Reader(code.clone(), name)
        }
        EnrolmentFor::Insurer(name, numbers) => {
            let name = facility::check_name(name)?;
            if numbers.is_empty() {
                let problem = Problem::new(Fact::InsurerNumber, "保険者番号が1つ以上必要です。")
                    .in_english("At least one insurer's number is needed.");
                return Err(Refusal::invalid(vec![problem]).into());
            }
            EnrolmentFor::Insurer(name, numbers.clone())
        }
    })
}

/// Checks the name of a terminal or a reader (端末名称), which tells people which one it is.
pub fn check_name(name: &str, about: Fact) -> Result<String, Refusal> {
    let name = name.trim();
    let length = name.chars().count();
    let problem = if length == 0 || length > NAME_CHARS_MAX {
        let words = format!("名称を{NAME_CHARS_MAX}文字以内で入力してください（例：受付1号機）。");
        let english = format!("A name has 1 to {NAME_CHARS_MAX} characters.");
        Problem::new(about, words).in_english(english)
    } else if let Some(words) = crate::text::wrong_in_a_line(name) {
        Problem::new(about, words).in_english(crate::text::FOREIGN_CHARACTER)
    } else {
        return Ok(name.to_owned());
    };
    Err(Refusal::invalid(vec![problem]))
}

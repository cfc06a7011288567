//! What may be wrong with a card, as data: how it is issued, and how it behaves in a reader.

use crate::authority::Generation;
use crate::date::Date;
use serde::{Deserialize, Serialize};

/// Something out of the ordinary about a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// The PIN of 利用者証明 was typed wrongly three times.
    LockedPin,
    /// 顔認証マイナンバーカード: PIN and password are locked on purpose; face or 目視 alone.
    FaceCard,
    /// It has no certificate of 利用者証明.
    NoAuthenticationCertificate,
    /// The certificate ended more than three months ago.
    Expired,
    /// The certificate ended within the last three months: eligibility is answered still.
    EndedRecently,
    /// The certificate ends within three months.
    EndsSoon,
    /// The certificate was revoked.
    Revoked,
    /// Another authority with the same name issued it.
    WrongIssuer,
    /// The earlier generation of the authority issued it; it is good.
    OtherGeneration,
    /// The photo can't be read.
    DamagedPhoto,
}

impl Fault {
    /// All of them.
    pub const ALL: [Fault; 10] = [
        Fault::LockedPin,
        Fault::FaceCard,
        Fault::NoAuthenticationCertificate,
        Fault::Expired,
        Fault::EndedRecently,
        Fault::EndsSoon,
        Fault::Revoked,
        Fault::WrongIssuer,
        Fault::OtherGeneration,
        Fault::DamagedPhoto,
    ];

    /// Its name on the command line and in files.
    pub fn name(self) -> &'static str {
        match self {
            Fault::LockedPin => "locked-pin",
            Fault::FaceCard => "face-card",
            Fault::NoAuthenticationCertificate => "no-authentication-certificate",
            Fault::Expired => "expired",
            Fault::EndedRecently => "ended-recently",
            Fault::EndsSoon => "ends-soon",
            Fault::Revoked => "revoked",
            Fault::WrongIssuer => "wrong-issuer",
            Fault::OtherGeneration => "other-generation",
            Fault::DamagedPhoto => "damaged-photo",
        }
    }

    /// The fault of this name.
    pub fn parse(name: &str) -> Option<Fault> {
        Fault::ALL.into_iter().find(|fault| fault.name() == name)
    }

    /// The day on which the certificate ends, where the fault says it.
    pub(crate) fn end(self, today: Date) -> Option<Date> {
        match self {
            Fault::Expired => Some(today.plus_months(-5)),
            Fault::EndedRecently => Some(today.plus_months(-1)),
            Fault::EndsSoon => Some(today.plus_months(2)),
            // Issued before the present generation began, two years ago.
            Fault::OtherGeneration => Some(today.plus_months(24)),
            _ => None,
        }
    }

    /// The generation that the fault asks for.
    pub(crate) fn generation(self) -> Option<Generation> {
        (self == Fault::OtherGeneration).then_some(Generation::Previous)
    }
}

/// How a card behaves in a reader, whatever it holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Handling {
    /// How long each command takes, in milliseconds: a contactless card takes 20 to 60.
    pub latency_ms: u32,
    /// The card is taken away after this many commands.
    pub taken_away_after: Option<u32>,
}

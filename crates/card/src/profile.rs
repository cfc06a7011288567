//! Which kinds of card there are, and what differs between them: names of applications, kinds of
//! keys, what the token calls itself.

use crate::key::KeyKind;
use serde::{Deserialize, Serialize};

/// A kind of card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// 個人番号カード as it is in circulation: RSA-2048, five applications.
    Card,
    /// The next card: P-384, two applications and two secrets. Its names and layouts are not public;
    /// these are simulated.
    NextCard,
    /// スマホ用電子証明書 on Android: the JPKI application alone, opened by its PIN.
    Android,
    /// スマホ用電子証明書 on iPhone: opened by the phone itself. The rest of its protocol is not
    /// public; this is simulated.
    Iphone,
}

/// 公的個人認証AP.
pub const JPKI: [u8; 10] = [0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01];
/// 券面事項入力補助AP.
pub const TEXT: [u8; 10] = [0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08];
/// 券面事項確認AP.
pub const SURFACE: [u8; 10] = [0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02];
/// 住基AP.
pub const RESIDENT: [u8; 10] = [0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x01];
/// 共通カードAP.
pub const COMMON: [u8; 10] = [0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00];
/// The GlobalPlatform issuer's application: who selects it is where the card was at power-on.
pub const ISSUER: [u8; 7] = [0xA0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00];
/// 認証AP of the next card (simulated: proprietary names begin with `F`).
pub const NEXT_AUTHENTICATION: [u8; 8] = *b"\xF0ONSHI\x01\x01";
/// 券面等AP of the next card (simulated).
pub const NEXT_SURFACE: [u8; 8] = *b"\xF0ONSHI\x01\x02";

/// The names of all applications of all kinds of card.
pub fn all_names() -> impl Iterator<Item = &'static [u8]> {
    let todays: [&'static [u8]; 6] = [&JPKI, &TEXT, &SURFACE, &RESIDENT, &COMMON, &ISSUER];
    let next: [&'static [u8]; 2] = [&NEXT_AUTHENTICATION, &NEXT_SURFACE];
    todays.into_iter().chain(next)
}

impl Profile {
    /// Whether it is a smartphone's certificates, and no card.
    pub const fn is_phone(self) -> bool {
        matches!(self, Profile::Android | Profile::Iphone)
    }

    /// All of them.
    pub const ALL: [Profile; 4] = [
        Profile::Card,
        Profile::NextCard,
        Profile::Android,
        Profile::Iphone,
    ];

    /// Its name on the command line and in files.
    pub fn name(self) -> &'static str {
        match self {
            Profile::Card => "card",
            Profile::NextCard => "next-card",
            Profile::Android => "android",
            Profile::Iphone => "iphone",
        }
    }

    /// The kind of this name.
    pub fn parse(name: &str) -> Option<Profile> {
        Profile::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Which keys it has.
    pub fn keys(self) -> KeyKind {
        match self {
            Profile::NextCard => KeyKind::P384,
            Profile::Card | Profile::Android | Profile::Iphone => KeyKind::Rsa2048,
        }
    }

    /// The name of the application that authenticates the holder.
    pub fn authentication(self) -> &'static [u8] {
        match self {
            Profile::NextCard => &NEXT_AUTHENTICATION,
            Profile::Card | Profile::Android | Profile::Iphone => &JPKI,
        }
    }

    /// The name of the application with the photo; phones have none.
    pub fn surface(self) -> Option<&'static [u8]> {
        match self {
            Profile::NextCard => Some(&NEXT_SURFACE),
            Profile::Card => Some(&SURFACE),
            Profile::Android | Profile::Iphone => None,
        }
    }

    /// What the token calls itself (the first 32 bytes of EF 0006).
    pub fn token(self) -> &'static str {
        match self {
            Profile::Card => "JPKIAPICCTOKEN2",
            Profile::NextCard => "ONSHISIMNEXTTOKEN",
            Profile::Android => "JPKIAPGPSETOKEN",
            Profile::Iphone => "JPKIAPIOSTOKEN",
        }
    }

    /// The answer to reset. The contact card's is that of OpenSC's table for the real one.
    pub fn answer_to_reset(self) -> &'static [u8] {
        match self {
            Profile::Card => &[0x3B, 0xE0, 0x00, 0xFF, 0x81, 0x31, 0xFE, 0x45, 0x14],
            // What a contactless reader makes of a card without historical bytes (PC/SC part 3).
            Profile::NextCard | Profile::Android | Profile::Iphone => {
                &[0x3B, 0x80, 0x80, 0x01, 0x01]
            }
        }
    }
}

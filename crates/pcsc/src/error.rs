//! Why something could not be done with readers and cards.

use onshi_language::say;

/// Why something could not be done with readers and cards.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PcscError {
    /// The library is not installed, or is another one.
    #[error("{}", say!(
        "PC/SC can't be loaded ({}): install libpcsclite1 and pcscd",
        "PC/SCのライブラリを読み込めません（{}）。libpcsclite1 と pcscd を導入してください。", .0
    ))]
    NotInstalled(String),
    /// The service is not running.
    #[error("{}", say!(
        "pcscd does not answer: start it, or find out why it does not run",
        "pcscd が応答しません。起動しているか確かめてください。"
    ))]
    NoService,
    /// There is no reader at all.
    #[error("{}", say!(
        "no card reader is connected",
        "カードリーダーが接続されていません。"
    ))]
    NoReaders,
    /// There is no reader of this name.
    #[error("{}", say!(
        "the card reader is not there any more",
        "カードリーダーが見つかりません。接続を確かめてください。"
    ))]
    UnknownReader,
    /// No card is in the reader, or it was taken away.
    #[error("{}", say!("no card is in the reader", "カードがありません。"))]
    NoCard,
    /// Somebody else has taken the card's power, or begun anew with it: what was shown to it is gone.
    #[error("{}", say!(
        "another program has begun anew with the card",
        "別のプログラムがカードを初期化しました。"
    ))]
    Reset,
    /// Another program has the card for itself.
    #[error("{}", say!(
        "another program is using the card",
        "別のプログラムがカードを使用しています。"
    ))]
    InUse,
    /// The card does not answer.
    #[error("{}", say!(
        "the card does not answer: put it on anew",
        "カードが応答しません。置き直してください。"
    ))]
    Mute,
    /// Anything else that PC/SC says.
    #[error("{}", say!("PC/SC says {:08X}", "PC/SCのエラー {:08X}", .0))]
    Other(u32),
}

impl PcscError {
    /// What a code of PC/SC says.
    pub(crate) fn of(code: u32) -> PcscError {
        match code {
            // SERVICE_STOPPED, NO_SERVICE, COMM_ERROR, INVALID_HANDLE: of a service that was restarted.
            0x8010_001D | 0x8010_001E | 0x8010_002F | 0x8010_0003 => PcscError::NoService,
            0x8010_002E => PcscError::NoReaders,
            // UNKNOWN_READER, READER_UNAVAILABLE.
            0x8010_0009 | 0x8010_0017 => PcscError::UnknownReader,
            // NO_SMARTCARD, REMOVED_CARD.
            0x8010_000C | 0x8010_0069 => PcscError::NoCard,
            // RESET_CARD, UNPOWERED_CARD.
            0x8010_0068 | 0x8010_0067 => PcscError::Reset,
            0x8010_000B => PcscError::InUse,
            // UNRESPONSIVE_CARD.
            0x8010_0066 => PcscError::Mute,
            other => PcscError::Other(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::PcscError;

    #[test]
    fn codes_are_told_in_words() {
        assert_eq!(PcscError::of(0x8010_001D), PcscError::NoService);
        assert_eq!(PcscError::of(0x8010_0069), PcscError::NoCard);
        assert_eq!(
            PcscError::of(0x8010_0016).to_string(),
            "PC/SC says 80100016"
        );
    }
}

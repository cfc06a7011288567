//! The language of the operator's command line (コマンドの表示言語): Japanese or English, one at a time.
//!
//! A process has one: [`speak`] sets it before anything is printed. Texts are written in both
//! languages in the same place, with [`say!`]. Screens, messages and the logs have nothing to do
//! with it: screens are in Japanese and logs in English, whatever the operator's locale is.

use std::sync::atomic::{AtomicBool, Ordering};

/// A language of the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English, unless the locale is Japanese.
    English,
    /// Japanese.
    Japanese,
}

static JAPANESE: AtomicBool = AtomicBool::new(false);

/// Sets the language of this process.
pub fn speak(language: Language) {
    JAPANESE.store(language == Language::Japanese, Ordering::Relaxed);
}

/// The language of this process; English until it is set.
pub fn spoken() -> Language {
    match JAPANESE.load(Ordering::Relaxed) {
        true => Language::Japanese,
        false => Language::English,
    }
}

/// The variables that name the language of messages, the first that is not empty winning (POSIX).
const VARIABLES: [&str; 3] = ["LC_ALL", "LC_MESSAGES", "LANG"];

impl Language {
    /// The language of a locale, whose variables are read with `variable`.
    pub fn of_locale(variable: impl Fn(&str) -> Option<String>) -> Language {
        let set = VARIABLES
            .iter()
            .find_map(|name| variable(name).filter(|value| !value.is_empty()));
        match set {
            // The language ends where country, character set or variant begin.
            Some(locale) if locale.split(['_', '.', '@', '-']).next() == Some("ja") => {
                Language::Japanese
            }
            _ => Language::English,
        }
    }

    /// Reads its code, `ja` or `en`.
    pub fn parse(code: &str) -> Option<Language> {
        match code {
            "ja" => Some(Language::Japanese),
            "en" => Some(Language::English),
            _ => None,
        }
    }

    /// The one of two texts that is in this language.
    pub fn choose<T>(self, english: T, japanese: T) -> T {
        match self {
            Language::English => english,
            Language::Japanese => japanese,
        }
    }
}

/// A text in the language of this process: the English format, the Japanese one, and what both take.
#[macro_export]
macro_rules! say {
    ($english:literal, $japanese:literal $(, $($argument:tt)*)?) => {
        match $crate::spoken() {
            $crate::Language::English => ::std::format!($english $(, $($argument)*)?),
            $crate::Language::Japanese => ::std::format!($japanese $(, $($argument)*)?),
        }
    };
}

/// A number with what is counted, in English: `1 person`, `2 people`.
pub fn counted(number: impl TryInto<u64>, one: &str, many: &str) -> String {
    let number = number.try_into().unwrap_or(u64::MAX);
    format!("{number} {}", if number == 1 { one } else { many })
}

/// Whether a character is one of those that Japanese is written with and English is not: kana,
/// kanji, their punctuation and full-width forms.
pub fn is_japanese(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}')
}

/// Why a file or a socket could not be used, in the language of this process. What has no words of
/// ours is told in the system's.
pub fn cause(error: &std::io::Error) -> String {
    use std::io::ErrorKind as Kind;
    let (english, japanese) = match error.kind() {
        Kind::NotFound => ("it is not there", "ありません"),
        Kind::PermissionDenied => ("permission is denied", "権限がありません"),
        Kind::AlreadyExists => ("it is there already", "すでにあります"),
        Kind::IsADirectory => ("it is a folder", "フォルダです"),
        Kind::NotADirectory => (
            "a part of its path is no folder",
            "パスの途中がフォルダではありません",
        ),
        Kind::StorageFull => ("the disk is full", "ディスクがいっぱいです"),
        Kind::QuotaExceeded => ("the quota is used up", "容量の割当てを使い切りました"),
        Kind::ReadOnlyFilesystem => (
            "the file system is read-only",
            "読み取り専用のファイルシステムです",
        ),
        Kind::AddrInUse => (
            "the address is in use",
            "このアドレスはすでに使われています",
        ),
        Kind::AddrNotAvailable => (
            "this machine has no such address",
            "この計算機にないアドレスです",
        ),
        Kind::ConnectionRefused => ("the connection was refused", "接続が拒否されました"),
        Kind::ConnectionReset | Kind::ConnectionAborted | Kind::BrokenPipe => {
            ("the connection was cut", "接続が切れました")
        }
        Kind::TimedOut => (
            "there was no answer in time",
            "時間内に応答がありませんでした",
        ),
        Kind::InvalidData => ("it is no text in UTF-8", "UTF-8のテキストではありません"),
        _ => return error.to_string(),
    };
    spoken().choose(english, japanese).to_owned()
}

/// Why a text is no value, in Japanese, for what the readers of numbers and addresses say in English.
pub fn reason_in_japanese(english: &str) -> Option<&'static str> {
    const KNOWN: [(&str, &str); 8] = [
        (
            "invalid digit found in string",
            "半角数字だけで書いてください。",
        ),
        ("cannot parse integer from empty string", "値が空です。"),
        (
            "number too large to fit in target type",
            "数が大きすぎます。",
        ),
        (
            "number too small to fit in target type",
            "数が小さすぎます。",
        ),
        ("invalid float literal", "半角の数で書いてください。"),
        (
            "provided string was not `true` or `false`",
            "true または false で書いてください。",
        ),
        (
            "invalid socket address syntax",
            "アドレスとポートを 127.0.0.1:8080 のように書いてください。",
        ),
        (
            "invalid IP address syntax",
            "アドレスを 127.0.0.1 のように書いてください。",
        ),
    ];
    let known = KNOWN.iter().find(|(said, _)| english.contains(said));
    known.map(|(_, japanese)| *japanese)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_readers_of_values_say_is_known() {
        use std::net::{IpAddr, SocketAddr};
        let said = [
            "x".parse::<u64>().unwrap_err().to_string(),
            "".parse::<u64>().unwrap_err().to_string(),
            "256".parse::<u8>().unwrap_err().to_string(),
            "-129".parse::<i8>().unwrap_err().to_string(),
            "x".parse::<f64>().unwrap_err().to_string(),
            "x".parse::<bool>().unwrap_err().to_string(),
            "x".parse::<SocketAddr>().unwrap_err().to_string(),
            "x".parse::<IpAddr>().unwrap_err().to_string(),
        ];
        for text in said {
            assert!(reason_in_japanese(&text).is_some(), "{text}");
        }
        assert_eq!(reason_in_japanese("something else"), None);
    }

    fn of(set: &[(&str, &str)]) -> Language {
        Language::of_locale(|name| {
            let found = set.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_locale_is_read_as_posix_orders_its_variables() {
        use Language::{English, Japanese};
        for (set, expected) in [
            (&[][..], English),
            (&[("LANG", "C")], English),
            (&[("LANG", "ja_JP.UTF-8")], Japanese),
            (&[("LANG", "ja")], Japanese),
            (&[("LANG", "ja.utf8")], Japanese),
            (&[("LANG", "ja_JP@cjknarrow")], Japanese),
            (&[("LANG", "jam_JM.UTF-8")], English),
            (&[("LANG", "en_US.UTF-8"), ("LC_ALL", "ja_JP")], Japanese),
            (&[("LANG", "ja_JP"), ("LC_ALL", "C")], English),
            (&[("LANG", "ja_JP"), ("LC_ALL", "")], Japanese),
            (&[("LANG", "ja_JP"), ("LC_MESSAGES", "C.UTF-8")], English),
            (&[("LC_MESSAGES", "ja_JP"), ("LC_ALL", "POSIX")], English),
            (&[("LC_CTYPE", "ja_JP.UTF-8"), ("LANG", "C")], English),
        ] {
            assert_eq!(of(set), expected, "{set:?}");
        }
    }

    #[test]
    fn a_process_says_english_until_it_is_told() {
        let count = 3;
        assert_eq!(say!("{count} lines", "{count}行"), "3 lines");
        assert_eq!(say!("{} of {}", "{1}のうち{0}", 1, 2), "1 of 2");
    }

    #[test]
    fn one_is_not_many() {
        let lines = [0, 1, 2, 11].map(|number| counted(number, "line", "lines"));
        assert_eq!(lines, ["0 lines", "1 line", "2 lines", "11 lines"]);
        assert_eq!(counted(21_i64, "person", "people"), "21 people");
    }

    #[test]
    fn japanese_is_told_from_english() {
        assert!("あア亜。（１".chars().all(is_japanese));
        assert!(!"a – …'é".chars().any(is_japanese));
    }
}

//! Passwords in a sheet: known by the words that stand beside them.

use onshi_wire::numbers::narrowed;

/// What is said of a sheet with something like a password in it.
pub(super) const REFUSED: &str = "パスワードらしい記載（見出しや「パスワード：…」など）があります。パスワードや暗証番号は、シートに書かないでください。パスワードは、使う方が利用開始コードで決め、プログラムのものは端末が作って端末の中だけに保管します。この記載を消し、書いたファイルも処分してから、やり直してください。";

/// Words of which each says that a secret stands beside it.
const WORDS: [&str; 7] = [
    "パスワード",
    "パスフレーズ",
    "PASSWORD",
    "PASSPHRASE",
    "PASSCODE",
    "暗証番号",
    "秘密の番号",
];
/// The same, where nothing else stands in the cell, or a sign and the secret behind it.
const SHORT: [&str; 5] = ["PW", "PWD", "PASS", "PASSWD", "PIN"];
/// A heading is no longer.
const HEADING_CHARS_MAX: usize = 16;

fn is_sign(c: char) -> bool {
    matches!(c, ':' | '=' | '→' | '/' | '】' | ']')
}

/// Whether a cell is the heading of a password, or has one behind such a word.
pub(super) fn is_password_like(text: &str) -> bool {
    let plain: String = narrowed(text)
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect::<String>()
        .to_uppercase();
    let is_short = plain.chars().count() <= HEADING_CHARS_MAX;
    let said = |word: &str| {
        plain.match_indices(word).any(|(at, word)| {
            let behind = plain[at + word.len()..].trim_start_matches(['は', 'が', 'を']);
            behind.starts_with(is_sign) || behind.starts_with(|c: char| c.is_ascii_alphanumeric())
        })
    };
    if WORDS.iter().any(|word| is_short && plain.contains(word))
        || WORDS.iter().any(|word| said(word))
    {
        return true;
    }
    let parts: Vec<&str> = plain
        .split(|c: char| is_sign(c) || matches!(c, '・' | '(' | ')' | ',' | '、'))
        .collect();
    SHORT
        .iter()
        .any(|word| parts.iter().any(|part| part == word))
}

#[cfg(test)]
mod tests {
    use super::is_password_like;

    #[test]
    fn headings_and_texts_of_passwords_are_known() {
        for text in [
            "パスワード",
            "初期パスワード",
            "ﾊﾟｽﾜｰﾄﾞ",
            "Password",
            "ＰＡＳＳＷＯＲＤ",
            "ID/PASS",
            "ID・PW",
            "PW",
            "PW: hana-2026",
            "パスワード：hana-2026",
            "ログインのパスワードは hana-2026 です。変更していません。",
            "暗証番号",
            "プロバイダのIDとパスワード = abc／xyz、契約書のとおり",
            "秘密の番号 1234-5678-9012",
        ] {
            assert!(is_password_like(text), "{text}");
        }
    }

    #[test]
    fn what_only_speaks_of_them_is_none() {
        for text in [
            "",
            "受付1号機",
            "PCの横に置きます",
            "パスワードは書かないでください。使う方が利用開始コードで決めます。",
            "SPINE外科",
            "IP: 192.0.2.10",
            "お客様ID",
            "COMPASS",
        ] {
            assert!(!is_password_like(text), "{text}");
        }
    }
}

//! What is wrong with a setting: which one, which value, and where it stands.

use figment::Error;
use figment::error::{Actual, Kind};
use onshi_language::{Language, reason_in_japanese, spoken};

/// What the reader of settings complains of, in the language of this process.
pub fn in_words(error: &Error) -> String {
    match spoken() {
        Language::English => error.to_string(),
        Language::Japanese => in_japanese(error),
    }
}

fn in_japanese(error: &Error) -> String {
    let what = sentence(error);
    match place(error) {
        Some(place) => format!("{place}: {what}"),
        None => what,
    }
}

/// The file, or that it is the environment; what was given on the line needs no place.
fn place(error: &Error) -> Option<String> {
    let metadata = error.metadata.as_ref()?;
    let file = metadata
        .source
        .as_ref()
        .and_then(|source| source.file_path());
    match file {
        Some(file) => Some(format!("ファイル {}", file.display())),
        None if metadata.name.contains("environment") => Some("環境変数".to_owned()),
        None => None,
    }
}

fn sentence(error: &Error) -> String {
    let path = error.path.join(".");
    let below = |name: &str| match error.path.last() {
        Some(last) if last == name => path.clone(),
        Some(_) => format!("{path}.{name}"),
        None => name.to_owned(),
    };
    match &error.kind {
        Kind::UnknownField(name, known) => format!(
            "{} という設定はありません（あるのは {}）。",
            below(name),
            known.join("、")
        ),
        Kind::MissingField(name) => format!("{} の設定がありません。", below(name)),
        Kind::DuplicateField(name) => format!("{} の設定が2回以上あります。", below(name)),
        Kind::InvalidType(actual, wanted) | Kind::InvalidValue(actual, wanted) => format!(
            "{path} に{}は使えません。{}で書いてください。",
            told(actual),
            form(wanted)
        ),
        Kind::UnknownVariant(name, known) => {
            format!("{path} に {name} は使えません（{}）。", known.join("、"))
        }
        Kind::Message(said) if path.is_empty() => unreadable(said),
        other => {
            let said = other.to_string();
            match reason_in_japanese(&said) {
                Some(reason) => format!("{path} の値が正しくありません。{reason}"),
                None => format!("{path} の値が正しくありません［{}］。", one_line(&said)),
            }
        }
    }
}

/// The value that is there.
fn told(actual: &Actual) -> String {
    match actual {
        Actual::Bool(value) => format!(" {value} "),
        Actual::Unsigned(value) => format!(" {value} "),
        Actual::Signed(value) => format!(" {value} "),
        Actual::Float(value) => format!(" {value} "),
        Actual::Char(value) => format!("「{value}」"),
        Actual::Str(value) => format!("「{value}」"),
        Actual::Seq => "配列".to_owned(),
        Actual::Map => "表".to_owned(),
        Actual::Unit | Actual::Option => "空の値".to_owned(),
        other => format!("この値［{other}］"),
    }
}

/// The form that it should have, which a type says of itself in English.
fn form(wanted: &str) -> String {
    let is_number = |kind: char| {
        let bits = wanted.strip_prefix(kind);
        bits.is_some_and(|bits| bits == "size" || bits.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let known = match wanted {
        _ if is_number('u') => "0以上の整数",
        _ if is_number('i') || wanted.contains("integer") => "整数",
        _ if is_number('f') || wanted.contains("float") => "数",
        _ if wanted.contains("bool") => "true または false ",
        _ if wanted.contains("character") => "1文字の文字列",
        _ if wanted.contains("string") || wanted.contains("path") => "文字列",
        _ if wanted.contains("sequence") || wanted.contains("tuple") => "配列",
        _ if wanted.starts_with("struct") || wanted.contains("map") => "表（[名前] の下の行）",
        _ => return format!("［{wanted}］の形"),
    };
    known.to_owned()
}

/// A file that is no TOML, with the place in it.
fn unreadable(said: &str) -> String {
    let place = said
        .lines()
        .next()
        .and_then(|first| first.split_once(" at line ")?.1.split_once(", column "));
    // Its lines with a bar are the file's own.
    let reason = said.lines().skip(1).filter(|line| !line.contains('|'));
    let reason: Vec<&str> = reason.collect();
    match place {
        Some((line, column)) if !reason.is_empty() => format!(
            "TOMLとして読めません（{line}行目の{column}文字目）［{}］。",
            reason.join(" ").trim()
        ),
        _ if said.contains("UTF-8") => "UTF-8のテキストではありません。".to_owned(),
        _ => format!("読み取れません［{}］。", one_line(said)),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use figment::Figment;
    use figment::providers::{Format, Serialized, Toml};
    use onshi_language::is_japanese;

    fn of(text: &str) -> String {
        let figment = Figment::from(Serialized::defaults(crate::Config::default()));
        let read = figment.merge(Toml::string(text)).extract::<crate::Config>();
        in_japanese(&read.expect_err(text))
    }

    #[test]
    fn a_wrong_setting_is_named_in_japanese_with_the_form_that_it_should_have() {
        for (text, words) in [
            (
                "centre = 1",
                "centre に 1 は使えません。表（[名前] の下の行）で",
            ),
            (
                "[centre]\nlissten = 1",
                "centre.lissten という設定はありません（あるのは listen、",
            ),
            (
                "nothing = 1",
                "nothing という設定はありません（あるのは centre、",
            ),
            (
                "[centre]\nlisten = \"here\"",
                "centre.listen の値が正しくありません。アドレスとポートを",
            ),
            (
                "[centre]\nlisten = 8443",
                "centre.listen に 8443 は使えません。",
            ),
            (
                "[centre]\nrequest_seconds = \"soon\"",
                "centre.request_seconds に「soon」は使えません。0以上の整数で",
            ),
            (
                "[centre]\nrequest_seconds = -1",
                "centre.request_seconds に -1 は使えません。0以上の整数で",
            ),
            (
                "[centre]\nenvironment = true",
                "centre.environment に true は使えません。文字列で",
            ),
            (
                "[centre]\nnames = \"x\"",
                "centre.names に「x」は使えません。配列で",
            ),
            (
                "[centre]\nmessages_networks = [\"x\"]",
                "centre.messages_networks.0 の値が正しくありません［",
            ),
            (
                "[log]\nformat = \"xml\"",
                "log.format に xml は使えません（json、text）",
            ),
            ("[centre", "TOMLとして読めません（1行目の8文字目）［"),
            ("[centre]\n[centre]", "TOMLとして読めません（2行目の"),
            ("listen =", "TOMLとして読めません（1行目の"),
        ] {
            let told = of(text);
            assert!(told.contains(words), "{text}: {told}");
            assert!(!told.contains('\n'), "{told}");
            let prose: String = told.split(['［', '］']).step_by(2).collect();
            for word in ["struct", "found", "expected", "invalid", "error"] {
                assert!(!prose.contains(word), "{word}: {told}");
            }
            assert!(prose.chars().any(is_japanese), "{told}");
        }
    }
}

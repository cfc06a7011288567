//! What clap complains of, in Japanese.

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use onshi_language::{Language, is_japanese, reason_in_japanese};
use std::error::Error as _;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;

/// Prints a help, a version or a complaint, and gives the exit code.
pub(super) fn print(error: &Error, language: Language) -> ExitCode {
    let is_answer = matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    );
    let needs_no_words =
        is_answer || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    if needs_no_words || language == Language::English {
        let _ = error.print();
    } else {
        let _ = write!(std::io::stderr(), "{}", in_japanese(error));
    }
    if is_answer {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(2)
    }
}

/// A complaint in Japanese: what is wrong, what may have been meant, the usage.
pub(super) fn in_japanese(error: &Error) -> String {
    let mut text = format!("エラー: {}\n", sentence(error));
    for (kind, what) in [
        (ContextKind::SuggestedSubcommand, "コマンド"),
        (ContextKind::SuggestedArg, "オプション"),
        (ContextKind::SuggestedValue, "値"),
    ] {
        let meant = strings(error, kind);
        if !meant.is_empty() {
            let _ = writeln!(
                text,
                "\n  ヒント: {what}{}ではありませんか。",
                quoted(&meant)
            );
        }
    }
    if let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) {
        let usage = usage.to_string().replace("[OPTIONS]", "[オプション]");
        let usage = usage.strip_prefix("Usage: ").unwrap_or(&usage).to_owned();
        let _ = writeln!(text, "\n使い方: {}", usage.trim_end());
    }
    text.push_str("\n詳しくは --help を付けて実行してください。\n");
    text
}

fn sentence(error: &Error) -> String {
    let argument = quoted(&strings(error, ContextKind::InvalidArg));
    let value = strings(error, ContextKind::InvalidValue).concat();
    let command = quoted(&strings(error, ContextKind::InvalidSubcommand));
    let possible = |kind| {
        let names = strings(error, kind);
        if names.is_empty() {
            String::new()
        } else {
            format!("（{}）", names.join("、"))
        }
    };
    match error.kind() {
        ErrorKind::InvalidValue if value.is_empty() => format!(
            "{argument}に値がありません{}。",
            possible(ContextKind::ValidValue)
        ),
        ErrorKind::InvalidValue => format!(
            "{argument}の値「{value}」は指定できません{}。",
            possible(ContextKind::ValidValue)
        ),
        ErrorKind::UnknownArgument => format!("{argument}という引数はありません。"),
        ErrorKind::InvalidSubcommand => format!("{command}というコマンドはありません。"),
        ErrorKind::NoEquals => format!("{argument}の値は「=」に続けて書いてください。"),
        ErrorKind::ValueValidation => {
            let why = error.source().map(|why| why_not(&why.to_string()));
            format!(
                "{argument}の値「{value}」は正しくありません。{}",
                why.unwrap_or_default()
            )
        }
        ErrorKind::TooManyValues => {
            format!("{argument}に余分な値「{value}」があります。")
        }
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("{argument}の値の数が合いません。")
        }
        ErrorKind::ArgumentConflict => {
            let first = if argument.is_empty() {
                command
            } else {
                argument
            };
            let other = quoted(&strings(error, ContextKind::PriorArg));
            if other == first || other.is_empty() {
                format!("{first}は一度しか指定できません。")
            } else {
                format!("{first}は、{other}と一緒には指定できません。")
            }
        }
        ErrorKind::MissingRequiredArgument => format!("{argument}を指定してください。"),
        ErrorKind::MissingSubcommand => format!(
            "{command}に続けてコマンドを指定してください{}。",
            possible(ContextKind::ValidSubcommand)
        ),
        ErrorKind::InvalidUtf8 => "引数の文字コードがUTF-8ではありません。".to_owned(),
        _ => "コマンドの指定が正しくありません。".to_owned(),
    }
}

/// Our own reasons are in the language of the line; a library's are in English.
fn why_not(reason: &str) -> String {
    if reason.chars().any(is_japanese) {
        return reason.to_owned();
    }
    match reason.split_once(" is not in ") {
        Some((_, bounds)) => format!("範囲は {bounds} です。"),
        None => reason_in_japanese(reason).unwrap_or_default().to_owned(),
    }
}

fn quoted(words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("「{word}」")).collect();
    words.concat()
}

fn strings(error: &Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(word)) => vec![word.clone()],
        Some(ContextValue::Strings(words)) => words.clone(),
        Some(ContextValue::StyledStr(word)) => vec![word.to_string()],
        _ => Vec::new(),
    }
}

//! The command line in one language: helps, usage and what clap complains of.
//!
//! A command and an argument have their help in both languages where they are declared: the
//! paragraphs of the comment that have Japanese in them, and those that have none. Which of them
//! are shown is chosen here, for the whole tree of commands at once; so are the words that clap
//! itself would say in English.

mod complaint;
#[cfg(test)]
mod tests;

use clap::builder::{PossibleValue, Resettable, StyledStr};
use clap::{Arg, ArgAction, ArgMatches, Command};
use onshi_language::{Language, is_japanese};
use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

/// The option that names the language, which has to be known before the line is read.
const OPTION: &str = "--lang";
/// The option for scripts.
const JSON: &str = "--json";
/// The subcommand that every command with subcommands has.
const HELP: &str = "help";
/// Where in a help the arguments of every command stand.
const BEHIND: usize = 1000;

/// The language that the line asks for, else that of the locale. What else is wrong with the line
/// is said later, in this language.
pub fn language(line: &[OsString], variable: impl Fn(&str) -> Option<String>) -> Language {
    let mut asked = None;
    let mut words = line.iter().skip(1).map(|word| word.to_string_lossy());
    while let Some(word) = words.next() {
        if word == "--" {
            break;
        }
        if word == JSON {
            // What scripts read is the same for everybody.
            return Language::English;
        }
        let code = match word.strip_prefix(OPTION) {
            Some("") => words.next().map(|code| code.into_owned()),
            Some(rest) => rest.strip_prefix('=').map(str::to_owned),
            None => None,
        };
        asked = code.as_deref().and_then(Language::parse).or(asked);
    }
    asked.unwrap_or_else(|| Language::of_locale(variable))
}

/// Reads the line. Where there is nothing to do but to print a help or a complaint, it is printed.
pub fn read(
    command: Command,
    language: Language,
    line: Vec<OsString>,
) -> Result<ArgMatches, ExitCode> {
    let mut command = in_language(command, language);
    let matches = match command.try_get_matches_from_mut(line) {
        Ok(matches) => matches,
        Err(error) => return Err(complaint::print(&error, language)),
    };
    match asked_about(&matches) {
        None => Ok(matches),
        Some(path) => Err(print_help(&mut command, &path, language)),
    }
}

/// The command that `help` is asked about, as its path from the root.
fn asked_about(matches: &ArgMatches) -> Option<Vec<String>> {
    let mut path = Vec::new();
    let mut matches = matches;
    while let Some((name, below)) = matches.subcommand() {
        if name == HELP {
            let words = below.get_many::<String>("command").into_iter().flatten();
            path.extend(words.cloned());
            return Some(path);
        }
        path.push(name.to_owned());
        matches = below;
    }
    None
}

fn print_help(root: &mut Command, path: &[String], language: Language) -> ExitCode {
    let mut command = root;
    for name in path {
        match command.find_subcommand_mut(name) {
            Some(below) => command = below,
            None => {
                let text = language.choose(
                    format!("error: there is no command '{}'", path.join(" ")),
                    format!("エラー: コマンド「{}」はありません。", path.join(" ")),
                );
                let _ = writeln!(std::io::stderr(), "{text}");
                return ExitCode::from(2);
            }
        }
    }
    let _ = write!(std::io::stdout(), "{}", command.render_long_help());
    ExitCode::SUCCESS
}

/// The whole tree of commands in one language.
pub fn in_language(command: Command, language: Language) -> Command {
    let mut command = translate(command, language, true);
    // The names of the commands above are known from here on.
    command.build();
    if language == Language::Japanese {
        command = usages(command);
    }
    command
}

fn translate(command: Command, language: Language, is_root: bool) -> Command {
    let command = texts(command, language)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .arg(
            Arg::new(HELP)
                .short('h')
                .long(HELP)
                .action(ArgAction::Help)
                .display_order(BEHIND)
                .help(language.choose("Print help", "ヘルプを表示します")),
        );
    let command = if is_root {
        let help = language.choose("Print the version", "バージョンを表示します");
        let version = Arg::new("version").short('V').long("version");
        command.arg(version.action(ArgAction::Version).help(help))
    } else {
        command
    };
    let command = command
        .mut_args(|argument| translate_argument(argument, language))
        .mut_subcommands(|below| translate(below, language, false));
    let command = with_help_command(command, language);
    match language {
        Language::English => command,
        Language::Japanese => command
            .subcommand_help_heading("コマンド")
            .subcommand_value_name("コマンド")
            .help_template(
                "{before-help}{about-with-newline}\n使い方: {usage}\n\n{all-args}{after-help}",
            ),
    }
}

/// Every command with others below it can be asked about them.
fn with_help_command(command: Command, language: Language) -> Command {
    if !command.has_subcommands() {
        return command;
    }
    let about = language.choose(
        "Print the help of a command",
        "コマンドのヘルプを表示します",
    );
    let which = language.choose("The command", "コマンド");
    let named = Arg::new("command").value_name("COMMAND").num_args(0..);
    let named = translate_argument(named.help(which), language);
    let help = Command::new(HELP).about(about).arg(named);
    command.subcommand(translate_leaf(help, language))
}

fn translate_leaf(command: Command, language: Language) -> Command {
    let command = command.disable_help_flag(true);
    match language {
        Language::English => command,
        Language::Japanese => {
            command.help_template("{about-with-newline}\n使い方: {usage}\n\n{all-args}")
        }
    }
}

fn texts(command: Command, language: Language) -> Command {
    let (short, long) = both(command.get_about(), command.get_long_about(), language);
    let after = command
        .get_after_help()
        .map(|text| paragraphs(&text.to_string(), language).join("\n\n"));
    let command = command.about(given(short)).long_about(given(long));
    match after {
        Some(text) => command.after_help(text),
        None => command,
    }
}

fn given(text: Option<String>) -> Resettable<StyledStr> {
    match text {
        Some(text) => Resettable::Value(text.into()),
        None => Resettable::Reset,
    }
}

/// The short and the long text in this language.
fn both(
    short: Option<&StyledStr>,
    long: Option<&StyledStr>,
    language: Language,
) -> (Option<String>, Option<String>) {
    let Some(text) = long.or(short) else {
        return (None, None);
    };
    let told = paragraphs(&text.to_string(), language);
    let first = told.first().map(|text| {
        let text = text.strip_suffix("。").unwrap_or(text);
        text.strip_suffix('.').unwrap_or(text).to_owned()
    });
    let long = (told.len() > 1).then(|| told.join("\n\n"));
    (first, long)
}

/// The paragraphs in this language.
fn paragraphs(text: &str, language: Language) -> Vec<String> {
    let is_japanese = |text: &str| text.chars().any(is_japanese);
    text.split("\n\n")
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .filter(|text| is_japanese(text) == (language == Language::Japanese))
        .map(str::to_owned)
        .collect()
}

fn translate_argument(argument: Arg, language: Language) -> Arg {
    let (short, long) = both(argument.get_help(), argument.get_long_help(), language);
    let mut argument = argument
        .help(given(short.clone()))
        .long_help(given(long.clone()));
    if argument.is_global_set() {
        // Behind the command's own.
        argument = argument.display_order(BEHIND);
    }
    if language == Language::English {
        return argument;
    }
    let more = annotations(&argument);
    let with = |text: Option<String>| given(text.map(|text| format!("{text}{more}")));
    let takes_value = argument.get_action().takes_values();
    let heading = if argument.is_positional() {
        "引数"
    } else {
        "オプション"
    };
    argument
        .help(with(short))
        .long_help(with(long))
        .help_heading(heading)
        .hide_default_value(takes_value)
        .hide_possible_values(takes_value)
        .hide_env(true)
}

/// What clap would say of an argument in English: the variable, the default, the values.
fn annotations(argument: &Arg) -> String {
    let mut text = String::new();
    if let Some(variable) = argument.get_env() {
        text.push_str(&format!("［環境変数：{}］", variable.to_string_lossy()));
    }
    let takes_value = argument.get_action().takes_values();
    let usual: Vec<_> = argument
        .get_default_values()
        .iter()
        .map(|value| value.to_string_lossy())
        .collect();
    if takes_value && !usual.concat().is_empty() {
        text.push_str(&format!("［既定：{}］", usual.join(" ")));
    }
    let possible = argument.get_possible_values();
    let names: Vec<&str> = possible.iter().map(PossibleValue::get_name).collect();
    if takes_value && !names.is_empty() {
        text.push_str(&format!("［値：{}］", names.join("、")));
    }
    text
}

/// The usage of every command, with the words that clap puts into it in Japanese.
fn usages(mut command: Command) -> Command {
    let usage = command.render_usage().to_string();
    let usage = usage.strip_prefix("Usage: ").unwrap_or(&usage);
    let usage = usage
        .replace("[OPTIONS]", "[オプション]")
        // The lines of a usage of two forms are aligned below the first.
        .replace("\n       ", "\n        ");
    let command = command.override_usage(usage);
    command.mut_subcommands(usages)
}

//! `onshi package-files`: what a package has beside the program: man pages in both languages, and the completion
//! of shells. It is there only in a build for a package.

use crate::CommandLine;
use crate::help::in_language;
use crate::output::{Failure, Output};
use clap::{Args, CommandFactory};
use clap_complete::Shell;
use onshi_language::{Language, say};
use std::path::{Path, PathBuf};

/// Where they are written.
#[derive(Args)]
pub struct PackageFilesArguments {
    /// The folder.
    ///
    /// フォルダ
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
}

/// `onshi package-files`.
pub fn run(arguments: &PackageFilesArguments, output: &Output) -> Result<(), Failure> {
    let out = &arguments.out;
    let failed = |path: &Path| {
        let what = say!("writing {}", "{} の書込み", path.display());
        move |error: std::io::Error| Failure::io(what.clone(), &error)
    };
    for (language, folder) in [
        (Language::English, "man/man1"),
        (Language::Japanese, "man/ja/man1"),
    ] {
        let folder = out.join(folder);
        std::fs::create_dir_all(&folder).map_err(failed(&folder))?;
        // It is for whoever builds the package, and for nobody who reads its pages.
        let command = in_language(CommandLine::command(), language)
            .mut_subcommand("package-files", |command| command.hide(true));
        clap_mangen::generate_to(command, &folder).map_err(failed(&folder))?;
    }
    let folder = out.join("completion");
    std::fs::create_dir_all(&folder).map_err(failed(&folder))?;
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
        let mut command = in_language(CommandLine::command(), Language::English);
        clap_complete::generate_to(shell, &mut command, "onshi", &folder)
            .map_err(failed(&folder))?;
    }
    output.text(&out.display().to_string());
    Ok(())
}

//! `onshi restore`: puts a backup in place where nothing is, and says what was acknowledged after it.

use crate::backup::{identities, passphrase};
use crate::output::{Failure, Output};
use clap::Args;
use onshi_age::Key;
use onshi_language::say;
use onshi_server::Config;
use onshi_server::operator::backup::restore::{Noted, Restored, Wanted, restore};
use std::path::PathBuf;

/// What is restored.
#[derive(Args)]
pub struct RestoreArguments {
    /// The backup: its folder or its file.
    ///
    /// バックアップ（フォルダまたはファイル）
    from: PathBuf,
    /// The file with the secret key for which it was encrypted.
    ///
    /// 暗号化した鍵の秘密鍵のファイル
    #[arg(long, value_name = "FILE", conflicts_with = "passphrase_file")]
    identity: Option<PathBuf>,
    /// The file with the passphrase by which it was encrypted.
    ///
    /// 暗号化したパスフレーズのファイル
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// The folder in which the seals were noted; that of `seals.folder` unless it is named.
    ///
    /// 封印の控えのフォルダ。省略すると、設定 seals.folder です。
    #[arg(long, value_name = "FOLDER")]
    seals: Option<PathBuf>,
    /// Restore it though its audit log is not whole or not the one that was noted.
    ///
    /// 操作履歴が完全でない、または控えと一致しなくても復元します。
    #[arg(long)]
    although_not_whole: bool,
}

/// `onshi restore`.
pub fn run(arguments: RestoreArguments, config: &Config, output: &Output) -> Result<(), Failure> {
    let key = match (&arguments.identity, &arguments.passphrase_file) {
        (Some(path), _) => Some(Key::Identities(identities(path)?)),
        (None, Some(path)) => Some(Key::Passphrase(passphrase(path)?)),
        (None, None) => None,
    };
    let wanted = Wanted {
        from: arguments.from,
        key,
        seals: arguments.seals,
        although_not_whole: arguments.although_not_whole,
        goes_on: true,
    };
    let restored = restore(config, &wanted)?;
    output.result(&restored, || told(&restored));
    match restored.noted.missing {
        0 if restored.problems.is_empty() => Ok(()),
        0 => Err(Failure::incomplete(say!(
            "restored, although its audit log is not whole or not the one that was noted",
            "操作履歴が完全でないか、控えと一致しないまま復元しました。"
        ))),
        missing => Err(Failure::incomplete(say!(
            "restored; {missing} entries that were acknowledged after {} are missing",
            "復元しました。{} より後に受け付けた記録のうち、{missing}件が失われています。",
            restored.moment
        ))),
    }
}

fn told(restored: &Restored) -> String {
    let mut text = match restored.problems.is_empty() {
        true => say!(
            "restored as of {}: {} entries, {} seals, all verified",
            "{} の時点に復元しました（記録{}件、封印{}件を検証済み）。",
            restored.moment,
            restored.entries,
            restored.seals
        ),
        false => say!(
            "restored as of {}, ALTHOUGH ITS AUDIT LOG IS NOT WHOLE or not the one that was noted: {} entries, {} seals\n  {}",
            "{} の時点に、操作履歴が完全でないか、控えと一致しないまま復元しました（記録{}件、封印{}件）。\n  {}",
            restored.moment,
            restored.entries,
            restored.seals,
            restored.problems.join("\n  ")
        ),
    };
    text.push('\n');
    text.push_str(&what_is_missing(&restored.noted));
    text
}

/// What the notes of a second place say, in words.
pub fn what_is_missing(noted: &Noted) -> String {
    let mut text = match (&noted.last, noted.missing) {
        (None, _) => say!(
            "  No seals were noted elsewhere: what was acknowledged after this moment is not known (seals.folder).",
            "  封印の控えがないため、この時点より後に何を受け付けたかは分かりません（設定 seals.folder）。"
        ),
        (Some(last), 0) => say!(
            "  By the seals noted elsewhere nothing is missing up to {last}.",
            "  封印の控えによると、{last} までに失われた記録はありません。"
        ),
        (Some(last), missing) => say!(
            "  MISSING by the seals noted elsewhere up to {last}: {missing} entries",
            "  封印の控え（{last} まで）によると、失われた記録が{missing}件あります:"
        ),
    };
    for gap in &noted.gaps {
        text.push_str(&say!(
            "\n    {}: entries {} to {}, acknowledged from {} to {}",
            "\n    {}: 記録 {} から {} まで（{} から {} までに受付）",
            gap.node,
            gap.there + 1,
            gap.noted,
            gap.from,
            gap.until
        ));
    }
    if noted.unreadable > 0 {
        text.push_str(&say!(
            "\n  lines of notes that could not be read: {}",
            "\n  読み取れなかった控えの行: {}",
            noted.unreadable
        ));
    }
    text
}

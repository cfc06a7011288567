//! The keys and passphrases of backups, in files.

use super::fresh_identity;
use crate::output::{Failure, Output, read_text};
use onshi_age::Identity;
use onshi_language::say;
use onshi_server::start::secrets::write_new;
use serde_json::json;
use std::path::Path;
use zeroize::Zeroizing;

/// A passphrase that is shorter is guessed.
const PASSPHRASE_CHARS_MIN: usize = 16;

/// `onshi backup key`.
pub fn make(out: &Path, output: &Output) -> Result<(), Failure> {
    let identity = fresh_identity();
    let recipient = identity.recipient().to_string();
    let text = Zeroizing::new(format!(
        "# public key: {recipient}\n{}\n",
        identity.secret_text().as_str()
    ));
    write_new(out, text.as_bytes())?;
    output.result(&json!({"recipient": recipient, "identity": out}), || {
        say!(
            "{recipient}\n  The secret key is in {}. Keep it away from this machine and from the backups: without it no backup can be restored.",
            "{recipient}\n  秘密鍵は {} にあります。この計算機・バックアップとは別の場所に保管してください。失うと、どのバックアップも復元できません。",
            out.display()
        )
    });
    Ok(())
}

/// Reads the secret keys in a file.
pub fn identities(path: &Path) -> Result<Vec<Identity>, Failure> {
    let text = Zeroizing::new(read_text(path)?);
    match Identity::parse_all(&text) {
        Ok(all) if !all.is_empty() => Ok(all),
        _ => Err(Failure::usage(say!(
            "{} must hold secret keys such as AGE-SECRET-KEY-1…, one a line",
            "{} には、AGE-SECRET-KEY-1… で始まる秘密鍵を1行に1つ書いてください。",
            path.display()
        ))),
    }
}

/// Reads a passphrase: the first line of its file.
pub fn passphrase(path: &Path) -> Result<Zeroizing<String>, Failure> {
    let text = Zeroizing::new(read_text(path)?);
    let words = text.lines().next().unwrap_or_default().trim();
    if words.chars().count() < PASSPHRASE_CHARS_MIN {
        return Err(Failure::usage(say!(
            "the passphrase in {} needs at least {PASSPHRASE_CHARS_MIN} characters",
            "{} のパスフレーズは{PASSPHRASE_CHARS_MIN}文字以上にしてください。",
            path.display()
        )));
    }
    Ok(Zeroizing::new(words.to_owned()))
}

//! What the programs of a terminal need: passwords that nobody knows, and their settings.

use super::{Bundle, password_file};
use crate::enrolment::Installed;
use serde::Serialize;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Letters and digits that nobody confuses.
const LETTERS: &[u8; 57] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const GROUPS: usize = 5;
const GROUP: usize = 5;

/// A password of 145 drawn bits in groups, with everything that the rules ask for.
pub(super) fn password() -> Zeroizing<String> {
    loop {
        let mut drawn = Zeroizing::new([0u8; 64]);
        getrandom::fill(drawn.as_mut_slice())
            .expect("the operating system always has randomness after boot");
        // What is drawn above the largest multiple would make some letters likelier.
        let letters = drawn
            .iter()
            .filter(|byte| usize::from(**byte) < LETTERS.len() * 4);
        let letters: Vec<char> = letters
            .map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()]))
            .take(GROUPS * GROUP)
            .collect();
        let digit = letters.iter().any(char::is_ascii_digit);
        let letter = letters.iter().any(char::is_ascii_alphabetic);
        if letters.len() == GROUPS * GROUP && digit && letter {
            let groups = letters.chunks(GROUP).map(String::from_iter);
            return Zeroizing::new(groups.collect::<Vec<_>>().join("-"));
        }
    }
}

/// What `onshi terminal` reads.
#[derive(Serialize)]
struct Terminal {
    listen: String,
    centre: String,
    authority: PathBuf,
    certificates: PathBuf,
    renew_by_itself: bool,
}

/// What `onshi link` reads.
#[derive(Serialize)]
struct Link {
    centre: String,
    authority: PathBuf,
    certificate: PathBuf,
    user_id: String,
    password_file: PathBuf,
    req: String,
    res: String,
    face: Option<String>,
    work: PathBuf,
}

/// What `onshi reader` reads.
#[derive(Serialize)]
struct Reader {
    centre: String,
    authority: PathBuf,
    certificate: PathBuf,
    user_id: String,
    password_file: PathBuf,
    reader_certificate: PathBuf,
    reader_key: PathBuf,
    facility: String,
    pcsc: String,
}

fn text(of: &impl Serialize) -> String {
    // Texts and truth values can always be written.
    toml::to_string(of).unwrap_or_default()
}

/// The settings of the programs that run at a terminal, each with the name of its file. Of a reader whose certificate lay here before
/// they lie here already.
pub(super) fn settings(
    folder: &Path,
    bundle: &Bundle,
    installed: &[Installed],
) -> Vec<(&'static str, String)> {
    let (authority, certificates) = (folder.join("authority.pem"), folder.join("certificates"));
    let mut all = vec![(
        "terminal.toml",
        text(&Terminal {
            listen: format!("127.0.0.1:{}", bundle.start_page_port),
            centre: bundle.centre.clone(),
            authority: authority.clone(),
            certificates: certificates.clone(),
            renew_by_itself: bundle.renew_by_itself,
        }),
    )];
    let account = |kind: &str| bundle.accounts.iter().find(|account| account.kind == kind);
    if let (Some(account), Some(folders)) = (account("link"), &bundle.folders) {
        let link = Link {
            centre: bundle.centre.clone(),
            authority: authority.clone(),
            certificate: certificates.clone(),
            user_id: account.user_id.clone(),
            password_file: folder.join(password_file(&account.user_id)),
            req: folders.req.clone(),
            res: folders.res.clone(),
            face: folders.face.clone(),
            work: folder.join("link"),
        };
        all.push(("link.toml", text(&link)));
    }
    let fetched = installed.iter().find(|one| one.kind == "reader");
    if let (Some(account), Some(fetched)) = (account("face"), fetched) {
        let reader = Reader {
            centre: bundle.centre.clone(),
            authority,
            certificate: certificates,
            user_id: account.user_id.clone(),
            password_file: folder.join(password_file(&account.user_id)),
            reader_certificate: fetched.certificate.clone(),
            reader_key: fetched.key.clone(),
            facility: bundle.facility.clone(),
            pcsc: String::new(),
        };
        all.push(("reader.toml", text(&reader)));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_has_all_that_the_rules_ask_for_and_is_new_each_time() {
        let made: Vec<_> = (0..200).map(|_| password()).collect();
        for one in &made {
            assert_eq!(
                one.len(),
                GROUPS * GROUP + GROUPS - 1,
                "letters and hyphens"
            );
            assert!(one.contains('-'));
            assert!(one.bytes().any(|b| b.is_ascii_digit()));
            assert!(one.bytes().any(|b| b.is_ascii_alphabetic()));
        }
        let mut different: Vec<&str> = made.iter().map(|one| one.as_str()).collect();
        different.sort_unstable();
        different.dedup();
        assert_eq!(different.len(), made.len());
    }
}

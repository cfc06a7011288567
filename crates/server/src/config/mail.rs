//! Settings of the mail that the centre sends.

use onshi_core::mail::MailAddress;
use onshi_language::say;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use std::path::PathBuf;

/// Mail that the centre sends: by SMTP, or into a folder where no mail server is set.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MailConfig {
    /// The mail server, such as `mail.example.jp:587`; empty puts letters into the folder.
    pub smtp: String,
    /// How the connection to it is protected.
    pub tls: MailTls,
    /// The authorities by which its certificate is judged (PEM); without it those of the system.
    pub root_file: Option<PathBuf>,
    /// The user name at it; empty logs nobody in.
    pub user: String,
    /// The file with the password.
    pub password_file: Option<PathBuf>,
    /// The address from which letters come.
    pub from: String,
    /// The name beside it.
    pub from_name: String,
    /// Where letters are put when there is no mail server.
    pub folder: PathBuf,
    /// How long the mail server is waited for at each step, in seconds.
    pub seconds: u64,
}

/// How the connection to a mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTls {
    /// It begins in clear and must go over to TLS (port 587).
    StartTls,
    /// TLS from the beginning (port 465).
    Tls,
    /// In clear: only to this machine.
    None,
}

impl Default for MailConfig {
    fn default() -> Self {
        MailConfig {
            smtp: String::new(),
            tls: MailTls::StartTls,
            root_file: None,
            user: String::new(),
            password_file: None,
            from: "onshi@localhost.localdomain".to_owned(),
            from_name: "オンライン資格確認等システム".to_owned(),
            folder: PathBuf::from("onshi-data/mail"),
            seconds: 30,
        }
    }
}

impl MailConfig {
    /// The mail server's name and port, where one is set.
    pub fn server(&self) -> Option<(&str, u16)> {
        let (host, port) = self.smtp.rsplit_once(':')?;
        Some((host.trim_matches(['[', ']']), port.parse().ok()?))
    }

    /// What is wrong with it, if anything is.
    pub(super) fn wrong(&self) -> Option<String> {
        if MailAddress::parse(&self.from).is_err() {
            return Some(say!(
                "mail.from is no address such as onshi@example.jp",
                "mail.from はメールアドレスです（例：onshi@example.jp）。"
            ));
        }
        if self.seconds == 0 {
            return Some(say!(
                "mail.seconds begins at 1",
                "mail.seconds は1以上です。"
            ));
        }
        if self.smtp.is_empty() {
            return None;
        }
        let Some((host, _)) = self.server() else {
            return Some(say!(
                "mail.smtp is a name and a port, such as mail.example.jp:587",
                "mail.smtp はホスト名とポートです（例：mail.example.jp:587）。"
            ));
        };
        let here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
        if self.tls == MailTls::None && !here {
            return Some(say!(
                "mail.tls = \"none\" sends links in clear and is for this machine only; use \"starttls\" or \"tls\"",
                "mail.tls = \"none\" ではリンクが暗号化されないため、このマシンのメールサーバーにだけ使えます。\"starttls\" か \"tls\" にしてください。"
            ));
        }
        if !self.user.is_empty() && self.password_file.is_none() {
            return Some(say!(
                "mail.user is set: name the file with its password in mail.password_file",
                "mail.user があるときは、パスワードのファイルを mail.password_file に書いてください。"
            ));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_server_is_named_with_its_port_and_reached_in_clear_only_here() {
        let of = |smtp: &str, tls| MailConfig {
            smtp: smtp.to_owned(),
            tls,
            ..MailConfig::default()
        };
        assert_eq!(MailConfig::default().wrong(), None);
        for (smtp, tls) in [
            ("mail.example.jp:587", MailTls::StartTls),
            ("mail.example.jp:465", MailTls::Tls),
            ("localhost:25", MailTls::None),
            ("127.0.0.1:2525", MailTls::None),
            ("[::1]:25", MailTls::None),
        ] {
            assert_eq!(of(smtp, tls).wrong(), None, "{smtp}");
        }
        for (smtp, tls) in [
            ("mail.example.jp", MailTls::StartTls),
            ("mail.example.jp:many", MailTls::Tls),
            ("mail.example.jp:25", MailTls::None),
            ("192.0.2.1:25", MailTls::None),
        ] {
            assert!(of(smtp, tls).wrong().is_some(), "{smtp}");
        }
        let named = MailConfig {
            user: "onshi".to_owned(),
            ..of("mail.example.jp:587", MailTls::StartTls)
        };
        assert!(named.wrong().is_some());
        assert_eq!(of("[::1]:25", MailTls::None).server(), Some(("::1", 25)));
    }
}

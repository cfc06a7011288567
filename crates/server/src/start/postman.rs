//! The postman: carries letters that wait to the mail server, or puts them into a folder where none is set.

use crate::config::{MailConfig, MailTls};
use crate::start::secrets;
use crate::state::Centre;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::{Address, SmtpTransport, Transport};
use onshi_core::mail::{Outgoing, Sent};
use onshi_core::{Error, Fault};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::sync::watch;

/// How often it is looked whether a letter waits.
const NAP: Duration = Duration::from_secs(2);

/// The longest answer of a mail server that is kept.
const WHY_CHARS_MAX: usize = 300;

/// Carries letters until it is told to stop.
pub async fn work(centre: Arc<Centre>, mut stop: watch::Receiver<bool>) {
    loop {
        let asked = centre.clone();
        let carried = tokio::task::spawn_blocking(move || carry(&asked)).await;
        let carried = carried.unwrap_or_else(|e| Err(Fault::at("carrying letters", e).into()));
        if let Err(error) = carried {
            tracing::error!(%error, "letters could not be carried; they are tried again");
        }
        tokio::select! {
            () = tokio::time::sleep(NAP) => {}
            _ = stop.changed() => return,
        }
    }
}

/// Carries those that are due.
fn carry(centre: &Centre) -> Result<(), Error> {
    let letters = centre.service.take_letters(&centre.request())?;
    if letters.is_empty() {
        return Ok(());
    }
    let config = &centre.config.mail;
    let carrier = Carrier::of(config);
    for letter in letters {
        let sent = match &carrier {
            Ok(carrier) => carrier.carry(config, &letter),
            Err(why) => Sent::Later(why.clone()),
        };
        let outcome = match &sent {
            Sent::Done => "sent",
            Sent::Later(_) => "later",
            Sent::Never(_) => "never",
        };
        metrics::counter!("onshi_mail_total", "outcome" => outcome).increment(1);
        if sent != Sent::Done {
            // What the mail server said may name somebody; the operator finds it on the list of letters.
            tracing::warn!(letter = letter.id, outcome, "a letter was not sent");
        }
        centre
            .service
            .settle_letter(&centre.request(), &letter.id, sent)?;
    }
    Ok(())
}

/// How letters go.
enum Carrier {
    Smtp(Box<SmtpTransport>),
    Folder,
}

impl Carrier {
    fn of(config: &MailConfig) -> Result<Carrier, String> {
        let Some((host, port)) = config.server() else {
            return Ok(Carrier::Folder);
        };
        let mut smtp = SmtpTransport::builder_dangerous(host)
            .port(port)
            .timeout(Some(Duration::from_secs(config.seconds)))
            .tls(match config.tls {
                MailTls::StartTls => Tls::Required(trusted(config, host)?),
                MailTls::Tls => Tls::Wrapper(trusted(config, host)?),
                MailTls::None => Tls::None,
            });
        if let (false, Some(file)) = (config.user.is_empty(), &config.password_file) {
            let password = read(file)?;
            let password = password.trim_end_matches(['\r', '\n']).to_owned();
            smtp = smtp.credentials(Credentials::new(config.user.clone(), password));
        }
        Ok(Carrier::Smtp(Box::new(smtp.build())))
    }

    fn carry(&self, config: &MailConfig, letter: &Outgoing) -> Sent {
        let message = match message(config, letter) {
            Ok(message) => message,
            Err(why) => return Sent::Never(shortened(&why)),
        };
        match self {
            Carrier::Smtp(smtp) => match smtp.send(&message) {
                Ok(_) => Sent::Done,
                Err(error) if error.is_permanent() => Sent::Never(shortened(&error.to_string())),
                Err(error) => Sent::Later(shortened(&error.to_string())),
            },
            Carrier::Folder => match put(&config.folder, letter, &message.formatted()) {
                Ok(()) => Sent::Done,
                Err(error) => Sent::Later(shortened(&error.to_string())),
            },
        }
    }
}

fn read(file: &Path) -> Result<String, String> {
    std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
}

/// TLS by the authorities of the settings and by no others, or by those of the system.
fn trusted(config: &MailConfig, host: &str) -> Result<TlsParameters, String> {
    let mut parameters = TlsParameters::builder(host.to_owned());
    if let Some(file) = &config.root_file {
        let roots = Certificate::from_pem(read(file)?.as_bytes());
        parameters = parameters
            .certificate_store(CertificateStore::None)
            .add_root_certificate(roots.map_err(|error| error.to_string())?);
    }
    parameters.build().map_err(|error| error.to_string())
}

fn shortened(why: &str) -> String {
    why.chars().take(WHY_CHARS_MAX).collect()
}

/// The letter as mail has it. It says that a program wrote it, so that no answering machine answers.
fn message(config: &MailConfig, letter: &Outgoing) -> Result<Message, String> {
    let address = |text: &str| text.parse::<Address>().map_err(|error| error.to_string());
    let from = Mailbox::new(Some(config.from_name.clone()), address(&config.from)?);
    let domain = config
        .from
        .rsplit_once('@')
        .map_or("localhost", |(_, domain)| domain);
    let since = Duration::from_millis(letter.written_at.ms().max(0).unsigned_abs());
    let by_a_program = HeaderName::new_from_ascii_str("Auto-Submitted");
    Message::builder()
        .from(from)
        .to(Mailbox::new(None, address(letter.to.as_str())?))
        .subject(letter.subject.clone())
        .date(SystemTime::UNIX_EPOCH + since)
        // The same letter that is sent again has the same number, by which readers show it once.
        .message_id(Some(format!("<{}@{domain}>", letter.id)))
        .raw_header(HeaderValue::new(by_a_program, "auto-generated".to_owned()))
        .header(ContentType::TEXT_PLAIN)
        .body(letter.text.clone())
        .map_err(|error| error.to_string())
}

/// Puts a letter into the folder, whole or not at all.
fn put(folder: &Path, letter: &Outgoing, bytes: &[u8]) -> Result<(), Fault> {
    std::fs::create_dir_all(folder)
        .map_err(|error| Fault::at("making the folder of letters", error))?;
    let name = format!("{}-{}.eml", letter.written_at.jst_fourteen(), letter.id);
    secrets::replace(&folder.join(name), bytes)
}

//! A mail server of the tests' own, which keeps what it is sent, and a reader of letters that is not ours.

use mail_parser::MessageParser;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// A letter as a person's program shows it.
#[derive(Clone, Debug)]
pub struct ReadLetter {
    /// To whom.
    pub to: String,
    /// From whom.
    pub from: String,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub text: String,
    /// All of it, as it came.
    pub raw: String,
}

impl ReadLetter {
    /// Reads one.
    pub fn of(raw: &[u8]) -> ReadLetter {
        let message = MessageParser::default().parse(raw).expect("it is mail");
        let address = |of: Option<&mail_parser::Address<'_>>| {
            let first = of.and_then(|address| address.first());
            let address = first.and_then(|first| first.address());
            address.unwrap_or_default().to_owned()
        };
        ReadLetter {
            to: address(message.to()),
            from: address(message.from()),
            subject: message.subject().unwrap_or_default().to_owned(),
            text: message.body_text(0).unwrap_or_default().into_owned(),
            raw: String::from_utf8_lossy(raw).into_owned(),
        }
    }

    /// The first address of a page in it.
    pub fn link(&self) -> Option<String> {
        let begin = self.text.find("https://")?;
        let link = self.text[begin..].split_whitespace().next()?;
        Some(link.to_owned())
    }
}

/// The letters in a folder, in the order in which they were written.
pub fn letters_in(folder: &Path) -> Vec<ReadLetter> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "eml"))
        .collect();
    files.sort();
    let read =
        |path: &std::path::PathBuf| ReadLetter::of(&std::fs::read(path).expect("it is there"));
    files.iter().map(read).collect()
}

/// How a mail server behaves.
#[derive(Clone, Copy, Debug, Default)]
pub struct Manners {
    /// How many letters it asks to come again before it takes one (450).
    pub busy: usize,
    /// Whether it knows nobody (550).
    pub knows_nobody: bool,
    /// Whether it asks for a log-in, with user and password.
    pub log_in: Option<(&'static str, &'static str)>,
}

/// A mail server.
pub struct MailServer {
    /// Where it listens.
    pub address: SocketAddr,
    letters: Arc<Mutex<Vec<ReadLetter>>>,
    asked: Arc<Mutex<usize>>,
}

impl MailServer {
    /// Begins one; with certificate and key it wants `STARTTLS` before anything is said.
    pub async fn start(manners: Manners, certificate: Option<(&str, &str)>) -> MailServer {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let letters = Arc::new(Mutex::new(Vec::new()));
        let asked = Arc::new(Mutex::new(0));
        let tls = certificate.map(acceptor);
        let (kept, counted) = (letters.clone(), asked.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let talk = Talk {
                    manners,
                    letters: kept.clone(),
                    asked: counted.clone(),
                };
                let tls = tls.clone();
                tokio::spawn(async move {
                    // Who hangs up has said all that it wanted.
                    let _ = serve(stream, tls, talk).await;
                });
            }
        });
        MailServer {
            address,
            letters,
            asked,
        }
    }

    /// What it took so far.
    pub fn letters(&self) -> Vec<ReadLetter> {
        self.letters.lock().expect("nobody panicked").clone()
    }

    /// How often it was asked to take one.
    pub fn asked(&self) -> usize {
        *self.asked.lock().expect("nobody panicked")
    }

    /// Waits until it took so many.
    pub async fn wait_for(&self, count: usize) -> Vec<ReadLetter> {
        for _ in 0..1500 {
            if self.letters().len() >= count {
                return self.letters();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("there are {} letters and not {count}", self.letters().len());
    }
}

fn acceptor((certificate, key): (&str, &str)) -> TlsAcceptor {
    let chain = CertificateDer::pem_slice_iter(certificate.as_bytes())
        .collect::<Result<Vec<_>, _>>()
        .expect("a certificate");
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).expect("a key");
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .expect("they fit");
    TlsAcceptor::from(Arc::new(config))
}

#[derive(Clone)]
struct Talk {
    manners: Manners,
    letters: Arc<Mutex<Vec<ReadLetter>>>,
    asked: Arc<Mutex<usize>>,
}

async fn serve(
    mut stream: tokio::net::TcpStream,
    tls: Option<TlsAcceptor>,
    talk: Talk,
) -> std::io::Result<()> {
    stream.write_all(b"220 tests ESMTP\r\n").await?;
    let Some(tls) = tls else {
        return talk.go_on(BufReader::new(stream)).await;
    };
    let mut reader = BufReader::new(stream);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let answer = match line.trim_end().to_ascii_uppercase().as_str() {
            "STARTTLS" => break,
            line if line.starts_with("EHLO") => "250-tests\r\n250 STARTTLS\r\n",
            _ => "530 say STARTTLS first\r\n",
        };
        reader.get_mut().write_all(answer.as_bytes()).await?;
    }
    reader.get_mut().write_all(b"220 go ahead\r\n").await?;
    let stream = tls.accept(reader.into_inner()).await?;
    talk.go_on(BufReader::new(stream)).await
}

impl Talk {
    async fn go_on<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        mut stream: BufReader<S>,
    ) -> std::io::Result<()> {
        let mut logged_in = self.manners.log_in.is_none();
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let line = line.trim_end().to_owned();
            let verb = line.split([' ', ':']).next().unwrap_or_default();
            let answer = match verb.to_ascii_uppercase().as_str() {
                "EHLO" if self.manners.log_in.is_some() => "250-tests\r\n250 AUTH PLAIN".to_owned(),
                "EHLO" => "250 tests".to_owned(),
                "AUTH" => {
                    logged_in = self.is_right(&line);
                    match logged_in {
                        true => "235 welcome".to_owned(),
                        false => "535 no".to_owned(),
                    }
                }
                "MAIL" if !logged_in => "530 log in first".to_owned(),
                "RCPT" if self.manners.knows_nobody => "550 no such user here".to_owned(),
                "MAIL" | "RCPT" | "RSET" | "NOOP" => "250 ok".to_owned(),
                "DATA" => {
                    stream.get_mut().write_all(b"354 go ahead\r\n").await?;
                    let raw = body(&mut stream).await?;
                    self.take(&raw)
                }
                "QUIT" => {
                    stream.get_mut().write_all(b"221 bye\r\n").await?;
                    return Ok(());
                }
                _ => "502 what".to_owned(),
            };
            let answer = format!("{answer}\r\n");
            stream.get_mut().write_all(answer.as_bytes()).await?;
            stream.get_mut().flush().await?;
        }
    }

    fn is_right(&self, line: &str) -> bool {
        use base64::Engine;
        let sent = line.rsplit(' ').next().unwrap_or_default();
        let sent = base64::engine::general_purpose::STANDARD.decode(sent);
        let wanted = self
            .manners
            .log_in
            .map(|(user, password)| format!("\0{user}\0{password}").into_bytes());
        sent.ok() == wanted
    }

    fn take(&self, raw: &[u8]) -> String {
        let mut asked = self.asked.lock().expect("nobody panicked");
        *asked += 1;
        if *asked <= self.manners.busy {
            return "450 come again".to_owned();
        }
        let mut letters = self.letters.lock().expect("nobody panicked");
        letters.push(ReadLetter::of(raw));
        "250 taken".to_owned()
    }
}

/// The lines up to the point that stands alone.
async fn body<S: AsyncRead + Unpin>(stream: &mut BufReader<S>) -> std::io::Result<Vec<u8>> {
    let mut raw = Vec::new();
    loop {
        let mut line = Vec::new();
        if stream.read_until(b'\n', &mut line).await? == 0 || line == b".\r\n" {
            return Ok(raw);
        }
        let stuffed = line.starts_with(b"..");
        raw.extend_from_slice(&line[usize::from(stuffed)..]);
    }
}

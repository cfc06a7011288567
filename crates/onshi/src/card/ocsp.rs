//! `onshi card ocsp`: answers about single certificates of the cards of a folder (OCSP, RFC 6960), as the authority's responder.

use super::folder::{AUTHORITY, Folder};
use crate::output::{Failure, Output};
use clap::Args;
use onshi_card::Authority;
use onshi_language::say;
use serde_json::json;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::time::Duration;

/// Whose certificates, and where.
#[derive(Args)]
pub struct OcspArguments {
    /// The folder of the cards, with their authority.
    ///
    /// カードのフォルダ（発行した認証局が入っているもの）
    #[arg(long, default_value = "cards")]
    folder: PathBuf,
    /// Where it answers, by plain HTTP; the centre's `cards.ocsp` names it.
    ///
    /// 応答するアドレス（HTTP）。センターの設定 `cards.ocsp` と合わせます。
    #[arg(long, default_value = "127.0.0.1:8449", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// How many seconds an answer says that it is good.
    ///
    /// 応答の有効期間（秒）
    #[arg(long, default_value_t = 600, value_name = "SECONDS")]
    good_seconds: i64,
}

/// A question with its head is never longer.
const REQUEST_BYTES_MAX: usize = 16 * 1024;
const PATIENCE: Duration = Duration::from_secs(5);

/// `onshi card ocsp`.
pub fn run(arguments: &OcspArguments, output: &Output) -> Result<(), Failure> {
    let folder = Folder::new(&arguments.folder);
    if folder.read::<Authority>(AUTHORITY)?.is_none() {
        return Err(Failure::usage(say!(
            "there is no authority in {}; `onshi card make` founds one",
            "{} に認証局はありません。`onshi card make` で作ってください。",
            folder.path().display()
        )));
    }
    let what = say!("the responder", "OCSPレスポンダー");
    let listener = TcpListener::bind(arguments.listen);
    let listener = listener.map_err(|error| Failure::fault(what.clone(), error))?;
    let address = listener.local_addr();
    let address = address.map_err(|error| Failure::fault(what, error))?;
    output.result(&json!({"address": format!("http://{address}")}), || {
        say!(
            "Answers about certificates at http://{address}",
            "http://{address} で、電子証明書の状態に応答します。"
        )
    });
    for stream in listener.incoming() {
        let Ok(stream) = stream else { continue };
        // Read anew each time: what was revoked meanwhile is told.
        let authority = folder.read::<Authority>(AUTHORITY)?;
        if let Err(error) = answer(stream, authority.as_ref(), arguments.good_seconds) {
            tracing::warn!(%error, "a question could not be answered");
        }
    }
    Ok(())
}

fn answer(
    mut stream: TcpStream,
    authority: Option<&Authority>,
    good_seconds: i64,
) -> std::io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let request = question(&mut stream)?;
    let now = onshi_core::clock::now().ms() / 1000;
    let answer = match (authority, request) {
        (Some(authority), Some(request)) => authority
            .answer(&request, now, now + good_seconds)
            .unwrap_or_else(|error| error.response()),
        _ => onshi_card::authority::OcspError::Malformed.response(),
    };
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/ocsp-response\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        answer.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(&answer)
}

/// The body of a `POST`; none where it is none, or longer than any question.
fn question(stream: &mut TcpStream) -> std::io::Result<Option<Vec<u8>>> {
    let (mut sent, mut part) = (Vec::new(), [0; 4096]);
    loop {
        if let Some(ends) = sent.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&sent[..ends]).to_ascii_lowercase();
            let length = head.lines().find_map(|line| {
                line.strip_prefix("content-length:")?
                    .trim()
                    .parse::<usize>()
                    .ok()
            });
            let Some(length) = length.filter(|_| head.starts_with("post ")) else {
                return Ok(None);
            };
            let body = &sent[ends + 4..];
            if body.len() >= length {
                return Ok(Some(body[..length].to_vec()));
            }
        }
        if sent.len() > REQUEST_BYTES_MAX {
            return Ok(None);
        }
        match stream.read(&mut part)? {
            0 => return Ok(None),
            length => sent.extend_from_slice(&part[..length]),
        }
    }
}

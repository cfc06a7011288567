//! The demo's card reader: the page with a tray of virtual cards, at the first institution.

use super::cards::folder;
use super::clock;
use super::kept::State;
use crate::output::Failure;
use crate::reader::cards::{CardsForTrying, credential};
use crate::reader::draw;
use onshi_server::start::secrets::write_new;
use onshi_terminal::gateway::Timeouts;
use onshi_terminal::reader::machine::Settings;
use onshi_terminal::reader::{self, Place, Reader, ReaderConfig};
use std::net::SocketAddr;
use std::path::Path;

/// Opens it. None in a folder of an earlier version, whose cards are of another form or not there.
pub(super) async fn open(
    state: &State,
    dir: &Path,
    (authority, cards): (&Path, Option<&CardsForTrying>),
) -> Result<Option<Reader>, Failure> {
    let Some((own, at)) = state.reader.as_ref().zip(state.facilities.first()) else {
        return Ok(None);
    };
    let face = at.accounts.iter().find(|login| login.kind == "face");
    let folder = folder(dir);
    let (Some(face), Some(cards)) = (face, cards) else {
        tracing::warn!(
            "the demo's folder is of an earlier version: it has no cards for the reader"
        );
        return Ok(None);
    };
    let password_file = dir.join("reader/password");
    if !password_file.exists() {
        write_new(&password_file, face.password.as_bytes())?;
    }
    let reader = reader::open(ReaderConfig {
        listen: SocketAddr::from(([127, 0, 0, 1], state.kiosk_port)),
        centre_url: format!("https://localhost:{}", state.centre_port),
        authority_pem: authority.to_owned(),
        certificate: at.terminal.certificate.clone(),
        key: at.terminal.key.clone(),
        user_id: face.user_id.clone(),
        password_file,
        reader_serial: own.serial.clone(),
        reader_key: own.key.clone(),
        reader_certificate: None,
        facility: at.code.clone(),
        settings: Settings::default(),
        place: Place::Tray(cards.tray()),
        credential: credential(None, Some(&folder))?,
        draw,
        now: clock::now_ms,
        timeouts: Timeouts::default(),
    });
    Ok(Some(reader.await.map_err(Failure::usage)?))
}

//! The start page and gateway against a centre with real TLS.

pub mod browser;
pub mod centre;
pub mod folder;

mod holding;
mod passing;
mod starting;
mod trouble;

use browser::Terminal;
use centre::Centre;
use folder::{Authority, Folder};

pub const SAKURA: &str = "さくら内科医院";
pub const MIDORI: &str = "みどり薬局";

/// A centre, and a terminal that holds the certificates of two institutions.
async fn clinic() -> (Authority, Centre, Terminal) {
    let authority = Authority::new("Centre");
    let centre = Centre::start(&authority, &authority.server()).await;
    let folder = Folder::new();
    folder.put(
        "sakura",
        &authority.terminal(SAKURA, "1312345678", "sakura-01", 2040),
    );
    folder.put(
        "midori",
        &authority.terminal(MIDORI, "1412345678", "midori-01", 2040),
    );
    let terminal = Terminal::start(folder, &authority, &centre.url()).await;
    (authority, centre, terminal)
}

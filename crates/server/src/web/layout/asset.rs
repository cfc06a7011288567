//! The files that pages refer to, inside the program so that one file is all there is to install.

/// The content type and bytes of what is served at `path`, such as `/assets/onshi.css`.
pub fn asset(path: &str) -> Option<(&'static str, &'static [u8])> {
    const CSS: &str = "text/css; charset=utf-8";
    const SCRIPT: &str = "text/javascript; charset=utf-8";
    const SVG: &str = "image/svg+xml";
    Some(match path {
        "/assets/tokens.css" => (
            CSS,
            include_bytes!("../../../../../assets/vendor/design-tokens/tokens.css"),
        ),
        "/assets/onshi.css" => (CSS, include_bytes!("../../../../../assets/onshi.css")),
        "/assets/onshi.js" => (SCRIPT, include_bytes!("../../../../../assets/onshi.js")),
        "/assets/session.js" => (SCRIPT, include_bytes!("../../../../../assets/session.js")),
        "/assets/consent.js" => (SCRIPT, include_bytes!("../../../../../assets/consent.js")),
        "/assets/passkey.js" => (SCRIPT, include_bytes!("../../../../../assets/passkey.js")),
        "/assets/arrivals.js" => (SCRIPT, include_bytes!("../../../../../assets/arrivals.js")),
        "/assets/onshi.svg" => (SVG, include_bytes!("../../../../../assets/onshi.svg")),
        _ => return None,
    })
}

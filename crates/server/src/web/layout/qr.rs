//! A QR code (二次元コード) as a drawing.

use onshi_core::Fault;
use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write;

/// The white border that readers need, in modules (ISO/IEC 18004).
const QUIET: usize = 4;

/// The drawing of a text, one unit a module, with a name for whoever can't see it; it says nothing that a page's policy
/// forbids.
pub(in crate::web) fn svg(text: &str, name: &'static str) -> Result<String, Fault> {
    let fault = |cause| Fault::at("drawing a QR code", cause);
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(fault)?;
    let width = code.width();
    let size = width + 2 * QUIET;
    let mut path = String::new();
    for (place, color) in code.into_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let (x, y) = (place % width + QUIET, place / width + QUIET);
            // Writing to a text can't fail.
            let _ = write!(path, "M{x} {y}h1v1h-1z");
        }
    }
    Ok(format!(
        "<svg class=\"qr\" role=\"img\" aria-label=\"{name}\" viewBox=\"0 0 {size} {size}\" \
         shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{size}v{size}h-{size}z\"></path>\
         <path fill=\"#000\" d=\"{path}\"></path></svg>"
    ))
}

//! The watermark: who, when and where, across every page, so that any part of it tells where it came from.
//!
//! It is drawn as shapes and not as letters: nobody who searches or copies the text meets it.

use krilla::geom::{Point, Transform};
use krilla::graphic::Graphic;
use krilla::surface::Surface;

use crate::typeset::Typesetter;
use crate::write::{Color, fill};

const SIZE: f32 = 13.0;
const ANGLE: f32 = -24.0;
/// From one line of it to the next.
const APART: f32 = 150.0;
/// Light enough to read through.
const SHADE: Color = (233, 235, 239);

/// Draws it once; each page refers to it.
pub(crate) fn make(
    surface: &mut Surface<'_>,
    text: &str,
    (width, height): (f32, f32),
    typesetter: &Typesetter<'_>,
) -> Graphic {
    let mut builder = surface.stream_builder();
    let mut within = builder.surface();
    within.set_fill(Some(fill(SHADE)));
    let long = typesetter.width(text, SIZE).max(1.0);
    let mut y = APART * 0.7;
    let mut row = 0;
    while y < height + APART {
        let shift = if row % 2 == 0 {
            0.0
        } else {
            -0.45 * (long + 60.0)
        };
        let mut x = 20.0 + shift;
        while x < width {
            draw(&mut within, text, (x, y), typesetter);
            x += long + 60.0;
        }
        y += APART;
        row += 1;
    }
    within.finish();
    Graphic::new(builder.finish(), false)
}

fn draw(surface: &mut Surface<'_>, text: &str, (x, y): (f32, f32), typesetter: &Typesetter<'_>) {
    surface.push_transform(&Transform::from_translate(x, y));
    surface.push_transform(&Transform::from_rotate(ANGLE));
    for (face, from, glyphs) in typesetter.runs(text, SIZE) {
        if let Some(font) = typesetter.font(face) {
            let start = Point::from_xy(from, 0.0);
            surface.draw_glyphs(start, &glyphs, font, text, SIZE, true);
        }
    }
    surface.pop();
    surface.pop();
}

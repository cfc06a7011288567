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
const APART: f32 = 140.0;
/// From the end of it to its next beginning.
const GAP: f32 = 60.0;
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
    for place in places(long, (width, height)) {
        draw(&mut within, text, place, typesetter);
    }
    within.finish();
    Graphic::new(builder.finish(), false)
}

/// Where it begins, so that every part of a page is near it and none of it lies upon another: on lines side by side.
fn places(long: f32, (width, height): (f32, f32)) -> Vec<(f32, f32)> {
    let (sin, cos) = ANGLE.to_radians().sin_cos();
    let corners = [(0.0, 0.0), (width, 0.0), (0.0, height), (width, height)];
    let ends = |numbers: [f32; 4]| {
        let least = numbers.into_iter().fold(f32::MAX, f32::min);
        (least, numbers.into_iter().fold(f32::MIN, f32::max))
    };
    let along = ends(corners.map(|(x, y)| x * cos + y * sin));
    let across = ends(corners.map(|(x, y)| y * cos - x * sin));
    let mut places = Vec::new();
    let (mut line, mut is_odd) = (across.0 + APART * 0.5, false);
    while line < across.1 {
        let mut from = along.0 - if is_odd { 0.45 * (long + GAP) } else { 0.0 };
        while from < along.1 {
            places.push((from * cos - line * sin, from * sin + line * cos));
            from += long + GAP;
        }
        line += APART;
        is_odd = !is_odd;
    }
    places
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_of_it_lies_upon_another() {
        let (sin, cos) = ANGLE.to_radians().sin_cos();
        for long in [40.0, 480.0, 1_200.0] {
            for page in [(595.0, 842.0), (842.0, 595.0)] {
                let all = places(long, page);
                assert!(all.len() > 6, "{long} {page:?}: {all:?}");
                for (at, (x, y)) in all.iter().enumerate() {
                    for (other_x, other_y) in &all[..at] {
                        let (dx, dy) = (x - other_x, y - other_y);
                        let (along, across) = (dx * cos + dy * sin, dy * cos - dx * sin);
                        assert!(across.abs() > 2.0 * SIZE || along.abs() > long, "{all:?}");
                    }
                }
            }
        }
    }
}

//! The drawn faces of virtual cards: as the camera sees them, and as a browser shows them.

use onshi_card::DrawnFace;
use onshi_card::photo::{self, View};
use zeroize::Zeroizing;

use super::super::face::{HIGH, Picture, WIDE};

/// The size of a photo on the tray, in points: a card's is 378 by 472.
const SMALL: (usize, usize) = (90, 112);

/// Somebody who stands before the camera as they should: nearly from the front, in an office's light.
pub(super) fn before_the_camera(face: DrawnFace) -> Option<Picture> {
    let view = View {
        yaw: 2.0,
        pitch: 1.0,
        light_side: 20.0,
        noise: 2.0,
        seed: face.number,
        size: 0.6,
        background: 0.6,
        ..View::default()
    };
    let drawn = face.face().picture(WIDE, HIGH, &view);
    Picture::new(WIDE, HIGH, Zeroizing::new(drawn.points))
}

/// The photo of the card.
pub(super) fn on_the_card(face: DrawnFace) -> photo::Picture {
    let (wide, high) = SMALL;
    face.face().picture(wide, high, &View::default())
}

/// A picture as BMP, 8 bits a point: what every browser shows and a few lines write.
pub(super) fn bitmap(picture: &photo::Picture) -> Vec<u8> {
    const HEADS: usize = 14 + 40;
    const COLOURS: usize = 256 * 4;
    let row = picture.width.next_multiple_of(4);
    let begins = HEADS + COLOURS;
    let number = |of: usize| u32::try_from(of).unwrap_or(0).to_le_bytes();
    let mut all = b"BM".to_vec();
    all.extend(number(begins + row * picture.height));
    all.extend([0; 4]);
    all.extend(number(begins));
    for value in [40, picture.width, picture.height] {
        all.extend(number(value));
    }
    // One plane, 8 bits; not compressed.
    all.extend([1, 0, 8, 0]);
    for value in [0, row * picture.height, 2835, 2835, 256, 0] {
        all.extend(number(value));
    }
    for grey in 0..=u8::MAX {
        all.extend([grey, grey, grey, 0]);
    }
    for line in picture.points.chunks(picture.width.max(1)).rev() {
        all.extend(line);
        all.extend(std::iter::repeat_n(0, row - line.len()));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::super::super::face::Comparer;
    use super::super::super::machine::Sight;
    use super::super::super::secret::Secret;
    use super::*;

    #[test]
    fn who_stands_there_is_taken_for_the_one_on_the_card_and_for_nobody_else() {
        let face = |number, age, female| DrawnFace {
            number,
            age,
            female,
        };
        let (one, other) = (face(900_001, 46, true), face(900_002, 71, false));
        let mut comparer = Comparer::new();
        let photo = photo::for_card(&one.face());
        assert!(comparer.keep(&Secret::new(photo)));
        let seen = before_the_camera(one).unwrap();
        let sights = [comparer.see(&seen), comparer.see(&seen)];
        assert_eq!(sights, [None, Some(Sight::Same)]);
        let seen = before_the_camera(other).unwrap();
        let last = (0..8).filter_map(|_| comparer.see(&seen)).last();
        assert_eq!(last, Some(Sight::Other));
    }

    #[test]
    fn a_bitmap_is_as_long_as_it_says_and_stands_on_its_head() {
        let picture = photo::Picture {
            width: 3,
            height: 2,
            points: vec![1, 2, 3, 4, 5, 6],
        };
        let all = bitmap(&picture);
        assert_eq!(all.len(), 14 + 40 + 1024 + 8);
        assert_eq!(all[2..6], 1086_u32.to_le_bytes());
        assert_eq!(all[1078..], [4, 5, 6, 0, 1, 2, 3, 0]);
    }
}

//! Photos of cards: read by another's decoder, as small as the real ones, and one for each face.

use crate::sample::{Reader, made_of, order};
use hayro_jpeg2000::{DecodeSettings, DecoderContext, Image};
use onshi_card::memory::Bytes;
use onshi_card::photo::{Face, HEIGHT, Picture, View, WIDTH, film, for_card};
use onshi_card::{Fault, Profile, surface_files};

fn decoded(jp2: &[u8]) -> Option<Vec<u8>> {
    let image = Image::new(jp2, &DecodeSettings::default()).ok()?;
    assert_eq!(
        (image.width() as usize, image.height() as usize),
        (WIDTH, HEIGHT)
    );
    let mut context = DecoderContext::default();
    Some(image.decode(&mut context).ok()?.data_u8())
}

fn difference(one: &[u8], other: &[u8]) -> f64 {
    assert_eq!(one.len(), other.len());
    let sum: f64 = one
        .iter()
        .zip(other)
        .map(|(a, b)| (f64::from(*a) - f64::from(*b)).abs())
        .sum();
    sum / one.len() as f64
}

#[test]
fn a_photo_of_two_kilobytes_still_shows_the_face() {
    for number in 0..3 {
        let face = Face::of(number, 40, number % 2 == 0);
        let drawn = face.picture(WIDTH, HEIGHT, &View::default());
        let photo = for_card(&face);
        assert!((1_500..=2_000).contains(&photo.len()), "{}", photo.len());
        let shown = decoded(&photo).unwrap();
        let off = difference(&drawn.points, &shown);
        assert!(off < 5.0, "{off}");
        // Given more room it comes closer.
        let large = decoded(&drawn.jpeg2000(30_000)).unwrap();
        assert!(difference(&drawn.points, &large) < off / 2.0);
    }
}

#[test]
fn pictures_of_any_size_are_written() {
    for (width, height) in [(1, 1), (2, 3), (64, 64), (65, 63), (130, 7)] {
        let points = (0..width * height)
            .map(|at| u8::try_from(at * 7 % 256).unwrap())
            .collect();
        let jp2 = Picture {
            width,
            height,
            points,
        }
        .jpeg2000(100_000);
        let image = Image::new(&jp2, &DecodeSettings::default()).unwrap();
        assert_eq!(
            (image.width() as usize, image.height() as usize),
            (width, height)
        );
        let mut context = DecoderContext::default();
        assert_eq!(
            image.decode(&mut context).unwrap().data_u8().len(),
            width * height
        );
    }
}

#[test]
fn a_face_is_the_same_again_and_differs_from_others() {
    let shown = |number, seed| {
        let view = View {
            seed,
            noise: 3.0,
            ..View::default()
        };
        Face::of(number, 40, true)
            .picture(WIDTH / 2, HEIGHT / 2, &view)
            .points
    };
    assert_eq!(shown(1, 1), shown(1, 1));
    let same = difference(&shown(1, 1), &shown(1, 2));
    for other in 2..6 {
        assert!(difference(&shown(1, 1), &shown(other, 1)) > same * 2.0);
    }
}

#[test]
fn the_card_gives_its_photo_after_the_code_and_a_damaged_one_decodes_to_nothing_whole() {
    let jp2 = for_card(&Face::of(1, 46, true));
    for (faults, whole) in [(&[][..], true), (&[Fault::DamagedPhoto], false)] {
        let mut order = order(Profile::Card, faults);
        order.photo = Some(Bytes(jp2.clone()));
        let made = made_of(&order);
        let code = order.secrets.code_b(order.holder.born, made.card_ends);
        assert_eq!(code, "55021720362285");
        let mut reader = Reader::of(made);
        reader.application(Profile::Card.surface().unwrap());
        reader.file(surface_files::FACE);
        assert_eq!(reader.status(&[0, 0xB0, 0, 0, 0]), 0x6982);
        assert_eq!(reader.verify(surface_files::CODE_B, &code), 0x9000);
        let file = reader.read(surface_files::FACE);
        let at = file.windows(jp2.len()).position(|part| part == jp2);
        assert_eq!(at.is_some(), whole);
        let begins = file
            .windows(8)
            .position(|part| part == b"\x00\x00\x00\x0CjP  ");
        let shown = begins.and_then(|at| decoded(&file[at..at + jp2.len()]));
        assert_eq!(shown.is_some(), whole);
    }
}

#[test]
fn films_have_a_header_and_frames() {
    let frame = Face::of(1, 40, true).picture(64, 48, &View::camera(1));
    let film = film(&[frame.clone(), frame]);
    assert!(film.starts_with(b"YUV4MPEG2 W64 H48 F5:1"));
    let header = film.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    assert_eq!(film.len() - header, 2 * (6 + 64 * 48 * 3 / 2));
}

//! Is who stands before the camera the one on the card's photo (顔認証)? One to one, in this program's
//! memory alone.
//!
//! A face is found by SeetaFace's cascade (BSD-2-Clause, `assets/vendor/seetaface`) and described by
//! histograms of gradients (`descriptor`), which is a classical measure and no network. The threshold is
//! set by the rate of false accepts on pictures that are drawn by a program (`docs/reader.md` has the
//! figures): how it does on real people is not known. It does not look whether a face is alive.

mod descriptor;

use zeroize::Zeroizing;

use super::machine::Sight;
use super::secret::Secret;
use descriptor::{Described, Place};

/// How wide a picture of the camera is.
pub const WIDE: usize = 320;
/// How high.
pub const HIGH: usize = 240;

/// From this likeness on it is the same person. Measured on drawn faces, see `docs/reader.md`.
pub const SAME: f32 = 0.87;
/// So many pictures in a row have to say the same before it is believed.
const SAME_TIMES: u32 = 2;
const OTHER_TIMES: u32 = 8;
/// Darker than this in the middle is too dark to compare.
const DARK: f32 = 40.0;
/// How sure the cascade has to be.
const FOUND: f64 = 2.0;

const CASCADE: &[u8] =
    include_bytes!("../../../../../assets/vendor/seetaface/seeta_fd_frontal_v1.0.bin");

/// A picture in grey, a row after the other, that is cleared when it is done with.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    width: usize,
    height: usize,
    points: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl Picture {
    /// A picture; none where the points are not as many as they should be.
    pub fn new(width: usize, height: usize, points: Zeroizing<Vec<u8>>) -> Option<Picture> {
        (points.len() == width * height).then_some(Picture {
            width,
            height,
            points,
        })
    }

    /// A card's photo, decoded.
    fn of_card(photo: &[u8]) -> Option<Picture> {
        // A card's is 378 by 472; what says that it is far larger is no photo.
        const POINTS_MAX: u64 = 1 << 20;
        let settings = hayro_jpeg2000::DecodeSettings::default();
        let image = hayro_jpeg2000::Image::new(photo, &settings).ok()?;
        let (width, height) = (image.width(), image.height());
        let points = u64::from(width) * u64::from(height);
        if points == 0 || points > POINTS_MAX || image.color_space().num_channels() != 1 {
            return None;
        }
        let mut context = hayro_jpeg2000::DecoderContext::default();
        let bitmap = image.decode(&mut context).ok()?;
        let points = Zeroizing::new(bitmap.data_u8());
        let (width, height) = (usize::try_from(width).ok()?, usize::try_from(height).ok()?);
        Picture::new(width, height, points)
    }

    fn mean(&self) -> f32 {
        let sum: u64 = self.points.iter().map(|point| u64::from(*point)).sum();
        sum as f32 / self.points.len().max(1) as f32
    }
}

/// What compares.
pub struct Comparer {
    detector: Option<Box<dyn rustface::Detector>>,
    card: Option<Described>,
    same: u32,
    other: u32,
}

impl Default for Comparer {
    fn default() -> Comparer {
        Comparer::new()
    }
}

impl Comparer {
    /// A comparer without a photo to compare with.
    pub fn new() -> Comparer {
        let model = rustface::read_model(std::io::Cursor::new(CASCADE));
        if let Err(error) = &model {
            tracing::error!(%error, "faces can't be found");
        }
        let detector = model.ok().map(|model| {
            let mut detector = rustface::create_detector_with_model(model);
            detector.set_min_face_size(60);
            detector.set_score_thresh(FOUND);
            detector.set_pyramid_scale_factor(0.8);
            detector.set_slide_window_step(4, 4);
            detector
        });
        Comparer {
            detector,
            card: None,
            same: 0,
            other: 0,
        }
    }

    /// Clears what was kept.
    pub fn clear(&mut self) {
        self.card = None;
        self.same = 0;
        self.other = 0;
    }

    /// Keeps the card's photo to compare with; false where it can't be.
    pub fn keep(&mut self, photo: &Secret) -> bool {
        self.clear();
        let Some(picture) = Picture::of_card(photo.bytes()) else {
            return false;
        };
        // Of several, the one that is nearest to the middle: a photo of a card has one.
        let middle = (picture.width as f32 / 2.0, picture.height as f32 / 2.0);
        let mut places = self.places(&picture);
        places.sort_by(|a, b| a.from(middle).total_cmp(&b.from(middle)));
        self.card = places.first().map(|place| Described::of(&picture, place));
        self.card.is_some()
    }

    /// What the camera sees; none until it is sure.
    pub fn see(&mut self, picture: &Picture) -> Option<Sight> {
        self.card.as_ref()?;
        if picture.mean() < DARK {
            return Some(Sight::Dark);
        }
        let places = self.places(picture);
        let place = match places.as_slice() {
            [] => return Some(Sight::Nobody),
            [place] => place,
            _ => return Some(Sight::Several),
        };
        let likeness = self.card.as_ref()?.likeness(picture, place);
        if likeness >= SAME {
            (self.same, self.other) = (self.same + 1, 0);
        } else {
            (self.same, self.other) = (0, self.other + 1);
        }
        if self.same >= SAME_TIMES {
            self.same = 0;
            Some(Sight::Same)
        } else if self.other >= OTHER_TIMES {
            self.other = 0;
            Some(Sight::Other)
        } else {
            None
        }
    }

    /// Where faces are.
    fn places(&mut self, picture: &Picture) -> Vec<Place> {
        let Some(detector) = &mut self.detector else {
            return Vec::new();
        };
        let (Ok(width), Ok(height)) = (u32::try_from(picture.width), u32::try_from(picture.height))
        else {
            return Vec::new();
        };
        let image = rustface::ImageData::new(&picture.points, width, height);
        let found = detector.detect(&image);
        found
            .iter()
            .map(|face| {
                let found = face.bbox();
                let (wide, high) = (found.width() as f32, found.height() as f32);
                Place {
                    x: found.x() as f32 + wide / 2.0,
                    y: found.y() as f32 + high / 2.0,
                    size: wide.max(high),
                }
            })
            .collect()
    }
}

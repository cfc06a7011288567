//! What stands before a card reader's camera: drawn faces, as pictures and as the film that Chromium takes for its
//! camera.

use onshi_card::DrawnFace;
use onshi_card::photo::{Face, Picture, View, film};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The size of a picture as the reader's page sends it.
pub const SIZE: (usize, usize) = (320, 240);

/// Somebody whose card is not here.
pub const STRANGER: DrawnFace = DrawnFace {
    number: 777_001,
    age: 71,
    female: false,
};

fn view() -> View {
    View {
        yaw: 2.0,
        pitch: 1.0,
        light_side: 20.0,
        noise: 2.0,
        seed: 5,
        size: 0.6,
        background: 0.6,
        ..View::default()
    }
}

/// Somebody who stands there as they should.
pub fn alone(face: DrawnFace) -> Picture {
    face.face().picture(SIZE.0, SIZE.1, &view())
}

/// The same with the light off.
pub fn in_the_dark(face: DrawnFace) -> Picture {
    let dark = View {
        light: 0.1,
        ..view()
    };
    face.face().picture(SIZE.0, SIZE.1, &dark)
}

/// Two side by side.
pub fn two(left: DrawnFace, right: DrawnFace) -> Picture {
    let (width, height) = (SIZE.0 / 2, SIZE.1);
    let view = View {
        size: 0.5,
        ..view()
    };
    let draw = |face: Face| face.picture(width, height, &view);
    let (left, right) = (draw(left.face()), draw(right.face()));
    let rows = left.points.chunks(width).zip(right.points.chunks(width));
    Picture {
        width: width * 2,
        height,
        points: rows.flat_map(|(a, b)| [a, b].concat()).collect(),
    }
}

/// A camera, and what it sees.
pub struct Camera {
    folder: TempDir,
}

impl Camera {
    /// With this before it.
    pub fn on(seen: &Picture) -> Camera {
        let mut builder = tempfile::Builder::new();
        let folder = builder.prefix("onshi-camera-").tempdir().unwrap();
        let camera = Camera { folder };
        camera.sees(seen);
        camera
    }

    /// The film, for the browser.
    pub fn film(&self) -> PathBuf {
        self.folder.path().join("camera.y4m")
    }

    /// From the next time on that a page opens the camera.
    pub fn sees(&self, picture: &Picture) {
        let next = self.folder.path().join("next");
        let frames = std::slice::from_ref(picture);
        std::fs::write(&next, film(&[frames, frames].concat())).unwrap();
        std::fs::rename(next, self.film()).unwrap();
    }
}

/// The face on the photo of a card.
pub fn face_of(cards: &Path, name: &str) -> DrawnFace {
    let file = std::fs::read(cards.join(format!("{name}.json"))).unwrap();
    let card: onshi_card::CardFile = serde_json::from_slice(&file).unwrap();
    card.face.expect("the card has a photo")
}

//! Drawing a face: how the head is turned, where the light comes from, what a camera adds.

use super::Picture;
use super::face::{Face, ramp};
use crate::Random;

/// How a face is looked at. Angles are in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// The head turned to the viewer's right.
    pub yaw: f32,
    /// The head bent back.
    pub pitch: f32,
    /// The head leaning to the viewer's right.
    pub roll: f32,
    /// From which side the light comes: to the viewer's right.
    pub light_side: f32,
    /// How bright it is; 1 is a photographer's.
    pub light: f32,
    /// How strong the camera's noise is, in steps of 255.
    pub noise: f32,
    /// Another number, other noise.
    pub seed: u64,
    /// How much of the picture's height the head fills.
    pub size: f32,
    /// How far the head is from the middle, in parts of the picture's width.
    pub aside: f32,
    /// How bright the background is.
    pub background: f32,
}

impl Default for View {
    /// As for a photo of a card: from the front, evenly lit, before a light wall.
    fn default() -> View {
        View {
            yaw: 0.0,
            pitch: 0.0,
            roll: 0.0,
            light_side: 15.0,
            light: 1.0,
            noise: 0.0,
            seed: 0,
            size: 0.66,
            aside: 0.0,
            background: 0.92,
        }
    }
}

impl View {
    /// As a camera at a reader sees somebody: a little turned, lit from a side, noisy.
    pub fn camera(seed: u64) -> View {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_be_bytes());
        let mut random = Random::named(&bytes, "view");
        let mut between =
            |low: f32, high: f32| low + (high - low) * random.below(10_001) as f32 / 10_000.0;
        View {
            yaw: between(-12.0, 12.0),
            pitch: between(-7.0, 7.0),
            roll: between(-5.0, 5.0),
            light_side: between(-50.0, 50.0),
            light: between(0.8, 1.1),
            noise: between(2.0, 6.0),
            seed,
            size: between(0.55, 0.7),
            aside: between(-0.06, 0.06),
            background: between(0.35, 0.7),
        }
    }
}

type Vector = [f32; 3];

fn dot(a: Vector, b: Vector) -> f32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// The head's own axes, as the viewer sees them.
struct Turned([Vector; 3]);

impl Turned {
    fn of(view: &View) -> Turned {
        let (sy, cy) = view.yaw.to_radians().sin_cos();
        let (sp, cp) = view.pitch.to_radians().sin_cos();
        let (sr, cr) = (-view.roll).to_radians().sin_cos();
        let turn = |v: Vector| {
            // About the upright axis, then the one from ear to ear, then that of looking.
            let v = [v[0] * cy + v[2] * sy, v[1], v[2] * cy - v[0] * sy];
            let v = [v[0], v[1] * cp + v[2] * sp, v[2] * cp - v[1] * sp];
            [v[0] * cr - v[1] * sr, v[0] * sr + v[1] * cr, v[2]]
        };
        Turned([
            turn([1.0, 0.0, 0.0]),
            turn([0.0, 1.0, 0.0]),
            turn([0.0, 0.0, 1.0]),
        ])
    }

    /// A direction of the viewer's in the head's axes.
    fn inward(&self, v: Vector) -> Vector {
        [dot(self.0[0], v), dot(self.0[1], v), dot(self.0[2], v)]
    }
}

const STEPS: u32 = 11;
/// Beyond this there is no head, however it is turned.
const BEYOND: f32 = 1.32;
const NEAREST: f32 = 1.35;
const FARTHEST: f32 = -0.25;

struct Scene<'a> {
    face: &'a Face,
    turned: Turned,
    light: Vector,
    view: View,
}

pub(super) fn draw(face: &Face, width: usize, height: usize, view: &View) -> Picture {
    let turned = Turned::of(view);
    let (side, ahead) = view.light_side.to_radians().sin_cos();
    let scene = Scene {
        face,
        light: turned.inward([side * 0.85, 0.45, ahead * 0.85]),
        turned,
        view: *view,
    };
    let mut seed = [1; 32];
    seed[..8].copy_from_slice(&view.seed.to_be_bytes());
    let mut random = Random::named(&seed, "noise");
    let unit = height as f32 * view.size / 2.0;
    let (middle, eyes) = (width as f32 * (0.5 + view.aside), height as f32 * 0.50);
    let mut points = Vec::with_capacity(width * height);
    for row in 0..height {
        for column in 0..width {
            // Four looks a point, so that edges are smooth.
            let mut sum = 0.0;
            for (right, down) in [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)] {
                let x = (column as f32 + right - middle) / unit;
                let y = (eyes - row as f32 - down) / unit;
                sum += scene.look(x, y);
            }
            let mut value = sum / 4.0 * 255.0;
            if view.noise > 0.0 {
                let drawn = random.below(2001) as f32 + random.below(2001) as f32;
                value += (drawn / 2000.0 - 1.0) * view.noise * 2.0;
            }
            points.push(value.clamp(0.0, 255.0) as u8);
        }
    }
    Picture {
        width,
        height,
        points,
    }
}

impl Scene<'_> {
    /// How bright the place is where one looks.
    fn look(&self, x: f32, y: f32) -> f32 {
        self.head(x, y).unwrap_or_else(|| self.behind(x, y)) * self.view.light.max(0.0)
    }

    /// The head, if one sees it there.
    fn head(&self, x: f32, y: f32) -> Option<f32> {
        if x.abs() > BEYOND || y.abs() > BEYOND {
            return None;
        }
        let away = self.turned.inward([0.0, 0.0, -1.0]);
        let from = self.turned.inward([x, y, NEAREST]);
        let point = |far: f32| [0, 1, 2].map(|axis| from[axis] + away[axis] * far);
        let length = NEAREST - FARTHEST;
        let above = |far: f32| {
            let at = point(far);
            self.face
                .relief(at[0], at[1])
                .map_or(1.0, |relief| at[2] - relief)
        };
        let step = length / STEPS as f32;
        let hit = (1..=STEPS)
            .map(|n| n as f32 * step)
            .find(|far| above(*far) < 0.0)?;
        let (mut near, mut far) = (hit - step, hit);
        for _ in 0..6 {
            let middle = (near + far) / 2.0;
            if above(middle) < 0.0 {
                far = middle;
            } else {
                near = middle;
            }
        }
        let at = point(far);
        let hair = ramp(0.0, 0.04, at[1] - self.face.hair_begins(at[0]));
        let skin = self.face.tone(at[0], at[1]);
        let strands = 0.85 + 0.3 * (at[0] * 90.0 + at[1] * 13.0).sin().abs();
        let tone = skin + (self.face.hair * strands - skin) * hair;
        Some(tone * self.shade(at[0], at[1]))
    }

    fn shade(&self, x: f32, y: f32) -> f32 {
        const NEAR: f32 = 0.012;
        let here = |x: f32, y: f32| self.face.relief(x, y);
        let (Some(right), Some(left)) = (here(x + NEAR, y), here(x - NEAR, y)) else {
            return 0.55;
        };
        let (Some(up), Some(down)) = (here(x, y + NEAR), here(x, y - NEAR)) else {
            return 0.55;
        };
        let normal = [
            (left - right) / (2.0 * NEAR),
            (down - up) / (2.0 * NEAR),
            1.0,
        ];
        let long = dot(normal, normal).sqrt();
        let lit = (dot(normal, self.light) / long).max(0.0);
        0.42 + 0.62 * lit
    }

    /// What lies behind the face: hair, ears, neck, clothes, the wall.
    fn behind(&self, x: f32, y: f32) -> f32 {
        let face = self.face;
        let flat = |axis: Vector| (axis[0], axis[1]);
        let ((ax, ay), (bx, by)) = (flat(self.turned.0[0]), flat(self.turned.0[1]));
        // Undone as far as the plane goes: turning and leaning.
        let scale = (ax * by - ay * bx).abs().max(0.2);
        let (u, v) = ((x * by - y * bx) / scale, (y * ax - x * ay) / scale);
        let swollen = 1.0 + face.hair_volume;
        let half = face.half_width((v / swollen).max(-0.2)) * swollen;
        let over = u / half.max(1e-3);
        let long = v > -face.hair_long && v < 1.12 * swollen;
        if long && over.abs() < 1.0 && (v > 0.1 || over.abs() > 0.6 || face.hair_long > 0.4) {
            return face.hair * (0.6 + 0.5 * (1.0 - over.abs()));
        }
        let ear = ((u.abs() - face.width) / 0.10).powi(2) + ((v + 0.02) / 0.21).powi(2);
        if ear < 1.0 {
            return face.skin * (0.62 - 0.15 * (1.0 - ear));
        }
        let neck = face.width * 0.56;
        let shoulders = -1.30 - 0.30 * (x / 1.1).powi(2);
        if y < shoulders && x.abs() < 2.4 {
            let collar = bump_line(x.abs() * 0.9 + (y + 1.35), 0.05);
            return face.clothes * (1.0 - 0.4 * collar) * (0.9 - 0.12 * x.abs());
        }
        if x.abs() < neck && y < -0.4 {
            return face.skin * (0.62 - 0.3 * (x / neck).powi(2)) * ramp(-0.85, -1.25, y).max(0.55);
        }
        self.view.background
    }
}

fn bump_line(at: f32, wide: f32) -> f32 {
    (1.0 - (at / wide).powi(2)).max(0.0)
}

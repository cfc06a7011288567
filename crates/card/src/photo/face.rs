//! Faces: what makes one differ from another, the relief of the head, and how dark each place is.
//!
//! A face is a relief over the plane of the face, in units of half a head's height: x to the viewer's
//! right, y upwards, the chin at -1. It is enough of a face for programs that look for faces.

use super::Picture;
use super::scene::{View, draw};
use crate::Random;

/// What makes a face. The same number, age and sex give the same face.
#[derive(Clone, Debug, PartialEq)]
pub struct Face {
    pub(super) width: f32,
    pub(super) jaw: f32,
    pub(super) depth: f32,
    eyes_apart: f32,
    eyes_height: f32,
    eye_width: f32,
    eye_open: f32,
    eye_slant: f32,
    brow_height: f32,
    brow_thick: f32,
    brow_arch: f32,
    brow_dark: f32,
    nose_low: f32,
    nose_wide: f32,
    nose_high: f32,
    nose_root: f32,
    mouth_low: f32,
    mouth_wide: f32,
    lips_upper: f32,
    lips_lower: f32,
    lips_dark: f32,
    mouth_curve: f32,
    cheeks: f32,
    chin: f32,
    pub(super) skin: f32,
    pub(super) hair: f32,
    pub(super) hair_volume: f32,
    pub(super) hair_long: f32,
    hairline: f32,
    parting: f32,
    wrinkles: f32,
    beard: f32,
    glasses: bool,
    pub(super) clothes: f32,
}

/// A bump: 1 in the middle, 0 from the distance 1 on.
fn bump(squared: f32) -> f32 {
    let left = (1.0 - squared).max(0.0);
    left * left * left
}

/// From 0 to 1 between two places.
pub(super) fn ramp(from: f32, to: f32, at: f32) -> f32 {
    let t = ((at - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

fn square(value: f32) -> f32 {
    value * value
}

impl Face {
    /// The face of a fictional person: `number` tells people apart.
    pub fn of(number: u64, age: u32, female: bool) -> Face {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&number.to_be_bytes());
        let mut random = Random::named(&seed, "face");
        let mut between =
            |low: f32, high: f32| low + (high - low) * random.below(10_001) as f32 / 10_000.0;
        let old = ramp(45.0, 85.0, age as f32);
        let young = 1.0 - ramp(2.0, 16.0, age as f32);
        let man = f32::from(u8::from(!female)) * (1.0 - young);
        Face {
            width: between(0.66, 0.82) + 0.06 * young,
            jaw: between(0.62, 0.86) + 0.08 * man,
            depth: between(0.66, 0.86),
            eyes_apart: between(0.25, 0.36),
            eyes_height: between(-0.02, 0.12) - 0.10 * young,
            eye_width: between(0.115, 0.165) + 0.02 * young,
            eye_open: between(0.045, 0.085) + 0.015 * young - 0.02 * old,
            eye_slant: between(-0.10, 0.22),
            brow_height: between(0.13, 0.23),
            brow_thick: between(0.022, 0.045) + 0.018 * man,
            brow_arch: between(0.0, 0.09),
            brow_dark: between(0.15, 0.45) + 0.2 * old,
            nose_low: between(-0.36, -0.20) + 0.06 * young,
            nose_wide: between(0.085, 0.165),
            nose_high: between(0.17, 0.34) - 0.07 * young,
            nose_root: between(0.01, 0.09),
            mouth_low: between(-0.62, -0.50),
            mouth_wide: between(0.19, 0.34),
            lips_upper: between(0.025, 0.065),
            lips_lower: between(0.035, 0.085),
            lips_dark: between(0.62, 0.86),
            mouth_curve: between(-0.05, 0.09),
            cheeks: between(-0.02, 0.09) + 0.05 * young - 0.04 * old,
            chin: between(0.02, 0.12),
            skin: between(0.66, 0.86),
            hair: between(0.05, 0.20) + old * between(0.1, 0.6),
            hair_volume: between(0.03, 0.17),
            hair_long: if female {
                between(-1.2, 1.0)
            } else {
                between(-0.1, 0.45)
            },
            hairline: between(0.50, 0.74) + man * old * 0.25,
            parting: between(-0.5, 0.5),
            wrinkles: old,
            beard: if between(0.0, 1.0) > 0.75 {
                man * between(0.3, 1.0)
            } else {
                0.0
            },
            glasses: between(0.0, 1.0) > 0.72 - 0.2 * old,
            clothes: between(0.10, 0.75),
        }
    }

    /// A picture of the face.
    pub fn picture(&self, width: usize, height: usize, view: &View) -> Picture {
        draw(self, width, height, view)
    }

    /// Half the head's width at a height.
    pub(super) fn half_width(&self, y: f32) -> f32 {
        if y >= 0.0 {
            let t = (y / 1.12).min(1.0);
            return self.width * (1.0 - t * t * t).max(0.0).sqrt();
        }
        let t = (-y).min(1.0);
        let taper = 1.0 - (1.0 - self.jaw) * ramp(0.1, 0.95, t);
        self.width * taper * (1.0 - square(square(t))).max(0.0).sqrt()
    }

    /// How far the head comes forward at a place; `None` beside it.
    pub(super) fn relief(&self, x: f32, y: f32) -> Option<f32> {
        let half = self.half_width(y);
        let across = square(x / half.max(1e-3));
        if across >= 1.0 || half < 0.02 {
            return None;
        }
        let upright = (1.0 - (y / 1.15).abs().powi(3)).max(0.0);
        let head = self.depth * (1.0 - across).sqrt() * (0.35 + 0.65 * upright.sqrt());
        let side = x.abs();
        let eye = |wide: f32, high: f32, up: f32| {
            bump(
                square((side - self.eyes_apart) / wide)
                    + square((y - self.eyes_height - up) / high),
            )
        };
        let mut sum =
            head - 0.085 * eye(0.24, 0.17, 0.0) + 0.05 * eye(0.28, 0.10, self.brow_height);
        sum += 0.05 * eye(self.eye_width * 1.1, self.eye_open * 1.9, 0.0);
        sum += self.nose(side, y) + self.mouth(side, y);
        let cheek = square((side - 0.42) / 0.30) + square((y + 0.22) / 0.30);
        sum += self.cheeks * bump(cheek);
        Some(sum + self.chin * bump(square(side / 0.26) + square((y + 0.84) / 0.18)))
    }

    fn nose(&self, side: f32, y: f32) -> f32 {
        let top = self.eyes_height + 0.04;
        let along = ((top - y) / (top - self.nose_low)).clamp(0.0, 1.0);
        let below = if y < self.nose_low {
            bump(square((y - self.nose_low) / 0.085))
        } else {
            1.0
        };
        let above = 1.0 - ramp(top, top + 0.16, y);
        let wide = 0.065 + self.nose_wide * 0.75 * along;
        let high = self.nose_root + (self.nose_high - self.nose_root) * along.powf(1.4);
        let wings = square((side - self.nose_wide * 0.85) / 0.075)
            + square((y - self.nose_low - 0.02) / 0.07);
        high * bump(square(side / wide)) * below * above + 0.09 * bump(wings)
    }

    fn mouth(&self, side: f32, y: f32) -> f32 {
        let at = y - self.mouth_line(side);
        let across = square(side / (self.mouth_wide * 1.05));
        let upper = bump(across + square((at - self.lips_upper) / (self.lips_upper * 1.6)));
        let lower = bump(across * 1.3 + square((at + self.lips_lower) / (self.lips_lower * 1.6)));
        0.05 * upper + 0.07 * lower - 0.03 * bump(across + square(at / 0.02))
    }

    fn mouth_line(&self, side: f32) -> f32 {
        self.mouth_low + self.mouth_curve * square(side / self.mouth_wide)
    }

    /// How bright a place of the face is under full light: skin, brows, eyes, lips.
    pub(super) fn tone(&self, x: f32, y: f32) -> f32 {
        let side = x.abs();
        let mut tone = self.skin;
        tone *= 1.0 - 0.06 * bump(square((side - 0.4) / 0.26) + square((y + 0.2) / 0.22));
        let nostril = square((side - self.nose_wide * 0.5) / 0.045)
            + square((y - self.nose_low + 0.055) / 0.028);
        tone *= 1.0 - 0.75 * bump(nostril * 0.7);
        tone = self.lips(side, y, tone);
        tone = self.brow(side, y, tone);
        let folds = side - 0.17 - 0.26 * (self.nose_low + 0.04 - y);
        let fold =
            bump(square(folds / 0.035)) * ramp(self.mouth_low - 0.1, self.mouth_low + 0.1, y);
        tone *= 1.0
            - (0.05 + 0.25 * self.wrinkles)
                * fold
                * (1.0 - ramp(self.nose_low, self.nose_low + 0.08, y));
        if self.wrinkles > 0.0 && y > self.eyes_height + 0.3 {
            let line = (((y - self.eyes_height) * 55.0).sin() * 0.5 + 0.5).powi(4);
            tone *= 1.0 - 0.16 * self.wrinkles * line * bump(square(x / 0.55));
        }
        if self.beard > 0.0 {
            let low = ramp(self.nose_low + 0.06, self.nose_low - 0.26, y);
            let lips =
                bump(square(side / self.mouth_wide) * 0.8 + square((y - self.mouth_low) / 0.11));
            tone *= 1.0 - 0.5 * self.beard * low * (1.0 - lips.min(1.0));
        }
        self.eye(side, x, y, tone)
    }

    fn lips(&self, side: f32, y: f32, tone: f32) -> f32 {
        let at = y - self.mouth_line(side);
        let across = square(side / self.mouth_wide);
        let bow = self.lips_upper * 1.9 * (1.0 - 0.35 * bump(square(side / 0.05)));
        let inside = if at > 0.0 {
            across + square(at / bow)
        } else {
            across + square(at / (self.lips_lower * 1.9))
        };
        let lips = 1.0 - ramp(0.8, 1.05, inside);
        let line = bump(across * 0.9 + square(at / 0.018));
        tone * (1.0 - (1.0 - self.lips_dark) * lips) * (1.0 - 0.65 * line)
    }

    fn brow(&self, side: f32, y: f32, tone: f32) -> f32 {
        let along = (side - self.eyes_apart) / (self.eye_width * 1.45);
        let middle = self.eyes_height
            + self.brow_height
            + self.brow_arch * (1.0 - square(along))
            + self.eye_slant * 0.25 * along * self.eye_width;
        let thick = self.brow_thick * (1.15 - 0.45 * along.clamp(-1.0, 1.0));
        let brow = bump(square(square(along)) + square((y - middle) / thick) * 0.8);
        tone + (self.brow_dark - tone) * (brow * 1.8).min(1.0)
    }

    fn eye(&self, side: f32, x: f32, y: f32, tone: f32) -> f32 {
        let along = (side - self.eyes_apart) / self.eye_width;
        let middle = self.eyes_height + self.eye_slant * along * self.eye_width;
        let at = y - middle;
        let open = self.eye_open * (1.0 - square(along)).max(0.0).powf(0.7);
        let mut tone = tone;
        // The fold above, and the lashes.
        let fold = bump(square((at - open - 0.045) / 0.02) + square(along) * 0.8);
        tone *= 1.0 - 0.30 * fold;
        if along.abs() < 1.0 && at.abs() < open {
            let white = 0.80 - 0.25 * square(along);
            let centre = self.eyes_apart * x.signum();
            let from = (square(x - centre) + square(at)).sqrt();
            let iris = self.eye_open.max(0.055) * 0.98;
            tone = if from < iris * 0.45 {
                0.04
            } else if from < iris {
                0.17
            } else {
                white
            };
            if square(x - centre + 0.02) + square(at - 0.022) < 0.00012 {
                tone = 1.0;
            }
        }
        let lash = bump(square((at - open) / 0.020) + square(along) * 0.7);
        let below = bump(square((at + open) / 0.014) + square(along) * 0.8);
        tone *= (1.0 - 0.85 * lash) * (1.0 - 0.3 * below);
        if self.glasses {
            let ring = (square(along / 1.55) + square(at / 0.19)).sqrt();
            let bridge = bump(square((y - self.eyes_height - 0.04) / 0.02))
                * ramp(
                    self.eyes_apart - self.eye_width * 1.4,
                    self.eyes_apart - self.eye_width * 1.6,
                    side,
                );
            let frame = bump(square((ring - 1.0) / 0.10)).max(bridge);
            tone *= 1.0 - 0.85 * frame;
        }
        tone
    }

    /// Where the hair begins above the face.
    pub(super) fn hair_begins(&self, x: f32) -> f32 {
        let from = x / self.width - self.parting;
        let parted = 0.09 * bump(square(from / 0.12));
        self.hairline - 0.30 * square(x / self.width) - 0.05 * (from * 9.0).sin() + parted
    }
}

//! A face described by histograms of gradients (HOG), and how alike two are: a classical measure.
//!
//! The picture is evened out first, so that light from a side counts for less. Where the cascade puts a
//! face is only about right: the face before the camera is described at several places, sizes and
//! leanings around it, and the one that is most alike counts.

use super::Picture;

/// Where a face is, in points of its picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    /// Its middle.
    pub(super) x: f32,
    pub(super) y: f32,
    /// How wide and high it is.
    pub(super) size: f32,
}

impl Place {
    /// How far it is from another place.
    pub(super) fn from(&self, (x, y): (f32, f32)) -> f32 {
        (self.x - x).hypot(self.y - y)
    }
}

/// Points a side of what is described.
const SIDE: usize = 64;
/// Points a side of a cell.
const CELL: usize = 8;
const CELLS: usize = SIDE / CELL;
/// Directions of gradients.
const DIRECTIONS: usize = 8;
const LENGTH: usize = CELLS * CELLS * DIRECTIONS;
/// How much of what the cascade finds is looked at: the inner face, hardly any hair.
const INNER: f32 = 0.86;

/// A description of the face on a card.
#[derive(Clone)]
pub(super) struct Described(zeroize::Zeroizing<Vec<f32>>);

impl Described {
    /// Of a face in a picture.
    pub(super) fn of(picture: &Picture, place: &Place) -> Described {
        Described(zeroize::Zeroizing::new(describe(picture, place, 0.0)))
    }

    /// How alike a face in another picture is: 1 is the same picture.
    pub(super) fn likeness(&self, picture: &Picture, place: &Place) -> f32 {
        let mut best = f32::MIN;
        let mut at = *place;
        let mut leaning = 0.0;
        // Coarse and then fine, each way by itself: far fewer looks than all of them together.
        for step in [1.0_f32, 0.5, 0.25] {
            let (from, turned) = (at, leaning);
            for dy in [-1.0, 0.0, 1.0] {
                for dx in [-1.0, 0.0, 1.0] {
                    for (size, lean) in [
                        (1.0, 0.0),
                        (0.94, 0.0),
                        (1.06, 0.0),
                        (1.0, -0.06),
                        (1.0, 0.06),
                    ] {
                        let tried = Place {
                            x: from.x + dx * step * 0.06 * from.size,
                            y: from.y + dy * step * 0.06 * from.size,
                            size: from.size * (1.0 + (size - 1.0) * step),
                        };
                        let lean = turned + lean * step;
                        let described = describe(picture, &tried, lean);
                        let alike = self.cosine(&described);
                        if alike > best {
                            (best, at, leaning) = (alike, tried, lean);
                        }
                    }
                }
            }
        }
        best
    }

    fn cosine(&self, other: &[f32]) -> f32 {
        self.0.iter().zip(other).map(|(a, b)| a * b).sum()
    }
}

/// The point of a picture, between its points; its edge goes on for ever.
fn look(picture: &Picture, x: f32, y: f32) -> f32 {
    let (right, bottom) = (picture.width as f32 - 1.001, picture.height as f32 - 1.001);
    let (x, y) = (x.clamp(0.0, right), y.clamp(0.0, bottom));
    let (column, row) = (x as usize, y as usize);
    let (over, down) = (x - column as f32, y - row as f32);
    let at = |column: usize, row: usize| {
        let point = picture.points.get(row * picture.width + column);
        f32::from(point.copied().unwrap_or_default())
    };
    let upper = at(column, row) * (1.0 - over) + at(column + 1, row) * over;
    let lower = at(column, row + 1) * (1.0 - over) + at(column + 1, row + 1) * over;
    upper * (1.0 - down) + lower * down
}

/// The face, upright and always as large.
fn cut(picture: &Picture, place: &Place, lean: f32) -> Vec<f32> {
    let (sin, cos) = lean.sin_cos();
    let step = place.size * INNER / SIDE as f32;
    let half = SIDE as f32 / 2.0;
    let mut points = Vec::with_capacity(SIDE * SIDE);
    for row in 0..SIDE {
        for column in 0..SIDE {
            let (x, y) = (column as f32 + 0.5 - half, row as f32 + 0.5 - half);
            points.push(look(
                picture,
                place.x + (x * cos - y * sin) * step,
                place.y + (x * sin + y * cos) * step,
            ));
        }
    }
    points
}

/// Evens out the light: what is brighter than around it, by how much it varies there.
fn even_out(points: &mut [f32]) {
    let around = blurred(points, 8);
    for (point, around) in points.iter_mut().zip(&around) {
        *point = (*point - around) / (around + 12.0);
    }
    let soft = blurred(points, 1);
    points.copy_from_slice(&soft);
}

/// The mean of a square around each point.
fn blurred(points: &[f32], reach: usize) -> Vec<f32> {
    let line = |values: &dyn Fn(usize) -> f32| -> Vec<f32> {
        let mut sums = vec![0.0; SIDE + 1];
        for at in 0..SIDE {
            sums[at + 1] = sums[at] + values(at);
        }
        (0..SIDE)
            .map(|at| {
                let (from, to) = (at.saturating_sub(reach), (at + reach + 1).min(SIDE));
                (sums[to] - sums[from]) / (to - from) as f32
            })
            .collect()
    };
    let mut across = Vec::with_capacity(SIDE * SIDE);
    for row in points.chunks(SIDE) {
        across.extend(line(&|at| row[at]));
    }
    let mut all = vec![0.0; SIDE * SIDE];
    for column in 0..SIDE {
        let down = line(&|at| across[at * SIDE + column]);
        for (row, value) in down.into_iter().enumerate() {
            all[row * SIDE + column] = value;
        }
    }
    all
}

/// Histograms of the directions in which it gets brighter, a cell each, of length 1 in all.
fn describe(picture: &Picture, place: &Place, lean: f32) -> Vec<f32> {
    let mut points = cut(picture, place, lean);
    even_out(&mut points);
    let mut cells = vec![0.0_f32; LENGTH];
    for row in 1..SIDE - 1 {
        for column in 1..SIDE - 1 {
            let at = row * SIDE + column;
            let dx = points[at + 1] - points[at - 1];
            let dy = points[at + SIDE] - points[at - SIDE];
            let strength = dx.hypot(dy).sqrt();
            let turn = dy.atan2(dx) / std::f32::consts::TAU + 0.5;
            let direction = turn * DIRECTIONS as f32;
            let (first, part) = (direction.floor(), direction.fract());
            let first = first as usize % DIRECTIONS;
            spread(&mut cells, (column, row), (first, part), strength);
        }
    }
    // Each cell counts as much, whatever its contrast; and what all faces have counts for nothing.
    for cell in cells.chunks_mut(DIRECTIONS) {
        let length = cell.iter().map(|value| value * value).sum::<f32>().sqrt() + 0.5;
        for value in cell {
            *value /= length;
        }
    }
    let mean = cells.iter().sum::<f32>() / LENGTH as f32;
    let mut length = 0.0;
    for value in &mut cells {
        *value -= mean;
        length += *value * *value;
    }
    let length = length.sqrt().max(1e-6);
    for value in &mut cells {
        *value /= length;
    }
    zeroize::Zeroize::zeroize(&mut points);
    cells
}

/// A gradient counts for the four cells around it, by how near they are, and for two directions.
fn spread(
    cells: &mut [f32],
    (column, row): (usize, usize),
    (first, part): (usize, f32),
    strength: f32,
) {
    let place = |at: usize| (at as f32 + 0.5) / CELL as f32 - 0.5;
    let (x, y) = (place(column), place(row));
    for cell_row in [y.floor(), y.floor() + 1.0] {
        for cell_column in [x.floor(), x.floor() + 1.0] {
            let inside = |at: f32| at >= 0.0 && at < CELLS as f32;
            if !inside(cell_row) || !inside(cell_column) {
                continue;
            }
            let near = (1.0 - (y - cell_row).abs()) * (1.0 - (x - cell_column).abs());
            let cell = (cell_row as usize * CELLS + cell_column as usize) * DIRECTIONS;
            cells[cell + first] += strength * near * (1.0 - part);
            cells[cell + (first + 1) % DIRECTIONS] += strength * near * part;
        }
    }
}

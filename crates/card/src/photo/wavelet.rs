//! The wavelet transform of JPEG 2000, irreversible 9/7 (ISO/IEC 15444-1, annex F).

const ALPHA: f32 = -1.586_134_3;
const BETA: f32 = -0.052_980_12;
const GAMMA: f32 = 0.882_911_1;
const DELTA: f32 = 0.443_506_85;
const K: f32 = 1.230_174_1;

/// Transforms in place, level after level: what is low goes to the left and to the top.
pub(super) fn transform(values: &mut [f32], width: usize, height: usize, levels: u32) {
    let (mut w, mut h) = (width, height);
    for _ in 0..levels {
        let mut line = vec![0.0; h];
        for x in 0..w {
            for (y, value) in line.iter_mut().enumerate() {
                *value = values[y * width + x];
            }
            lift(&mut line);
            for (y, value) in line.iter().enumerate() {
                values[place(y, h) * width + x] = *value;
            }
        }
        let mut line = vec![0.0; w];
        for y in 0..h {
            line.copy_from_slice(&values[y * width..y * width + w]);
            lift(&mut line);
            for (x, value) in line.iter().enumerate() {
                values[y * width + place(x, w)] = *value;
            }
        }
        (w, h) = (w.div_ceil(2), h.div_ceil(2));
    }
}

/// Where the value at this place goes: the even ones first.
fn place(at: usize, length: usize) -> usize {
    if at.is_multiple_of(2) {
        at / 2
    } else {
        length.div_ceil(2) + at / 2
    }
}

fn lift(line: &mut [f32]) {
    if line.len() < 2 {
        return;
    }
    for (first, factor) in [(1, ALPHA), (0, BETA), (1, GAMMA), (0, DELTA)] {
        for at in (first..line.len()).step_by(2) {
            // Beyond the ends the line goes on as in a mirror.
            let before = if at == 0 { line[1] } else { line[at - 1] };
            let after = line.get(at + 1).copied().unwrap_or(before);
            let before = if at == 0 { after } else { before };
            line[at] += factor * (before + after);
        }
    }
    for (at, value) in line.iter_mut().enumerate() {
        *value *= if at.is_multiple_of(2) { 1.0 / K } else { K };
    }
}

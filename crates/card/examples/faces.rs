//! Writes faces as they are on cards and before cameras, to look at them: `faces FOLDER`.

use onshi_card::photo::{Face, View, for_card};
use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| ".".to_owned()));
    for number in 0..8u64 {
        let age = u32::try_from(number * 12 + 4).unwrap_or(40);
        let face = Face::of(number, age, number % 2 == 0);
        std::fs::write(folder.join(format!("card-{number}.jp2")), for_card(&face))?;
        for seen in 0..2 {
            let view = View::camera(number * 10 + seen);
            let picture = face.picture(640, 480, &view);
            std::fs::write(
                folder.join(format!("camera-{number}-{seen}.pgm")),
                picture.pgm(),
            )?;
        }
    }
    Ok(())
}

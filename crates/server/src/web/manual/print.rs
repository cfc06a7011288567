//! A book of the manual on paper (PDF): its pages one after the other, with the pictures of the screens.

use crate::web::manual::book::{ManualBook, pages_of};
use crate::web::manual::pictures;
use crate::web::manual::text::{ManualBlock, ManualPage};
use onshi_documents::{Block, Document, Level, Made, Paper, Picture, Tone};

/// How wide pictures are printed, in millimetres.
const PICTURE_MILLIMETRES: u16 = 150;

/// The book as a document.
pub fn document(book: &ManualBook, made: Made) -> Document {
    let mut blocks = vec![
        Block::paragraph(book.about),
        Block::Heading(Level::Part, "この編の項目".to_owned()),
    ];
    let titles = (1..).zip(pages_of(book));
    blocks
        .extend(titles.map(|(number, page)| Block::paragraph(format!("{number}. {}", page.title))));
    for (number, page) in (1..).zip(pages_of(book)) {
        blocks.push(Block::NewPage);
        let title = format!("{number}. {}", page.title);
        blocks.push(Block::Heading(Level::Part, title));
        add(&mut blocks, page);
    }
    Document {
        title: format!("操作マニュアル {}", book.title),
        about: format!(
            "オンライン資格確認等システム Onshi {}",
            env!("CARGO_PKG_VERSION")
        ),
        made_for: String::new(),
        made,
        paper: Paper::Portrait,
        blocks,
    }
}

fn add(blocks: &mut Vec<Block>, page: &ManualPage) {
    for block in &page.blocks {
        match block {
            ManualBlock::Heading(text) => {
                blocks.push(Block::Heading(Level::Section, text.clone()));
            }
            ManualBlock::Paragraph(text) => blocks.push(Block::paragraph(text.as_str())),
            ManualBlock::Steps(steps) => blocks.extend(
                (1..)
                    .zip(steps)
                    .map(|(number, step)| Block::paragraph(format!("({number}) {step}"))),
            ),
            ManualBlock::Points(points) => blocks.extend(
                points
                    .iter()
                    .map(|point| Block::paragraph(format!("・{point}"))),
            ),
            ManualBlock::Beware(text) => {
                blocks.push(Block::Paragraph(Tone::Alert, format!("注意：{text}")));
            }
            ManualBlock::Terms(terms) => blocks.push(Block::Facts(terms.clone())),
            ManualBlock::Picture { sample, caption } => {
                if let Some(taken) = pictures::of(sample) {
                    blocks.push(Block::Picture(Picture {
                        words: caption.clone(),
                        webp: taken.bytes.into(),
                        pixels: taken.pixels,
                        millimetres: PICTURE_MILLIMETRES,
                    }));
                    blocks.push(Block::Paragraph(Tone::Quiet, caption.clone()));
                }
            }
        }
    }
}

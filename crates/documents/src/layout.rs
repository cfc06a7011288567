//! From blocks to pages: where each line stands, and which part of the structure it belongs to.

use crate::description::{Block, Code, Document, Level, Paper, Picture, Tone};
use crate::lines::break_lines;
use crate::table::{lay_out_facts, lay_out_table};
use crate::typeset::Typesetter;
use crate::{DocumentError, PAGES_MAX};

/// The margins, in points: left and right, top, bottom.
pub(crate) const SIDE: f32 = 42.0;
pub(crate) const TOP: f32 = 60.0;
pub(crate) const BOTTOM: f32 = 50.0;

const POINTS_PER_MILLIMETRE: f32 = 72.0 / 25.4;

/// A document on pages.
pub(crate) struct Layout<'d> {
    pub(crate) size: (f32, f32),
    pub(crate) pages: Vec<Page<'d>>,
    pub(crate) elements: Vec<Element<'d>>,
    pub(crate) headings: Vec<Heading<'d>>,
}

/// What is on a page, in the order of reading.
#[derive(Default)]
pub(crate) struct Page<'d> {
    pub(crate) items: Vec<Item<'d>>,
}

/// A thing on a page.
pub(crate) enum Item<'d> {
    /// A line of text; y is its base line. Without an element it is no part of what is read.
    Text {
        at: (f32, f32),
        text: &'d str,
        style: Style,
        element: Option<usize>,
    },
    /// A thin line across.
    Rule { at: (f32, f32), width: f32 },
    /// A light ground.
    Ground { at: (f32, f32), size: (f32, f32) },
    /// Dark squares of this width.
    Squares {
        at: (f32, f32),
        width: f32,
        rows: &'d [Vec<bool>],
        element: usize,
    },
    /// A picture of this size.
    Picture {
        at: (f32, f32),
        size: (f32, f32),
        picture: &'d Picture,
        element: usize,
    },
}

/// How a line is set.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Style {
    pub(crate) size: f32,
    pub(crate) bold: bool,
    pub(crate) tone: Tone,
}

/// A part of the structure. Parents stand before their children.
pub(crate) struct Element<'d> {
    pub(crate) role: Role<'d>,
    pub(crate) parent: Option<usize>,
}

/// What a part of the structure is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Role<'d> {
    Heading(u16, &'d str),
    Paragraph,
    Table(&'d str),
    Head,
    Body,
    Row,
    ColumnName,
    RowName,
    Cell,
    Figure(&'d str),
}

/// A heading, for the outline.
pub(crate) struct Heading<'d> {
    pub(crate) depth: u16,
    pub(crate) text: &'d str,
    pub(crate) page: usize,
    pub(crate) y: f32,
}

/// Lays out one thing after the other.
pub(crate) struct Layouter<'d, 't, 'f> {
    pub(crate) typesetter: &'t Typesetter<'f>,
    pub(crate) y: f32,
    layout: Layout<'d>,
}

pub(crate) fn lay_out<'d>(
    document: &'d Document,
    typesetter: &Typesetter<'_>,
) -> Result<Layout<'d>, DocumentError> {
    let size = match document.paper {
        Paper::Portrait => (595.28, 841.89),
        Paper::Landscape => (841.89, 595.28),
    };
    let mut layouter = Layouter {
        typesetter,
        y: TOP,
        layout: Layout {
            size,
            pages: vec![Page::default()],
            elements: Vec::new(),
            headings: Vec::new(),
        },
    };
    layouter.heading(1, &document.title)?;
    for block in &document.blocks {
        match block {
            Block::Heading(Level::Part, text) => layouter.heading(2, text)?,
            Block::Heading(Level::Section, text) => layouter.heading(3, text)?,
            Block::Paragraph(tone, text) => layouter.paragraph(*tone, text)?,
            Block::Facts(facts) => lay_out_facts(&mut layouter, facts)?,
            Block::Table(table) => lay_out_table(&mut layouter, table)?,
            Block::Code(code) => layouter.code(code)?,
            Block::Picture(picture) => layouter.picture(picture)?,
            Block::NewPage if layouter.y > TOP => layouter.turn_page()?,
            Block::NewPage => {}
        }
    }
    Ok(layouter.layout)
}

impl<'d> Layouter<'d, '_, '_> {
    /// How wide the text is.
    pub(crate) fn width(&self) -> f32 {
        self.layout.size.0 - 2.0 * SIDE
    }

    /// How much room the page still has.
    pub(crate) fn room(&self) -> f32 {
        self.layout.size.1 - BOTTOM - self.y
    }

    /// How much room an empty page has.
    pub(crate) fn whole(&self) -> f32 {
        self.layout.size.1 - BOTTOM - TOP
    }

    pub(crate) fn turn_page(&mut self) -> Result<(), DocumentError> {
        if self.layout.pages.len() >= PAGES_MAX {
            return Err(DocumentError::TooLong { most: PAGES_MAX });
        }
        self.layout.pages.push(Page::default());
        self.y = TOP;
        Ok(())
    }

    pub(crate) fn put(&mut self, item: Item<'d>) {
        if let Some(page) = self.layout.pages.last_mut() {
            page.items.push(item);
        }
    }

    pub(crate) fn element(&mut self, role: Role<'d>, parent: Option<usize>) -> usize {
        self.layout.elements.push(Element { role, parent });
        self.layout.elements.len() - 1
    }

    fn heading(&mut self, depth: u16, text: &'d str) -> Result<(), DocumentError> {
        let (size, before, after) = match depth {
            1 => (17.0, 0.0, 8.0),
            2 => (12.5, 14.0, 6.0),
            _ => (10.5, 9.0, 4.0),
        };
        // Of what follows two lines at the least stay with it.
        if self.y > TOP {
            if self.room() < before + size * 1.4 + 60.0 {
                self.turn_page()?;
            } else {
                self.y += before;
            }
        }
        self.layout.headings.push(Heading {
            depth,
            text,
            page: self.layout.pages.len() - 1,
            y: self.y,
        });
        let element = self.element(Role::Heading(depth, text), None);
        let style = Style {
            size,
            bold: true,
            tone: Tone::Plain,
        };
        self.set(text, style, 1.4, element)?;
        if depth < 3 {
            self.put(Item::Rule {
                at: (SIDE, self.y + 1.5),
                width: self.width(),
            });
        }
        self.y += after;
        Ok(())
    }

    fn paragraph(&mut self, tone: Tone, text: &'d str) -> Result<(), DocumentError> {
        let size = if tone == Tone::Quiet { 8.5 } else { 9.5 };
        let element = self.element(Role::Paragraph, None);
        let style = Style {
            size,
            bold: tone == Tone::Alert,
            tone,
        };
        self.set(text, style, 1.55, element)?;
        self.y += 4.0;
        Ok(())
    }

    fn code(&mut self, code: &'d Code) -> Result<(), DocumentError> {
        let across = code.rows.iter().map(Vec::len).max().unwrap_or(0);
        let (across, down) = (across as f32, code.rows.len() as f32);
        if across == 0.0 {
            return Ok(());
        }
        let width = f32::from(code.millimetres) * POINTS_PER_MILLIMETRE / across;
        if self.room() < down * width && self.y > TOP {
            self.turn_page()?;
        }
        let element = self.element(Role::Figure(&code.words), None);
        self.put(Item::Squares {
            at: (SIDE, self.y),
            width,
            rows: &code.rows,
            element,
        });
        self.y += down * width + 8.0;
        Ok(())
    }

    /// As wide as it is asked for, or as fits on a page.
    fn picture(&mut self, picture: &'d Picture) -> Result<(), DocumentError> {
        let (across, down) = (picture.pixels.0 as f32, picture.pixels.1 as f32);
        if across < 1.0 || down < 1.0 {
            return Ok(());
        }
        let asked = f32::from(picture.millimetres) * POINTS_PER_MILLIMETRE;
        let highest = self.whole() * across / down;
        let width = asked.min(self.width()).min(highest);
        let height = width * down / across;
        if self.room() < height && self.y > TOP {
            self.turn_page()?;
        }
        let element = self.element(Role::Figure(&picture.words), None);
        self.put(Item::Picture {
            at: (SIDE, self.y),
            size: (width, height),
            picture,
            element,
        });
        self.y += height + 6.0;
        Ok(())
    }

    fn set(
        &mut self,
        text: &'d str,
        style: Style,
        leading: f32,
        element: usize,
    ) -> Result<(), DocumentError> {
        let height = style.size * leading;
        for line in break_lines(text, (self.width(), style.size), self.typesetter) {
            if self.room() < height {
                self.turn_page()?;
            }
            self.put(Item::Text {
                at: (SIDE, self.y + baseline(style.size, height)),
                text: visible(line),
                style,
                element: Some(element),
            });
            self.y += height;
        }
        Ok(())
    }
}

/// Where the base line stands in a line of this height.
pub(crate) fn baseline(size: f32, height: f32) -> f32 {
    (height - size) / 2.0 + size * 0.86
}

/// An empty line is a space: what has nothing on a page would fall out of the structure.
pub(crate) fn visible(line: &str) -> &str {
    if line.is_empty() { " " } else { line }
}

//! What a document says, in order. Nothing here knows of pages.

/// A document to be printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// The title: the first heading, the running head, and what a viewer shows in its window.
    pub title: String,
    /// Whom it is about: at the right of the running head.
    pub about: String,
    /// Who had it made, when and where: at the foot of each page, and as a watermark across it.
    pub made_for: String,
    /// When it was made, for the file's properties.
    pub made: Made,
    /// The paper.
    pub paper: Paper,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// A moment in Japan: year, month, day, hour, minute, second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Made {
    /// 年.
    pub year: u16,
    /// 月.
    pub month: u8,
    /// 日.
    pub day: u8,
    /// 時.
    pub hour: u8,
    /// 分.
    pub minute: u8,
    /// 秒.
    pub second: u8,
}

/// A4, one way or the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Paper {
    /// 縦.
    #[default]
    Portrait,
    /// 横: for wide tables.
    Landscape,
}

/// A part of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A heading.
    Heading(Level, String),
    /// A paragraph.
    Paragraph(Tone, String),
    /// Names and values, one a line (項目と内容).
    Facts(Vec<(String, String)>),
    /// A table.
    Table(Table),
    /// A code that a camera reads (二次元コード).
    Code(Code),
    /// A picture.
    Picture(Picture),
    /// What follows begins a page.
    NewPage,
}

/// A code of dark and light squares, with the light border that readers need around it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Code {
    /// What it is, for those who can't see it.
    pub words: String,
    /// Its rows from the top; true is dark.
    pub rows: Vec<Vec<bool>>,
    /// How wide it is printed, in millimetres.
    pub millimetres: u16,
}

/// A picture, as WebP.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    /// What is to be seen, for those who can't see it.
    pub words: String,
    /// The file's bytes.
    pub webp: Vec<u8>,
    /// How many pixels it is wide and high.
    pub pixels: (u32, u32),
    /// How wide it is printed, in millimetres.
    pub millimetres: u16,
}

/// How deep a heading stands under the title.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// A part of the document.
    Part,
    /// A section of a part.
    Section,
}

/// How something is shown. Colour never says anything alone: the words say it too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tone {
    /// As text is.
    #[default]
    Plain,
    /// What must be seen.
    Alert,
    /// What explains.
    Quiet,
}

/// A table. Its head is repeated on each page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// What it shows, for those who can't see it (表の概要).
    pub summary: String,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows. Each has as many cells as there are columns; what is missing is empty.
    pub rows: Vec<Row>,
}

/// A column of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Column {
    /// What stands in its head.
    pub title: String,
    /// How wide it is beside the others.
    pub share: u16,
    /// Whether its cells name the rows, for a screen reader.
    pub names_row: bool,
}

/// A row of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Its cells.
    pub cells: Vec<Cell>,
}

/// A cell of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// What it says; a line feed begins a line.
    pub text: String,
    /// How.
    pub tone: Tone,
}

impl Column {
    /// A column of this width.
    pub fn new(title: &str, share: u16) -> Column {
        Column {
            title: title.to_owned(),
            share,
            names_row: false,
        }
    }

    /// The same, whose cells name the rows.
    pub fn naming(title: &str, share: u16) -> Column {
        Column {
            names_row: true,
            ..Column::new(title, share)
        }
    }
}

impl Cell {
    /// A plain cell.
    pub fn plain(text: impl Into<String>) -> Cell {
        Cell {
            text: text.into(),
            tone: Tone::Plain,
        }
    }

    /// A cell that must be seen.
    pub fn alert(text: impl Into<String>) -> Cell {
        Cell {
            text: text.into(),
            tone: Tone::Alert,
        }
    }
}

impl Block {
    /// A plain paragraph.
    pub fn paragraph(text: impl Into<String>) -> Block {
        Block::Paragraph(Tone::Plain, text.into())
    }
}

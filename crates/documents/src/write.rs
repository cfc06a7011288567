//! From pages to the file: drawing, tags, outline, properties.

use std::num::NonZeroU16;

use krilla::SerializeSettings;
use krilla::color::rgb;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect, Size, Transform};
use krilla::graphic::Graphic;
use krilla::image::Image;
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, SpanTag, TableHeaderScope, Tag, TagGroup,
    TagKind, TagTree,
};

use crate::DocumentError;
use crate::description::{Document, Picture, Tone};
use crate::layout::{Heading, Item, Layout, Page, Role, SIDE, Style};
use crate::typeset::Typesetter;
use crate::watermark;

/// Red, green, blue.
pub(crate) type Color = (u8, u8, u8);

const RULE: Color = (178, 182, 190);
const GROUND: Color = (232, 238, 248);
const DARK: Color = (0, 0, 0);
const LIGHT: Color = (255, 255, 255);

fn ink(tone: Tone) -> Color {
    match tone {
        Tone::Plain => (26, 26, 28),
        Tone::Alert => (169, 0, 0),
        Tone::Quiet => (82, 84, 90),
    }
}

pub(crate) fn fill((red, green, blue): Color) -> Fill {
    Fill {
        paint: rgb::Color::new(red, green, blue).into(),
        opacity: NormalizedF32::ONE,
        rule: FillRule::NonZero,
    }
}

fn wrong(what: impl std::fmt::Debug) -> DocumentError {
    DocumentError::Write(format!("{what:?}"))
}

/// Writes the file.
pub(crate) fn write(
    document: &Document,
    layout: Layout<'_>,
    typesetter: &Typesetter<'_>,
) -> Result<Vec<u8>, DocumentError> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(wrong)?;
    let mut file = krilla::Document::new_with(SerializeSettings {
        configuration,
        enable_tagging: true,
        ..SerializeSettings::default()
    });
    let (width, height) = layout.size;
    let mut identifiers: Vec<Vec<Identifier>> = vec![Vec::new(); layout.elements.len()];
    let mut mark: Option<Graphic> = None;
    for (at, page) in layout.pages.iter().enumerate() {
        let settings = PageSettings::from_wh(width, height).ok_or_else(|| wrong("the page"))?;
        let mut out = file.start_page_with(settings);
        let mut surface = out.surface();
        if !document.made_for.is_empty() {
            let text = &document.made_for;
            let mark = mark.get_or_insert_with(|| {
                watermark::make(&mut surface, text, layout.size, typesetter)
            });
            artifact(&mut surface, ArtifactType::Watermark, |surface| {
                surface.draw_graphic(mark.clone());
            });
        }
        let count = format!("{} / {} ページ", at + 1, layout.pages.len());
        running(&mut surface, document, layout.size, &count, typesetter);
        draw_page(&mut surface, page, typesetter, &mut identifiers)?;
        surface.finish();
        out.finish();
    }
    file.set_tag_tree(tree(&layout, identifiers));
    file.set_outline(outline(&layout.headings));
    file.set_metadata(properties(document));
    file.finish().map_err(|error| wrong(error.to_string()))
}

fn artifact(surface: &mut Surface<'_>, kind: ArtifactType, draw: impl FnOnce(&mut Surface<'_>)) {
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(kind)));
    draw(surface);
    surface.end_tagged();
}

/// The running head and foot.
fn running(
    surface: &mut Surface<'_>,
    document: &Document,
    (width, height): (f32, f32),
    count: &str,
    typesetter: &Typesetter<'_>,
) {
    let style = Style {
        size: 8.0,
        bold: false,
        tone: Tone::Quiet,
    };
    let inner = width - 2.0 * SIDE;
    let ends = |left: &str, right: &str, y: f32, surface: &mut Surface<'_>| {
        let right = fitting(right, inner * 0.55, style.size, typesetter);
        let wide = typesetter.width(&right, style.size);
        let left = fitting(left, inner - wide - 12.0, style.size, typesetter);
        draw_text(surface, &left, (SIDE, y), style, typesetter);
        draw_text(surface, &right, (width - SIDE - wide, y), style, typesetter);
    };
    artifact(surface, ArtifactType::Header, |surface| {
        ends(&document.title, &document.about, 36.0, surface);
    });
    artifact(surface, ArtifactType::Footer, |surface| {
        ends(&document.made_for, count, height - 26.0, surface);
    });
    artifact(surface, ArtifactType::Layout, |surface| {
        draw_rect(surface, (SIDE, 43.0), (inner, 0.5), RULE);
        draw_rect(surface, (SIDE, height - 38.0), (inner, 0.5), RULE);
    });
}

/// As much of a line as fits, with … where something is left out.
fn fitting(text: &str, width: f32, size: f32, typesetter: &Typesetter<'_>) -> String {
    if typesetter.width(text, size) <= width {
        return text.to_owned();
    }
    let room = width - typesetter.width("…", size);
    let mut so_far = 0.0;
    let end = crate::typeset::letters(text)
        .find(|letter| {
            so_far += typesetter.advance(letter) * size;
            so_far > room
        })
        .map_or(text.len(), |letter| letter.from);
    format!("{}…", &text[..end])
}

fn draw_page(
    surface: &mut Surface<'_>,
    page: &Page<'_>,
    typesetter: &Typesetter<'_>,
    identifiers: &mut [Vec<Identifier>],
) -> Result<(), DocumentError> {
    let mut open: Option<Option<usize>> = None;
    for item in &page.items {
        let tag = match item {
            Item::Text { element, .. } => *element,
            Item::Squares { element, .. } | Item::Picture { element, .. } => Some(*element),
            Item::Rule { .. } | Item::Ground { .. } => None,
        };
        if open != Some(tag) {
            if open.is_some() {
                surface.end_tagged();
            }
            match tag {
                Some(element) => {
                    let id = surface.start_tagged(ContentTag::Span(SpanTag::empty()));
                    if let Some(of) = identifiers.get_mut(element) {
                        of.push(id);
                    }
                }
                None => {
                    let kind = ArtifactType::Layout;
                    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(kind)));
                }
            }
            open = Some(tag);
        }
        match item {
            Item::Text {
                at, text, style, ..
            } => draw_text(surface, text, *at, *style, typesetter),
            Item::Rule { at, width } => draw_rect(surface, *at, (*width, 0.5), RULE),
            Item::Ground { at, size } => draw_rect(surface, *at, *size, GROUND),
            Item::Squares {
                at, width, rows, ..
            } => draw_squares(surface, *at, *width, rows),
            Item::Picture {
                at, size, picture, ..
            } => draw_picture(surface, *at, *size, picture)?,
        }
    }
    if open.is_some() {
        surface.end_tagged();
    }
    Ok(())
}

/// Draws a picture, with a thin frame: screens are as white as the paper. PDF/A forbids that viewers smooth it.
fn draw_picture(
    surface: &mut Surface<'_>,
    (x, y): (f32, f32),
    (width, height): (f32, f32),
    picture: &Picture,
) -> Result<(), DocumentError> {
    let image = Image::from_webp(picture.webp.clone().into(), false).map_err(wrong)?;
    if image.size() != picture.pixels {
        return Err(wrong("a picture of another size"));
    }
    let size = Size::from_wh(width, height).ok_or_else(|| wrong("a picture"))?;
    surface.push_transform(&Transform::from_translate(x, y));
    surface.draw_image(image, size);
    surface.pop();
    let edge = 0.5;
    draw_rect(surface, (x, y), (width, edge), RULE);
    draw_rect(surface, (x, y + height - edge), (width, edge), RULE);
    draw_rect(surface, (x, y), (edge, height), RULE);
    draw_rect(surface, (x + width - edge, y), (edge, height), RULE);
    Ok(())
}

fn draw_rect(
    surface: &mut Surface<'_>,
    (x, y): (f32, f32),
    (width, height): (f32, f32),
    color: Color,
) {
    let Some(rect) = Rect::from_xywh(x, y, width, height) else {
        return;
    };
    let mut path = PathBuilder::new();
    path.push_rect(rect);
    if let Some(path) = path.finish() {
        surface.set_stroke(None);
        surface.set_fill(Some(fill(color)));
        surface.draw_path(&path);
    }
}

/// Draws dark squares, those beside each other as one, so that no viewer leaves a gap between them.
fn draw_squares(surface: &mut Surface<'_>, (x, y): (f32, f32), width: f32, rows: &[Vec<bool>]) {
    // What lies under the page's words must not show between them.
    let most = rows.iter().map(Vec::len).max().unwrap_or(0);
    let size = (most as f32 * width, rows.len() as f32 * width);
    draw_rect(surface, (x, y), size, LIGHT);
    for (down, row) in rows.iter().enumerate() {
        let mut across = 0;
        for run in row.chunk_by(|one, other| one == other) {
            if run.first() == Some(&true) {
                let at = (x + across as f32 * width, y + down as f32 * width);
                draw_rect(surface, at, (run.len() as f32 * width, width), DARK);
            }
            across += run.len();
        }
    }
}

/// Draws a line. The fonts have one weight: what is bold has an outline too.
fn draw_text(
    surface: &mut Surface<'_>,
    text: &str,
    (x, y): (f32, f32),
    style: Style,
    typesetter: &Typesetter<'_>,
) {
    let color = ink(style.tone);
    surface.set_fill(Some(fill(color)));
    surface.set_stroke(style.bold.then(|| Stroke {
        paint: rgb::Color::new(color.0, color.1, color.2).into(),
        width: style.size * 0.032,
        ..Stroke::default()
    }));
    for (face, from, glyphs) in typesetter.runs(text, style.size) {
        if let Some(font) = typesetter.font(face) {
            let start = Point::from_xy(x + from, y);
            surface.draw_glyphs(start, &glyphs, font, text, style.size, false);
        }
    }
}

/// The structure: children after their parents, so that the last can be closed first.
fn tree(layout: &Layout<'_>, identifiers: Vec<Vec<Identifier>>) -> TagTree {
    let mut groups: Vec<TagGroup> = layout
        .elements
        .iter()
        .zip(identifiers)
        .map(|(element, own)| {
            let children = own.into_iter().map(Into::into).collect();
            TagGroup::with_children(kind(element.role), children)
        })
        .collect();
    let mut tree = TagTree::new().with_lang(Some("ja".to_owned()));
    let mut top = Vec::new();
    while let Some(mut group) = groups.pop() {
        // Its children were put in from the last to the first.
        if layout.elements[groups.len()].role.holds_others() {
            group.children.reverse();
        }
        match layout.elements[groups.len()].parent {
            Some(parent) => groups[parent].push(group),
            None => top.push(group),
        }
    }
    for group in top.into_iter().rev() {
        tree.push(group);
    }
    tree
}

impl Role<'_> {
    fn holds_others(self) -> bool {
        matches!(self, Role::Table(_) | Role::Head | Role::Body | Role::Row)
    }
}

fn kind(role: Role<'_>) -> TagKind {
    match role {
        Role::Heading(depth, text) => {
            let level = NonZeroU16::new(depth).unwrap_or(NonZeroU16::MIN);
            Tag::Hn(level, Some(text.to_owned())).into()
        }
        Role::Paragraph => Tag::P.into(),
        Role::Table(summary) => Tag::Table.with_summary(Some(summary.to_owned())).into(),
        Role::Head => Tag::THead.into(),
        Role::Body => Tag::TBody.into(),
        Role::Row => Tag::TR.into(),
        Role::ColumnName => Tag::TH(TableHeaderScope::Column).into(),
        Role::RowName => Tag::TH(TableHeaderScope::Row).into(),
        Role::Cell => Tag::TD.into(),
        Role::Figure(words) => Tag::Figure(Some(words.to_owned())).into(),
    }
}

fn outline(headings: &[Heading<'_>]) -> Outline {
    let mut outline = Outline::new();
    let mut part: Option<OutlineNode> = None;
    for heading in headings {
        let at = Point::from_xy(0.0, (heading.y - 6.0).max(0.0));
        let node = OutlineNode::new(
            heading.text.to_owned(),
            XyzDestination::new(heading.page, at),
        );
        match &mut part {
            Some(part) if heading.depth > 2 => part.push_child(node),
            _ => {
                if let Some(done) = part.replace(node) {
                    outline.push_child(done);
                }
            }
        }
    }
    if let Some(done) = part {
        outline.push_child(done);
    }
    outline
}

fn properties(document: &Document) -> Metadata {
    let made = document.made;
    let date = DateTime::new(made.year)
        .month(made.month)
        .day(made.day)
        .hour(made.hour)
        .minute(made.minute)
        .second(made.second)
        .utc_offset_hour(9)
        .utc_offset_minute(0);
    Metadata::new()
        .title(document.title.clone())
        .language("ja".to_owned())
        .creator("Onshi".to_owned())
        .producer("Onshi (krilla)".to_owned())
        .creation_date(date)
}

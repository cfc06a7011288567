//! Reading: any order of elements, every problem with its line, nothing beyond the limits.
//!
//! Elements go straight from the text into the struct; no tree is built.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::place::Place;
use crate::check::is_printable;
use crate::encoding::{DecodeError, Encoding, decode};
use crate::limits::{ATTRIBUTES_MAX, Limits};
use crate::problem::{Parsed, ProblemCode};
use crate::report::{At, Diagnostics, Fatal};
use crate::shape::{Block, Typed};

/// Reads a message. What could be read is in `message` even if there are problems, so that an
/// answer can echo it.
pub fn parse_xml<M: Typed>(bytes: &[u8], limits: &Limits) -> Parsed<M> {
    let mut message = M::default();
    parse_xml_into(&mut message, bytes, limits).with(|()| message)
}

/// Reads a message of a kind that is known only at run time.
pub fn parse_xml_into(message: &mut dyn Block, bytes: &[u8], limits: &Limits) -> Parsed<()> {
    let mut report = Diagnostics::new(limits);
    if bytes.len() > limits.bytes {
        let max = limits.bytes;
        let ja = format!("ファイルが大きすぎます（上限{max}バイト）。");
        report.add(
            ProblemCode::Limit,
            None,
            "",
            ja,
            "beyond the limit of bytes".into(),
        );
        return report.finish((), false, Encoding::Utf8);
    }
    match decode(bytes) {
        Ok((encoding, text)) => {
            let mut reading = Reading::new(&text, report);
            let readable = reading.document(message).is_ok();
            // What is absent is noticed at the end of a block, but belongs to its beginning.
            reading
                .report
                .problems
                .sort_by_key(|problem| (problem.line, problem.column));
            reading.report.finish((), readable, encoding)
        }
        Err(error) => {
            let encoding = undecodable(error, &mut report);
            report.finish((), false, encoding)
        }
    }
}

fn undecodable(error: DecodeError, report: &mut Diagnostics) -> Encoding {
    let (encoding, at, ja, en) = match error {
        DecodeError::Unknown => {
            let ja = "文字コードはUTF-8又はShift_JISで、XML宣言のencodingに指定してください。";
            (
                Encoding::Utf8,
                Some((1, 1)),
                ja.to_owned(),
                "neither UTF-8 nor Shift_JIS",
            )
        }
        DecodeError::Contradiction => {
            let ja = "XML宣言はShift_JISですが、UTF-8のBOMがあります。";
            (
                Encoding::Utf8,
                Some((1, 1)),
                ja.to_owned(),
                "declared Shift_JIS after a UTF-8 mark",
            )
        }
        DecodeError::Malformed { encoding, good } => {
            let name = encoding.name();
            let ja = format!("{name}として読めないバイトがあります。XML宣言を確認してください。");
            (
                encoding,
                Some(Place::new(&good).of(good.len())),
                ja,
                "bytes not in the encoding",
            )
        }
    };
    report.add(ProblemCode::Encoding, at, "", ja, en.into());
    encoding
}

pub(super) struct Reading<'t> {
    reader: Reader<&'t [u8]>,
    pub(super) place: Place<'t>,
    pub(super) report: Diagnostics,
    /// Where the last event began.
    pub(super) start: usize,
    depth: usize,
}

pub(super) type Flow<T = ()> = Result<T, Fatal>;

impl<'t> Reading<'t> {
    fn new(text: &'t str, report: Diagnostics) -> Self {
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_comments = true;
        Self {
            reader,
            place: Place::new(text),
            report,
            start: 0,
            depth: 0,
        }
    }

    /// Line and column of a problem; nothing if it would not be kept, since counting lines for
    /// millions of problems is what a hostile file would like.
    pub(super) fn at(&mut self, offset: usize, code: ProblemCode) -> At {
        self.report.keeps(code).then(|| self.place.of(offset))
    }

    pub(super) fn next(&mut self) -> Flow<Event<'t>> {
        self.start = self.position();
        let (start, place) = (self.start, &mut self.place);
        self.report.event(|| Some(place.of(start)))?;
        match self.reader.read_event() {
            Ok(event) => Ok(event),
            Err(error) => {
                let from = offset(self.reader.error_position());
                self.broken(from, error.to_string())
            }
        }
    }

    /// Where the next event begins.
    pub(super) fn position(&self) -> usize {
        offset(self.reader.buffer_position())
    }

    /// Not well-formed: nothing after it can be trusted.
    pub(super) fn broken<T>(&mut self, from: usize, mut en: String) -> Flow<T> {
        // The parser's own text may repeat a tag of any length.
        en.truncate(en.floor_char_boundary(200));
        let ja = "XMLとして正しくありません（タグの閉じ忘れや記号の誤りなど）。";
        self.fatal(ProblemCode::NotWellFormed, from, ja, en)
    }

    pub(super) fn fatal<T>(
        &mut self,
        code: ProblemCode,
        from: usize,
        ja: &str,
        en: String,
    ) -> Flow<T> {
        let at = self.at(from, code);
        self.report.add(code, at, "", ja.to_owned(), en);
        Err(Fatal)
    }

    fn document(&mut self, message: &mut dyn Block) -> Flow {
        let (mut seen, mut begun) = (false, false);
        loop {
            match self.next()? {
                Event::Start(tag) if !seen => {
                    self.root(&tag, message, false)?;
                    seen = true;
                }
                Event::Empty(tag) if !seen => {
                    self.root(&tag, message, true)?;
                    seen = true;
                }
                Event::Start(_) | Event::Empty(_) => {
                    return self.broken(self.start, "a second root element".into());
                }
                Event::Text(text) if text.chars().all(is_nothing) => {}
                Event::Text(text) => {
                    let found = text.char_indices().find(|(_, c)| !is_nothing(*c));
                    return self.outside(seen, found);
                }
                Event::CData(_) | Event::GeneralRef(_) | Event::End(_) => {
                    return self.outside(seen, None);
                }
                // Blank lines before it are no harm.
                Event::Decl(_) if !begun => begun = true,
                Event::Eof if seen => return Ok(()),
                Event::Eof => return self.broken(self.start, "no root element".into()),
                other => {
                    begun = true;
                    self.aside(&other)?;
                }
            }
        }
    }

    /// Text before or after the root: which character it begins with is the cause, since such
    /// files mostly come from programs that leave their own marks.
    fn outside(&mut self, after: bool, found: Option<(usize, char)>) -> Flow {
        let (offset, character) = found.unwrap_or_default();
        let from = self.start + offset;
        let side = if after { "後" } else { "前" };
        let what = match found {
            Some(_) => format!("（U+{:04X}）", u32::from(character)),
            None => String::new(),
        };
        let ja = format!("XmlMsg の{side}に余分な文字{what}があります。取り除いてください。");
        let en = "text outside the root element".to_owned();
        self.fatal(ProblemCode::NotWellFormed, from, &ja, en)
    }

    /// What is neither element nor text: comments are fine, a DTD is not.
    pub(super) fn aside(&mut self, event: &Event<'_>) -> Flow {
        match event {
            Event::DocType(_) => {
                let ja = "DTD（DOCTYPE宣言）は使えません。";
                self.fatal(
                    ProblemCode::Dtd,
                    self.start,
                    ja,
                    "a document type definition".into(),
                )
            }
            Event::Decl(_) => self.broken(self.start, "an XML declaration inside".into()),
            Event::PI(_) => {
                let at = self.at(self.start, ProblemCode::Ignored);
                let ja = "処理命令は無視しました。".to_owned();
                let en = "a processing instruction was ignored".to_owned();
                self.report.add(ProblemCode::Ignored, at, "", ja, en);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn root(&mut self, tag: &BytesStart<'_>, message: &mut dyn Block, empty: bool) -> Flow {
        if tag.name().as_ref() != "XmlMsg" {
            let ja = "最上位の要素は XmlMsg でなければなりません。";
            return self.fatal(
                ProblemCode::Root,
                self.start,
                ja,
                "the root is not XmlMsg".into(),
            );
        }
        self.begin(tag)?;
        self.report.enter("XmlMsg", None);
        self.block(message, self.start, empty)?;
        self.report.leave();
        Ok(())
    }

    /// Counts an element, looks at its attributes and goes one deeper; `done` goes back.
    pub(super) fn begin(&mut self, tag: &BytesStart<'_>) -> Flow {
        let start = self.start;
        self.depth += 1;
        let place = &mut self.place;
        self.report.element(|| Some(place.of(start)))?;
        let place = &mut self.place;
        self.report.depth(self.depth, || Some(place.of(start)))?;
        for (number, attribute) in tag.attributes().enumerate() {
            if let Err(error) = attribute {
                return self.broken(start, error.to_string());
            }
            if number >= ATTRIBUTES_MAX {
                let ja = format!("属性が多すぎます（上限{ATTRIBUTES_MAX}個）。");
                let en = "beyond the limit of attributes".to_owned();
                return self.fatal(ProblemCode::Limit, start, &ja, en);
            }
            if !self.report.keeps(ProblemCode::Ignored) {
                self.report.leave_out(ProblemCode::Ignored);
                continue;
            }
            let at = self.at(start, ProblemCode::Ignored);
            let ja = "属性は無視しました。".to_owned();
            let name = shown(tag.name().as_ref());
            self.report.add(
                ProblemCode::Ignored,
                at,
                &name,
                ja,
                "an attribute was ignored".into(),
            );
        }
        Ok(())
    }

    pub(super) fn done(&mut self) {
        self.depth -= 1;
    }

    /// Goes to the end tag of the element that we are in.
    pub(super) fn skip(&mut self) -> Flow {
        let outside = self.depth;
        loop {
            match self.next()? {
                Event::Start(tag) => self.begin(&tag)?,
                Event::Empty(tag) => {
                    self.begin(&tag)?;
                    self.done();
                }
                Event::End(_) if self.depth == outside => return Ok(()),
                Event::End(_) => self.done(),
                Event::GeneralRef(name) => {
                    self.reference(&name)?;
                }
                Event::Text(_) | Event::CData(_) => {}
                Event::Eof => return self.broken(self.start, "an end tag is missing".into()),
                other => self.aside(&other)?,
            }
        }
    }

    /// One of the five entities of XML, or a character by its number; nothing else.
    pub(super) fn reference(&mut self, name: &BytesRef<'_>) -> Flow<char> {
        let found = match &**name {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => match name.resolve_char_ref() {
                Ok(found) => found,
                Err(error) => return self.broken(self.start, error.to_string()),
            },
        };
        match found {
            Some(character) => Ok(character),
            None => {
                let ja =
                    "使えない実体参照があります（&amp; &lt; &gt; &quot; &apos; のみ使えます）。";
                self.fatal(
                    ProblemCode::Entity,
                    self.start,
                    ja,
                    "an entity of its own".into(),
                )
            }
        }
    }
}

fn offset(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

/// What may stand around the root: blanks, and byte order marks that were joined in.
fn is_nothing(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\r' | '\n' | '\u{FEFF}')
}

pub(super) fn is_blank(text: &str) -> bool {
    text.bytes()
        .all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
}

/// A foreign name, short enough to show and without anything that a log or terminal obeys.
pub(crate) fn shown(name: &str) -> String {
    let fits = |c: &char| is_printable(*c);
    // Of a name of any length only its beginning is looked at.
    let mut shown: String = name.chars().take(256).filter(fits).take(64).collect();
    if shown.len() < name.len() {
        shown.push('…');
    }
    shown
}

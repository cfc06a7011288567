//! Reading the inside of a block: the elements of its shape, in any order.

use std::borrow::Cow;

use quick_xml::events::{BytesStart, Event};

use super::read::{Flow, Reading, is_blank, shown};
use crate::check;
use crate::problem::ProblemCode;
use crate::shape::{Block, Field, Kind, Need, Slot, View};
use crate::spelling::value_of;

/// What a text costs in memory beside its bytes.
const STRING_BYTES: usize = 32;

impl<'t> Reading<'t> {
    /// The inside of a block, up to its end tag.
    pub(super) fn block(&mut self, block: &mut dyn Block, start: usize, empty: bool) -> Flow {
        let shape = block.shape();
        let mut seen = 0u128;
        let mut hint = 0;
        loop {
            if empty {
                break;
            }
            let (tag, is_empty) = match self.next()? {
                Event::Start(tag) => (tag, false),
                Event::Empty(tag) => (tag, true),
                Event::End(_) => break,
                other => {
                    self.between(other)?;
                    continue;
                }
            };
            let from = self.start;
            self.begin(&tag)?;
            match shape.find(tag.name().as_ref(), hint) {
                Some(index) => {
                    let again = seen & (1 << index) != 0;
                    seen |= 1 << index;
                    hint = index + 1;
                    self.element(block, index, again, from, is_empty)?;
                }
                None => self.unknown(&tag, is_empty)?,
            }
            self.done();
        }
        self.complete(block, start, seen)
    }

    fn element(
        &mut self,
        block: &mut dyn Block,
        index: usize,
        again: bool,
        from: usize,
        empty: bool,
    ) -> Flow {
        let field = &block.shape().fields[index];
        if again && !matches!(field.kind, Kind::Repeated(_)) {
            let at = self.at(from, ProblemCode::Duplicate);
            let ja = format!("{}（{}）が2回以上あります。", field.ja(), field.name);
            let en = "there more than once".to_owned();
            self.report
                .add(ProblemCode::Duplicate, at, field.name, ja, en);
            return if empty { Ok(()) } else { self.skip() };
        }
        match &field.kind {
            Kind::Block(inner) => {
                self.spend(inner.size)?;
                if let Slot::Block(child) = block.open(index) {
                    self.report.enter(field.name, None);
                    self.block(child, from, empty)?;
                    self.report.leave();
                }
                Ok(())
            }
            Kind::Repeated(_) => self.entry(block, index, field.name, from, empty),
            Kind::List { item, .. } => {
                self.report.enter(field.name, None);
                if !empty {
                    self.list(block, index, item)?;
                }
                self.report.leave();
                Ok(())
            }
            _ if empty => Ok(()),
            _ => self.leaf(block, index, field, from),
        }
    }

    /// One entry of a list.
    fn entry(
        &mut self,
        block: &mut dyn Block,
        index: usize,
        name: &'static str,
        from: usize,
        empty: bool,
    ) -> Flow {
        let Some(entries) = block.shape().fields[index].kind.entries() else {
            return Ok(());
        };
        let number = match block.view(index) {
            View::Blocks(blocks) => blocks.count(),
            _ => 0,
        };
        let place = &mut self.place;
        self.report.entry(number, || Some(place.of(from)))?;
        // A list that grows is held twice for a moment.
        self.spend(2 * entries.shape.size)?;
        if let Slot::Block(child) = block.open(index) {
            self.report.enter(name, Some(number));
            self.block(child, from, empty)?;
            self.report.leave();
        }
        Ok(())
    }

    /// The inside of a wrapping element.
    fn list(&mut self, block: &mut dyn Block, index: usize, item: &'static str) -> Flow {
        loop {
            let (tag, is_empty) = match self.next()? {
                Event::Start(tag) => (tag, false),
                Event::Empty(tag) => (tag, true),
                Event::End(_) => return Ok(()),
                other => {
                    self.between(other)?;
                    continue;
                }
            };
            let from = self.start;
            self.begin(&tag)?;
            if tag.name().as_ref() == item {
                self.entry(block, index, item, from, is_empty)?;
            } else {
                self.unknown(&tag, is_empty)?;
            }
            self.done();
        }
    }

    fn spend(&mut self, bytes: usize) -> Flow {
        let (start, place) = (self.start, &mut self.place);
        self.report.allocated(bytes, || Some(place.of(start)))
    }

    /// Text between elements.
    fn between(&mut self, event: Event<'_>) -> Flow {
        match event {
            Event::Text(text) if is_blank(&text) => Ok(()),
            Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) => {
                if let Event::GeneralRef(name) = &event {
                    self.reference(name)?;
                }
                let at = self.at(self.start, ProblemCode::Structure);
                let mut ja = "要素の間に文字があります。".to_owned();
                if let Event::Text(text) = &event
                    && let Some(control) = text
                        .chars()
                        .find(|c| c.is_control() && !is_blank(c.encode_utf8(&mut [0; 4])))
                {
                    ja = format!(
                        "要素の間に余分な文字（U+{:04X}）があります。",
                        u32::from(control)
                    );
                }
                let en = "text between elements".to_owned();
                self.report.add(ProblemCode::Structure, at, "", ja, en);
                Ok(())
            }
            Event::Eof => self.broken(self.start, "an end tag is missing".into()),
            other => self.aside(&other),
        }
    }

    fn unknown(&mut self, tag: &BytesStart<'_>, empty: bool) -> Flow {
        if !self.report.keeps(ProblemCode::UnknownElement) {
            self.report.leave_out(ProblemCode::UnknownElement);
        } else {
            let at = self.at(self.start, ProblemCode::UnknownElement);
            let name = shown(tag.name().as_ref());
            let ja = format!("{name} はこの電文にない要素のため、無視しました。");
            let en = "an unknown element was ignored".to_owned();
            self.report
                .add(ProblemCode::UnknownElement, at, &name, ja, en);
        }
        if empty { Ok(()) } else { self.skip() }
    }

    /// A text, up to its end tag.
    fn leaf(
        &mut self,
        block: &mut dyn Block,
        index: usize,
        field: &'static Field,
        from: usize,
    ) -> Flow {
        let mut text = Cow::Borrowed("");
        let (mut told, begun) = (false, self.position());
        // Whether the value was spelt otherwise than we print it, and whether by text alone.
        let (mut another, mut alone) = (false, true);
        loop {
            let event = self.next()?;
            let (start, place) = (self.position(), &mut self.place);
            let read = start - begun;
            self.report
                .value(read, field.name, || Some(place.of(from)))?;
            let more: Cow<'t, str> = match event {
                Event::End(_) => break,
                Event::Text(more) => {
                    let content = more.xml10_content();
                    another |= matches!(content, Cow::Owned(_));
                    content
                }
                Event::CData(more) => {
                    another = true;
                    more.xml10_content()
                }
                Event::GeneralRef(name) => {
                    another = true;
                    let character = self.reference(&name)?;
                    text.to_mut().push(character);
                    continue;
                }
                Event::Start(tag) => {
                    self.inner(field, &mut told);
                    self.begin(&tag)?;
                    self.skip()?;
                    self.done();
                    continue;
                }
                Event::Empty(tag) => {
                    self.inner(field, &mut told);
                    self.begin(&tag)?;
                    self.done();
                    continue;
                }
                Event::Eof => return self.broken(from, "an end tag is missing".into()),
                other => {
                    alone = false;
                    self.aside(&other)?;
                    continue;
                }
            };
            if text.is_empty() {
                text = more
            } else {
                text.to_mut().push_str(&more)
            }
        }
        if text.is_empty() {
            return Ok(());
        }
        self.spend(text.len() + STRING_BYTES)?;
        if another && alone && !told {
            let spelling = self.place.between(begun, self.start);
            if value_of(spelling).as_deref() == Some(&*text) {
                let (start, place) = (self.start, &mut self.place);
                self.report
                    .spelt(field.name, spelling, || Some(place.of(start)))?;
            }
        }
        if let Err(wrong) = check::value(field, &text) {
            let at = self.at(from, wrong.code);
            let ja = format!("{}（{}）{}", field.ja(), field.name, wrong.ja);
            self.report.add(wrong.code, at, field.name, ja, wrong.en);
        }
        block.open(index).put(text.into_owned());
        Ok(())
    }

    /// An element where there should be only text; told once, since a tag that was not closed makes
    /// elements of all that follow.
    fn inner(&mut self, field: &Field, told: &mut bool) {
        if std::mem::replace(told, true) {
            return;
        }
        let at = self.at(self.start, ProblemCode::Structure);
        let ja = format!("{}（{}）の中に要素があります。", field.ja(), field.name);
        let en = "an element in a text".to_owned();
        self.report
            .add(ProblemCode::Structure, at, field.name, ja, en);
    }

    /// At the end of a block: is all there that must be?
    fn complete(&mut self, block: &dyn Block, start: usize, seen: u128) -> Flow {
        for (index, field) in block.shape().fields.iter().enumerate() {
            if field.need == Need::Optional && field.kind.entries().is_none() {
                continue;
            }
            let there = !field.kind.is_text() && seen & (1 << index) != 0;
            if let Some((code, ja, en)) = check::absence(field, &block.view(index), there) {
                let at = self.at(start, code);
                self.report.add(code, at, field.name, ja, en);
            }
        }
        Ok(())
    }
}

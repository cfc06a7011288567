//! The text of a page of the manual: a title, what it is about, and blocks, read out of a small file.
//!
//! A file begins with `# title`, then `name: value` lines up to the first empty one, then the blocks: a line
//! of its own is a paragraph, `## ` a heading, `1. ` a step, `- ` a point, `! ` something to beware of,
//! `= term | meaning` a term, `[sample] caption` a picture of a screen. A test reads every file.

use std::fmt;

/// A page of the manual (操作マニュアルの1項目): one task.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ManualPage {
    /// The last part of its address.
    pub slug: &'static str,
    /// What one wants to do.
    pub title: String,
    /// The book that it stands in, by its short name.
    pub book: String,
    /// The screens whose 「?」 leads here, as paths.
    pub screens: Vec<String>,
    /// Other words by which it is looked for.
    pub words: String,
    /// Pages that one may want next, by their slugs.
    pub see: Vec<String>,
    /// What it says.
    pub blocks: Vec<ManualBlock>,
}

/// A part of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ManualBlock {
    /// A heading.
    Heading(String),
    /// A paragraph.
    Paragraph(String),
    /// What is done, one after the other.
    Steps(Vec<String>),
    /// Points without an order.
    Points(Vec<String>),
    /// Something to beware of (注意).
    Beware(String),
    /// Terms and what they mean.
    Terms(Vec<(String, String)>),
    /// A screen (画面).
    Picture {
        /// The sample of the screen, which is the picture's name too.
        sample: String,
        /// What is to be seen.
        caption: String,
    },
}

impl ManualBlock {
    /// Its texts, for whoever looks for words.
    pub fn texts(&self) -> Vec<&str> {
        match self {
            ManualBlock::Heading(text)
            | ManualBlock::Paragraph(text)
            | ManualBlock::Beware(text)
            | ManualBlock::Picture { caption: text, .. } => vec![text],
            ManualBlock::Steps(texts) | ManualBlock::Points(texts) => {
                texts.iter().map(String::as_str).collect()
            }
            ManualBlock::Terms(terms) => terms
                .iter()
                .flat_map(|(term, meaning)| [term.as_str(), meaning.as_str()])
                .collect(),
        }
    }
}

/// A line that is none of those that a page may have.
#[derive(Debug, PartialEq, Eq)]
pub struct NotReadable {
    /// Counted from one.
    pub line: usize,
    /// What is wrong.
    pub why: &'static str,
}

impl fmt::Display for NotReadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.why)
    }
}

/// Reads a page.
pub fn read(slug: &'static str, text: &str) -> Result<ManualPage, NotReadable> {
    let mut page = ManualPage {
        slug,
        ..ManualPage::default()
    };
    let mut lines = text.lines().enumerate();
    let wrong = |at: usize, why| NotReadable { line: at + 1, why };
    let first = lines.next().and_then(|(_, line)| line.strip_prefix("# "));
    page.title = first
        .ok_or(wrong(0, "a page begins with its title"))?
        .to_owned();
    for (at, line) in lines.by_ref() {
        if line.is_empty() {
            break;
        }
        let (name, value) = line
            .split_once(": ")
            .ok_or(wrong(at, "what a page is about is `name: value`"))?;
        let list = || value.split(' ').map(str::to_owned).collect();
        match name {
            "book" => page.book = value.to_owned(),
            "screens" => page.screens = list(),
            "words" => page.words = value.to_owned(),
            "see" => page.see = list(),
            _ => return Err(wrong(at, "no page is about that")),
        }
    }
    for (at, line) in lines.filter(|(_, line)| !line.is_empty()) {
        add(&mut page.blocks, line).map_err(|why| wrong(at, why))?;
    }
    Ok(page)
}

fn add(blocks: &mut Vec<ManualBlock>, line: &str) -> Result<(), &'static str> {
    let number = line.split_once(". ").filter(|(number, _)| {
        !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit())
    });
    if let Some((number, step)) = number {
        let many = match blocks.last() {
            Some(ManualBlock::Steps(steps)) => steps.len(),
            _ => 0,
        };
        // "1." begins anew: two lists may follow each other.
        return match (blocks.last_mut(), number.parse::<usize>()) {
            (_, Ok(1)) => {
                blocks.push(ManualBlock::Steps(vec![step.to_owned()]));
                Ok(())
            }
            (Some(ManualBlock::Steps(steps)), Ok(number)) if number == many + 1 => {
                steps.push(step.to_owned());
                Ok(())
            }
            _ => Err("the steps are not counted on"),
        };
    }
    if let Some(point) = line.strip_prefix("- ") {
        match blocks.last_mut() {
            Some(ManualBlock::Points(points)) => points.push(point.to_owned()),
            _ => blocks.push(ManualBlock::Points(vec![point.to_owned()])),
        }
    } else if let Some(term) = line.strip_prefix("= ") {
        let (term, meaning) = term.split_once(" | ").ok_or("a term has no meaning")?;
        let term = (term.to_owned(), meaning.to_owned());
        match blocks.last_mut() {
            Some(ManualBlock::Terms(terms)) => terms.push(term),
            _ => blocks.push(ManualBlock::Terms(vec![term])),
        }
    } else if let Some(text) = line.strip_prefix("! ") {
        blocks.push(ManualBlock::Beware(text.to_owned()));
    } else if let Some(text) = line.strip_prefix("## ") {
        blocks.push(ManualBlock::Heading(text.to_owned()));
    } else if let Some(picture) = line.strip_prefix('[') {
        let (sample, caption) = picture.split_once("] ").ok_or("a picture has no caption")?;
        blocks.push(ManualBlock::Picture {
            sample: sample.to_owned(),
            caption: caption.to_owned(),
        });
    } else {
        blocks.push(ManualBlock::Paragraph(line.to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_with_all_that_it_can_have() {
        let text = "# 登録する\nbook: admin\nscreens: /web/a /web/b\nwords: 追加 新規\nsee: list\n\n\
                    始めます。\n## 手順\n1. 開く。\n2. 押す。\n\n- 点\n! 注意する。\n= 語 | 意味\n[menu--admin] 画面";
        let page = read("new", text).unwrap();
        assert_eq!((page.slug, page.title.as_str()), ("new", "登録する"));
        assert_eq!(page.screens, ["/web/a", "/web/b"]);
        assert_eq!(page.see, ["list"]);
        let texts: Vec<&str> = page.blocks.iter().flat_map(ManualBlock::texts).collect();
        assert_eq!(
            texts,
            [
                "始めます。",
                "手順",
                "開く。",
                "押す。",
                "点",
                "注意する。",
                "語",
                "意味",
                "画面"
            ]
        );
        assert_eq!(page.blocks.len(), 7);
    }

    #[test]
    fn what_is_no_page_is_said_with_its_line() {
        let told = |text| read("x", text).unwrap_err().to_string();
        assert_eq!(told("登録"), "line 1: a page begins with its title");
        assert_eq!(told("# a\nscreen: x"), "line 2: no page is about that");
        assert_eq!(
            told("# a\n\n1. a\n3. b"),
            "line 4: the steps are not counted on"
        );
        assert_eq!(told("# a\n\n= a"), "line 3: a term has no meaning");
    }
}

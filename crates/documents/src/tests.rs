//! What is printed can be read back: by `pdftotext`, as a structure, and as often as it is too much.

use std::path::PathBuf;
use std::process::Command;

use lopdf::{Dictionary, Object};
use proptest::prelude::*;

use super::*;

fn fonts() -> Fonts {
    let paths = [
        "/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf",
        "/usr/share/fonts/truetype/ipamj/ipamjm.ttf",
    ];
    Fonts::open(&paths.map(PathBuf::from)).expect("make test installs the fonts")
}

fn document(blocks: Vec<Block>) -> Document {
    Document {
        title: "薬剤情報".to_owned(),
        about: "架空 花子".to_owned(),
        made_for: "架空医院 医師一郎 2026年11月26日 9:00".to_owned(),
        made: Made {
            year: 2026,
            month: 11,
            day: 26,
            hour: 9,
            ..Made::default()
        },
        paper: Paper::Portrait,
        blocks,
    }
}

fn table(rows: usize, name: &str) -> Table {
    let row = |at: usize| Row {
        cells: vec![
            Cell::plain(format!("2026年{}月", at % 12 + 1)),
            Cell::plain(format!("{name}{at}")),
            if at.is_multiple_of(7) {
                Cell::alert("高値")
            } else {
                Cell::plain("")
            },
        ],
    };
    Table {
        summary: "月ごとの薬剤".to_owned(),
        columns: vec![
            Column::naming("調剤月", 2),
            Column::new("薬剤名", 6),
            Column::new("判定", 2),
        ],
        rows: (0..rows).map(row).collect(),
    }
}

/// The text as a reader copies it.
fn text_of(pdf: &Pdf) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("document.pdf");
    std::fs::write(&path, &pdf.bytes).unwrap();
    let told = Command::new("pdftotext")
        .args(["-layout", "-enc", "UTF-8"])
        .arg(&path)
        .arg("-")
        .output()
        .expect("make test installs pdftotext");
    assert!(told.status.success(), "{told:?}");
    String::from_utf8(told.stdout).unwrap()
}

fn printed(blocks: Vec<Block>) -> Pdf {
    print(&document(blocks), &fonts()).unwrap()
}

#[test]
fn the_japanese_comes_back_with_its_page_numbers() {
    let pdf = printed(vec![
        Block::Heading(Level::Part, "要点".to_owned()),
        Block::Paragraph(Tone::Alert, "同じ成分が重なっています。".to_owned()),
        Block::Facts(vec![("氏名".to_owned(), "架空 花子".to_owned())]),
        Block::Table(table(90, "架空アムロジピン錠5mg")),
    ]);
    let text = text_of(&pdf);
    assert!(pdf.pages > 2, "{}", pdf.pages);
    for words in [
        "要点",
        "同じ成分が重なっています。",
        "氏名",
        "架空 花子",
        "架空アムロジピン錠5mg89",
        "高値",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
    for page in 1..=pdf.pages {
        assert!(text.contains(&format!("{page} / {} ページ", pdf.pages)));
    }
    assert_eq!(text.matches("薬剤名").count(), pdf.pages, "a head a page");
    assert!(pdf.replaced.is_empty());
    assert_eq!(
        text.matches("医師一郎").count(),
        pdf.pages,
        "the watermark is no text"
    );
}

#[test]
fn variants_of_names_are_printed_and_what_no_font_has_is_told() {
    let pdf = printed(vec![Block::paragraph(
        "𠮷田 髙橋 渡邉󠄀 \u{10FFFF}\u{E000}\u{0}\u{FEFF}ไทย",
    )]);
    let text = text_of(&pdf);
    for words in [
        "𠮷田",
        "髙橋",
        "渡邉",
        "〓",
        "印字できなかった文字",
        "U+E000（1か所）",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
    assert!(pdf.replaced.contains(&'\u{E000}'));
    assert!(!pdf.replaced.contains(&'𠮷'));
}

/// Where a name under a dictionary leads.
fn follow<'f>(file: &'f lopdf::Document, of: &'f Dictionary, name: &[u8]) -> Option<&'f Object> {
    let found = of.get(name).ok()?;
    file.dereference(found).ok().map(|(_, object)| object)
}

/// The structure as names in brackets; content is left out, and counted.
fn structure(file: &lopdf::Document, of: &Dictionary, contents: &mut usize) -> String {
    let mut words = String::new();
    if let Some(Object::Name(name)) = follow(file, of, b"S") {
        words.push_str(&String::from_utf8_lossy(name));
    }
    let children = match follow(file, of, b"K") {
        Some(Object::Array(children)) => children.clone(),
        Some(child) => vec![child.clone()],
        None => Vec::new(),
    };
    let mut inner = Vec::new();
    for child in &children {
        match file.dereference(child).map(|(_, object)| object) {
            Ok(Object::Dictionary(child)) if child.has(b"S") => {
                inner.push(structure(file, child, contents));
            }
            _ => *contents += 1,
        }
    }
    if !inner.is_empty() {
        words.push_str(&format!("({})", inner.join(" ")));
    }
    words
}

#[test]
fn a_screen_reader_finds_title_language_headings_and_tables() {
    let pdf = printed(vec![
        Block::Heading(Level::Part, "要点".to_owned()),
        Block::paragraph("本文。"),
        Block::Facts(vec![("氏名".to_owned(), "架空 花子".to_owned())]),
        Block::Table(table(2, "薬")),
    ]);
    let file = lopdf::Document::load_mem(&pdf.bytes).unwrap();
    let catalog = file.catalog().unwrap();
    assert_eq!(catalog.get(b"Lang").unwrap().as_str().unwrap(), b"ja");
    let Some(Object::Dictionary(marked)) = follow(&file, catalog, b"MarkInfo") else {
        panic!("no MarkInfo");
    };
    assert!(marked.get(b"Marked").unwrap().as_bool().unwrap());
    let Some(Object::Dictionary(root)) = follow(&file, catalog, b"StructTreeRoot") else {
        panic!("no structure");
    };
    let mut contents = 0;
    let told = structure(&file, root, &mut contents);
    let facts = "Table(TBody(TR(TH TD)))";
    let row = "TR(TH TD TD)";
    let wanted =
        format!("(Document(H1 H2 P {facts} Table(THead(TR(TH TH TH)) TBody({row} {row}))))");
    assert_eq!(told, wanted);
    assert_eq!(
        contents,
        3 + 2 + 9,
        "each has its content, an empty cell too"
    );
    let whole = String::from_utf8_lossy(&pdf.bytes);
    for mark in ["pdfuaid:part", "pdfaid:part", "薬剤情報"] {
        assert!(whole.contains(mark), "{mark}");
    }
}

#[test]
fn a_code_is_drawn_with_words_for_those_who_can_not_see_it_and_pages_turn() {
    let code = |words: &str| {
        let rows = (0..25).map(|down| (0..25).map(|across| (down * across) % 3 == 0).collect());
        Block::Code(Code {
            words: words.to_owned(),
            rows: rows.collect(),
            millimetres: 30,
        })
    };
    let pdf = printed(vec![
        Block::paragraph("はじめ"),
        code("利用開始コードの二次元コード"),
        Block::NewPage,
        Block::NewPage,
        Block::paragraph("次のページ"),
        Block::Code(Code::default()),
    ]);
    assert_eq!(pdf.pages, 2);
    let text = text_of(&pdf);
    assert!(
        text.contains("はじめ") && text.contains("次のページ"),
        "{text}"
    );
    let file = lopdf::Document::load_mem(&pdf.bytes).unwrap();
    let alt = file.objects.values().filter_map(|object| {
        let alt = object.as_dict().ok()?.get(b"Alt").ok()?;
        alt.as_str().ok().map(<[u8]>::len)
    });
    assert_eq!(alt.count(), 1);
}

#[test]
fn no_line_begins_with_a_stop_or_ends_with_an_opening_bracket() {
    let fonts = fonts();
    let typesetter = typeset::Typesetter::new(&fonts);
    let text =
        "患者は「服薬を続ける。」と言った、しかしアムロジピンー（5mg）の量は、多い。".repeat(9);
    for tenths in 40..200u16 {
        let width = f32::from(tenths);
        let lines = lines::break_lines(&text, (width, 10.0), &typesetter);
        assert_eq!(lines.concat(), text, "nothing is lost");
        for line in lines {
            let (first, last) = (line.chars().next().unwrap(), line.chars().last().unwrap());
            if width >= 60.0 {
                assert!(!"、。」）ー".contains(first), "{width}: {line}");
                assert!(!"「（".contains(last), "{width}: {line}");
            }
            let wide = typesetter.width(line, 10.0);
            assert!(
                wide <= width + 0.01 || line.chars().count() == 1,
                "{width}: {line}"
            );
        }
    }
}

#[test]
fn a_selector_is_never_parted_from_its_letter() {
    let fonts = fonts();
    let typesetter = typeset::Typesetter::new(&fonts);
    let text = "邉󠄀".repeat(40);
    for line in lines::break_lines(&text, (35.0, 10.0), &typesetter) {
        assert_eq!(line.chars().count() % 2, 0, "{line:?}");
    }
}

#[test]
fn twenty_thousand_lines_with_names_of_400_characters_are_printed() {
    let pdf = printed(vec![Block::Table(table(20_000, "薬"))]);
    assert!((300..900).contains(&pdf.pages), "{}", pdf.pages);
    let long = "非常に長い名前の薬剤".repeat(40);
    let pdf = printed(vec![Block::Table(table(400, &long))]);
    assert!((50..400).contains(&pdf.pages), "{}", pdf.pages);
}

#[test]
fn a_cell_higher_than_a_page_goes_on_and_a_book_is_refused() {
    let tall = Row {
        cells: vec![
            Cell::plain("月"),
            Cell::plain("行\n".repeat(300)),
            Cell::plain("終"),
        ],
    };
    let rows = vec![tall];
    let pdf = printed(vec![Block::Table(Table {
        rows,
        ..table(0, "")
    })]);
    assert!(pdf.pages > 3, "{}", pdf.pages);
    assert_eq!(text_of(&pdf).matches('行').count(), 300);
    let book = document(vec![Block::paragraph("行\n".repeat(80 * PAGES_MAX))]);
    let refused = print(&book, &fonts());
    assert!(matches!(refused, Err(DocumentError::TooLong { .. })));
}

#[test]
fn without_fonts_it_is_said_which_are_missing() {
    let missing = PathBuf::from("/nowhere/font.ttf");
    let refused = Fonts::open(std::slice::from_ref(&missing)).unwrap_err();
    assert!(refused.to_string().contains("/nowhere/font.ttf"));
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("broken.ttf");
    std::fs::write(&broken, b"no font").unwrap();
    let refused = Fonts::open(&[missing, broken]).unwrap_err();
    assert!(matches!(refused, FontError::Unusable(_)), "{refused}");
}

#[test]
fn the_same_description_gives_the_same_bytes() {
    let blocks = || vec![Block::Table(table(50, "薬𠮷"))];
    assert_eq!(printed(blocks()).bytes, printed(blocks()).bytes);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// No text costs the document.
    #[test]
    fn any_text_is_printed(title in any::<String>(), text in any::<String>(), cell in any::<String>()) {
        let mut any = document(vec![
            Block::Heading(Level::Section, text.clone()),
            Block::paragraph(text.clone()),
            Block::Facts(vec![(cell.clone(), text)]),
            Block::Table(table(3, &cell)),
        ]);
        any.title = title.clone();
        any.made_for = title;
        let printed = print(&any, &fonts());
        prop_assert!(printed.is_ok(), "{printed:?}");
    }
}

//! Every page is read and held against the screens that it tells of.

use crate::documents::Printer;
use crate::web::all_samples;
use crate::web::manual::book::{BOOKS, FILES, PAGES, address, book, help_for, page};
use crate::web::manual::pictures::{TAKEN, digest_of_words};
use crate::web::manual::print;
use crate::web::manual::text::{self, ManualBlock};
use onshi_documents::Made;
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn every_page_is_read_and_stands_in_a_book() {
    for (slug, file) in FILES {
        let page = text::read(slug, file).unwrap_or_else(|wrong| panic!("{slug}.txt, {wrong}"));
        assert!(
            book(&page.book).is_some(),
            "{slug}.txt: no book {}",
            page.book
        );
        assert!(!page.blocks.is_empty(), "{slug}.txt says nothing");
    }
    assert_eq!(PAGES.len(), FILES.len());
    let slugs: BTreeSet<&str> = PAGES.iter().map(|page| page.slug).collect();
    let titles: BTreeSet<&str> = PAGES.iter().map(|page| page.title.as_str()).collect();
    assert_eq!((slugs.len(), titles.len()), (FILES.len(), FILES.len()));
    for taken in ["search", "books", "pictures"] {
        assert!(!slugs.contains(taken), "{taken} is another address");
    }
}

#[test]
fn every_page_leads_to_pages_that_there_are_and_is_led_to() {
    let see = |page: &text::ManualPage| page.see.clone();
    let led_to: BTreeSet<String> = PAGES.iter().flat_map(see).collect();
    for slug in &led_to {
        assert!(page(slug).is_some(), "no page {slug}");
    }
    for page in PAGES.iter() {
        assert!(led_to.contains(page.slug), "nothing leads to {}", page.slug);
        assert!(
            !page.see.iter().any(|slug| slug == page.slug),
            "{}",
            page.slug
        );
    }
}

#[test]
fn what_a_page_calls_by_its_title_is_called_so() {
    // 「…」 with "する" at its end may be a button; what ends like a title must be one.
    let titles: BTreeSet<&str> = PAGES.iter().map(|page| page.title.as_str()).collect();
    for page in PAGES.iter() {
        for said in page.blocks.iter().flat_map(ManualBlock::texts) {
            for named in said
                .split("（「")
                .skip(1)
                .filter_map(|rest| rest.split("」）").next())
            {
                let is_long = named.chars().count() > 9;
                assert!(
                    !is_long || titles.contains(named),
                    "{}: 「{named}」",
                    page.slug
                );
            }
        }
    }
}

#[test]
fn every_picture_is_of_a_screen_that_still_says_the_same() {
    let samples: BTreeMap<String, String> = all_samples().into_iter().collect();
    let mut named = BTreeSet::new();
    for page in PAGES.iter() {
        for block in &page.blocks {
            let ManualBlock::Picture { sample, .. } = block else {
                continue;
            };
            named.insert(sample.as_str());
            let html = samples.get(sample.as_str());
            let html = html.unwrap_or_else(|| panic!("{}.txt: no sample {sample}", page.slug));
            let taken = TAKEN.iter().find(|taken| taken.sample == sample);
            let again = "take the pictures again: UPDATE_EXPECT=1 cargo test -p onshi-scenarios --test processes manual::pictures";
            let taken = taken.unwrap_or_else(|| panic!("{sample} has no picture; {again}"));
            assert_eq!(
                taken.words,
                digest_of_words(html),
                "the screen {sample} says something else than its picture; {again}"
            );
        }
    }
    let taken: BTreeSet<&str> = TAKEN.iter().map(|taken| taken.sample).collect();
    assert_eq!(taken, named, "pictures that no page shows");
}

#[test]
fn pictures_are_small() {
    let all: usize = TAKEN.iter().map(|taken| taken.bytes.len()).sum();
    for taken in TAKEN {
        assert!(taken.bytes.starts_with(b"RIFF"), "{}", taken.sample);
        assert!(taken.bytes.len() < 120_000, "{}", taken.sample);
        assert!(
            taken.pixels.0 <= 1200 && taken.pixels.1 <= 1000,
            "{}",
            taken.sample
        );
    }
    assert!(all < 3_000_000, "{all} bytes");
}

#[test]
fn a_screen_leads_to_its_page_and_what_is_unknown_to_the_index() {
    for (path, slug) in [
        ("/web/accounts/new", "account-register"),
        ("/web/accounts", "account-list"),
        ("/web/accounts/7/retire", "account-list"),
        ("/web/medical", "medical-list"),
        ("/web/medical/7/medicines", "medical-view"),
        ("/web/emergency/medical/7/medicines", "disaster-view"),
        ("/web/second-factor-policy", "factor-policy"),
        ("/", "start"),
    ] {
        assert_eq!(help_for(path), address(slug), "{path}");
    }
    assert_eq!(help_for("/web/other"), "/manual");
}

#[test]
fn every_book_is_printed_once_and_kept() {
    let printer = Printer::new(&crate::config::DocumentsConfig::default().fonts);
    for book in &BOOKS {
        let made = || print::document(book, Made::default());
        let first = printer.print_once(book.name, made).unwrap();
        assert!(first.starts_with(b"%PDF-"), "{}", book.name);
        let kept = printer.print_once(book.name, || panic!("it was printed"));
        assert_eq!(kept.unwrap(), first);
    }
}

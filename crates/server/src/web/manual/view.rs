//! The manual as pages: the list of tasks, a task, and what was found.

use crate::web::layout::frame::PlainFrame;
use crate::web::layout::sample::{Sample, plain};
use crate::web::manual::book::{self, BOOKS, ManualBook};
use crate::web::manual::pictures;
use crate::web::manual::search::{self, Found};
use crate::web::manual::text::{ManualBlock, ManualPage};
use askama::Template;

/// 操作マニュアル: every task, by books.
#[derive(Clone, Debug, Template)]
#[template(path = "manual/index.html")]
pub struct ManualIndexPage {
    /// The surroundings.
    pub frame: PlainFrame,
}

/// 操作マニュアルの1項目: one task.
#[derive(Clone, Debug, Template)]
#[template(path = "manual/page.html")]
pub struct ManualTaskPage {
    /// The surroundings.
    pub frame: PlainFrame,
    /// The task.
    pub page: &'static ManualPage,
}

/// 操作マニュアルの検索: what was found.
#[derive(Clone, Debug, Template)]
#[template(path = "manual/search.html")]
pub struct ManualSearchPage {
    /// The surroundings.
    pub frame: PlainFrame,
    /// What was asked.
    pub asked: String,
    /// What was found.
    pub found: Found,
}

impl ManualIndexPage {
    fn books(&self) -> Vec<(ManualBook, Vec<&'static ManualPage>)> {
        BOOKS
            .into_iter()
            .map(|book| (book, book::pages_of(&book).collect()))
            .collect()
    }
}

impl ManualTaskPage {
    fn book(&self) -> Option<&'static ManualBook> {
        book::book(&self.page.book)
    }

    /// The other pages of the book, for the list beside it.
    fn pages(&self) -> Vec<&'static ManualPage> {
        self.book()
            .map(|book| book::pages_of(book).collect())
            .unwrap_or_default()
    }

    /// How wide and high a picture is, so that the text stands still while it comes.
    fn size_of(&self, sample: &str) -> Option<(u32, u32)> {
        pictures::of(sample).map(|taken| taken.pixels)
    }

    fn see(&self) -> Vec<&'static ManualPage> {
        let see = self.page.see.iter();
        see.filter_map(|slug| book::page(slug)).collect()
    }
}

impl ManualSearchPage {
    fn book_title(&self, page: &ManualPage) -> &'static str {
        book::book(&page.book).map_or("", |book| book.title)
    }
}

fn outside() -> PlainFrame {
    PlainFrame {
        institution: None,
        terminal_name: None,
        ..plain()
    }
}

impl Sample for ManualIndexPage {
    fn samples() -> Vec<(&'static str, Self)> {
        vec![("all", ManualIndexPage { frame: outside() })]
    }
}

impl Sample for ManualTaskPage {
    fn samples() -> Vec<(&'static str, Self)> {
        // Those that have every kind of block, and the most of them.
        ["account-register", "lost-password", "eligibility"]
            .into_iter()
            .filter_map(book::page)
            .map(|page| {
                let frame = outside();
                (page.slug, ManualTaskPage { frame, page })
            })
            .collect()
    }
}

impl Sample for ManualSearchPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = |asked: &str| ManualSearchPage {
            frame: outside(),
            asked: asked.to_owned(),
            found: search::search(asked),
        };
        vec![
            ("nothing-asked", page("")),
            ("found", page("パスワード")),
            ("near", page("パスワードを忘れてしまった")),
            ("nothing", page("xyzzy")),
        ]
    }
}

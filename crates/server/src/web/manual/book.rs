//! The books of the manual and their pages (操作マニュアル), and which page a screen's 「?」 leads to.

use crate::web::manual::text::{self, ManualPage};
use std::sync::LazyLock;

/// A book (編): for whom the pages in it are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ManualBook {
    /// Its name in addresses and files.
    pub name: &'static str,
    /// Its title.
    pub title: &'static str,
    /// For whom it is.
    pub about: &'static str,
}

/// The books, in the order in which they are offered.
pub const BOOKS: [ManualBook; 3] = [
    ManualBook {
        name: "admin",
        title: "管理者編",
        about: "マスタ、管理、マスタアカウントリセット用のアカウントを使う方と、端末を設定する方に。",
    },
    ManualBook {
        name: "users",
        title: "一般利用者・医療情報閲覧者編",
        about: "受付で資格を確認する方、医療情報を閲覧する方に。",
    },
    ManualBook {
        name: "disaster",
        title: "災害時編",
        about: "災害やシステム障害のときに。紙に印刷して備えておいてください。",
    },
];

macro_rules! pages {
    ($($slug:literal)+) => { [ $( ($slug, include_str!(concat!("pages/", $slug, ".txt"))), )+ ] };
}

/// The files of the pages, in the order in which they are read.
pub(super) const FILES: [(&str, &str); 45] = pages! {
    "kinds" "application" "first-setup" "enrol" "account-register" "account-bulk" "account-list" "lost-password"
    "master-reset" "program-password" "account-review" "factor-policy" "certificates"
    "certificate-application"
    "certificate-renewal" "environment" "home-reception" "staff-phones" "installers" "history" "start" "log-in"
    "activation"
    "password" "second-factor" "passkey" "logins" "menu" "eligibility" "result" "today" "arrivals"
    "reader-modes" "reference-number" "bulk" "medical-list" "medical-view" "trouble" "disaster"
    "opening-request" "disaster-view" "failure-check" "uses" "usage-report" "no-system"
};

/// Every page.
pub static PAGES: LazyLock<Vec<ManualPage>> = LazyLock::new(|| {
    // That each of them can be read is tested.
    let pages = FILES.iter().map(|(slug, text)| text::read(slug, text));
    pages.filter_map(Result::ok).collect()
});

/// The page of this name.
pub fn page(slug: &str) -> Option<&'static ManualPage> {
    PAGES.iter().find(|page| page.slug == slug)
}

/// The book of this name.
pub fn book(name: &str) -> Option<&'static ManualBook> {
    BOOKS.iter().find(|book| book.name == name)
}

/// The pages of a book.
pub fn pages_of(book: &ManualBook) -> impl Iterator<Item = &'static ManualPage> {
    PAGES.iter().filter(move |page| page.book == book.name)
}

/// Where the manual begins.
pub const INDEX: &str = "/manual";

/// The address of a page.
pub fn address(slug: &str) -> String {
    format!("{INDEX}/{slug}")
}

/// Whether a path is this screen's, or below it; a part of the screen in braces is any.
fn is_below(path: &str, screen: &str) -> bool {
    let mut parts = path.split('/');
    let is_same = |part: &str| {
        let own = parts.next();
        own.is_some_and(|own| own == part || part.starts_with('{'))
    };
    let above = screen.split('/').all(is_same);
    // "/" is the first page, and nothing is below it.
    above && (screen != "/" || path == "/")
}

/// Where the 「?」 of the screen at this path leads: the page of the screen, of one above it, or the index.
pub fn help_for(path: &str) -> String {
    let named = PAGES.iter().flat_map(|page| {
        let screens = page.screens.iter();
        screens.map(move |screen| (screen.as_str(), page.slug))
    });
    let nearest = named
        .filter(|(screen, _)| is_below(path, screen))
        .max_by_key(|(screen, _)| screen.split('/').count());
    nearest.map_or_else(|| INDEX.to_owned(), |(_, slug)| address(slug))
}

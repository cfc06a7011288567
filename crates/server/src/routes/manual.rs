//! 操作マニュアル, at the centre and on the portal: behind every screen's 「?」.

use crate::http::access::Access;
use crate::http::route::Route;
use crate::routes::line::routes;
use crate::web;
use Access::Open;

/// Why nobody is asked.
const NO_DATA: &str = "the manual holds no data";

pub(super) const ROUTES: &[Route] = routes! {
    GET "/manual" Open(NO_DATA), page => web::manual::index;
    GET "/manual/search" Open(NO_DATA), page => web::manual::find;
    GET "/manual/books/{file}" Open(NO_DATA), file => web::manual::pdf;
    GET "/manual/pictures/{file}" Open(NO_DATA), file => web::manual::picture;
    GET "/manual/{page}" Open(NO_DATA), page => web::manual::task;
};

#[cfg(test)]
mod tests {
    use crate::routes::{CENTRE, PORTAL};
    use crate::web::manual::book::{INDEX, help_for, page};

    #[test]
    fn every_entry_of_the_menu_has_its_page_of_the_manual() {
        for route in CENTRE.iter().filter(|route| route.menu.is_some()) {
            let help = help_for(route.path);
            let slug = help.strip_prefix("/manual/").unwrap_or_default();
            let named =
                page(slug).is_some_and(|page| page.screens.iter().any(|one| one == route.path));
            assert!(
                named,
                "no page under crates/server/src/web/manual/pages has {} among its screens",
                route.path
            );
        }
    }

    #[test]
    fn every_screen_leads_to_a_page_and_not_to_the_index() {
        let pages = CENTRE.iter().filter(|route| {
            matches!(route.kind, crate::routes::Kind::Page { .. })
                && route.path.starts_with("/web/")
        });
        // Where one only leaves.
        let left = ["/web/logout"];
        for route in pages.filter(|route| !left.contains(&route.path)) {
            assert_ne!(help_for(route.path), INDEX, "{}", route.path);
        }
    }

    #[test]
    fn a_page_of_the_manual_names_screens_that_there_are() {
        for page in crate::web::manual::book::PAGES.iter() {
            for screen in &page.screens {
                let known = CENTRE.iter().chain(PORTAL).any(|route| {
                    route.path == screen || route.path.starts_with(&format!("{screen}/"))
                });
                assert!(known, "{}: {screen}", page.slug);
            }
        }
    }
}

//! The way back to the page from which somebody was sent to the log-in: only to a page of ours, and
//! only for whom it is.

use crate::http::access::{Access, Kind};
use crate::http::route::Route;
use onshi_core::AccountKind;

/// The field of the query and of the form that names the page.
pub(crate) const NEXT: &str = "next";

const BYTES_MAX: usize = 512;

/// The page of this address, when it is one of ours for those who are logged in.
fn route_of(routes: &'static [Route], address: &str) -> Option<&'static Route> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.?=&%+".contains(&byte);
    if address.len() > BYTES_MAX || !address.bytes().all(plain) {
        return None;
    }
    let path = address.split('?').next()?;
    let ours = routes.iter().filter(|route| route.method == "GET");
    ours.filter(|route| matches!(route.access, Access::Session(_)))
        // A file would be saved where a page is wanted.
        .filter(|route| matches!(route.kind, Kind::Page { .. }))
        .find(|route| fits(route.path, path))
}

fn fits(pattern: &str, path: &str) -> bool {
    let (mut pattern, mut path) = (pattern.split('/'), path.split('/'));
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return true,
            (Some(wanted), Some(part)) => {
                let any = wanted.starts_with('{') && !part.is_empty() && part != "..";
                if wanted != part && !any {
                    return false;
                }
            }
            _ => return false,
        }
    }
}

/// Whether this is the address of a page of ours.
pub(crate) fn is_ours(routes: &'static [Route], address: &str) -> bool {
    route_of(routes, address).is_some()
}

/// The address, or nothing when it is not of ours.
pub(crate) fn only_ours(routes: &'static [Route], address: &str) -> String {
    match is_ours(routes, address) {
        true => address.to_owned(),
        false => String::new(),
    }
}

/// Whether an account of this kind may open the page of this address.
pub(crate) fn may_open(routes: &'static [Route], kind: AccountKind, address: &str) -> bool {
    route_of(routes, address).is_some_and(|route| match route.access {
        Access::Session(function) => function.is_for(kind.role()),
        _ => false,
    })
}

/// Where somebody is sent to log in, and the way back from there. The menu needs no way back: that
/// is where a log-in leads.
pub(crate) fn to_log_in(routes: &'static [Route], address: &str) -> String {
    if address == "/web/menu" || !is_ours(routes, address) {
        return "/web/login".to_owned();
    }
    let query = serde_urlencoded::to_string([(NEXT, address)]).unwrap_or_default();
    format!("/web/login?{query}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::CENTRE;

    #[test]
    fn the_way_back_leads_only_to_our_own_pages() {
        for ours in [
            "/web/menu",
            "/web/accounts",
            "/web/accounts?q=%E5%B1%B1&skip=50",
            "/web/accounts/a0123/stop",
            "/web/eligibility",
            "/web/history?from=2026-11-22T09%3A00",
        ] {
            assert!(is_ours(CENTRE, ours), "{ours}");
        }
        for other in [
            "",
            "/",
            "//evil.example/web/menu",
            "https://evil.example/web/menu",
            "/\\evil.example",
            "\\\\evil.example",
            "/web/../evil",
            "/web//menu",
            "/web/accounts/../../etc",
            "/web/menu#x",
            "/web/menu\r\nSet-Cookie: x",
            "javascript:alert(1)",
            "/web/menu:8443@evil.example",
            "web/menu",
            "/web/login",
            "/web/logout",
            "/web/signed-out",
            "/web/history.csv",
            "/assets/onshi.css",
            "/web/nothing",
            " /web/menu",
            "/web/menu ",
        ] {
            assert!(!is_ours(CENTRE, other), "{other}");
            assert_eq!(to_log_in(CENTRE, other), "/web/login", "{other}");
        }
        let long = format!("/web/accounts?q={}", "a".repeat(600));
        assert!(!is_ours(CENTRE, &long));
    }

    #[test]
    fn nobody_is_led_to_a_file() {
        for address in [
            "/web/history.csv",
            "/web/bulk/1/results.xlsx",
            "/web/medical/1/medicines.pdf",
        ] {
            assert!(!is_ours(CENTRE, address), "{address}");
        }
        assert!(is_ours(CENTRE, "/web/bulk/1"));
    }

    #[test]
    fn nobody_is_led_to_a_page_that_would_refuse() {
        assert!(may_open(CENTRE, AccountKind::Admin, "/web/accounts"));
        assert!(!may_open(CENTRE, AccountKind::General, "/web/accounts"));
        assert!(may_open(CENTRE, AccountKind::General, "/web/eligibility"));
        assert!(!may_open(CENTRE, AccountKind::Master, "/web/eligibility"));
    }
}

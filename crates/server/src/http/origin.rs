//! Where a request comes from: a program, a page of ours, or somebody else's page.
//!
//! A browser shows its certificate, and within one site the cookie too, with whatever any page makes
//! it send. It also says where that page is, by headers that no page can set. They are judged here,
//! in one place, for every route of the centre and the portal.

use crate::http::extract::name_of_host;
use crate::state::Centre;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};

/// Where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A program: it says nothing of a page.
    Unstated,
    /// A page of ours.
    OwnPage,
    /// A person who typed an address or opened a bookmark.
    Typed,
    /// A person who followed another site's link. Only pages that hold nothing open that way.
    Linked,
    /// Another site's page, or one that hides where it is.
    Foreign,
}

/// Judges the head of a request. When two headers disagree, the one that is against it wins.
pub(crate) fn of(centre: &Centre, head: &Parts) -> Origin {
    judge(&head.method, &head.headers, |host| {
        host_is_ours(centre, host)
    })
}

fn judge(method: &Method, headers: &HeaderMap, is_ours: impl Fn(&str) -> bool) -> Origin {
    let reads = *method == Method::GET || *method == Method::HEAD;
    let (origin, site) = match (text(headers, "origin"), text(headers, "sec-fetch-site")) {
        (Ok(origin), Ok(site)) => (origin, site),
        _ => return Origin::Foreign,
    };
    if origin.is_none() && site.is_none() {
        return Origin::Unstated;
    }
    let host = text(headers, "host").ok().flatten();
    let own = host.filter(|host| is_ours(host));
    if origin.is_some_and(|origin| own.is_none() || origin.strip_prefix("https://") != own) {
        return Origin::Foreign;
    }
    match site {
        // A page of a name that only leads here is of the same origin, and not ours.
        None | Some("same-origin") if own.is_some() => Origin::OwnPage,
        Some("none") if reads && origin.is_none() => Origin::Typed,
        Some("same-site" | "cross-site") if reads && origin.is_none() && is_a_visit(headers) => {
            Origin::Linked
        }
        _ => Origin::Foreign,
    }
}

/// Whether a window of the browser goes there as a whole: no picture, no frame, no script.
fn is_a_visit(headers: &HeaderMap) -> bool {
    text(headers, "sec-fetch-mode") == Ok(Some("navigate"))
        && text(headers, "sec-fetch-dest") == Ok(Some("document"))
}

/// A header that is sent once at the most, as text; no browser sends these twice.
fn text<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, ()> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(drop),
        (Some(_), Some(_)) => Err(()),
    }
}

fn host_is_ours(centre: &Centre, host: &str) -> bool {
    let name = name_of_host(host);
    let names = &centre.config.centre.names;
    names.iter().any(|ours| ours.eq_ignore_ascii_case(name))
}

impl Origin {
    /// Whether a request of this method may go on, to a page that others may link to or not.
    pub(crate) fn may(self, may_be_linked: bool) -> bool {
        match self {
            Origin::Unstated | Origin::OwnPage | Origin::Typed => true,
            Origin::Linked => may_be_linked,
            Origin::Foreign => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Origin::{Foreign, Linked, OwnPage, Typed, Unstated};

    const VISIT: [(&str, &str); 2] = [
        ("sec-fetch-mode", "navigate"),
        ("sec-fetch-dest", "document"),
    ];

    fn judged(method: &str, sent: &[(&str, &str)]) -> Origin {
        let mut headers = HeaderMap::new();
        headers.append("host", "centre.example:8443".parse().unwrap());
        for (name, value) in sent {
            let name = axum::http::HeaderName::try_from(*name).unwrap();
            headers.append(name, value.parse().unwrap());
        }
        judge(&method.parse().unwrap(), &headers, |host| {
            host == "centre.example:8443"
        })
    }

    #[test]
    fn where_a_request_comes_from() {
        const OWN: (&str, &str) = ("origin", "https://centre.example:8443");
        let site = |text: &'static str| ("sec-fetch-site", text);
        for method in ["GET", "HEAD", "POST", "PUT", "OPTIONS"] {
            let reads = matches!(method, "GET" | "HEAD");
            let when_read = |source| if reads { source } else { Foreign };
            let table: &[(&[(&str, &str)], Origin)] = &[
                (&[], Unstated),
                (&[OWN], OwnPage),
                (&[site("same-origin")], OwnPage),
                (&[OWN, site("same-origin")], OwnPage),
                (&[site("none")], when_read(Typed)),
                (&[OWN, site("none")], Foreign),
                (&[site("same-site")], Foreign),
                (&[site("cross-site")], Foreign),
                (&[OWN, site("same-site")], Foreign),
                (&[OWN, site("cross-site")], Foreign),
                (&[site("cross-site"), VISIT[0], VISIT[1]], when_read(Linked)),
                (&[site("same-site"), VISIT[0], VISIT[1]], when_read(Linked)),
                (
                    &[site("cross-site"), VISIT[0], ("sec-fetch-dest", "iframe")],
                    Foreign,
                ),
                (
                    &[site("cross-site"), VISIT[0], ("sec-fetch-dest", "embed")],
                    Foreign,
                ),
                (&[site("cross-site"), VISIT[1]], Foreign),
                (
                    &[site("cross-site"), ("sec-fetch-mode", "no-cors"), VISIT[1]],
                    Foreign,
                ),
                (&[OWN, site("cross-site"), VISIT[0], VISIT[1]], Foreign),
                (&[("origin", "null")], Foreign),
                (&[("origin", "null"), site("same-origin")], Foreign),
                (&[("origin", "")], Foreign),
                (&[("origin", "https://evil.example")], Foreign),
                (
                    &[("origin", "https://evil.example"), site("same-origin")],
                    Foreign,
                ),
                (&[("origin", "http://centre.example:8443")], Foreign),
                (&[("origin", "HTTPS://centre.example:8443")], Foreign),
                (&[("origin", "https://centre.example")], Foreign),
                (
                    &[("origin", "https://centre.example:8443.evil.example")],
                    Foreign,
                ),
                (&[OWN, OWN], Foreign),
                (&[site("same-origin"), site("same-origin")], Foreign),
                (&[site("")], Foreign),
                (&[site("Same-Origin")], Foreign),
                (&[site("same-origin, cross-site")], Foreign),
                (&[site("something-new")], Foreign),
                (&[("host", "centre.example:8443"), OWN], Foreign),
                (
                    &[
                        OWN,
                        site("same-origin"),
                        ("referer", "https://evil.example/"),
                    ],
                    OwnPage,
                ),
            ];
            for (sent, expected) in table {
                assert_eq!(judged(method, sent), *expected, "{method} {sent:?}");
            }
        }
    }

    #[test]
    fn only_what_may_be_linked_opens_by_a_link() {
        for source in [Unstated, OwnPage, Typed] {
            assert!(source.may(true) && source.may(false), "{source:?}");
        }
        assert!(Linked.may(true) && !Linked.may(false));
        assert!(!Foreign.may(true) && !Foreign.may(false));
    }
}

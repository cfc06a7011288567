//! Who may speak to the gateway at all.
//!
//! The gateway holds the institution's certificates, so a page from elsewhere that a person has
//! open in the same browser must not reach it: not by a foreign name that resolves to 127.0.0.1
//! (DNS rebinding), and not by sending a form or a script's request across.

use hyper::header::{HOST, HeaderMap, HeaderValue, ORIGIN};
use hyper::{Method, Request, Uri};

/// Why a request is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It calls us by a name that isn't ours.
    ForeignHost,
    /// It comes from a page that isn't ours.
    ForeignOrigin,
    /// It asks for a tunnel, or for the server as a whole.
    NotForUs,
}

/// Lets a request in and says by which name it came, which is the host of all our answers.
pub(crate) fn check<B>(request: &Request<B>, port: u16) -> Result<String, Refusal> {
    let host = own_host(request.headers(), request.uri(), port).ok_or(Refusal::ForeignHost)?;
    if *request.method() == Method::CONNECT || !request.uri().path().starts_with('/') {
        return Err(Refusal::NotForUs);
    }
    check_origin(request.method(), request.headers(), &host)?;
    Ok(host)
}

fn own_host(headers: &HeaderMap, uri: &Uri, port: u16) -> Option<String> {
    let host = single(headers, HOST.as_str())?.to_str().ok()?;
    let named = |name: &str| {
        host == format!("{name}:{port}") || (port == 80 && host == name) // as browsers shorten it
    };
    let ours = ["localhost", "127.0.0.1", "[::1]"].into_iter().any(named);
    let same = uri
        .authority()
        .is_none_or(|authority| authority.as_str() == host);
    (ours && same).then(|| host.to_owned())
}

/// Browsers say which page makes them send something, by headers that no page can set. Another page's
/// may only take a window here as a whole, as a link does: what it finds then is for the centre to
/// say, which learns where the request comes from.
fn check_origin(method: &Method, headers: &HeaderMap, host: &str) -> Result<(), Refusal> {
    let safe = *method == Method::GET || *method == Method::HEAD;
    let text = |name: &str| headers.contains_key(name).then(|| single(headers, name));
    let is = |name: &str, wanted: &str| matches!(text(name), Some(Some(value)) if value == wanted);
    let own = format!("http://{host}");
    let from_here = match text(ORIGIN.as_str()) {
        None => false,
        Some(Some(origin)) if origin.as_bytes() == own.as_bytes() => true,
        Some(_) => return Err(Refusal::ForeignOrigin),
    };
    let site = "sec-fetch-site";
    let visit = is("sec-fetch-mode", "navigate") && is("sec-fetch-dest", "document");
    let allowed = if text(site).is_none() {
        safe || from_here
    } else if is(site, "same-origin") {
        true
    } else if is(site, "none") {
        safe && !from_here
    } else {
        let elsewhere = is(site, "same-site") || is(site, "cross-site");
        safe && !from_here && elsewhere && visit
    };
    if allowed {
        Ok(())
    } else {
        Err(Refusal::ForeignOrigin)
    }
}

fn single<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a HeaderValue> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;
    values.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, headers: &[(&str, &str)]) -> Request<()> {
        let mut builder = Request::builder().method(method).uri("/web/login");
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        builder.body(()).unwrap()
    }

    #[test]
    fn only_loopback_names_with_our_port_are_ours() {
        for ours in ["localhost:8080", "127.0.0.1:8080", "[::1]:8080"] {
            assert_eq!(
                check(&request("GET", &[("host", ours)]), 8080),
                Ok(ours.to_owned())
            );
        }
        for foreign in [
            "localhost",
            "localhost:80",
            "evil.example:8080",
            "127.0.0.1.:8080",
            "",
        ] {
            let answer = check(&request("GET", &[("host", foreign)]), 8080);
            assert_eq!(answer, Err(Refusal::ForeignHost), "{foreign}");
        }
        let twice = [("host", "localhost:8080"), ("host", "localhost:8080")];
        assert_eq!(
            check(&request("GET", &twice), 8080),
            Err(Refusal::ForeignHost)
        );
        assert_eq!(check(&request("GET", &[]), 8080), Err(Refusal::ForeignHost));
        assert!(check(&request("GET", &[("host", "localhost")]), 80).is_ok());
    }

    #[test]
    fn what_changes_something_must_come_from_our_own_page() {
        let host = ("host", "localhost:8080");
        const OWN: (&str, &str) = ("origin", "http://localhost:8080");
        const VISIT: [(&str, &str); 2] = [
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", "document"),
        ];
        type Case = (&'static str, &'static [(&'static str, &'static str)], bool);
        let table: &[Case] = &[
            ("GET", &[], true),
            ("GET", &[("origin", "http://evil.example")], false),
            ("GET", &[("origin", "null")], false),
            ("GET", &[OWN], true),
            ("GET", &[("sec-fetch-site", "same-origin")], true),
            ("GET", &[("sec-fetch-site", "none")], true),
            ("GET", &[("sec-fetch-site", "same-site")], false),
            ("GET", &[("sec-fetch-site", "cross-site")], false),
            (
                "GET",
                &[("sec-fetch-site", "cross-site"), VISIT[0], VISIT[1]],
                true,
            ),
            (
                "HEAD",
                &[("sec-fetch-site", "same-site"), VISIT[0], VISIT[1]],
                true,
            ),
            (
                "GET",
                &[
                    ("sec-fetch-site", "cross-site"),
                    VISIT[0],
                    ("sec-fetch-dest", "iframe"),
                ],
                false,
            ),
            ("GET", &[("sec-fetch-site", "cross-site"), VISIT[1]], false),
            (
                "GET",
                &[OWN, ("sec-fetch-site", "cross-site"), VISIT[0], VISIT[1]],
                false,
            ),
            (
                "GET",
                &[
                    ("sec-fetch-site", "same-origin"),
                    ("sec-fetch-site", "none"),
                ],
                false,
            ),
            (
                "POST",
                &[("sec-fetch-site", "cross-site"), VISIT[0], VISIT[1]],
                false,
            ),
            ("POST", &[("sec-fetch-site", "none")], false),
            ("POST", &[OWN, ("sec-fetch-site", "none")], false),
            ("POST", &[OWN, ("sec-fetch-site", "cross-site")], false),
            ("POST", &[], false),
            ("POST", &[OWN], true),
            ("POST", &[("origin", "http://127.0.0.1:8080")], false),
            ("POST", &[("origin", "http://localhost:8081")], false),
            ("POST", &[("origin", "null")], false),
            (
                "POST",
                &[("origin", "null"), ("sec-fetch-site", "same-origin")],
                false,
            ),
            ("POST", &[("sec-fetch-site", "same-origin")], true),
            ("POST", &[("sec-fetch-site", "same-site")], false),
            (
                "POST",
                &[
                    ("origin", "http://evil.example"),
                    ("sec-fetch-site", "same-origin"),
                ],
                false,
            ),
            ("POST", &[OWN, OWN], false),
            ("DELETE", &[("sec-fetch-site", "cross-site")], false),
        ];
        for (method, headers, allowed) in table {
            let mut all = vec![host];
            all.extend_from_slice(headers);
            let answer = check(&request(method, &all), 8080);
            assert_eq!(answer.is_ok(), *allowed, "{method} {headers:?}");
        }
    }
}

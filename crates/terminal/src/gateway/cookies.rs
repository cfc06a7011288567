//! The centre's cookies, kept apart from everybody else's on this machine.
//!
//! Browsers share cookies between all ports of `localhost`. So the centre's cookie `NAME` is called
//! `onshi-g<port>-NAME` in the browser, and only cookies so called go back to the centre. Since the
//! name then no longer begins with `__Host-` or `__Secure-`, it can be set over plain loopback
//! HTTP, which is why `Secure` is taken off.

use hyper::header::{COOKIE, HeaderMap, HeaderValue};

fn prefix(port: u16) -> String {
    format!("onshi-g{port}-")
}

/// All cookies of a request as name and value.
fn pairs(headers: &HeaderMap) -> impl Iterator<Item = (&[u8], &[u8])> {
    headers
        .get_all(COOKIE)
        .iter()
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b';'))
        .filter_map(|pair| {
            let middle = pair.iter().position(|byte| *byte == b'=')?;
            let (name, value) = pair.split_at(middle);
            Some((name.trim_ascii(), value.get(1..)?.trim_ascii()))
        })
}

/// The value of one cookie, if it is sent exactly once: a second of the same name was planted.
pub(super) fn value(headers: &HeaderMap, name: &str) -> Option<String> {
    let mut found = pairs(headers).filter(|(other, _)| *other == name.as_bytes());
    let (_, value) = found.next()?;
    match found.next() {
        Some(_) => None,
        None => String::from_utf8(value.to_vec()).ok(),
    }
}

/// The `Cookie` header for the centre: its own cookies under their own names.
pub(super) fn for_centre(headers: &HeaderMap, port: u16) -> Option<HeaderValue> {
    let prefix = prefix(port);
    let own = pairs(headers).filter_map(|(name, value)| {
        let name = name
            .strip_prefix(prefix.as_bytes())
            .filter(|name| !name.is_empty())?;
        Some([name, b"=", value].concat())
    });
    let own: Vec<_> = own.collect();
    if own.is_empty() {
        None
    } else {
        HeaderValue::from_bytes(&own.join(&b"; "[..])).ok()
    }
}

/// A `Set-Cookie` of the centre as the browser gets it. Nothing if it is no cookie.
pub(super) fn for_browser(set_cookie: &HeaderValue, port: u16) -> Option<HeaderValue> {
    let mut parts = set_cookie
        .as_bytes()
        .split(|byte| *byte == b';')
        .map(<[u8]>::trim_ascii);
    let pair = parts
        .next()
        .filter(|pair| pair.iter().position(|byte| *byte == b'=') > Some(0))?;
    let mut cookie = [prefix(port).as_bytes(), pair].concat();
    for attribute in parts.filter(|attribute| !attribute.is_empty()) {
        let name = attribute
            .split(|byte| *byte == b'=')
            .next()
            .unwrap_or_default()
            .trim_ascii();
        let is = |other: &str| name.eq_ignore_ascii_case(other.as_bytes());
        if is("Secure") || is("Domain") || is("Partitioned") {
            continue;
        }
        // `None` is only taken together with `Secure`.
        let none = is("SameSite") && attribute.to_ascii_lowercase().ends_with(b"none");
        cookie.extend_from_slice(b"; ");
        cookie.extend_from_slice(if none { b"SameSite=Lax" } else { attribute });
    }
    HeaderValue::from_bytes(&cookie).ok()
}

/// `Set-Cookie` lines that end all of the centre's cookies that this request carries: what one
/// certificate's session left behind must not meet the next.
pub(super) fn clearing(headers: &HeaderMap, port: u16) -> Vec<HeaderValue> {
    let prefix = prefix(port);
    pairs(headers)
        .filter(|(name, _)| name.starts_with(prefix.as_bytes()))
        .filter_map(|(name, _)| {
            HeaderValue::from_bytes(&[name, b"=; Path=/; HttpOnly; Max-Age=0"].concat()).ok()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(lines: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(COOKIE, line.parse().unwrap());
        }
        headers
    }

    #[test]
    fn only_our_own_cookies_go_to_the_centre() {
        let headers = sent(&[
            "onshi-g8080-__Host-session=abc=; other=1; onshi-g80801-session=no",
            "onshi-terminal-8080=token; onshi-g8080-csrf=x; onshi-g8080-=empty",
        ]);
        assert_eq!(
            for_centre(&headers, 8080).unwrap(),
            "__Host-session=abc=; csrf=x"
        );
        assert_eq!(for_centre(&headers, 9999), None);
        assert_eq!(
            value(&headers, "onshi-terminal-8080").as_deref(),
            Some("token")
        );
        assert_eq!(clearing(&headers, 8080).len(), 3);
    }

    #[test]
    fn a_cookie_sent_twice_is_no_choice() {
        assert_eq!(value(&sent(&["a=1; a=2"]), "a"), None);
    }

    #[test]
    fn the_centres_cookie_is_renamed_and_keeps_what_protects_it() {
        let table = [
            (
                "__Host-session=abc; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=1800",
                "onshi-g8080-__Host-session=abc; Path=/; HttpOnly; SameSite=Strict; Max-Age=1800",
            ),
            ("a=b;Domain=centre.example;secure", "onshi-g8080-a=b"),
            (
                "a=; SameSite=None; Partitioned; Secure",
                "onshi-g8080-a=; SameSite=Lax",
            ),
        ];
        for (from, to) in table {
            assert_eq!(for_browser(&from.parse().unwrap(), 8080).unwrap(), to);
        }
        assert_eq!(for_browser(&"nonsense".parse().unwrap(), 8080), None);
        assert_eq!(for_browser(&"=nameless".parse().unwrap(), 8080), None);
    }
}

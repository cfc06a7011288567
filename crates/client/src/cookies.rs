//! Cookies, as a browser keeps those of one host: by name, until they are taken away.

use std::collections::BTreeMap;

use cookie::Cookie;
use cookie::time::Duration;
use http::{HeaderMap, HeaderValue, header};

/// The cookies of one host: names and values.
pub type Jar = BTreeMap<String, String>;

/// Keeps what an answer sets, and drops what it takes away.
pub fn keep(jar: &mut Jar, headers: &HeaderMap) {
    for line in headers.get_all(header::SET_COOKIE) {
        let line = line.to_str().unwrap_or("");
        let Ok(cookie) = Cookie::parse(line) else {
            continue;
        };
        let ended = cookie.max_age().is_some_and(|age| age <= Duration::ZERO);
        if ended || cookie.value().is_empty() {
            jar.remove(cookie.name());
        } else {
            jar.insert(cookie.name().to_owned(), cookie.value().to_owned());
        }
    }
}

/// The header that carries them; none where there are none, or where one can't be carried.
pub fn header(jar: &Jar) -> Option<HeaderValue> {
    if jar.is_empty() {
        return None;
    }
    let pairs: Vec<String> = jar.iter().map(|(name, v)| format!("{name}={v}")).collect();
    HeaderValue::try_from(pairs.join("; ")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_kept_until_it_is_taken_away() {
        let answered = |jar: &mut Jar, lines: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(header::SET_COOKIE, HeaderValue::from_static(line));
            }
            keep(jar, &headers);
            header(jar)
        };
        let mut jar = Jar::new();
        let sent = answered(
            &mut jar,
            &[
                "b=2=; Path=/; Secure; HttpOnly",
                "a=1; SameSite=Strict",
                "=x",
                "words",
            ],
        );
        assert_eq!(sent.unwrap(), "a=1; b=2=");
        let sent = answered(&mut jar, &["a=3; Max-Age=0", "b=4; Max-Age=60"]);
        assert_eq!(sent.unwrap(), "b=4");
        assert_eq!(answered(&mut jar, &["b=; Path=/"]), None);
    }
}

//! Forms that no page of ours sent.

use http::{HeaderValue, Request};
use onshi_core::AccountKind;
use onshi_core::audit::Outcome;

use super::test_centre::{TestCentre, TestClock, log_in};

/// Origin, Sec-Fetch-Site and Host of a form (`@` is our own host), and whether it gets in.
const CASES: &[(&str, &str, &str, bool)] = &[
    ("https://@", "same-origin", "@", true),
    ("https://@", "", "@", true),
    ("", "same-origin", "@", true),
    ("", "", "@", false),
    ("null", "", "@", false),
    ("null", "same-origin", "@", false),
    ("http://@", "", "@", false),
    ("https://@.evil.example", "", "@", false),
    ("https://evil.example", "", "@", false),
    ("https://evil.example", "same-origin", "@", false),
    ("https://localhost", "", "@", false),
    ("https://localhost:1", "", "@", false),
    ("HTTPS://@", "", "@", false),
    ("https://@", "same-site", "@", false),
    ("https://@", "cross-site", "@", false),
    ("https://@", "none", "@", false),
    ("", "same-site", "@", false),
    ("", "cross-site", "@", false),
    ("", "none", "@", false),
    ("https://evil.example", "same-origin", "evil.example", false),
    ("https://evil.example", "", "evil.example", false),
    ("", "same-origin", "evil.example", false),
    ("", "same-origin", "localhost.evil.example", false),
];

fn dressed(mut request: Request<bytes::Bytes>, host: &str, case: usize) -> Request<bytes::Bytes> {
    let (origin, site, to, _) = CASES[case];
    let headers = request.headers_mut();
    for (name, value) in [("origin", origin), ("sec-fetch-site", site), ("host", to)] {
        headers.remove(name);
        if !value.is_empty() {
            let value = HeaderValue::try_from(value.replace('@', host)).unwrap();
            headers.insert(name, value);
        }
    }
    request
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_gets_in_only_from_our_own_page() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let mut nobody = centre.client(&ours.terminal);
    let mut admin = centre.client(&ours.terminal);
    log_in(&mut admin, ours.login(AccountKind::Admin)).await;
    let host = nobody.host();
    for (case, (origin, site, to, allowed)) in CASES.iter().copied().enumerate() {
        let told = format!("origin {origin} site {site} host {to}");
        let form = nobody.form("/web/login", &[("user_id", "Nobody01"), ("password", "x")]);
        let answer = nobody.send(dressed(form.unwrap(), &host, case)).await;
        let page = answer.unwrap().text();
        assert_eq!(
            page.contains("ユーザIDまたはパスワードが違います"),
            allowed,
            "{told}"
        );

        centre.audit(&ours.code, 1);
        let user_id = format!("Forged{case:02}");
        let fields = [("kind", "general"), ("user_id", &user_id), ("name", "偽")];
        let form = admin.form("/web/accounts", &fields).unwrap();
        let answer = admin.send(dressed(form, &host, case)).await.unwrap();
        assert_eq!(answer.status, if allowed { 303 } else { 403 }, "{told}");
        let newest = centre.audit(&ours.code, 2).into_iter().next().unwrap();
        if allowed {
            assert_eq!(newest.outcome, Some(Outcome::Done), "{told}");
        } else {
            assert!(answer.text().contains("request.foreign_origin"), "{told}");
            let refusal = newest.refusal.as_deref();
            assert_eq!(refusal, Some("request.foreign_origin"), "{told}");
            assert_eq!(newest.user_id.as_deref(), Some("Kanri01"), "{told}");
        }
    }
}

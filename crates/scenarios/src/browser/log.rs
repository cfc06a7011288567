//! What the page complained about: scripts' errors, refused content, addresses that failed.

use fantoccini::wd::WebDriverCompatibleCommand;
use serde::Deserialize;
use url::Url;

use super::{Browser, BrowserFault};

/// Chromium's own addition to WebDriver; it gives each entry once.
#[derive(Debug)]
struct ReadLog;

#[derive(Deserialize)]
struct Entry {
    level: String,
    source: String,
    message: String,
}

impl Browser {
    /// The errors on the console since the last call: of scripts, of the content security policy,
    /// and of requests that failed (an answer of 400 or more is one).
    pub async fn errors(&self) -> Result<Vec<String>, BrowserFault> {
        let entries: Vec<Entry> = serde_json::from_value(self.client.issue_cmd(ReadLog).await?)?;
        let severe = entries.into_iter().filter(|entry| entry.level == "SEVERE");
        Ok(severe
            .map(|entry| format!("{}: {}", entry.source, entry.message))
            .collect())
    }
}

impl WebDriverCompatibleCommand for ReadLog {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, url::ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(r#"{"type":"browser"}"#.into()))
    }
}

//! What a person sets in the system or at the window, told to Chromium by its developer tools.

use fantoccini::wd::WebDriverCompatibleCommand;
use serde_json::{Value, json};
use url::Url;

use super::{Browser, BrowserFault};

/// Chromium's own addition to WebDriver.
#[derive(Debug)]
struct Devtools {
    command: &'static str,
    parameters: Value,
}

impl Browser {
    /// Whether the system is set to dark colours, for every page from now on.
    pub async fn prefers_dark(&self, dark: bool) -> Result<(), BrowserFault> {
        let value = if dark { "dark" } else { "light" };
        self.devtools(
            "Emulation.setEmulatedMedia",
            json!({"features": [{"name": "prefers-color-scheme", "value": value}]}),
        )
        .await
    }

    /// The page in a window of so many CSS pixels: what is left of one at 200 %, or on a telephone.
    pub async fn looks_through(&self, width: u32, height: u32) -> Result<(), BrowserFault> {
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}),
        )
        .await
    }

    async fn devtools(&self, command: &'static str, parameters: Value) -> Result<(), BrowserFault> {
        let command = Devtools {
            command,
            parameters,
        };
        self.client.issue_cmd(command).await?;
        Ok(())
    }
}

impl WebDriverCompatibleCommand for Devtools {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, url::ParseError> {
        let session = session.unwrap_or_default();
        base.join(&format!("session/{session}/goog/cdp/execute"))
    }

    fn method_and_body(&self, _: &Url) -> (http::Method, Option<String>) {
        let body = json!({"cmd": self.command, "params": self.parameters});
        (http::Method::POST, Some(body.to_string()))
    }
}

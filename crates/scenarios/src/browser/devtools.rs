//! What a person sets in the system or at the window, told to Chromium by its developer tools.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
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
        .await?;
        Ok(())
    }

    /// The page in a window of so many CSS pixels: what is left of one at 200 %, or on a telephone.
    pub async fn looks_through(&self, width: u32, height: u32) -> Result<(), BrowserFault> {
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}),
        )
        .await?;
        Ok(())
    }

    /// A picture of an element as WebP, of its upper part where it is higher than so many CSS pixels; with its
    /// width and height.
    pub async fn picture_of(
        &self,
        selector: &str,
        height_max: u32,
    ) -> Result<(Vec<u8>, (u32, u32)), BrowserFault> {
        const BOX: &str = "
            const box = document.querySelector(arguments[0]).getBoundingClientRect();
            return [box.x + window.scrollX, box.y + window.scrollY, box.width, box.height].map(Math.round);";
        let found = self.client.execute(BOX, vec![json!(selector)]).await?;
        let [x, y, width, height]: [u32; 4] = serde_json::from_value(found)?;
        let height = height.min(height_max);
        let taken = self
            .devtools(
                "Page.captureScreenshot",
                json!({
                    "format": "webp",
                    "quality": 70,
                    "captureBeyondViewport": true,
                    "clip": {"x": x, "y": y, "width": width, "height": height, "scale": 1},
                }),
            )
            .await?;
        let text = taken["data"].as_str().unwrap_or_default();
        let picture = STANDARD
            .decode(text)
            .map_err(|_| BrowserFault::from("the picture is no base64"))?;
        Ok((picture, (width, height)))
    }

    pub(super) async fn devtools(
        &self,
        command: &'static str,
        parameters: Value,
    ) -> Result<Value, BrowserFault> {
        let command = Devtools {
            command,
            parameters,
        };
        Ok(self.client.issue_cmd(command).await?)
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

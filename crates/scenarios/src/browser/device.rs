//! A device for passkeys that the browser plays itself (a virtual authenticator of WebAuthn).

use fantoccini::wd::WebDriverCompatibleCommand;
use serde_json::{Value, json};
use url::Url;

use super::{Browser, BrowserFault};

/// A device that was added, by its number.
#[derive(Debug)]
pub struct Device(String);

/// What WebDriver is told of devices.
#[derive(Debug)]
enum Command {
    Add { knows_its_holder: bool },
    Remove(String),
}

impl Browser {
    /// Adds a device on which somebody always presses; whether it also knows who that is, is said here.
    pub async fn add_device(&self, knows_its_holder: bool) -> Result<Device, BrowserFault> {
        let added = self.client.issue_cmd(Command::Add { knows_its_holder });
        let Value::String(number) = added.await? else {
            return Err(BrowserFault::from("a device has a number"));
        };
        Ok(Device(number))
    }

    /// Takes it away.
    pub async fn remove_device(&self, device: Device) -> Result<(), BrowserFault> {
        self.client.issue_cmd(Command::Remove(device.0)).await?;
        Ok(())
    }
}

impl WebDriverCompatibleCommand for Command {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, url::ParseError> {
        let session = session.unwrap_or_default();
        let devices = format!("session/{session}/webauthn/authenticator");
        match self {
            Command::Add { .. } => base.join(&devices),
            Command::Remove(number) => base.join(&format!("{devices}/{number}")),
        }
    }

    fn method_and_body(&self, _: &Url) -> (http::Method, Option<String>) {
        match self {
            Command::Add { knows_its_holder } => {
                let device = json!({
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": true,
                    "hasUserVerification": true,
                    "isUserConsenting": true,
                    "isUserVerified": knows_its_holder,
                });
                (http::Method::POST, Some(device.to_string()))
            }
            Command::Remove(_) => (http::Method::DELETE, None),
        }
    }
}

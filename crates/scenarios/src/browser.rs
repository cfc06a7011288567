//! A real browser, as a person without a mouse uses it.
//!
//! Every [`Browser`] is a fresh headless Chromium with its own profile, home and certificate
//! store, driven over WebDriver. Nothing of the machine's own configuration is read or changed,
//! and nothing of it lives on when the value is dropped or the test process dies.

mod axe;
mod device;
mod devtools;
mod keyboard;
mod log;
mod process;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use fantoccini::wd::PrintConfiguration;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

pub use axe::Violation;
pub use device::Device;
pub use keyboard::Press;
use process::Process;

/// How long anything may take before a test gives up. Long, since it is only ever waited for in
/// full by a test that fails, and a busy machine is no failure.
const DEADLINE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(20);

/// What went wrong, to be read by whoever ran the test.
#[derive(thiserror::Error)]
#[error("{0}")]
pub struct BrowserFault(String);

/// What the browser holds when it starts.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// An authority (PEM) that the browser trusts for servers.
    pub authority_pem: Option<PathBuf>,
    /// A certificate with its key (PKCS#12) and the file's password.
    pub client_p12: Option<(PathBuf, String)>,
    /// Shows the certificate to `https://localhost`, on any port, without asking, by the policy
    /// with which an institution's installer would do it. Without it a browser that holds a
    /// certificate asks which to show, and `goto` waits in vain for somebody to answer.
    pub auto_select: bool,
    /// A film (Y4M) in the place of a camera, which pages may use without asking. It is read anew each time that
    /// a page opens the camera. Without it there is no camera.
    pub camera: Option<PathBuf>,
}

/// A running browser with one window. It ends when this is dropped.
pub struct Browser {
    client: Client,
    process: Process,
}

impl Browser {
    pub async fn start(options: Options) -> Result<Browser, BrowserFault> {
        let process = Process::start(&options).await?;
        let Value::Object(capabilities) = process.capabilities(&options) else {
            return Err(BrowserFault::from("the capabilities are an object"));
        };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&process.url)
            .await
            .map_err(|e| BrowserFault(format!("Chromium did not start: {e}\n{}", process.log())))?;
        Ok(Browser { client, process })
    }

    /// For what has no method here.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Of the process that all others of this browser descend from.
    pub fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// Where its home and profile are, for as long as it runs.
    pub fn folder(&self) -> &Path {
        self.process.folder()
    }

    /// Loads a page and waits until it is loaded. A refused connection or certificate is a fault.
    pub async fn goto(&self, url: &str) -> Result<(), BrowserFault> {
        self.client
            .goto(url)
            .await
            .map_err(|e| BrowserFault(format!("{url}: {e}")))?;
        // The driver reports some failures only; the others are pages of the browser's own.
        let at = self.execute("return document.URL;").await?;
        if at
            .as_str()
            .is_some_and(|at| at.starts_with("chrome-error:"))
        {
            return Err(BrowserFault(format!("{url}: {}", self.text().await?)));
        }
        Ok(())
    }

    pub async fn url(&self) -> Result<String, BrowserFault> {
        Ok(self.client.current_url().await?.to_string())
    }

    /// What a person can read on the page.
    pub async fn text(&self) -> Result<String, BrowserFault> {
        let text = self
            .execute("return document.body ? document.body.innerText : '';")
            .await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until the page has an element for the CSS selector.
    pub async fn wait_for(&self, selector: &str) -> Result<(), BrowserFault> {
        let deadline = Instant::now() + DEADLINE;
        loop {
            // While one page gives way to the next, asking fails; that is "not yet" too.
            let found = self.client.find_all(Locator::Css(selector)).await;
            if matches!(&found, Ok(elements) if !elements.is_empty()) {
                return Ok(());
            }
            if Instant::now() > deadline {
                let page = format!("{}\n{}", self.url().await?, self.text().await?);
                return Err(BrowserFault(match found {
                    Ok(_) => format!("{selector} never came; there is only {page}"),
                    Err(e) => format!("{selector} never came ({e}); there is only {page}"),
                }));
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// A picture (PNG) of what the window shows; folders are made as needed.
    pub async fn screenshot(&self, path: impl AsRef<Path>) -> Result<(), BrowserFault> {
        let path = path.as_ref();
        let picture = self.client.screenshot().await?;
        path.parent()
            .map_or(Ok(()), std::fs::create_dir_all)
            .and_then(|()| std::fs::write(path, picture))
            .map_err(|e| BrowserFault(format!("{}: {e}", path.display())))
    }

    /// The page on paper (PDF); folders are made as needed. Says how many sheets it takes.
    pub async fn print(&self, path: impl AsRef<Path>) -> Result<usize, BrowserFault> {
        let path = path.as_ref();
        let paper = self.client.print(PrintConfiguration::default()).await?;
        path.parent()
            .map_or(Ok(()), std::fs::create_dir_all)
            .and_then(|()| std::fs::write(path, &paper))
            .map_err(|e| BrowserFault(format!("{}: {e}", path.display())))?;
        // The tree of pages is of the type "Pages".
        let mark = b"/Type /Page";
        let marked = |part: &[u8]| part.starts_with(mark) && part.get(mark.len()) != Some(&b's');
        Ok(paper
            .windows(mark.len() + 1)
            .filter(|part| marked(part))
            .count())
    }

    /// Runs a script's body in the page, past its content security policy.
    pub async fn execute(&self, script: &str) -> Result<Value, BrowserFault> {
        Ok(self.client.execute(script, vec![]).await?)
    }

    /// The element that has the focus: whether the selector matches it, and its tag in words.
    async fn focus(&self, selector: &str) -> Result<(bool, String), BrowserFault> {
        const SCRIPT: &str = "
            const e = document.activeElement;
            if (!e || e === document.body) return [false, 'the page itself'];
            const text = (e.innerText || '').trim().slice(0, 40);
            return [e.matches(arguments[0]), e.cloneNode(false).outerHTML.slice(0, 200) + text];";
        let answer = self.client.execute(SCRIPT, vec![json!(selector)]).await?;
        serde_json::from_value(answer).map_err(BrowserFault::from)
    }
}

/// Tests print a fault by `unwrap`, and should then read as sentences.
impl std::fmt::Debug for BrowserFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for BrowserFault {
    fn from(text: &str) -> Self {
        BrowserFault(text.to_owned())
    }
}

impl From<std::io::Error> for BrowserFault {
    fn from(error: std::io::Error) -> Self {
        BrowserFault(format!("the browser's folder or process: {error}"))
    }
}

impl From<fantoccini::error::CmdError> for BrowserFault {
    fn from(error: fantoccini::error::CmdError) -> Self {
        BrowserFault(format!("the browser said: {error}"))
    }
}

impl From<serde_json::Error> for BrowserFault {
    fn from(error: serde_json::Error) -> Self {
        BrowserFault(format!(
            "the browser answered something unexpected: {error}"
        ))
    }
}

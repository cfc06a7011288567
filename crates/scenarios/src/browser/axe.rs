//! The accessibility rules of axe, run in the page.

use std::fmt;

use serde::Deserialize;

use super::{Browser, BrowserFault};

const AXE: &str = include_str!("../../vendor/axe-core/axe.min.js");

/// A rule that the page breaks.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Violation {
    /// As in axe's documentation, such as `label`.
    pub rule: String,
    /// `minor`, `moderate`, `serious` or `critical`.
    pub impact: Option<String>,
    pub help: String,
    /// The elements at fault, as HTML.
    pub targets: Vec<String>,
}

impl Browser {
    /// What axe finds on the page as it is now.
    pub async fn axe(&self) -> Result<Vec<Violation>, BrowserFault> {
        const RUN: &str = "
            const done = arguments[arguments.length - 1];
            axe.run(document, { resultTypes: ['violations'] }).then(
                (results) => done(results.violations.map((v) => ({
                    rule: v.id, impact: v.impact, help: v.help,
                    targets: v.nodes.map((node) => node.html),
                }))),
                (error) => done(String(error)));";
        self.execute(AXE).await?;
        let answer = self.client.execute_async(RUN, vec![]).await?;
        if let Some(error) = answer.as_str() {
            return Err(BrowserFault(format!("axe failed: {error}")));
        }
        Ok(serde_json::from_value(answer)?)
    }

    /// Fails with every rule broken, how bad it is, and the elements.
    pub async fn axe_finds_nothing(&self) -> Result<(), BrowserFault> {
        let violations = self.axe().await?;
        if violations.is_empty() {
            return Ok(());
        }
        let list: Vec<String> = violations.iter().map(Violation::to_string).collect();
        Err(BrowserFault(format!(
            "axe on {}:\n{}",
            self.url().await?,
            list.join("\n")
        )))
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let impact = self.impact.as_deref().unwrap_or("no impact");
        write!(f, "{} ({impact}): {}", self.rule, self.help)?;
        self.targets
            .iter()
            .try_for_each(|html| write!(f, "\n  {html}"))
    }
}

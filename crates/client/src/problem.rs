//! Problem types (RFC 9457), as a centre uses them.

use serde::Deserialize;

/// What is wrong with a request. Every field may be empty: others than our centres write them too.
#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ProblemDetails {
    /// The stable code of the refusal.
    pub code: String,
    /// What happened, in a sentence.
    pub title: String,
    /// The same with why and what to do.
    pub detail: String,
    /// Until when it is so.
    pub until: Option<String>,
    /// The places that are wrong.
    pub problems: Vec<Place>,
}

/// One place that is wrong.
#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Place {
    /// What is wrong with it.
    pub detail: String,
}

impl ProblemDetails {
    /// Reads a body; what is no problem type says nothing.
    pub fn read(body: &[u8]) -> ProblemDetails {
        serde_json::from_slice(body).unwrap_or_default()
    }

    /// What the detail says beyond the title, with which ours begin.
    pub fn remedy(&self) -> &str {
        self.detail
            .strip_prefix(&self.title)
            .unwrap_or(&self.detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_read_as_far_as_it_goes() {
        let body = r#"{"type":"about:blank","title":"止まっています。","detail":"止まっています。待ってください。",
            "code":"facility.stopped","status":403,"problems":[{"detail":"ここ","pointer":"/a"}]}"#;
        let problem = ProblemDetails::read(body.as_bytes());
        assert_eq!(problem.code, "facility.stopped");
        assert_eq!(problem.remedy(), "待ってください。");
        assert_eq!(problem.problems[0].detail, "ここ");
        let other = ProblemDetails {
            title: "題".to_owned(),
            detail: "別の文。".to_owned(),
            ..ProblemDetails::default()
        };
        assert_eq!(other.remedy(), "別の文。");
        for nothing in ["", "<html>", "[]", "null", r#"{"title":1}"#] {
            assert_eq!(
                ProblemDetails::read(nothing.as_bytes()),
                ProblemDetails::default()
            );
        }
    }
}

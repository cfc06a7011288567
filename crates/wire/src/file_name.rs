//! Names of files in the folders: `<kind>_<anything>.xml`.

use crate::kind::MessageKind;

/// A file name that the interface knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileName {
    /// What the file is.
    pub kind: MessageKind,
    /// What stands between the first `_` and the extension: the sender's choice, never parsed.
    pub body: String,
}

/// Windows and the folders' shares allow no longer names.
const LONGEST: usize = 255;

impl FileName {
    /// Reads a name; `None` for every name that is not of the interface, among them temporary files
    /// and kinds that we do not know (see [`is_unknown_request`]).
    pub fn parse(name: &str) -> Option<Self> {
        let (prefix, body) = parts(name)?;
        Some(Self {
            kind: MessageKind::from_id(prefix)?,
            body: body.to_owned(),
        })
    }

    /// The name itself.
    pub fn name(&self) -> String {
        format!("{}_{}.xml", self.kind.id(), self.body)
    }

    /// The name of the answer, in `res/`.
    pub fn response_name(&self) -> String {
        self.with("xml")
    }

    /// The same for a PDF (YZK, TKK, OQSsiurl).
    pub fn response_pdf_name(&self) -> String {
        self.with("pdf")
    }

    /// The same for a picture (OQSsiurl).
    pub fn response_png_name(&self) -> String {
        self.with("png")
    }

    /// The same for a zip with the XML in it.
    pub fn response_zip_name(&self) -> String {
        self.with("zip")
    }

    fn with(&self, extension: &str) -> String {
        format!("{}_{}.{extension}", self.kind.response().id(), self.body)
    }

    /// The name of the note that says why there is no answer. It keeps the request's name.
    pub fn error_name(&self) -> String {
        format!("{}_{}.err", self.kind.id(), self.body)
    }

    /// The name of a result from the card reader; the last 14 digits are the time.
    pub fn face(token: &str, yyyymmddhhmmss: &str) -> Self {
        let body = format!("face_{token}_{yyyymmddhhmmss}");
        Self {
            kind: MessageKind::EligibilityResponse,
            body,
        }
    }
}

/// A request of the system's naming whose kind we do not know: it gets an `.err`, no silence.
pub fn is_unknown_request(name: &str) -> bool {
    let Some((prefix, _)) = parts(name) else {
        return false;
    };
    let systems = ["OQS", "YZK", "TKK", "EPS", "CIP", "CIS", "PMH"];
    let shaped = prefix.len() == 13
        && prefix.is_ascii()
        && systems.contains(&&prefix[..3])
        && matches!(&prefix[3..5], "si" | "mu")
        && prefix[5..8]
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric())
        && prefix[8..10].bytes().all(|byte| byte.is_ascii_digit())
        && &prefix[10..] == "req";
    shaped && MessageKind::from_id(prefix).is_none()
}

fn parts(name: &str) -> Option<(&str, &str)> {
    let forbidden = |c: char| c.is_control() || "<>:\"/\\|?*".contains(c);
    if name.len() > LONGEST || name.contains(forbidden) {
        return None;
    }
    let (base, extension) = name.rsplit_once('.')?;
    extension.eq_ignore_ascii_case("xml").then_some(())?;
    base.split_once('_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_names_its_answers() {
        let name = FileName::parse("OQSsiquc01req_202611220001.xml").unwrap();
        assert_eq!(name.kind, MessageKind::EligibilityRequest);
        assert_eq!(name.body, "202611220001");
        assert_eq!(name.response_name(), "OQSsiquc01res_202611220001.xml");
        assert_eq!(name.error_name(), "OQSsiquc01req_202611220001.err");
        let name = FileName::parse("YZKsiquc01req_req_架空.XML").unwrap();
        assert_eq!(name.response_pdf_name(), "YZKsiquc01res_req_架空.pdf");
        let name = FileName::parse("OQSsiurl01req_1.xml").unwrap();
        assert_eq!(name.response_png_name(), "OQSsiurl01res_1.png");
        let name = FileName::parse("OQSmuhvq02req_1.xml").unwrap();
        assert_eq!(name.response_zip_name(), "OQSmuhvq02res_1.zip");
    }

    #[test]
    fn foreign_names_are_nobodys() {
        for name in [
            "",
            ".xml",
            "_.xml",
            "OQSsiquc01req.xml",
            "OQSsiquc01req_1.tmp",
            "oqssiquc01req_1.xml",
            ".receptionagent-1234.tmp",
            "OQSsiquc01req_1.xml.tmp",
            "OQSsiquc01req_../x.xml",
            "OQSsiquc01req_a\\b.xml",
            "OQSsiquc01req_a\0.xml",
            "OQSsionq01req_1.xml",
        ] {
            assert_eq!(FileName::parse(name), None, "{name}");
        }
        assert!(FileName::parse(&format!("OQSsiquc01req_{}.xml", "a".repeat(300))).is_none());
    }

    #[test]
    fn unknown_requests_are_told_from_foreign_files() {
        assert!(is_unknown_request("OQSsionq01req_1.xml"));
        assert!(is_unknown_request("EPSsiDMP01req_1.xml"));
        assert!(!is_unknown_request("OQSsiquc01req_1.xml"));
        assert!(!is_unknown_request("OQSsihvq01res_1.xml"));
        assert!(!is_unknown_request("ABCsihvq01req_1.xml"));
        assert!(!is_unknown_request("資格確認のため_1.xml"));
    }

    #[test]
    fn the_readers_result_is_named_by_its_moment() {
        let name = FileName::face("27142063864da5260a16de5a3d3ad7", "20260929160112");
        let text = "OQSsiquc01res_face_27142063864da5260a16de5a3d3ad7_20260929160112.xml";
        assert_eq!(name.name(), text);
        assert_eq!(FileName::parse(text), Some(name));
    }
}

//! The messages between institutions and the centre: XML in the folders, JSON in the Web API.
//!
//! Everything comes from one definition, the tables under [`messages`]: structs, reading, printing,
//! checking, JSON schemas and documentation. There is no I/O here, no clock and no state.
//!
//! | module | what |
//! |---|---|
//! | [`messages`] | the messages as structs with the specification's own names |
//! | [`MessageKind`], [`FileName`] | which message a file is |
//! | [`parse_xml`], [`print_xml`] | the folders, in UTF-8 or Shift_JIS |
//! | [`parse_json`], [`print_json`] | the Web API |
//! | [`Problem`], [`Limits`] | what is wrong, and what is too much |
//! | [`fhir`] | the same as resources of FHIR R4, by one table |
//! | [`characters`], [`value_problem`] | what a name can't have; whether a value may stand in its element |
//! | [`codes`], [`error_codes`] | code lists with labels; simulated error codes |
//! | [`numbers`] | check digits, and how numbers are matched |
//! | [`schema`], [`xml_schema`], [`field_table`], [`example`] | documentation out of the tables |
//! | [`shape`] | the tables as data, for whoever walks them |
//! | [`typed_code`] | codes that people type from paper |
//!
//! ```
//! use onshi_wire::{Limits, Style, messages::EligibilityRequest, parse_xml, print_xml};
//!
//! let file = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><XmlMsg><MessageHeader>\
//!     <QualificationConfirmationDate>20261122</QualificationConfirmationDate>\
//!     <MedicalInstitutionCode>1319999999</MedicalInstitutionCode></MessageHeader><MessageBody>\
//!     <QualificationConfirmSearchInfo><InsurerNumber>  138057</InsurerNumber>\
//!     <InsuredIdentificationNumber>1001</InsuredIdentificationNumber>\
//!     <Birthdate>19750230</Birthdate><LimitApplicationCertificateRelatedConsFlg>1\
//!     </LimitApplicationCertificateRelatedConsFlg></QualificationConfirmSearchInfo>\
//!     </MessageBody></XmlMsg>";
//! let parsed = parse_xml::<EligibilityRequest>(file.as_bytes(), &Limits::SINGLE);
//! let problem = &parsed.problems[0];
//! assert_eq!(problem.element, "XmlMsg/MessageBody/QualificationConfirmSearchInfo/Birthdate");
//! assert_eq!(problem.text_ja, "生年月日（Birthdate）はyyyyMMdd形式の実在する日付で設定してください。");
//! assert_eq!(parsed.message.body.search.insurer_number, "  138057");
//! assert!(print_xml(&parsed.message, Style::default()).bytes.starts_with(b"<?xml"));
//! ```

pub mod characters;
mod check;
pub mod codes;
mod encoding;
pub mod error_codes;
pub mod fhir;
mod file_name;
mod json;
mod kind;
mod limits;
pub mod messages;
pub mod numbers;
mod private_use;
mod problem;
mod remedies;
mod report;
mod schema;
pub mod shape;
mod spelling;
pub mod typed_code;
mod xml;
mod xsd;

pub use check::value_problem;
pub use encoding::{Encoding, REPLACEMENT};
pub use file_name::{FileName, is_unknown_request};
pub use json::{Json, parse_json, parse_json_into, print_json, print_json_indented};
pub use kind::MessageKind;
pub use limits::Limits;
pub use private_use::{is_private_use, private_use};
pub use problem::{Parsed, Problem, ProblemCode};
pub use remedies::remedy;
pub use schema::{example, field_table, schema, xml_schema};
pub use shape::Block;
pub use spelling::Spellings;
pub use xml::{
    LISTED_MAX, Printed, Replaced, Style, parse_xml, parse_xml_into, print_xml, print_xml_as_spelt,
};
pub use xsd::xsd;

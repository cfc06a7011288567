//! 緊急時医療情報・資格確認機能: what is there only while the operator has opened it, and the lists of its use.
//!
//! Somebody is looked for first ([`search`]), by a card's face or by four items; one of the few who are found is
//! chosen ([`choose`]), and the use written down with what was said for it. Medical information is then on
//! the pages of `web/medical`, eligibility on [`eligibility`]. The institution works off its uses
//! ([`uses`]), reports them ([`report`]) and asks for openings ([`requests`]).

pub mod choose;
pub mod eligibility;
pub mod form;
pub mod report;
pub mod report_view;
pub mod requests;
pub mod requests_view;
pub mod search;
pub mod search_view;
pub mod usage_report;
pub mod uses;
pub mod uses_view;

use crate::http::route::Call;
use onshi_core::Function;

/// Where a function's search is, by the function of the route.
pub(in crate::web) fn search_path(call: &Call) -> &'static str {
    match call.function {
        Some(Function::CheckEligibilityInFailure) => "/web/emergency/eligibility",
        _ => "/web/emergency/medical",
    }
}

//! A request as a screen sees it.

use crate::http::extract::Fields;
use crate::http::listener::Presented;
use crate::http::service::ServiceHandle;
use crate::http::submission::Answered;
use crate::state::context::Context;
use crate::web::layout::frame::FormTokens;
use onshi_core::authn::{BadCertificate, LoggedIn, Terminal};
use onshi_core::emergency::OpenFunction;
use onshi_core::{Function, Request};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A request as a screen sees it.
pub struct Call {
    /// What there is beside the door.
    pub centre: Arc<Context>,
    /// Number, moment and randomness.
    pub request: Request,
    /// The way to the door.
    pub service: ServiceHandle,
    /// The route's function; none on open routes.
    pub function: Option<Function>,
    /// What the connection showed.
    pub presented: Presented,
    /// The terminal, when its certificate is good.
    pub terminal: Result<Terminal, BadCertificate>,
    /// Whether somebody is logged in.
    pub who: LoggedIn,
    /// The path as it was asked for.
    pub uri_path: String,
    /// Parameters of the path.
    pub path: BTreeMap<String, String>,
    /// Fields of the query.
    pub query: Fields,
    /// Fields of the form.
    pub form: Fields,
    /// The tokens of the page's forms, for those who are logged in.
    pub forms: Option<FormTokens>,
    /// What is opened for the institution, where the account could use it.
    pub open: Vec<OpenFunction>,
    /// The form whose answer this page shows, if its address names one.
    pub result: Option<Answered>,
}

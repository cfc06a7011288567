//! What the compiler forbids to a handler. Each piece that must not compile stands behind one that does
//! and differs only in what is forbidden, so that it can't fail for another reason.
//!
//! A screen has the settings, and a handle to the service:
//! ```
//! async fn screen(call: onshi_server::http::route::Call) -> Result<(), onshi_core::Error> {
//!     let _ = &call.centre.config;
//!     call.service.enter().await
//! }
//! ```
//! and no way round it:
//! ```compile_fail,E0609
//! async fn screen(call: onshi_server::http::route::Call) -> Result<(), onshi_core::Error> {
//!     let _ = &call.centre.service;
//!     call.service.enter().await
//! }
//! ```
//! ```compile_fail,E0616
//! async fn screen(call: onshi_server::http::route::Call) -> Result<(), onshi_core::Error> {
//!     let _ = &call.service.service;
//!     call.service.enter().await
//! }
//! ```
//! The actor of its handle is who the pipeline let in:
//! ```compile_fail,E0616
//! async fn screen(mut call: onshi_server::http::route::Call) -> Result<(), onshi_core::Error> {
//!     call.service.operation = None;
//!     call.service.enter().await
//! }
//! ```
//! It is the same for a message:
//! ```
//! async fn message(call: onshi_server::api::ApiCall) -> Result<(), onshi_core::Error> {
//!     let _ = &call.centre.config;
//!     call.service.enter().await
//! }
//! ```
//! ```compile_fail,E0609
//! async fn message(call: onshi_server::api::ApiCall) -> Result<(), onshi_core::Error> {
//!     let _ = &call.centre.service;
//!     call.service.enter().await
//! }
//! ```

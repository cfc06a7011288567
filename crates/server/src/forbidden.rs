//! What the compiler forbids to a handler. Each piece that must not compile stands behind one that does
//! and differs only in what is forbidden, so that it can't fail for another reason.
//!
//! A screen has the settings, and a desk before the door:
//! ```
//! async fn screen(call: onshi_server::routes::Call) -> Result<(), onshi_core::Error> {
//!     let _ = &call.centre.config;
//!     call.desk.enter().await
//! }
//! ```
//! and no way round it:
//! ```compile_fail,E0609
//! async fn screen(call: onshi_server::routes::Call) -> Result<(), onshi_core::Error> {
//!     let _ = &call.centre.service;
//!     call.desk.enter().await
//! }
//! ```
//! ```compile_fail,E0616
//! async fn screen(call: onshi_server::routes::Call) -> Result<(), onshi_core::Error> {
//!     let _ = &call.desk.service;
//!     call.desk.enter().await
//! }
//! ```
//! The actor at its desk is who the pipeline let in:
//! ```compile_fail,E0616
//! async fn screen(mut call: onshi_server::routes::Call) -> Result<(), onshi_core::Error> {
//!     call.desk.operation = None;
//!     call.desk.enter().await
//! }
//! ```
//! It is the same for a message:
//! ```
//! async fn message(call: onshi_server::api::ApiCall) -> Result<(), onshi_core::Error> {
//!     let _ = &call.centre.config;
//!     call.desk.enter().await
//! }
//! ```
//! ```compile_fail,E0609
//! async fn message(call: onshi_server::api::ApiCall) -> Result<(), onshi_core::Error> {
//!     let _ = &call.centre.service;
//!     call.desk.enter().await
//! }
//! ```

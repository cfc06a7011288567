//! What the compiler forbids to whoever uses this crate. Each example that must not compile stands behind
//! one that does and differs only in what is forbidden, so that it can't fail for another reason.
//!
//! # Reading without the door
//!
//! With what the door hands out a rule can be asked:
//! ```
//! fn own(work: &mut onshi_core::Tx<'_>) -> Result<(), onshi_core::Error> {
//!     let facility = work.facility()?;
//!     onshi_core::facility::show(work, &facility).map(drop)
//! }
//! ```
//! but not the database:
//! ```compile_fail,E0624
//! fn own(work: &mut onshi_core::Tx<'_>) -> Result<(), onshi_core::Error> {
//!     let facility = work.facility()?;
//!     work.rows("select * from account", &[]);
//!     onshi_core::facility::show(work, &facility).map(drop)
//! }
//! ```
//! A location can be named and looked at:
//! ```
//! let location = onshi_core::store::Location::parse("onshi.db");
//! let _ = location.shown();
//! ```
//! and not be connected to:
//! ```compile_fail,E0624
//! let location = onshi_core::store::Location::parse("onshi.db");
//! let _ = location.connect();
//! ```
//! Nor can its connections be named, or the writer's jobs:
//! ```compile_fail,E0603
//! fn take(_: &onshi_core::store::Connection) {}
//! ```
//! ```compile_fail,E0603
//! fn take(_: &dyn onshi_core::engine::writer::WriteJob) {}
//! ```
//!
//! # Reading medical records without a basis
//!
//! With a consent the checkups of its person can be read:
//! ```
//! fn read(work: &mut onshi_core::Tx<'_>, basis: &onshi_core::consent::Consented) {
//!     let _ = onshi_core::medical::checkups(work, basis);
//! }
//! ```
//! and with a number of a person they can't:
//! ```compile_fail,E0277
//! fn read(work: &mut onshi_core::Tx<'_>, basis: &i64) {
//!     let _ = onshi_core::medical::checkups(work, basis);
//! }
//! ```
//! Nobody else says what a basis is:
//! ```compile_fail,E0277
//! struct Mine;
//! impl onshi_core::medical::MayRead for Mine {
//!     fn person(&self) -> i64 {
//!         1
//!     }
//!     fn may_read(&self, _: onshi_core::permission::Scope) -> bool {
//!         true
//!     }
//! }
//! ```
//! and the store of the records is nobody else's:
//! ```compile_fail,E0603
//! use onshi_core::medical::store;
//! ```
//!
//! # Being somebody else
//!
//! Whoever is at the door is who authentication says:
//! ```
//! fn who(session: &onshi_core::account::session::Session) -> onshi_core::Actor {
//!     session.actor()
//! }
//! fn visitor(terminal: &onshi_core::authn::Terminal) -> onshi_core::Actor {
//!     terminal.visitor()
//! }
//! fn operator(operator: &onshi_core::authn::Operator) -> onshi_core::Actor {
//!     operator.actor()
//! }
//! ```
//! and nobody makes an actor, a terminal or an operator of nothing:
//! ```compile_fail,E0624
//! fn operator() -> onshi_core::Actor {
//!     onshi_core::Actor::operator()
//! }
//! ```
//! ```compile_fail,E0624
//! fn account(at: onshi_core::facility::FacilityCode) -> onshi_core::Actor {
//!     onshi_core::Actor::account(onshi_core::AccountKind::Admin, "a1", at, "c1")
//! }
//! ```
//! ```compile_fail,E0423
//! fn operator() -> onshi_core::authn::Operator {
//!     onshi_core::authn::Operator(())
//! }
//! ```
//! ```compile_fail,E0451
//! fn other(
//!     mine: onshi_core::authn::Terminal,
//!     theirs: onshi_core::Actor,
//! ) -> onshi_core::authn::Terminal {
//!     onshi_core::authn::Terminal { visitor: theirs, ..mine }
//! }
//! ```
//! What a certificate says can't be written anew either:
//! ```
//! fn serial(peer: &onshi_core::certificate::Peer) -> &str {
//!     peer.serial()
//! }
//! ```
//! ```compile_fail,E0616
//! fn serial(peer: &mut onshi_core::certificate::Peer) -> &str {
//!     peer.serial = "another".to_owned();
//!     peer.serial()
//! }
//! ```
//!
//! # Medical information without consent
//!
//! ```
//! use onshi_core::{Error, Tx, medical, permission::Scope};
//! fn shown(work: &mut Tx<'_>, person: i64) -> Result<medical::Patient, Error> {
//!     let consented = work.consented(person, Scope::Medicines)?;
//!     medical::patient(work, &consented)
//! }
//! ```
//! ```compile_fail,E0451
//! use onshi_core::{Error, Tx, consent::Consented, medical, permission::Scope};
//! fn shown(work: &mut Tx<'_>, person: i64) -> Result<medical::Patient, Error> {
//!     let consented = Consented { person, scope: Scope::Medicines };
//!     medical::patient(work, &consented)
//! }
//! ```
//! ```compile_fail,E0277
//! use onshi_core::{Error, Tx, medical};
//! fn shown(work: &mut Tx<'_>, person: i64) -> Result<medical::Patient, Error> {
//!     medical::patient(work, &person)
//! }
//! ```
//! Nor can a basis be claimed:
//! ```compile_fail,E0624
//! fn claimed(work: &mut onshi_core::Tx<'_>) {
//!     work.add_basis("consent c1");
//! }
//! ```
//!
//! # A password that no rule has seen
//!
//! ```
//! use onshi_core::account::password::{Owner, PasswordHash, accept};
//! use onshi_core::rules::PasswordRules;
//! fn hashed(text: &str, owner: &Owner, rules: &PasswordRules) -> Option<PasswordHash> {
//!     Some(accept(text, owner, rules).ok()?.hash(rules, [0; 16]))
//! }
//! ```
//! ```compile_fail,E0603
//! use onshi_core::account::password::{PasswordHash, hash_secret};
//! use onshi_core::rules::PasswordRules;
//! fn hashed(text: &str, rules: &PasswordRules) -> PasswordHash {
//!     hash_secret(text, rules, [0; 16])
//! }
//! ```
//! ```compile_fail,E0624
//! use onshi_core::account::password::PasswordHash;
//! fn hashed(text: &str) -> PasswordHash {
//!     PasswordHash::stored(text.to_owned())
//! }
//! ```

//! The state of a centre that runs: the service, and what every request may need beside it.

pub mod blocking;
pub mod context;
pub mod health;
pub mod identity;
pub mod sandbox;

pub use context::Context;

use onshi_core::Service;
use std::sync::Arc;

/// The centre: the service, and what every request may need beside it. Handlers are given the context
/// and a handle, and never this.
pub struct Centre {
    /// The service behind the door.
    pub service: Arc<Service>,
    /// The rest.
    pub context: Arc<Context>,
}

impl std::ops::Deref for Centre {
    type Target = Context;

    fn deref(&self) -> &Context {
        &self.context
    }
}

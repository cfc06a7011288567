//! What runs on a database: how it is begun and opened, the threads that read, and the one writer, which
//! commits groups and seals them.

mod prepare;
mod readers;
pub(crate) mod writer;

pub use prepare::{Begin, Keys, Preparation, Prepared, migrate, prepare};
pub(crate) use readers::{ReadKind, Readers};
pub use writer::WriterSettings;

//! The messages of the Web API: the mirror of the XML.

mod block;
mod keys;
mod list;
mod read;
mod write;

pub use read::{parse_json, parse_json_into};
pub use write::{Json, print_json, print_json_indented};

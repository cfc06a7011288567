//! The messages of the folders.

mod block;
mod place;
mod read;
mod write;

pub(crate) use read::shown;
pub use read::{parse_xml, parse_xml_into};
pub use write::{Printed, Replaced, Style, print_xml};

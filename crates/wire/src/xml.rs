//! The messages of the folders.

mod block;
mod place;
mod read;
mod replaced;
mod write;

pub(crate) use read::shown;
pub use read::{parse_xml, parse_xml_into};
pub(crate) use replaced::Replacing;
pub use replaced::{LISTED_MAX, Replaced};
pub use write::{Printed, Style, print_xml, print_xml_as_spelt};

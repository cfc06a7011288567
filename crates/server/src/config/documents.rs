//! Printed documents (PDF).

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Printed documents.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DocumentsConfig {
    /// The fonts, in the order in which they are asked for a character; those that are not there are
    /// passed over. The first that is there must have Japanese.
    pub fonts: Vec<PathBuf>,
    /// Threads that print documents, long pages and long messages about one patient; 0 takes half of the machine's.
    pub threads: usize,
    /// How many of these may wait for them; beyond it the answer is "busy".
    pub queue: usize,
    /// How many of those may be of one institution.
    pub queue_each: usize,
}

impl Default for DocumentsConfig {
    fn default() -> Self {
        // Where Debian's packages put them.
        let fonts = [
            "/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf",
            "/usr/share/fonts/opentype/ipafont-gothic/ipag.ttf",
            "/usr/share/fonts/truetype/ipamj/ipamjm.ttf",
        ];
        DocumentsConfig {
            fonts: fonts.map(PathBuf::from).to_vec(),
            threads: 0,
            queue: 64,
            queue_each: 16,
        }
    }
}

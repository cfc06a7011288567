//! Puts the vectors into the program, so that whoever runs them needs no checkout.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let own = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let vectors = own.join("../../vectors");
    println!("cargo::rerun-if-changed={}", vectors.display());
    let mut files = Vec::new();
    collect(&vectors, "", &mut files)?;
    files.sort();
    let mut text = String::from("&[\n");
    for (name, path) in files {
        let path = path.canonicalize()?;
        writeln!(text, "    ({name:?}, include_bytes!({path:?})),").map_err(io::Error::other)?;
    }
    text.push_str("]\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("vectors.rs"), text)
}

/// Every file below a folder, but for the examples of FHIR, which are no messages.
fn collect(folder: &Path, before: &str, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{before}{}", entry.file_name().to_string_lossy());
        if !entry.file_type()?.is_dir() {
            files.push((name, entry.path()));
        } else if name != "fhir" {
            collect(&entry.path(), &format!("{name}/"), files)?;
        }
    }
    Ok(())
}

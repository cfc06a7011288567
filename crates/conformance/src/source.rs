//! Where the vectors are read: those within the program, or a folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::RunError;

/// Every file of `vectors/` but for the examples of FHIR, by its path there.
const BUILT_IN: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/vectors.rs"));

/// The folder of the examples of FHIR, which are no messages.
const FHIR: &str = "fhir";

/// Where the vectors are.
#[derive(Clone, Debug, Default)]
pub enum Source {
    /// Those that are in the program.
    #[default]
    BuiltIn,
    /// A folder like `vectors/`.
    Folder(PathBuf),
}

/// The files of the vectors, by their paths below that of all.
pub(super) struct Files(BTreeMap<String, Vec<u8>>);

impl Source {
    /// Reads them all.
    pub(super) fn files(&self) -> Result<Files, RunError> {
        let mut files = BTreeMap::new();
        match self {
            Source::BuiltIn => {
                files.extend(
                    BUILT_IN
                        .iter()
                        .map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())),
                );
            }
            Source::Folder(folder) => collect(folder, "", &mut files)?,
        }
        Ok(Files(files))
    }

    /// Where one is, for whoever has to look at it.
    pub(super) fn place(&self, path: &str) -> PathBuf {
        match self {
            Source::BuiltIn => PathBuf::from(path),
            Source::Folder(folder) => folder.join(path),
        }
    }

    /// Writes all of it below a folder, which must not be there yet.
    pub fn write(&self, folder: &Path) -> Result<usize, RunError> {
        let files = self.files()?.0;
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| RunError::Write { path, source }
        };
        if folder.exists() {
            let source = io::Error::from(io::ErrorKind::AlreadyExists);
            return Err(failed(folder)(source));
        }
        for (name, bytes) in &files {
            let path = folder.join(name);
            if let Some(above) = path.parent() {
                fs::create_dir_all(above).map_err(failed(above))?;
            }
            fs::write(&path, bytes).map_err(failed(&path))?;
        }
        Ok(files.len())
    }
}

impl Files {
    pub(super) fn get(&self, path: &str) -> Option<&[u8]> {
        self.0.get(path).map(Vec::as_slice)
    }

    /// The names of the folders right below one, in order; the topmost is nothing.
    pub(super) fn folders(&self, above: &str) -> Vec<String> {
        let before = match above {
            "" => String::new(),
            above => format!("{above}/"),
        };
        let inner = self.0.keys().filter_map(|path| {
            let (name, _) = path.strip_prefix(&before)?.split_once('/')?;
            Some(name.to_owned())
        });
        let mut names: Vec<String> = inner.collect();
        names.dedup();
        names
    }
}

fn collect(
    folder: &Path,
    before: &str,
    files: &mut BTreeMap<String, Vec<u8>>,
) -> Result<(), RunError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| RunError::Read { path, source }
    };
    for entry in fs::read_dir(folder).map_err(failed(folder))? {
        let path = entry.map_err(failed(folder))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = format!("{before}{name}");
        if !path.is_dir() {
            files.insert(name, fs::read(&path).map_err(failed(&path))?);
        } else if name != FHIR {
            collect(&path, &format!("{name}/"), files)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_the_program_is_what_is_in_the_folder() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors");
        let from_folder = Source::Folder(folder).files().unwrap();
        let built_in = Source::BuiltIn.files().unwrap();
        assert!(built_in.0 == from_folder.0, "build.rs reads other files");
        assert!(built_in.get("live/population.jsonl").is_some());
        assert!(built_in.folders("").len() > 50);
        let steps = built_in.folders("live/OQSmuquc01-every-validity");
        assert_eq!(steps, ["1-OQSmuquc01", "2-OQSmuquc02"]);
    }
}

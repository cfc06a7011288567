//! What the operating system does with the process itself.

use rustix::process::{
    DumpableBehavior, Resource, Rlimit, getrlimit, set_dumpable_behavior, setrlimit,
};

/// Keeps the memory of the process, in which keys and passwords are, out of core dumps and away
/// from other processes of the same user, and lets it open as many files as it may.
pub fn prepare() {
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    // The bound first: a system that knows no other way still has it.
    if let Err(error) = setrlimit(Resource::Core, none) {
        tracing::warn!(%error, "core dumps could not be forbidden");
    }
    if let Err(error) = set_dumpable_behavior(DumpableBehavior::NotDumpable) {
        tracing::warn!(%error, "the memory could not be closed to other processes");
    }
    let mut files = getrlimit(Resource::Nofile);
    files.current = files.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, files) {
        tracing::debug!(%error, "the bound of open files could not be raised");
    }
}

/// How many files the process may have open.
pub fn file_descriptors() -> usize {
    let bound = getrlimit(Resource::Nofile).current;
    bound.map_or(usize::MAX, |bound| {
        usize::try_from(bound).unwrap_or(usize::MAX)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_in_no_core_dump_and_closed_to_others() {
        prepare();
        let core = getrlimit(Resource::Core);
        assert_eq!((core.current, core.maximum), (Some(0), Some(0)));
        let dumpable = rustix::process::dumpable_behavior().unwrap();
        assert_eq!(dumpable, DumpableBehavior::NotDumpable);
        let files = getrlimit(Resource::Nofile);
        assert_eq!(files.current, files.maximum);
    }
}

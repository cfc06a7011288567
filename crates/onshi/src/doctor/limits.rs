//! How many files the service may open, and whether its memory can get into a core dump.

use super::Place;
use super::finding::Finding;
use onshi_language::say;
use onshi_server::start::process::file_descriptors;
use rustix::process::{DumpableBehavior, Resource, dumpable_behavior, getrlimit};

/// What the rest of the process keeps beside its connections.
const KEPT: usize = 256;

pub(super) fn look(place: &Place<'_>) -> Vec<Finding> {
    let config = place.config;
    let mut wanted = config.centre.connections_max + KEPT;
    if config.portal.listen.is_some() {
        wanted += config.portal.connections_max;
    }
    if config.operators.listen.is_some() {
        wanted += config.operators.connections_max;
    }
    if config.operations.listen.is_some() {
        wanted += config.operations.connections_max;
    }
    if config.centre.messages.is_some() {
        wanted += config.centre.messages_connections_max;
    }
    vec![files(file_descriptors(), wanted), core()]
}

/// The doctor's own bounds are those of whoever calls it; the service's stand in its unit.
fn files(may: usize, wanted: usize) -> Finding {
    let found = say!(
        "{may} files may be open here; all connections of the settings need {wanted}",
        "開けるファイル数 {may}（設定した接続数には {wanted} が必要）"
    );
    Finding::judged(may >= wanted, "limits", found, || {
        say!(
            "set LimitNOFILE={wanted} or more in the service's unit (ulimit -n for this shell); until then all listeners are made smaller",
            "サービスのユニットで LimitNOFILE={wanted} 以上にしてください（このシェルでは ulimit -n）。それまでは、受け付ける接続数を減らして動きます。"
        )
    })
    .only_a_warning()
}

/// The memory holds keys and passwords. This program closes its own as the service does.
fn core() -> Finding {
    let bound = getrlimit(Resource::Core).maximum;
    let closed = dumpable_behavior().is_ok_and(|it| it == DumpableBehavior::NotDumpable);
    let found = say!(
        "core dumps: {} bytes at the most, memory closed to others: {closed}",
        "コアダンプの上限 {} バイト、メモリを他のプロセスから保護: {closed}",
        bound.map_or_else(|| "∞".to_owned(), |bound| bound.to_string())
    );
    Finding::judged(bound == Some(0) && closed, "limits", found, || {
        say!(
            "set LimitCORE=0 in the service's unit, and let the kernel be one that knows PR_SET_DUMPABLE: keys are in memory",
            "サービスのユニットで LimitCORE=0 にし、PR_SET_DUMPABLE の使えるカーネルにしてください。メモリには鍵があります。"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::finding::State;
    use super::*;

    #[test]
    fn too_few_files_are_told_with_how_many_are_needed() {
        assert_eq!(files(65_536, 8448).state, State::Good);
        let few = files(1024, 8448);
        assert_eq!(few.state, State::Warning);
        assert!(few.next.is_some_and(|next| next.contains("8448")));
    }
}

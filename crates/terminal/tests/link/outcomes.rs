//! One name in `res`, one outcome.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use notify::event::{CreateKind, EventKind, ModifyKind, RenameMode};
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};

use super::centre::Reply;
use super::{ANSWER, Clinic, REQUEST, listed, message, until};

const ERR: &str = "OQSsiquc01req_1.err";
const BAD: Reply = Reply::Problem(
    400,
    r#"{"code":"message.unreadable","title":"x","detail":"x"}"#,
);

#[tokio::test]
async fn no_older_outcome_lies_beside_the_new_one() {
    let clinic = Clinic::open().await;
    let all = [
        ANSWER,
        "OQSsiquc01res_1.zip",
        "OQSsiquc01res_1.pdf",
        ERR,
        REQUEST,
        "OQSsiquc01req_1.XML",
    ];
    // Names that only look alike stay.
    let others = [
        "OQSsiquc01res_11.xml",
        "OQSsiquc01req_1.err.bak",
        "OQSmuquc01res_1.xml",
        "OQSsiimm01req_1.err",
        "OQSsiquc01res_A.xml",
        "OQSsiquc01res_face_1_20260929160112.xml",
    ];
    for name in others {
        fs::write(clinic.config.res.join(name), "another's").unwrap();
    }
    let left = || {
        let names = listed(&clinic.config.res).into_iter();
        names
            .filter(|name| !others.contains(&name.as_str()))
            .collect::<BTreeSet<String>>()
    };
    for (reply, wanted) in [
        (Reply::Echo, BTreeSet::from([ANSWER.to_owned()])),
        (BAD, BTreeSet::from([ERR.to_owned(), REQUEST.to_owned()])),
        (Reply::Echo, BTreeSet::from([ANSWER.to_owned()])),
    ] {
        for name in all {
            fs::write(clinic.config.res.join(name), "old").unwrap();
        }
        clinic.centre.script().reply = reply;
        clinic.put(REQUEST, message("new"));
        until("the new outcome alone", || left() == wanted).await;
        clinic.quiet().await;
        for name in &wanted {
            let text = fs::read_to_string(clinic.config.res.join(name)).unwrap();
            assert_ne!(text, "old", "{name}");
        }
    }
    for name in others {
        let text = fs::read_to_string(clinic.config.res.join(name)).unwrap();
        assert_eq!(text, "another's", "{name}");
    }
}

/// A new name, and what lay in the folder when it was told.
type Created = (String, Vec<String>);

/// What a program that looks at a folder is told, in order: names that were made there or came
/// there from elsewhere. One that only changes its name within the folder is not among them, as for
/// programs that know "created" only.
struct Reader {
    created: Arc<Mutex<Vec<Created>>>,
    _watcher: RecommendedWatcher,
}

impl Reader {
    fn at(folder: &Path) -> Self {
        let created = Arc::new(Mutex::new(Vec::new()));
        let (told, place) = (created.clone(), folder.to_owned());
        let mut renamed_from = None;
        let tell = move |event: notify::Result<notify::Event>| {
            let event = event.unwrap();
            let new = match event.kind {
                EventKind::Create(CreateKind::File) => true,
                EventKind::Modify(ModifyKind::Name(RenameMode::From)) => {
                    renamed_from = event.attrs.tracker();
                    false
                }
                EventKind::Modify(ModifyKind::Name(RenameMode::To)) => {
                    let within = renamed_from.is_some() && renamed_from == event.attrs.tracker();
                    !within
                }
                _ => false,
            };
            for path in event.paths.iter().filter(|_| new) {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                told.lock().unwrap().push((name, listed(&place)));
            }
        };
        let mut watcher = notify::recommended_watcher(tell).unwrap();
        watcher.watch(folder, RecursiveMode::NonRecursive).unwrap();
        Self {
            created,
            _watcher: watcher,
        }
    }

    async fn saw(&self, name: &str) -> Vec<String> {
        let find = || {
            let created = self.created.lock().unwrap();
            let found = created.iter().find(|(created, _)| created == name);
            found.map(|(_, beside)| beside.clone())
        };
        until(name, || find().is_some()).await;
        find().unwrap()
    }
}

/// A clinic whose `req` and `res` are on another file system than `work`, if there is one.
async fn apart() -> Option<(tempfile::TempDir, Clinic)> {
    use std::os::unix::fs::MetadataExt as _;
    let memory = tempfile::tempdir_in("/dev/shm").ok()?;
    let mut clinic = Clinic::new().await;
    let device = |path: &Path| fs::metadata(path).unwrap().dev();
    if device(memory.path()) == device(&clinic.config.work) {
        return None;
    }
    for (name, place) in [
        ("req", &mut clinic.config.req),
        ("res", &mut clinic.config.res),
    ] {
        *place = memory.path().join(name);
        fs::create_dir(&*place).unwrap();
    }
    Some((memory, clinic))
}

#[tokio::test]
async fn who_only_knows_created_notices_and_finds_the_err_before_its_request() {
    let near = Clinic::new().await;
    let far = apart().await;
    let clinics = [
        Some((None, near)),
        far.map(|(memory, clinic)| (Some(memory), clinic)),
    ];
    for (memory, mut clinic) in clinics.into_iter().flatten() {
        let reader = Reader::at(&clinic.config.res);
        clinic.start();
        clinic.put(REQUEST, message("good"));
        reader.saw(ANSWER).await;
        clinic.quiet().await;
        assert_eq!(
            fs::read_to_string(clinic.config.res.join(ANSWER)).unwrap(),
            format!("answer to {}", message("good"))
        );
        clinic.centre.script().reply = BAD;
        clinic.put(REQUEST, message("bad"));
        let beside = reader.saw(REQUEST).await;
        assert!(beside.iter().any(|name| name == ERR), "{beside:?}");
        assert!(beside.iter().all(|name| name != ANSWER), "{beside:?}");
        reader.saw(ERR).await;
        // No half answer ever had a name that a program takes.
        let created = reader.created.lock().unwrap();
        let names: Vec<_> = created.iter().map(|(name, _)| name.as_str()).collect();
        let taken: Vec<_> = names.iter().filter(|name| !name.starts_with('.')).collect();
        assert_eq!(
            taken,
            [&ANSWER, &ERR, &REQUEST],
            "apart: {}",
            memory.is_some()
        );
    }
}

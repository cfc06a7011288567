//! A kill before every single change, and one answer all the same.

use super::*;
use crate::link::disk::tests::Fate;
use crate::link::names;
use crate::link::worker::refuse;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

const REQUEST: &str = "OQSsiquc01req_1.xml";
const ID: &str = "1775001600000-0badcafe";

struct Place {
    _root: tempfile::TempDir,
    folders: Folders,
    /// What the client found in `res` and took away.
    taken: Vec<String>,
}

impl Place {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| {
            let path = root.path().join(name);
            fs::create_dir(&path).unwrap();
            path
        };
        let folders = Folders {
            req: at("req"),
            res: at("res"),
            work: at("work"),
            answer_mode: 0o640,
        };
        fs::write(folders.req.join(REQUEST), "question").unwrap();
        Self {
            _root: root,
            folders,
            taken: Vec::new(),
        }
    }

    fn disk(&self, apart: bool, stop_at: Option<usize>) -> Disk {
        let apart = if apart {
            vec![self.folders.req.clone(), self.folders.res.clone()]
        } else {
            Vec::new()
        };
        Disk {
            fate: Fate {
                stop_at,
                apart,
                ..Fate::default()
            },
        }
    }

    /// What an earlier request of the name left.
    fn leave_old(&self) {
        for name in OLD {
            fs::write(self.folders.res.join(name), "old").unwrap();
        }
    }

    /// A client that takes what has a final name and is new, and checks that it is whole, that
    /// nothing old lies beside it, and that an `.err` is there when its request is.
    fn client_looks(&mut self) {
        let mut old = 0;
        let mut new = Vec::new();
        for name in disk::names(&self.folders.res).unwrap() {
            if name.starts_with('.') {
                continue;
            }
            let path = self.folders.res.join(&name);
            let text = fs::read_to_string(&path).unwrap();
            if text == "old" {
                old += 1;
                continue;
            }
            assert_eq!(text, format!("whole {name}"), "a half answer was seen");
            assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o640, "{name}");
            fs::remove_file(&path).unwrap();
            new.push(name);
        }
        assert!(old == 0 || new.is_empty(), "{new:?} beside {old} old ones");
        self.taken.extend(new);
        let taken = |name: &str| self.taken.iter().any(|taken| taken == name);
        assert!(
            !taken(REQUEST) || taken("OQSsiquc01req_1.err"),
            "the request came before its .err"
        );
    }
}

const OLD: [&str; 5] = [
    "OQSsiquc01res_1.xml",
    "OQSsiquc01res_1.zip",
    "OQSsiquc01res_1.pdf",
    "OQSsiquc01req_1.err",
    "OQSsiquc01req_1.XML",
];

fn answer(with_request: bool) -> Vec<OutputFile> {
    let names: &[&str] = if with_request {
        &["OQSsiquc01req_1.err", "OQSsiquc01req_1.xml"]
    } else {
        &["OQSsiquc01res_1.xml"]
    };
    names
        .iter()
        .map(|name| ((*name).to_owned(), format!("whole {name}").into_bytes()))
        .collect()
}

/// One life of the program: recover, look, ask, deliver.
fn live(place: &Place, disk: &Disk, files: &[OutputFile], asked: &mut usize) -> io::Result<()> {
    let folders = &place.folders;
    let (mut jobs, stuck) = recover(folders, disk, |_| false, refuse)?;
    assert!(stuck == 0 || disk.fate.stop_at.is_some());
    if let Some(seen) = Stamp::of(&folders.req.join(REQUEST))? {
        let job = Job {
            id: ID.to_owned(),
            name: REQUEST.to_owned(),
        };
        jobs.extend(claim(folders, disk, job, seen, refuse)?);
    }
    assert!(jobs.len() <= 1, "one request became two");
    for job in jobs {
        if job.stage(folders)? == Stage::Ask {
            assert_eq!(job.question(folders)?, b"question");
            *asked += 1;
            job.keep(folders, disk, files)?;
        }
        job.deliver(folders, disk)?;
    }
    Ok(())
}

/// Kills at change n for every n until nothing is left to kill; with a client that takes answers at
/// once or only at the end.
fn every_kill(apart: bool, with_request: bool, eager: bool) {
    let files = answer(with_request);
    for stop_at in 0.. {
        let mut place = Place::new();
        place.leave_old();
        let mut asked = 0;
        let disk = place.disk(apart, Some(stop_at));
        let survived = live(&place, &disk, &files, &mut asked).is_ok();
        if eager {
            place.client_looks();
        }
        let within = format!("killed before change {stop_at}, apart {apart}, eager {eager}");
        let again = live(&place, &place.disk(apart, None), &files, &mut asked);
        again.expect(&within);
        place.client_looks();
        let mut wanted: Vec<_> = files.iter().map(|(name, _)| name.clone()).collect();
        wanted.sort();
        place.taken.sort();
        assert_eq!(place.taken, wanted, "{within}");
        assert!(asked <= 2, "asked {asked} times after one kill");
        for folder in [&place.folders.req, &place.folders.res, &place.folders.work] {
            let mut left = disk::names(folder).unwrap();
            left.retain(|name| name != names::WAITING_ROOM);
            assert!(left.is_empty(), "{left:?} after a kill before {stop_at}");
        }
        if survived {
            assert!(stop_at > 8, "the test has killed nothing");
            return;
        }
    }
}

#[test]
fn one_answer_whenever_the_program_is_killed() {
    for apart in [false, true] {
        for with_request in [false, true] {
            for eager in [false, true] {
                every_kill(apart, with_request, eager);
            }
        }
    }
}

/// What is in `work` and `res` after a name of this kind was claimed and delivered.
fn claimed_as(apart: bool, put: impl Fn(&Path)) -> Vec<(String, String)> {
    let place = Place::new();
    let path = place.folders.req.join(REQUEST);
    fs::remove_file(&path).unwrap();
    fs::write(place.folders.req.join("secret"), "hush").unwrap();
    put(&path);
    let disk = place.disk(apart, None);
    let seen = Stamp::of(&path).unwrap().unwrap();
    let job = Job {
        id: ID.to_owned(),
        name: REQUEST.to_owned(),
    };
    let job = claim(&place.folders, &disk, job, seen, refuse)
        .unwrap()
        .unwrap();
    assert_eq!(job.stage(&place.folders).unwrap(), Stage::Deliver);
    job.deliver(&place.folders, &disk).unwrap();
    assert!(disk::names(&place.folders.work).unwrap().is_empty());
    assert_eq!(disk::names(&place.folders.req).unwrap(), ["secret"]);
    let secret = fs::read_to_string(place.folders.req.join("secret")).unwrap();
    assert_eq!(secret, "hush", "what a link led to was changed");
    let mut found = Vec::new();
    for name in disk::names(&place.folders.res).unwrap() {
        if name != names::WAITING_ROOM {
            let text = fs::read_to_string(place.folders.res.join(&name)).unwrap();
            found.push((name, text));
        }
    }
    found
}

#[test]
fn what_is_no_plain_file_is_refused_by_name_and_never_given_back() {
    for apart in [false, true] {
        type Put<'a> = (&'a str, &'a dyn Fn(&Path));
        let kinds: [Put<'_>; 5] = [
            ("シンボリックリンク", &|path| {
                std::os::unix::fs::symlink(path.with_file_name("secret"), path).unwrap();
            }),
            ("シンボリックリンク", &|path| {
                std::os::unix::fs::symlink("/nowhere", path).unwrap();
            }),
            ("ハードリンク", &|path| {
                fs::hard_link(path.with_file_name("secret"), path).unwrap();
            }),
            ("名前付きパイプ", &|path| {
                let kind = rustix::fs::FileType::Fifo;
                let mode = rustix::fs::Mode::RWXU;
                rustix::fs::mknodat(rustix::fs::CWD, path, kind, mode, 0).unwrap();
            }),
            ("ソケット", &|path| {
                drop(std::os::unix::net::UnixListener::bind(path).unwrap());
            }),
        ];
        for (words, put) in kinds {
            let found = claimed_as(apart, put);
            assert_eq!(found.len(), 1, "{found:?}");
            assert_eq!(found[0].0, "OQSsiquc01req_1.err");
            assert!(found[0].1.contains(words), "{words}: {found:?}");
            assert!(!found[0].1.contains("hush"));
        }
    }
}

#[test]
fn a_sparse_giant_is_not_read() {
    let found = claimed_as(false, |path| {
        fs::File::create(path).unwrap().set_len(3 << 30).unwrap();
    });
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].1.starts_with("OQSB9009E\n"), "{found:?}");
}

#[test]
fn a_folder_in_a_requests_place_goes_back_as_it_was() {
    let place = Place::new();
    let path = place.folders.req.join(REQUEST);
    let seen = Stamp::of(&path).unwrap().unwrap();
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    fs::write(path.join("mine"), "kept").unwrap();
    for apart in [false, true] {
        let job = Job {
            id: ID.to_owned(),
            name: REQUEST.to_owned(),
        };
        let disk = place.disk(apart, None);
        let claimed = claim(&place.folders, &disk, job, seen, refuse).unwrap();
        assert_eq!(claimed, None);
        assert_eq!(fs::read_to_string(path.join("mine")).unwrap(), "kept");
        assert!(disk::names(&place.folders.work).unwrap().is_empty());
    }
}

#[test]
fn links_planted_in_res_lead_nowhere() {
    for apart in [false, true] {
        let place = Place::new();
        let victim = place.folders.req.join("victim");
        fs::write(&victim, "untouched").unwrap();
        let room = place.folders.res.join(names::WAITING_ROOM);
        let folder = place.folders.req.join("elsewhere");
        fs::create_dir(&folder).unwrap();
        std::os::unix::fs::symlink(&folder, &room).unwrap();
        for name in [
            "OQSsiquc01res_1.xml".to_owned(),
            "OQSsiquc01req_1.err".to_owned(),
            format!(".onshi-{ID}.xml.tmp"),
        ] {
            std::os::unix::fs::symlink(&victim, place.folders.res.join(name)).unwrap();
        }
        let disk = place.disk(apart, None);
        live(&place, &disk, &answer(false), &mut 0).unwrap();
        assert_eq!(fs::read_to_string(&victim).unwrap(), "untouched");
        assert!(disk::names(&folder).unwrap().is_empty());
        let there = place.folders.res.join("OQSsiquc01res_1.xml");
        assert!(fs::symlink_metadata(&there).unwrap().is_file());
        assert!(fs::read_to_string(there).unwrap().starts_with("whole"));
        let note = place.folders.res.join("OQSsiquc01req_1.err");
        assert!(fs::symlink_metadata(note).is_err(), "an old name stayed");
    }
}

#[test]
fn what_was_planted_in_work_is_not_taken_up() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    let secret = place.folders.req.join("secret");
    fs::write(&secret, "hush").unwrap();
    let folder = place.folders.work.join(ID);
    fs::create_dir(&folder).unwrap();
    // A link where the copy of a request should be.
    std::os::unix::fs::symlink(&secret, folder.join(REQUEST)).unwrap();
    let disk = Disk::default();
    let (jobs, _) = recover(&place.folders, &disk, |_| false, refuse).unwrap();
    for job in &jobs {
        assert!(job.question(&place.folders).is_err());
    }
    // An answer that is a second name of something secret.
    fs::remove_file(folder.join(REQUEST)).unwrap();
    fs::create_dir(folder.join(OUT)).unwrap();
    fs::hard_link(&secret, folder.join(OUT).join("OQSsiquc01res_1.xml")).unwrap();
    let (jobs, _) = recover(&place.folders, &disk, |_| false, refuse).unwrap();
    for job in &jobs {
        assert!(job.deliver(&place.folders, &disk).is_err());
    }
    assert!(disk::names(&place.folders.res).unwrap().is_empty());
    // A folder into which others may write.
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).unwrap();
    let (jobs, stuck) = recover(&place.folders, &disk, |_| false, refuse).unwrap();
    assert_eq!((jobs.len(), stuck), (0, 0));
}

#[test]
fn a_link_in_the_place_of_a_folder_is_not_followed() {
    let place = Place::new();
    let path = place.folders.req.join(REQUEST);
    let seen = Stamp::of(&path).unwrap().unwrap();
    let elsewhere = place.folders.req.with_file_name("elsewhere");
    fs::rename(&place.folders.req, &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &place.folders.req).unwrap();
    let job = Job {
        id: ID.to_owned(),
        name: REQUEST.to_owned(),
    };
    let disk = Disk::default();
    assert!(claim(&place.folders, &disk, job, seen, refuse).is_err());
    assert!(Stamp::of(&path).is_err());
    assert!(elsewhere.join(REQUEST).exists());
}

#[test]
fn a_request_that_gets_its_name_meanwhile_is_the_next_one() {
    for apart in [false, true] {
        let place = Place::new();
        let path = place.folders.req.join(REQUEST);
        let seen = Stamp::of(&path).unwrap().unwrap();
        let disk = place.disk(apart, None);
        let job = |id: &str| Job {
            id: id.to_owned(),
            name: REQUEST.to_owned(),
        };
        let first = claim(&place.folders, &disk, job(ID), seen, refuse)
            .unwrap()
            .unwrap();
        fs::write(&path, "another question").unwrap();
        // What was read stays what is asked, and what came later stays where it is.
        assert_eq!(first.question(&place.folders).unwrap(), b"question");
        first.keep(&place.folders, &disk, &answer(false)).unwrap();
        first.deliver(&place.folders, &disk).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "another question");
    }
}

#[test]
fn a_request_that_changes_while_it_is_copied_stays() {
    let place = Place::new();
    let path = place.folders.req.join(REQUEST);
    let seen = Stamp::of(&path).unwrap().unwrap();
    fs::write(&path, "a longer question").unwrap();
    let job = Job {
        id: ID.to_owned(),
        name: REQUEST.to_owned(),
    };
    let disk = place.disk(true, None);
    let claimed = claim(&place.folders, &disk, job, seen, refuse).unwrap();
    assert_eq!(claimed, None);
    assert_eq!(fs::read_to_string(path).unwrap(), "a longer question");
    assert!(disk::names(&place.folders.work).unwrap().is_empty());
}

#[test]
fn what_lies_in_work_and_is_not_ours_is_left_alone() {
    let place = Place::new();
    fs::write(place.folders.work.join("notes.txt"), "mine").unwrap();
    fs::create_dir(place.folders.work.join("old")).unwrap();
    let (jobs, stuck) = recover(&place.folders, &Disk::default(), |_| false, refuse).unwrap();
    assert_eq!((jobs.len(), stuck), (0, 0));
    assert_eq!(disk::names(&place.folders.work).unwrap().len(), 2);
}

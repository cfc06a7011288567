//! A kill before every single change, and one answer all the same.

use super::*;
use crate::link::disk::tests::Fate;
use std::fs;

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

    /// A client that takes what has a final name, and checks that it is whole.
    fn client_looks(&mut self) {
        for name in disk::names(&self.folders.res).unwrap() {
            if !name.starts_with('.') {
                let text = fs::read_to_string(self.folders.res.join(&name)).unwrap();
                assert_eq!(text, format!("whole {name}"), "a half answer was seen");
                fs::remove_file(self.folders.res.join(&name)).unwrap();
                self.taken.push(name);
            }
        }
    }
}

fn answer(with_request: bool) -> Vec<Leaf> {
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
fn live(place: &Place, disk: &Disk, files: &[Leaf], asked: &mut usize) -> io::Result<()> {
    let folders = &place.folders;
    let (mut tickets, stuck) = recover(folders, disk, |_| false)?;
    assert!(stuck == 0 || disk.fate.stop_at.is_some());
    if let Some(seen) = Stamp::of(&folders.req.join(REQUEST))? {
        let ticket = Ticket {
            id: ID.to_owned(),
            name: REQUEST.to_owned(),
        };
        tickets.extend(claim(folders, disk, ticket, seen)?);
    }
    assert!(tickets.len() <= 1, "one request became two");
    for ticket in tickets {
        if ticket.stage(folders)? == Stage::Ask {
            let question = fs::read_to_string(ticket.request(folders))?;
            assert_eq!(question, "question");
            *asked += 1;
            ticket.keep(folders, disk, files)?;
        }
        ticket.deliver(folders, disk)?;
    }
    Ok(())
}

/// Kills at change n for every n until nothing is left to kill; with a client that takes answers at
/// once or only at the end.
fn every_kill(apart: bool, with_request: bool, eager: bool) {
    let files = answer(with_request);
    for stop_at in 0.. {
        let mut place = Place::new();
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
            let left = disk::names(folder).unwrap();
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

#[test]
fn a_request_that_changes_while_it_is_copied_stays() {
    let place = Place::new();
    let path = place.folders.req.join(REQUEST);
    let seen = Stamp::of(&path).unwrap().unwrap();
    fs::write(&path, "a longer question").unwrap();
    let ticket = Ticket {
        id: ID.to_owned(),
        name: REQUEST.to_owned(),
    };
    let disk = place.disk(true, None);
    assert_eq!(claim(&place.folders, &disk, ticket, seen).unwrap(), None);
    assert!(path.exists());
    assert!(disk::names(&place.folders.work).unwrap().is_empty());
}

#[test]
fn what_lies_in_work_and_is_not_ours_is_left_alone() {
    let place = Place::new();
    fs::write(place.folders.work.join("notes.txt"), "mine").unwrap();
    fs::create_dir(place.folders.work.join("old")).unwrap();
    let (tickets, stuck) = recover(&place.folders, &Disk::default(), |_| false).unwrap();
    assert_eq!((tickets.len(), stuck), (0, 0));
    assert_eq!(disk::names(&place.folders.work).unwrap().len(), 2);
}

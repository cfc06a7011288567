//! A kill before every single change, and one result all the same.

use super::*;
use crate::link::disk::tests::Fate;
use std::fs;
use std::os::unix::fs::MetadataExt as _;

const NAME: &str = "OQSsiquc01res_face_00ff_20260401083000.xml";
const ID: &str = "f0badcafe";

fn disk(folders: &FaceFolders, apart: bool, stop_at: Option<usize>) -> Disk {
    Disk {
        fate: Fate {
            stop_at,
            apart: apart.then(|| folders.face.clone()).into_iter().collect(),
            ..Fate::default()
        },
    }
}

/// A program that takes what has a final name, and checks that it is whole.
fn look(folders: &FaceFolders) -> usize {
    let mut found = 0;
    for name in disk::names(&folders.face).unwrap() {
        if name.starts_with('.') {
            continue;
        }
        let path = folders.face.join(&name);
        assert_eq!(name, NAME);
        assert_eq!(fs::read(&path).unwrap(), b"whole", "a half result was seen");
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o640);
        fs::remove_file(path).unwrap();
        found += 1;
    }
    found
}

/// One life of the program: what lies there is told of, else it comes from the centre and is put there.
fn live(folders: &FaceFolders, disk: &Disk, told: &mut bool) -> io::Result<()> {
    for id in left(folders, disk)? {
        *told = true;
        disk.remove(&folders.marks().join(id))?;
    }
    if !*told {
        put(folders, disk, (ID, NAME), b"whole")?;
        *told = true;
        disk.remove(&folders.marks().join(ID))?;
    }
    Ok(())
}

#[test]
fn a_result_arrives_once_whenever_we_are_killed() {
    for apart in [false, true] {
        let mut stops = 0;
        loop {
            let root = tempfile::tempdir().unwrap();
            let at = |name: &str| {
                let path = root.path().join(name);
                fs::create_dir(&path).unwrap();
                path
            };
            let folders = FaceFolders {
                face: at("face"),
                work: at("work"),
                answer_mode: 0o640,
            };
            let (mut told, mut seen) = (false, 0);
            let killed = live(&folders, &disk(&folders, apart, Some(stops)), &mut told).is_err();
            // The program of the institution looks between the two lives.
            seen += look(&folders);
            live(&folders, &disk(&folders, apart, None), &mut told).unwrap();
            seen += look(&folders);
            live(&folders, &disk(&folders, apart, None), &mut told).unwrap();
            seen += look(&folders);
            assert_eq!(seen, 1, "killed before change {stops}, apart {apart}");
            assert!(told);
            let left: Vec<String> = disk::names(&folders.marks()).unwrap();
            assert_eq!(left, Vec::<String>::new(), "killed before change {stops}");
            assert_eq!(disk::names(&folders.face).unwrap(), Vec::<String>::new());
            if !killed {
                break;
            }
            stops += 1;
        }
        assert!(stops > 8, "{stops}");
    }
}

#[test]
fn only_results_are_put_into_the_folder() {
    let sent = |id: &str, name: &str, content: &str| Sent {
        id: id.to_owned(),
        name: name.to_owned(),
        content: content.to_owned(),
    };
    assert_eq!(usable(&sent(ID, NAME, "d2hvbGU=")), Some(b"whole".to_vec()));
    for (id, name, content) in [
        ("", NAME, "d2hvbGU="),
        ("../x", NAME, "d2hvbGU="),
        (ID, "OQSsiquc01res_1.xml", "d2hvbGU="),
        (
            ID,
            "OQSsiquc01res_face_/../../x_20260401083000.xml",
            "d2hvbGU=",
        ),
        (ID, "OQSsiquc01res_face_a_20260401083000.exe", "d2hvbGU="),
        (ID, NAME, "no base64"),
    ] {
        assert_eq!(usable(&sent(id, name, content)), None, "{id} {name}");
    }
}

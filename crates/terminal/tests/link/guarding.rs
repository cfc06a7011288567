//! What others put into the folders to be read, to hang us or to be led elsewhere.

use std::fs;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _, symlink};
use std::path::Path;
use std::time::Duration;

use onshi_terminal::link::{self, LinkError};

use super::{ANSWER, Clinic, REQUEST, listed, message, until};

const ERR: &str = "OQSsiquc01req_1.err";

fn fifo(path: &Path) {
    let kind = rustix::fs::FileType::Fifo;
    rustix::fs::mknodat(rustix::fs::CWD, path, kind, rustix::fs::Mode::RWXU, 0).unwrap();
    assert!(fs::metadata(path).unwrap().file_type().is_fifo());
}

#[tokio::test]
async fn a_link_to_a_secret_is_refused_by_name_alone() {
    let clinic = Clinic::open().await;
    let key = fs::read_to_string(&clinic.config.key).unwrap();
    for (secret, hard) in [
        (&clinic.config.key, false),
        (&clinic.config.key, true),
        (&clinic.config.password_file, false),
        (&clinic.config.password_file, true),
    ] {
        let path = clinic.config.req.join(REQUEST);
        if hard {
            fs::hard_link(secret, &path).unwrap();
        } else {
            symlink(secret, &path).unwrap();
        }
        let note = clinic.take_text(ERR).await;
        assert_eq!(note.lines().next(), Some("OQSB9005E"), "{note}");
        assert!(!note.contains(&key[30..60]), "{note}");
        clinic.quiet().await;
        assert!(clinic.results().is_empty() && listed(&clinic.config.req).is_empty());
    }
    assert!(clinic.centre.script().asked.is_empty(), "a secret was sent");
    assert_eq!(fs::read_to_string(&clinic.config.key).unwrap(), key);
}

#[tokio::test]
async fn a_fifo_holds_nobody_up_and_does_not_keep_us_from_stopping() {
    let mut clinic = Clinic::new().await;
    for n in 0..20 {
        fifo(&clinic.config.req.join(format!("OQSsiquc01req_fifo{n}.xml")));
    }
    clinic.start();
    clinic.put(REQUEST, message("beside"));
    assert!(clinic.take_text(ANSWER).await.contains("beside"));
    for n in 0..20 {
        let note = clinic
            .take_text(&format!("OQSsiquc01req_fifo{n}.err"))
            .await;
        assert!(note.contains("名前付きパイプ"), "{note}");
    }
    clinic.quiet().await;
    fifo(&clinic.config.req.join(REQUEST));
    clinic.stop().await;
    // And the next start is not held up either.
    clinic.start();
    clinic.take(ERR).await;
    clinic.stop().await;
}

#[tokio::test]
async fn a_folder_of_a_requests_name_is_left_alone_and_shown() {
    let clinic = Clinic::open().await;
    let folder = clinic.config.req.join("OQSsiquc01req_2.xml");
    fs::create_dir(&folder).unwrap();
    clinic.put(REQUEST, message("beside"));
    clinic.take(ANSWER).await;
    assert!(folder.is_dir());
    assert!(clinic.results().is_empty());
}

#[tokio::test]
async fn a_second_name_that_goes_away_in_time_does_no_harm() {
    // Some programs give a file its name by a second link, and then take the first away.
    let mut clinic = Clinic::new().await;
    clinic.config.settle = Duration::from_millis(150);
    clinic.start();
    let first = clinic.put("part.tmp", message("linked"));
    fs::hard_link(&first, clinic.config.req.join(REQUEST)).unwrap();
    super::pause(200).await;
    fs::remove_file(first).unwrap();
    assert!(clinic.take_text(ANSWER).await.contains("linked"));
}

#[tokio::test]
async fn a_giant_costs_nothing_and_is_told() {
    let clinic = Clinic::open().await;
    let file = fs::File::create(clinic.config.req.join(REQUEST)).unwrap();
    file.set_len(1_500_000_000).unwrap();
    drop(file);
    let note = clinic.take_text(ERR).await;
    assert!(note.starts_with("OQSB9009E\n"), "{note}");
    clinic.quiet().await;
    assert!(clinic.results().is_empty());
    // Within what may be read, but more than this kind of request may have: it lies beside.
    let large = format!("<XmlMsg>{}</XmlMsg>", " ".repeat(70_000));
    clinic.put(REQUEST, &large);
    let note = clinic.take_text(ERR).await;
    assert!(note.starts_with("OQSB9009E\n"), "{note}");
    assert_eq!(clinic.take_text(REQUEST).await, large);
    assert!(clinic.centre.script().asked.is_empty());
}

#[tokio::test]
async fn answers_are_for_the_group_and_not_for_everybody() {
    let mut clinic = Clinic::open().await;
    let mode = |clinic: &Clinic, name: &str| {
        let metadata = fs::metadata(clinic.config.res.join(name)).unwrap();
        metadata.mode() & 0o7777
    };
    clinic.put(REQUEST, message("mode"));
    until("an answer", || clinic.config.res.join(ANSWER).exists()).await;
    assert_eq!(mode(&clinic, ANSWER), 0o640);
    clinic.take(ANSWER).await;
    clinic.put("EPSsiDMP01req_1.xml", message("mode"));
    let beside = clinic.config.res.join("EPSsiDMP01req_1.xml");
    until("a request beside", || beside.exists()).await;
    assert_eq!(mode(&clinic, "EPSsiDMP01req_1.err"), 0o640);
    assert_eq!(mode(&clinic, "EPSsiDMP01req_1.xml"), 0o640);
    clinic.stop().await;
    clinic.config.answer_mode = 0o604;
    clinic.start();
    clinic.put(REQUEST, message("mode"));
    until("an answer", || clinic.config.res.join(ANSWER).exists()).await;
    assert_eq!(mode(&clinic, ANSWER), 0o604);
}

#[tokio::test]
async fn a_work_folder_of_others_is_not_used() {
    let clinic = Clinic::new().await;
    let work = &clinic.config.work;
    let open = || link::open(clinic.config.clone());
    // Readable by others: closed to them.
    fs::set_permissions(work, fs::Permissions::from_mode(0o755)).unwrap();
    drop(open().unwrap());
    assert_eq!(fs::metadata(work).unwrap().mode() & 0o777, 0o700);
    // Written into by others: what lies there may be theirs.
    for mode in [0o777, 0o770, 0o702] {
        fs::set_permissions(work, fs::Permissions::from_mode(mode)).unwrap();
        let refused = open().map(drop);
        assert!(matches!(refused, Err(LinkError::Work { .. })), "{mode:o}");
    }
}

#[tokio::test]
async fn a_folder_that_becomes_a_link_is_not_followed() {
    let clinic = Clinic::open().await;
    let elsewhere = clinic.config.req.with_file_name("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    fs::write(elsewhere.join(REQUEST), message("theirs")).unwrap();
    fs::rename(&clinic.config.req, clinic.config.req.with_file_name("away")).unwrap();
    symlink(&elsewhere, &clinic.config.req).unwrap();
    super::pause(400).await;
    assert!(clinic.centre.script().asked.is_empty());
    assert!(elsewhere.join(REQUEST).exists() && clinic.results().is_empty());
    // Put right, it goes on by itself.
    fs::remove_file(&clinic.config.req).unwrap();
    fs::rename(clinic.config.req.with_file_name("away"), &clinic.config.req).unwrap();
    clinic.put(REQUEST, message("ours"));
    assert!(clinic.take_text(ANSWER).await.contains("ours"));
}

#[tokio::test]
async fn a_link_of_the_operators_own_is_followed() {
    let mut clinic = Clinic::new().await;
    for (place, name) in [
        (&mut clinic.config.req, "req-link"),
        (&mut clinic.config.res, "res-link"),
    ] {
        let link = place.with_file_name(name);
        symlink(&*place, &link).unwrap();
        *place = link;
    }
    clinic.start();
    clinic.put(REQUEST, message("by a link"));
    assert!(clinic.take_text(ANSWER).await.contains("by a link"));
}

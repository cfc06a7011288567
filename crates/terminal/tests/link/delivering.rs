//! What lies in `res` in the end.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Cursor, Read as _};
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use super::centre::Reply;
use super::{ANSWER, Clinic, REQUEST, listed, message, until};
use crate::gateway::browser::april;

/// 〜 and ① in Shift_JIS, in a document that says so.
fn shift_jis(before: &str) -> Vec<u8> {
    let head = format!("<?xml version=\"1.0\" encoding=\"Shift_JIS\"?><XmlMsg>{before}");
    [
        head.as_bytes(),
        &[0x81, 0x60, 0x87, 0x40, 0x93, 0x63],
        b"</XmlMsg>",
    ]
    .concat()
}

#[tokio::test]
async fn both_encodings_pass_through_byte_for_byte() {
    let clinic = Clinic::open().await;
    clinic.centre.script().reply = Reply::Xml(shift_jis("answer"));
    clinic.put(REQUEST, shift_jis("question"));
    assert_eq!(clinic.take(ANSWER).await, shift_jis("answer"));
    assert_eq!(clinic.centre.script().asked[0].body, shift_jis("question"));

    let utf8 = format!("\u{feff}{}", message("田中𠮷郎\n\r\n"));
    clinic.centre.script().reply = Reply::Xml(utf8.clone().into_bytes());
    clinic.put(REQUEST, &utf8);
    assert_eq!(clinic.take_text(ANSWER).await, utf8);
    assert_eq!(clinic.centre.script().asked[1].body, utf8.as_bytes());
}

#[tokio::test]
async fn an_answer_of_the_same_name_is_replaced() {
    let clinic = Clinic::open().await;
    fs::write(clinic.config.res.join(ANSWER), "old").unwrap();
    clinic.put(REQUEST, message("new"));
    until("a new answer", || {
        fs::read_to_string(clinic.config.res.join(ANSWER)).unwrap() != "old"
    })
    .await;
    assert!(clinic.take_text(ANSWER).await.contains("new"));
}

#[tokio::test]
async fn an_answer_may_be_sealed_with_a_password() {
    let mut clinic = Clinic::new().await;
    let password_file = clinic.config.work.parent().unwrap().join("zip-password");
    fs::write(&password_file, "架空-Zip-1\r\n").unwrap();
    clinic.config.encrypt = BTreeMap::from([("OQSmutic".to_owned(), true)]);
    clinic.config.zip_password_file = Some(password_file.clone());
    clinic.start();
    clinic.put("OQSmutic02req_1.xml", message("tickets"));
    clinic.put(REQUEST, message("open"));
    assert!(clinic.take_text(ANSWER).await.contains("open"));
    let sealed = clinic.take("OQSmutic02res_1.zip").await;
    assert!(!sealed.windows(7).any(|bytes| bytes == b"tickets"));
    let mut zip = zip::ZipArchive::new(Cursor::new(sealed)).unwrap();
    assert!(zip.by_index(0).is_err(), "it opens without a password");
    assert!(zip.by_index_decrypt(0, b"wrong").is_err());
    let mut file = zip.by_index_decrypt(0, "架空-Zip-1".as_bytes()).unwrap();
    assert_eq!(file.name().unwrap(), "OQSmutic02res_1.xml");
    let mut text = String::new();
    file.read_to_string(&mut text).unwrap();
    assert_eq!(text, format!("answer to {}", message("tickets")));

    // Without its password it does not go there open.
    fs::remove_file(password_file).unwrap();
    clinic.put("OQSmutic02req_2.xml", message("tickets"));
    let note = clinic.take_text("OQSmutic02req_2.err").await;
    assert!(note.starts_with("OQSB9099E\n"), "{note}");
    assert!(!clinic.config.res.join("OQSmutic02res_2.xml").exists());
}

#[tokio::test]
async fn an_answer_may_be_touched_again() {
    let mut clinic = Clinic::new().await;
    clinic.config.touch_after = Some(Duration::from_millis(100));
    clinic.start();
    clinic.put(REQUEST, message("touch"));
    let path = clinic.config.res.join(ANSWER);
    let moment = UNIX_EPOCH + Duration::from_millis(u64::try_from(april()).unwrap());
    until("a touch", || {
        fs::metadata(&path).is_ok_and(|metadata| metadata.modified().unwrap() == moment)
    })
    .await;
    assert!(clinic.take_text(ANSWER).await.contains("touch"));
}

/// Makes a file of so many days ago.
fn aged(folder: &Path, name: &str, days: u64) {
    fs::write(folder.join(name), "x").unwrap();
    let now = u64::try_from(april()).unwrap();
    let then = UNIX_EPOCH + Duration::from_millis(now) - Duration::from_secs(days * 86_400 + 60);
    let file = File::options()
        .append(true)
        .open(folder.join(name))
        .unwrap();
    file.set_modified(then).unwrap();
}

#[tokio::test]
async fn old_answers_are_deleted_and_nothing_else() {
    let mut clinic = Clinic::new().await;
    clinic.config.retention_days = 3;
    let face = clinic.config.face.clone().unwrap();
    let reader = "OQSsiquc01res_face_a1_20260929160112.xml";
    let foreign = ["notes.txt", "report.xml", "OQSsiquc01res_1.txt"];
    for folder in [&clinic.config.res, &face] {
        for name in foreign {
            aged(folder, name, 90);
        }
    }
    for name in [
        ANSWER,
        "OQSsiquc01req_1.err",
        REQUEST,
        "OQSmutic02res_1.zip",
    ] {
        aged(&clinic.config.res, name, 3);
    }
    aged(&clinic.config.res, "OQSsiquc01res_2.xml", 2);
    aged(&face, reader, 4);
    aged(&clinic.config.req, "OQSsiquc01res_1.xml", 90);
    clinic.start();
    until("cleaning", || !face.join(reader).exists()).await;
    let mut left = foreign.to_vec();
    left.push("OQSsiquc01res_2.xml");
    left.sort_unstable();
    assert_eq!(clinic.results(), left);
    let mut left = foreign.to_vec();
    left.sort_unstable();
    assert_eq!(listed(&face), left);
    assert_eq!(listed(&clinic.config.req), ["OQSsiquc01res_1.xml"]);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn folders_on_another_disk_are_no_difference() {
    use std::os::unix::fs::MetadataExt as _;
    let Ok(memory) = tempfile::tempdir_in("/dev/shm") else {
        return;
    };
    let mut clinic = Clinic::new().await;
    let device = |path: &Path| fs::metadata(path).unwrap().dev();
    if device(memory.path()) == device(&clinic.config.work) {
        return;
    }
    for (name, place) in [
        ("req", &mut clinic.config.req),
        ("res", &mut clinic.config.res),
    ] {
        *place = memory.path().join(name);
        fs::create_dir(&*place).unwrap();
    }
    clinic.start();
    clinic.put(REQUEST, message("afar"));
    assert!(clinic.take_text(ANSWER).await.contains("afar"));
    clinic.quiet().await;
    assert!(listed(&clinic.config.req).is_empty() && clinic.results().is_empty());
    assert_eq!(clinic.centre.script().asked.len(), 1);
}

/// Medicines and checkups, as a message and as a printed document.
#[tokio::test]
async fn medical_information_may_be_sealed_with_a_password() {
    let mut clinic = Clinic::new().await;
    let password_file = clinic.config.work.parent().unwrap().join("zip-password");
    fs::write(&password_file, "架空-Zip-1").unwrap();
    clinic.config.encrypt = ["YZK", "TKK"].map(|id| (id.to_owned(), true)).into();
    clinic.config.zip_password_file = Some(password_file);
    clinic.start();
    for id in ["YZKsiquc01", "TKKsiquc01"] {
        for (number, name, reply) in [
            (
                1,
                format!("{id}res_1.xml"),
                message("medicines").into_bytes(),
            ),
            (2, format!("{id}res_2.pdf"), b"%PDF-1.7 medicines".to_vec()),
        ] {
            clinic.centre.script().reply = match number {
                1 => Reply::Xml(reply.clone()),
                _ => Reply::Pdf(reply.clone()),
            };
            clinic.put(&format!("{id}req_{number}.xml"), message("asked"));
            let sealed = clinic.take(&format!("{id}res_{number}.zip")).await;
            assert!(
                !sealed.windows(9).any(|bytes| bytes == b"medicines"),
                "{name}"
            );
            let mut zip = zip::ZipArchive::new(Cursor::new(sealed)).unwrap();
            assert!(zip.by_index_decrypt(0, b"wrong").is_err(), "{name}");
            let mut file = zip.by_index_decrypt(0, "架空-Zip-1".as_bytes()).unwrap();
            assert_eq!(file.name().unwrap(), name);
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            assert_eq!(bytes, reply, "{name}");
            assert!(
                !clinic.config.res.join(&name).exists(),
                "never open beside it"
            );
        }
    }
}

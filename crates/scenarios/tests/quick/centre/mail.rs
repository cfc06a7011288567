//! Mail as it leaves the centre: over SMTP with TLS and a log-in, tried again, and into a folder.

use onshi_core::mail::{Letter, MailAddress, queue, undelivered};
use onshi_core::{AccountKind, Function};
use onshi_scenarios::mail::{MailServer, Manners, letters_in};
use onshi_server::config::MailTls;

use super::test_centre::{TestCentre, TestClock, done, log_in};

const TEXT: &str = "架空中央クリニック 御中\n\n次の画面を開いてください。\nhttps://localhost:8444/apply/0123456789abcdef0123456789abcdef\n.\n長い行も途中で折れずに届きます。長い行も途中で折れずに届きます。長い行も途中で折れずに届きます。\n";

fn write(centre: &TestCentre) {
    let ours = onshi_core::facility::FacilityCode::from_body("131234567").unwrap();
    let letter = Letter {
        to: MailAddress::parse("soumu@example.jp").unwrap(),
        subject:
            "【オンライン資格確認等システム】利用申請を受け付けました（受付番号 20260401000001）"
                .to_owned(),
        text: TEXT.to_owned(),
    };
    centre.operate(&ours, Function::ManageFacilities, move |tx| {
        queue(tx, None, &letter)
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_letter_goes_over_tls_with_a_log_in_and_reads_as_it_was_written() {
    static CLOCK: TestClock = TestClock::new();
    // The server's certificate comes from an authority that only the settings name.
    let other = TestCentre::open(|| CLOCK.read()).await;
    let issued = other.certificate_of_a_server();
    let manners = Manners {
        log_in: Some(("onshi", "himitsu-no-kotoba")),
        ..Manners::default()
    };
    let pair = (issued.certificate_pem.as_str(), issued.key_pem.as_str());
    let server = MailServer::start(manners, Some(pair)).await;
    let folder = tempfile::tempdir().unwrap();
    let (root, password) = (
        folder.path().join("root.pem"),
        folder.path().join("password"),
    );
    std::fs::write(&root, other.authority.certificate_pem()).unwrap();
    std::fs::write(&password, "himitsu-no-kotoba\n").unwrap();
    let centre = TestCentre::open_with(
        || CLOCK.read(),
        |config| {
            config.mail.smtp = format!("localhost:{}", server.address.port());
            config.mail.tls = MailTls::StartTls;
            config.mail.root_file = Some(root.clone());
            config.mail.user = "onshi".to_owned();
            config.mail.password_file = Some(password.clone());
            config.mail.from = "onshi@example.jp".to_owned();
        },
    )
    .await;
    write(&centre);
    let letter = server.wait_for(1).await.remove(0);
    assert_eq!(letter.to, "soumu@example.jp");
    assert_eq!(letter.from, "onshi@example.jp");
    assert!(
        letter.subject.contains("受付番号 20260401000001"),
        "{}",
        letter.subject
    );
    assert_eq!(
        letter.text.replace("\r\n", "\n").trim_end(),
        TEXT.trim_end()
    );
    assert!(
        letter.raw.contains("Auto-Submitted: auto-generated"),
        "{}",
        letter.raw
    );
    assert!(letter.raw.is_ascii(), "{}", letter.raw);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_busy_server_is_asked_again_and_one_that_knows_nobody_is_not() {
    static CLOCK: TestClock = TestClock::new();
    let busy = Manners {
        busy: 1,
        ..Manners::default()
    };
    let nobody = Manners {
        knows_nobody: true,
        ..Manners::default()
    };
    for (manners, taken) in [(busy, true), (nobody, false)] {
        let server = MailServer::start(manners, None).await;
        let centre = TestCentre::open_with(
            || CLOCK.read(),
            |config| {
                config.mail.smtp = server.address.to_string();
                config.mail.tls = MailTls::None;
            },
        )
        .await;
        write(&centre);
        let told = loop {
            let ours = onshi_core::facility::FacilityCode::from_body("131234567").unwrap();
            let told = centre.operate(&ours, Function::ManageFacilities, undelivered);
            if let [one] = &told[..] {
                break one.clone();
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        };
        assert_eq!(told.given_up, !taken, "{}", told.why);
        CLOCK.advance(61);
        if taken {
            assert_eq!(server.wait_for(1).await.len(), 1);
            assert_eq!(server.asked(), 2);
        } else {
            assert!(
                told.why.contains("550") || told.why.contains("no such user"),
                "{}",
                told.why
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_mail_server_letters_lie_in_a_folder_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    write(&centre);
    let folder = centre.running.centre.config.mail.folder.clone();
    let letter = loop {
        if let [letter] = &letters_in(&folder)[..] {
            break letter.clone();
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    };
    assert_eq!(letter.to, "soumu@example.jp");
    let link = "https://localhost:8444/apply/0123456789abcdef0123456789abcdef";
    assert_eq!(letter.link().as_deref(), Some(link));
    for entry in std::fs::read_dir(&folder).unwrap() {
        let mode = entry.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_institution_hears_of_a_reset_of_its_master_and_of_who_guesses() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let (code, address) = (
        ours.code.clone(),
        MailAddress::parse("incho@example.jp").unwrap(),
    );
    centre.operate(&ours.code, Function::ManageFacilities, move |tx| {
        onshi_core::facility::set_mail(tx, &code, Some(&address))
    });
    let folder = centre.running.centre.config.mail.folder.clone();
    let wait_for = async |count: usize| loop {
        let letters = letters_in(&folder);
        if letters.len() >= count {
            break letters;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    };
    let mut reset = centre.client(&ours.terminal);
    log_in(&mut reset, ours.login(AccountKind::Reset)).await;
    let number = [("secret_number", ours.welcome.secret_number.as_str())];
    done(&mut reset, "/web/master-reset", &number).await;
    let letter = wait_for(1).await.remove(0);
    assert_eq!(letter.to, "incho@example.jp");
    assert!(
        letter.subject.contains("初期化しました"),
        "{}",
        letter.subject
    );
    assert!(letter.text.contains(ours.code.as_str()), "{}", letter.text);
    assert!(
        !letter.text.contains(&ours.welcome.secret_number),
        "{}",
        letter.text
    );
    // Five wrong numbers lock, and the lock is told once.
    for _ in 0..6 {
        let wrong = [("secret_number", "000000000000")];
        let answer = reset.post("/web/master-reset", &wrong).await.unwrap();
        assert_eq!(answer.status, 422, "{}", answer.text());
    }
    let letters = wait_for(2).await;
    let locked = letters
        .iter()
        .filter(|it| it.subject.contains("入力誤り"))
        .count();
    assert_eq!((letters.len(), locked), (2, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_institution_is_written_to_when_a_certificate_ends_and_once_for_each_warning() {
    static CLOCK: TestClock = TestClock::new();
    let server = MailServer::start(Manners::default(), None).await;
    let centre = TestCentre::open_with(
        || CLOCK.read(),
        |config| {
            config.mail.smtp = server.address.to_string();
            config.mail.tls = MailTls::None;
        },
    )
    .await;
    let ours = centre.ours();
    let (code, address) = (
        ours.code.clone(),
        MailAddress::parse("soumu@example.jp").unwrap(),
    );
    centre.operate(&ours.code, Function::ManageFacilities, move |tx| {
        onshi_core::facility::set_mail(tx, &code, Some(&address))
    });
    centre.certificate(&ours.code, "ONS09", -3600, 20 * 86_400 + 7200);
    let about = |letters: Vec<onshi_scenarios::mail::ReadLetter>| {
        let of = letters
            .into_iter()
            .filter(|letter| letter.text.contains("端末「ONS09」"));
        of.collect::<Vec<_>>()
    };
    // The centre looks again by its own clock.
    CLOCK.advance(700);
    let first = about(server.wait_for(1).await);
    assert_eq!(first.len(), 1);
    assert_eq!(first[0].to, "soumu@example.jp");
    assert!(first[0].text.contains("（あと20日）"), "{}", first[0].text);
    assert!(first[0].text.contains("行うこと"), "{}", first[0].text);
    CLOCK.advance(6 * 86_400);
    let second = loop {
        let letters = about(server.letters());
        if letters.len() > 1 {
            break letters;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    };
    assert!(
        second[1].text.contains("（あと14日）"),
        "{}",
        second[1].text
    );
}

//! What a certificate is worth, told with a page and with a word for programs.

use onshi_core::certificate::{Authority, TerminalSubject};
use onshi_core::{AccountKind, Function, certificate, facility};
use onshi_scenarios::client::{Client, Identity, text_without_tokens};

use super::test_centre::{TestCentre, TestClock, identity, log_in, try_log_in};

const DAY: i64 = 86_400;

async fn is(client: &mut Client, word: &str, title: &str) {
    for path in ["/", "/web/login", "/web/menu"] {
        let answer = client.get(path).await.unwrap();
        assert_eq!(answer.status, 403, "{word} {path}");
        let page = answer.text();
        assert!(page.contains(title), "{word} {path}: {page}");
        assert!(page.contains("次にすること"), "{word} {path}");
    }
    let answer = client.post("/web/login", &[("user_id", "Staff01")]).await;
    assert_eq!(answer.unwrap().status, 403, "{word}");
    let answer = client.get("/terminal/standing").await.unwrap();
    assert_eq!(answer.status, 200);
    let standing: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(standing["standing"], word);
    assert_ne!(standing["message"], "", "{word}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_bad_certificate_is_told_what_is_wrong_with_it() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let foreign = "この証明書では利用できません";

    let mut none = centre.client_as(None);
    is(&mut none, "missing", "端末の証明書が確認できません").await;

    let now = onshi_core::clock::now();
    let (begin, end) = (now.plus_seconds(-DAY).ms(), now.plus_seconds(DAY).ms());
    let subject = TerminalSubject {
        facility_code: ours.code.as_str().to_owned(),
        facility_name: ours.welcome.name.clone(),
        terminal_name: "ONS01".to_owned(),
    };
    let stranger = Authority::create("Onshi Private CA", begin, end).unwrap();
    let issued = stranger.issue_terminal(&subject, [9; 16], begin, end);
    is(&mut centre.client(&issued.unwrap()), "foreign", foreign).await;

    // Ours by its signature, and yet never written down.
    let issued = centre
        .authority
        .issue_terminal(&subject, [8; 16], begin, end);
    is(&mut centre.client(&issued.unwrap()), "foreign", foreign).await;

    // An insurer's is ours, and opens no door of the terminals.
    let insurer = centre.insurer("架空健康保険組合", &["06139018"]);
    is(&mut centre.client(&insurer), "foreign", foreign).await;
    let page = centre.client(&insurer).get("/").await.unwrap().text();
    assert!(page.contains("この画面の証明書ではありません"));

    let read = |name| std::fs::read_to_string(centre.folder.path().join(name)).unwrap();
    let server = Identity {
        certificate_pem: read("secrets/server.pem"),
        key_pem: read("secrets/server.key.pem"),
    };
    is(&mut centre.client_as(Some(&server)), "foreign", foreign).await;

    let expired = centre.certificate(&ours.code, "ONS02", -2 * DAY, -DAY);
    let title = "端末の証明書の有効期限が切れています";
    is(&mut centre.client(&expired), "expired", title).await;

    let early = centre.certificate(&ours.code, "ONS03", DAY, 2 * DAY);
    let title = "端末の証明書はまだ使えません";
    is(&mut centre.client(&early), "not_yet_valid", title).await;

    let mut good = centre.client(&ours.terminal);
    let answer = good.get("/terminal/standing").await.unwrap();
    let standing: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(standing["standing"], "valid");
    assert_eq!(standing["terminal"], "ONS01");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn time_revocation_and_a_stop_are_felt_at_the_next_request_of_an_open_connection() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let staff = ours.login(AccountKind::General);
    let mut client = centre.client(&ours.terminal);
    assert_eq!(log_in(&mut client, staff).await, "/web/menu");

    let code = ours.code.clone();
    let (stopped, resumed) = (code.clone(), code.clone());
    centre.operate(&code, Function::ManageFacilities, move |tx| {
        onshi_core::registration::stop(tx, &stopped, "試験")
    });
    let title = "この医療機関の利用は停止されています";
    is(&mut client, "facility_stopped", title).await;
    centre.operate(&code, Function::ManageFacilities, move |tx| {
        facility::resume(tx, &resumed)
    });
    let menu = client.get("/web/menu").await.unwrap();
    assert_eq!(menu.location(), "/web/login", "the stop ended the session");
    assert_eq!(log_in(&mut client, staff).await, "/web/menu");

    let serial = ours.terminal.serial.clone();
    centre.operate(&code, Function::ManageCertificates, move |tx| {
        certificate::revoke(tx, &serial, "紛失")
    });
    is(&mut client, "revoked", "端末の証明書は失効しています").await;
    assert_eq!(client.connections, 1, "all of it on one connection");

    let second = centre.certificate(&code, "ONS02", -3600, DAY);
    let mut client = centre.client(&second);
    assert_eq!(client.get("/").await.unwrap().status, 200);
    CLOCK.advance(DAY + 1);
    let title = "端末の証明書の有効期限が切れています";
    is(&mut client, "expired", title).await;
    assert_eq!(client.connections, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_is_worth_nothing_through_another_institutions_certificate() {
    static CLOCK: TestClock = TestClock::new();
    let centre =
        TestCentre::open_with(|| CLOCK.read(), |config| config.rules.lock.failures = 3).await;
    let (ours, theirs) = (centre.ours(), centre.theirs());
    CLOCK.advance(0);
    let staff = ours.login(AccountKind::General);
    let mut here = centre.client(&ours.terminal);
    let mut there = centre.client(&theirs.terminal);
    for _ in 0..2 {
        let answer = try_log_in(&mut here, &staff.user_id, "wrong").await;
        assert_eq!(answer.status, 403);
    }
    let own = theirs.login(AccountKind::General);
    for round in 0..4 {
        let right = try_log_in(&mut there, &staff.user_id, &staff.password).await;
        let wrong = try_log_in(&mut there, &own.user_id, "wrong").await;
        assert_eq!(right.status, 403, "round {round}");
        assert_eq!(right.status, wrong.status);
        let (right, wrong) = (text_without_tokens(&right), text_without_tokens(&wrong));
        assert_eq!(
            right.replace(&staff.user_id, "ID"),
            wrong.replace(&own.user_id, "ID"),
            "round {round}"
        );
        assert_eq!(right.contains("ロックされています"), round >= 2);
    }
    let landing = log_in(&mut here, staff).await;
    assert_eq!(landing, "/web/menu", "two failures here, none from there");

    let cookies = here.cookies.clone();
    there.cookies.clone_from(&cookies);
    let menu = there.get("/web/menu").await.unwrap();
    assert_eq!((menu.status, menu.location()), (303, "/web/login"));
    let second = centre.certificate(&ours.code, "ONS02", -3600, DAY);
    let mut beside = centre.client_as(Some(&identity(&second)));
    beside.cookies.clone_from(&cookies);
    let menu = beside.get("/web/menu").await.unwrap();
    assert_eq!((menu.status, menu.location()), (303, "/web/login"));
    assert_eq!(here.get("/web/menu").await.unwrap().status, 200);
}

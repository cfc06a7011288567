//! 利用申請 at the portal over real TLS: from the form to the notice, and to a password that its holder chose.

use onshi_core::application;
use onshi_core::enrolment::EnrolmentState;
use onshi_core::facility::FacilityCode;
use onshi_core::operator::OperatorName;
use onshi_core::{Function, Role};
use onshi_scenarios::client::{Answer, Client};
use onshi_scenarios::mail::{ReadLetter, letters_in};

use super::test_centre::{TestCentre, TestClock, done, try_log_in};

fn code() -> FacilityCode {
    FacilityCode::from_body("131234567").unwrap()
}

/// Somebody at the portal.
pub(super) fn applicant(centre: &TestCentre) -> Client {
    let trusted = centre.authority.certificate_pem();
    Client::new(centre.running.portal.unwrap(), trusted, None).unwrap()
}

fn fields<'a>(code: &'a FacilityCode, action: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("kind", "start"),
        ("facility_code", code.as_str()),
        ("institution_kind", "clinic"),
        ("name", "架空みらい診療所"),
        ("address", "東京都千代田区架空0-0"),
        ("phone", "03-0000-0000"),
        ("mail", "soumu@example.jp"),
        ("responsible", "架空 太郎"),
        ("line_kind", "ip_vpn_ntt"),
        ("customer_id", "CAF0000000000"),
        ("terminal_name", "受付1号機"),
        ("action", action),
    ]
}

async fn letter(centre: &TestCentre, count: usize) -> ReadLetter {
    loop {
        let letters = letters_in(&centre.folder.path().join("mail"));
        if letters.len() >= count {
            return letters[count - 1].clone();
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

/// What stands behind a label in a letter.
pub(super) fn behind<'a>(text: &'a str, label: &str) -> &'a str {
    let rest = text.split(label).nth(1).expect(text);
    rest.split_whitespace().next().unwrap()
}

/// What a page of facts says of a label, each time.
pub(super) fn values(page: &Answer, label: &str) -> Vec<String> {
    let text = page.text();
    let before = format!("<dt>{label}</dt><dd");
    let rows = text.split(&before).skip(1);
    let value = |row: &str| {
        let (_, rest) = row.split_once('>')?;
        Some(rest.split_once('<')?.0.to_owned())
    };
    rows.filter_map(value).collect()
}

/// Fills in the form, confirms the mail address, and gives the receipt number and the code.
async fn applies(centre: &TestCentre, code: &FacilityCode) -> (String, String) {
    let mut browser = applicant(centre);
    let guide = browser.get("/application").await.unwrap();
    assert!(guide.text().contains("href=\"/application/new\""));
    assert_eq!(browser.get("/application/new").await.unwrap().status, 200);
    // What is wrong is told at its field, and nothing typed is lost.
    let mut wrong = fields(code, "review");
    wrong[1].1 = "1312345678";
    let page = browser.post("/application", &wrong).await.unwrap();
    assert_eq!(page.status, 422);
    let text = page.text();
    assert!(
        text.contains("検証番号") && text.contains("架空みらい診療所"),
        "{text}"
    );
    let page = browser.post("/application", &fields(code, "review")).await;
    let text = page.unwrap().text();
    assert!(text.contains("まだ申請していません"), "{text}");
    let taken = done(&mut browser, "/application", &fields(code, "apply")).await;
    let receipt = values(&taken, "受付番号").remove(0);

    let mail = letter(centre, 1).await;
    assert_eq!(mail.to, "soumu@example.jp");
    assert_eq!(behind(&mail.text, "受付番号 "), receipt);
    let typed = behind(&mail.text, "確認コード ").to_owned();
    let shown = [("receipt", receipt.as_str()), ("code", typed.as_str())];
    // A slip is named; another code is refused, and so is another number.
    let slip = [("receipt", receipt.as_str()), ("code", "2222")];
    let page = browser.post("/application/status", &slip).await.unwrap();
    assert!(
        page.status == 422 && page.text().contains("16文字"),
        "{}",
        page.text()
    );
    let other = [("receipt", "260401-000000"), ("code", typed.as_str())];
    let page = browser.post("/application/status", &other).await.unwrap();
    assert_eq!(page.status, 403, "{}", page.text());
    assert!(page.text().contains("受付番号または確認コードが違います"));
    let page = done(&mut browser, "/application/status", &shown).await;
    assert!(page.text().contains("審査中"), "{}", page.text());
    let early = browser.post("/application/notice", &shown).await.unwrap();
    assert_eq!(early.status, 409, "{}", early.text());

    (receipt, typed)
}

/// The master chooses a password with what the notice says, and logs in.
async fn begins(centre: &TestCentre, code: &FacilityCode, (user_id, given): (&str, &str)) {
    let terminal = centre.certificate(code, "受付1号機", -3600, 86_400);
    let mut at_terminal = centre.client(&terminal);
    let own = "asa-no-sanpo-2026";
    let chosen = [
        ("user_id", user_id),
        ("code", given),
        ("new_password", own),
        ("confirm_password", own),
    ];
    let path = "/web/activation/password";
    let answer = at_terminal.post(path, &chosen).await.unwrap();
    assert_eq!(answer.status, 303, "{}", answer.text());
    let answer = try_log_in(&mut at_terminal, user_id, own).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let listed = centre.operate(code, Function::IssueEnrolmentCodes, {
        let code = code.clone();
        move |tx| onshi_core::enrolment::list(tx, &code)
    });
    assert_eq!(listed[0].of.name(), "受付1号機");
    assert_eq!(
        listed[0].state(onshi_core::clock::now()),
        EnrolmentState::Open
    );
    let lines = centre.audit(code, 20);
    let drawn = lines.iter().find(|line| line.role == Some(Role::Applicant));
    assert_eq!(
        drawn.unwrap().detail.as_ref().unwrap().code(),
        "notice_drawn"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_institution_applies_draws_its_notice_and_begins() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let code = code();
    let (receipt, typed) = applies(&centre, &code).await;
    let shown = [("receipt", receipt.as_str()), ("code", typed.as_str())];
    let key = receipt.clone();
    centre.operate(&code, Function::ApproveApplications, move |tx| {
        let by = OperatorName::parse("架空 太郎")?;
        application::approve(tx, &key, &by)
    });
    assert!(letter(&centre, 2).await.subject.contains("承認しました"));
    // Another browser, another day: number and code are all that it needs.
    let mut browser = applicant(&centre);
    browser.get("/application/status").await.unwrap();
    let page = done(&mut browser, "/application/status", &shown).await;
    assert!(
        page.text().contains("お知らせを作成する"),
        "{}",
        page.text()
    );
    let answer = browser.post("/application/notice", &shown).await.unwrap();
    assert_eq!(answer.status, 303, "{}", answer.text());
    let place = answer.location().to_owned();
    let notice = browser.get(&place).await.unwrap();
    let users = values(&notice, "ユーザID");
    let codes = values(&notice, "利用開始コード");
    assert_eq!((users.len(), codes.len()), (2, 2), "{}", notice.text());
    let pdf = place.replace("/notice?", "/notice.pdf?");
    let pdf = browser.get(&pdf).await.unwrap();
    assert_eq!(pdf.status, 200, "{}", pdf.text());
    assert!(pdf.body.starts_with(b"%PDF"));
    // It is that browser's alone, and drawn once.
    let mut stranger = applicant(&centre);
    stranger.get("/application").await.unwrap();
    let answer = stranger.get(&place).await.unwrap();
    assert_eq!(
        (answer.status, answer.location()),
        (303, "/application/status")
    );
    let again = stranger.post("/application/notice", &shown).await.unwrap();
    assert!(
        again.status == 409 && again.text().contains("一度だけ"),
        "{}",
        again.text()
    );
    begins(&centre, &code, (&users[0], &codes[0])).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_at_the_portal_is_held_back_by_its_address() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open_with(
        || CLOCK.read(),
        |config| {
            config.limits.applicant_burst = 3;
            config.limits.applicant_per_minute = 1;
        },
    )
    .await;
    CLOCK.advance(0);
    let mut browser = applicant(&centre);
    browser.get("/application/status").await.unwrap();
    let guess = [
        ("receipt", "260401-000000"),
        ("code", "2222-2222-2222-2222"),
    ];
    let mut statuses = Vec::new();
    for _ in 0..4 {
        let answer = browser.post("/application/status", &guess).await.unwrap();
        statuses.push(answer.status);
    }
    assert_eq!(statuses[3], 429, "{statuses:?}");
    assert!(
        statuses[..3].iter().all(|status| *status != 429),
        "{statuses:?}"
    );
    // A form of another site's page is none of ours.
    let mut foreign = browser.form("/application/status", &guess).unwrap();
    let site = foreign.headers_mut().get_mut("sec-fetch-site").unwrap();
    *site = "cross-site".parse().unwrap();
    let answer = browser.send(foreign).await.unwrap();
    assert_eq!(answer.status, 403, "{}", answer.text());
}

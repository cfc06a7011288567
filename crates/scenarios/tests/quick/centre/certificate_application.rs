//! 電子証明書発行申請 at the portal over real TLS: from the form to a terminal that comes in with its certificate, and to its end.

use onshi_core::certificate;
use onshi_core::facility::FacilityCode;
use onshi_core::second_factor::FactorPolicy;
use onshi_core::{AccountKind, Function, Role};
use onshi_scenarios::client::{Answer, Client, Identity};
use onshi_scenarios::mail::{ReadLetter, letters_in};

use super::application::{applicant, behind, values};
use super::enrolment::{fetch, refused};
use super::operators::{browser, office, open};
use super::test_centre::{Institution, TestCentre, TestClock, done, log_in};

const FORM: &str = "/application/certificate";
const STATUS: &str = "/application/status";

fn fields<'a>(code: &'a FacilityCode, action: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("facility_code", code.as_str()),
        ("name", "霞が関みらい診療所"),
        ("terminal_name", "受付 2号機"),
        ("department", "医事課"),
        ("responsible", "架空 太郎"),
        ("phone", "03-0000-0000"),
        ("mail", "soumu@example.jp"),
        ("action", action),
    ]
}

/// The letter about an application that says this; letters of one moment have no order.
async fn letter(centre: &TestCentre, (receipt, words): (&str, &str)) -> ReadLetter {
    let folder = centre.folder.path().join("mail");
    loop {
        let mut letters = letters_in(&folder).into_iter();
        let found = letters.find(|one| one.text.contains(receipt) && one.text.contains(words));
        if let Some(found) = found {
            return found;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

/// Fills in the form and confirms the mail address; gives the receipt number and the code.
async fn applies(
    centre: &TestCentre,
    browser: &mut Client,
    code: &FacilityCode,
) -> (String, String) {
    let page = browser.post(FORM, &fields(code, "review")).await.unwrap();
    let text = page.text();
    assert!(
        text.contains("まだ申請していません") && text.contains("医事課"),
        "{text}"
    );
    let taken = done(browser, FORM, &fields(code, "apply")).await;
    let receipt = values(&taken, "受付番号").remove(0);
    let mail = letter(centre, (&receipt, "確認コード ")).await;
    assert!(mail.subject.contains("電子証明書発行申請"));
    let typed = behind(&mail.text, "確認コード ").to_owned();
    let page = state(browser, (&receipt, &typed)).await;
    assert!(page.text().contains("審査中"), "{}", page.text());
    (receipt, typed)
}

/// The page of the state.
async fn state(browser: &mut Client, (receipt, code): (&str, &str)) -> Answer {
    done(browser, STATUS, &[("receipt", receipt), ("code", code)]).await
}

/// What stands in the badge of that page.
fn badge(page: &Answer) -> String {
    let text = page.text();
    let rest = text.split("class=\"badge").nth(1).expect(&text);
    let rest = rest.split_once('>').unwrap().1;
    rest.split_once('<').unwrap().0.to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_terminal_comes_in_with_the_certificate_that_its_institution_applied_for() {
    static CLOCK: TestClock = TestClock::new();
    let centre = open(|| CLOCK.read(), FactorPolicy::Offered).await;
    let (ours, office) = (centre.ours(), office(&centre));
    let mut at_portal = applicant(&centre);
    let guide = at_portal.get("/application").await.unwrap().text();
    assert!(guide.contains("href=\"/application/certificate\""));
    assert_eq!(at_portal.get(FORM).await.unwrap().status, 200);
    // What is wrong is told at its field, and nothing typed is lost.
    let mut wrong = fields(&ours.code, "review");
    wrong[2].1 = "";
    let page = at_portal.post(FORM, &wrong).await.unwrap();
    assert_eq!(page.status, 422);
    let text = page.text();
    assert!(
        text.contains("terminal_name-error") && text.contains("医事課"),
        "{text}"
    );
    let (receipt, typed) = applies(&centre, &mut at_portal, &ours.code).await;
    let shown = (receipt.as_str(), typed.as_str());
    let both = [("receipt", shown.0), ("code", shown.1)];
    let notice = "/application/notice";
    let early = at_portal.post(notice, &both).await.unwrap();
    assert_eq!(early.status, 409, "{}", early.text());

    // The operator sees what is asked for beside what is registered, and approves it.
    let mut officer = browser(&centre, Some(&office.terminal));
    log_in(&mut officer, &office.logins[0]).await;
    let page = format!("/web/applications/{receipt}");
    let text = officer.get(&page).await.unwrap().text();
    assert!(
        text.contains("電子証明書の発行") && text.contains("医事課"),
        "{text}"
    );
    let approve = format!("{page}/approve");
    let text = officer.get(&approve).await.unwrap().text();
    assert!(text.contains("受付 2号機"), "{text}");
    done(&mut officer, &approve, &[]).await;
    let mail = letter(&centre, (&receipt, "承認されました")).await;
    assert!(mail.subject.contains("電子証明書発行申請を承認しました"));

    let page = state(&mut at_portal, shown).await;
    assert_eq!(badge(&page), "発行", "{}", page.text());
    let answer = at_portal.post(notice, &both).await.unwrap();
    assert_eq!(answer.status, 303, "{}", answer.text());
    let place = answer.location().to_owned();
    let drawn = at_portal.get(&place).await.unwrap();
    let text = drawn.text();
    assert!(
        text.contains("電子証明書取得のお知らせ") && !text.contains("秘密の番号"),
        "{text}"
    );
    let code = values(&drawn, "取得コード").remove(0);
    let pdf = place.replace("/notice?", "/notice.pdf?");
    let pdf = at_portal.get(&pdf).await.unwrap();
    assert!(pdf.status == 200 && pdf.body.starts_with(b"%PDF"));
    let again = at_portal.post(notice, &both).await.unwrap();
    assert_eq!(again.status, 409, "{}", again.text());

    comes_in(&centre, &ours, &mut at_portal, (shown, &code)).await;
}

/// A terminal fetches its certificate with the code, works with it, and is shut out.
async fn comes_in(
    centre: &TestCentre,
    ours: &Institution,
    at_portal: &mut Client,
    (shown, code): ((&str, &str), &str),
) {
    let folder = tempfile::tempdir().unwrap();
    let installed = fetch(centre, folder.path(), code).await.unwrap();
    let read = |path: &std::path::Path| std::fs::read_to_string(path).unwrap();
    let identity = Identity {
        certificate_pem: read(&installed.certificate),
        key_pem: read(&installed.key),
    };
    let mut terminal = centre.client_as(Some(&identity));
    log_in(&mut terminal, ours.login(AccountKind::Admin)).await;
    let page = state(at_portal, shown).await;
    assert_eq!(badge(&page), "取得済", "{}", page.text());
    let lines = centre.audit(&ours.code, 20);
    let applicants = lines.iter().filter(|l| l.role == Some(Role::Applicant));
    let told: Vec<_> = applicants.filter_map(|line| line.detail.as_ref()).collect();
    assert_eq!(told[0].code(), "certificate_notice_drawn");

    let serial = installed.serial;
    centre.operate(&ours.code, Function::ManageCertificates, move |tx| {
        certificate::revoke(tx, &serial, "盗難のため")
    });
    let page = state(at_portal, shown).await;
    assert_eq!(badge(&page), "失効", "{}", page.text());
    let answer = terminal.get("/web/menu").await.unwrap();
    assert_eq!(answer.status, 403, "{}", answer.text());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_withdrawn_or_is_of_no_institution_comes_to_nothing() {
    static CLOCK: TestClock = TestClock::new();
    let centre = open(|| CLOCK.read(), FactorPolicy::Offered).await;
    let (ours, office) = (centre.ours(), office(&centre));
    let mut officer = browser(&centre, Some(&office.terminal));
    log_in(&mut officer, &office.logins[0]).await;
    // An institution that there is not goes the same way; the operator is told, and rejects it.
    let nobody = FacilityCode::from_body("131999777").unwrap();
    let mut at_portal = applicant(&centre);
    at_portal.get(FORM).await.unwrap();
    let (receipt, typed) = applies(&centre, &mut at_portal, &nobody).await;
    let page = format!("/web/applications/{receipt}");
    let text = officer.get(&page).await.unwrap().text();
    assert!(text.contains("登録されていません"), "{text}");
    let path = format!("{page}/approve");
    let answer = officer.post(&path, &[]).await.unwrap();
    assert_eq!(answer.status, 404, "{}", answer.text());
    let why = [("reason", "登録がないため")];
    done(&mut officer, &format!("{page}/reject"), &why).await;
    let page = state(&mut at_portal, (&receipt, &typed)).await;
    assert_eq!(badge(&page), "不承認");
    assert!(page.text().contains("登録がないため"), "{}", page.text());

    // A code that was drawn and withdrawn fetches nothing.
    let (receipt, typed) = applies(&centre, &mut at_portal, &ours.code).await;
    let path = format!("/web/applications/{receipt}/approve");
    done(&mut officer, &path, &[]).await;
    let both = [("receipt", receipt.as_str()), ("code", typed.as_str())];
    let drawn = done(&mut at_portal, "/application/notice", &both).await;
    let code = values(&drawn, "取得コード").remove(0);
    let page = done(&mut at_portal, "/application/withdraw", &both).await;
    assert_eq!(badge(&page), "取消", "{}", page.text());
    let folder = tempfile::tempdir().unwrap();
    let over = fetch(&centre, folder.path(), &code).await;
    assert_eq!(refused(over), "enrolment.over");
}

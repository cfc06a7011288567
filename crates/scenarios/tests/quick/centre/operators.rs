//! The operators' site (実施機関の画面): who comes in, what it shows, and that two operators are two.

use onshi_core::account::Managed;
use onshi_core::account::login::Through;
use onshi_core::certificate::Issued;
use onshi_core::facility::FacilityCode;
use onshi_core::operator;
use onshi_core::second_factor::FactorPolicy;
use onshi_core::{AccountKind, Function, Role};
use onshi_scenarios::client::{Answer, Client};
use onshi_scenarios::database::Database;
use onshi_server::Config;
use onshi_server::operator::provision::Login;
use onshi_server::routes::{Access, OPERATORS, screens};
use serde_json::json;
use tokio::task::block_in_place;

use super::test_centre::{TestCentre, TestClock, done, identity, log_in, try_log_in};

const RECEIPT: &str = "260401-123456";

/// The operators, with a terminal of theirs.
pub struct Office {
    pub terminal: Issued,
    pub logins: Vec<Login>,
}

/// Makes them.
pub fn office(centre: &TestCentre) -> Office {
    let unit = FacilityCode::of_operators();
    centre.operate(&unit, Function::ManageOfficers, operator::begin_unit);
    block_in_place(|| {
        let terminal = centre.certificate(&unit, "CENTRE01", -3600, 86_400);
        let provision = centre.provision();
        let through = Through {
            certificate_serial: terminal.serial.clone(),
            terminal_name: "CENTRE01".to_owned(),
        };
        let made = |(id, name): (&str, &str)| {
            let by = centre.operator.at(unit.clone());
            let new = (AccountKind::Officer, id, name);
            let (_, first) = provision
                .account(&by, Managed::Officers, new, None)
                .unwrap();
            let actor = provision.actor(&unit, id, &terminal.serial).unwrap();
            provision.own_password(&actor, &through, &first).unwrap()
        };
        let people = [("Tanto01", "架空 担当太郎"), ("Tanto02", "見本 担当花子")];
        Office {
            logins: people.into_iter().map(made).collect(),
            terminal,
        }
    })
}

/// A browser at the operators' site, with this certificate.
pub fn browser(centre: &TestCentre, issued: Option<&Issued>) -> Client {
    let trusted = centre.authority.certificate_pem();
    let address = centre.running.operators.unwrap();
    Client::new(address, trusted, issued.map(identity).as_ref()).unwrap()
}

/// A centre with a site for operators, of whom a second factor is wanted so.
pub async fn open(clock: fn() -> onshi_core::Moment, officers: FactorPolicy) -> TestCentre {
    let set = |config: &mut Config| {
        config.operators.listen = Some(([127, 0, 0, 1], 0).into());
        config.rules.second_factor.officers = officers;
    };
    TestCentre::open_with(clock, set).await
}

/// Puts an application there that waits for the operators.
fn applied(centre: &TestCentre, kind: &str, code: &FacilityCode) {
    let said = json!({
        "kind": kind, "facility_code": code.as_str(), "institution_kind": "clinic", "name": "架空みらい診療所",
        "address": "東京都千代田区架空0-0", "phone": "03-0000-0000", "mail": "soumu@example.jp",
        "responsible": "架空 太郎", "line_kind": "ip_vpn_ntt", "terminal_name": "受付1号機",
    });
    let location = centre.running.centre.config.location();
    Database::open(&location).batch(&format!(
        "insert into application (receipt, kind, state, facility_code, mail, particulars, code_hash, portal_url, \
         made_at, confirm_until, confirmed_at) values ('{RECEIPT}', '{kind}', 'received', '{}', \
         'soumu@example.jp', '{said}', '', '', 1, 2, 2)",
        code.as_str()
    ));
}

/// Every page of the operators' own, as an address.
fn path(route: &str) -> String {
    let path = route.replace("{receipt}", RECEIPT);
    let path = path.replace("{code}", "1312345673");
    let path = path
        .replace("{serial}", "none")
        .replace("{account}", "none");
    let path = path
        .replace("{notice}", "none")
        .replace("{request}", "none");
    let path = path.replace("{action}", "reject");
    let path = path.replace("{passkey}", "none");
    let path = path.replace("/manual/{page}", "/manual/log-in");
    let path = path.replace("/manual/books/{file}", "/manual/books/disaster.pdf");
    let path = path.replace(
        "/manual/pictures/{file}",
        "/manual/pictures/login--first.webp",
    );
    path.replace("{file}", "onshi.css")
}

async fn asked(client: &mut Client, method: &str, path: &str) -> Answer {
    match method {
        "GET" => client.get(path).await.unwrap(),
        _ => client.post(path, &[]).await.unwrap(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_operators_come_in_and_only_there() {
    static CLOCK: TestClock = TestClock::new();
    let centre = open(|| CLOCK.read(), FactorPolicy::Offered).await;
    let (ours, office) = (centre.ours(), office(&centre));
    applied(
        &centre,
        "start",
        &FacilityCode::from_body("131999777").unwrap(),
    );
    let mut officer = browser(&centre, Some(&office.terminal));
    log_in(&mut officer, &office.logins[0]).await;
    let mut nobody = browser(&centre, Some(&office.terminal));
    let mut institution = browser(&centre, Some(&ours.terminal));
    let mut stranger = browser(&centre, None);
    for route in OPERATORS {
        let path = path(route.path);
        let told = format!("{} {path}", route.method);
        let came = [
            asked(&mut stranger, route.method, &path).await.status,
            asked(&mut institution, route.method, &path).await.status,
            asked(&mut nobody, route.method, &path).await.status,
        ];
        match route.access {
            Access::Open(_) => assert!(came.iter().all(|status| *status == 200), "{told} {came:?}"),
            Access::Terminal(_) => assert_eq!(came[..2], [403, 403], "{told}"),
            // Nobody is logged in there: it leads to the log-in.
            Access::Session(function) => {
                assert_eq!(came, [403, 403, 303], "{told}");
                assert!(function.is_for(Role::Officer), "{told}");
            }
            other => panic!("{told}: {other:?}"),
        }
    }
    // What an operator's certificate opens at the centre: nothing, and its own log says so.
    let mut elsewhere = centre.client(&office.terminal);
    elsewhere.cookies.extend(officer.cookies.clone());
    for route in screens().filter(|route| !matches!(route.access, Access::Open(_))) {
        let path = path(route.path);
        let answer = asked(&mut elsewhere, route.method, &path).await;
        assert_eq!(answer.status, 403, "{} {path}", route.method);
    }
    let lines = centre.audit(&FacilityCode::of_operators(), 1);
    assert_eq!(lines[0].refusal.as_deref(), Some("certificate.other_kind"));
    // An officer has nothing of an institution on the menu, and an institution nothing of the operators'.
    let menu = officer.get("/web/menu").await.unwrap().text();
    assert!(
        menu.contains("利用申請の審査") && menu.contains("二要素認証"),
        "{menu}"
    );
    assert!(
        !menu.contains("資格確認（") && !menu.contains("医療機関コード"),
        "{menu}"
    );
    // The account of an institution does not log in there, nor an operator's at an institution.
    let admin = ours.login(AccountKind::Admin);
    let mut operators = browser(&centre, Some(&office.terminal));
    let answer = try_log_in(&mut operators, &admin.user_id, &admin.password).await;
    assert_eq!(answer.status, 403, "{}", answer.text());
    let mut reception = centre.client(&ours.terminal);
    let tanto = &office.logins[0];
    let answer = try_log_in(&mut reception, &tanto.user_id, &tanto.password).await;
    assert_eq!(answer.status, 403, "{}", answer.text());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recovery_is_approved_by_two_who_are_two() {
    static CLOCK: TestClock = TestClock::new();
    let centre = open(|| CLOCK.read(), FactorPolicy::Offered).await;
    let (ours, office) = (centre.ours(), office(&centre));
    applied(&centre, "recovery", &ours.code);
    let page = format!("/web/applications/{RECEIPT}");
    let approve = format!("{page}/approve");
    let mut first = browser(&centre, Some(&office.terminal));
    log_in(&mut first, &office.logins[0]).await;
    let list = first.get("/web/applications").await.unwrap().text();
    assert!(list.contains(RECEIPT) && list.contains("審査中"), "{list}");
    let shown = first.get(&page).await.unwrap().text();
    assert!(shown.contains("二人の担当者が承認すると完了"), "{shown}");
    assert!(
        shown.contains("霞が関みらい診療所"),
        "what is registered: {shown}"
    );
    let asked = first.get(&approve).await.unwrap().text();
    assert!(asked.contains("一人目の承認として記録します"), "{asked}");
    let after = done(&mut first, &approve, &[]).await.text();
    assert!(after.contains("一人目の承認を記録しました"), "{after}");
    assert!(after.contains("別の担当者の承認が必要です"), "{after}");
    // The same once more is refused, on whatever page.
    let again = first.post(&approve, &[]).await.unwrap();
    assert_eq!(again.status, 409, "{}", again.text());
    let mut second = browser(&centre, Some(&office.terminal));
    log_in(&mut second, &office.logins[1]).await;
    let shown = second.get(&page).await.unwrap().text();
    assert!(
        shown.contains("一人目は Tanto01 が承認しています"),
        "{shown}"
    );
    let after = done(&mut second, &approve, &[]).await.text();
    assert!(after.contains("申請者にメールを送りました"), "{after}");
    let lines = centre.audit(&ours.code, 5);
    let approved = lines.iter().find(|line| line.role == Some(Role::Officer));
    let words = approved.unwrap().detail.as_ref().unwrap().words();
    assert!(words.contains("承認（担当者 Tanto02）"), "{words}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rejection_says_why_and_a_start_registers_the_institution() {
    static CLOCK: TestClock = TestClock::new();
    let centre = open(|| CLOCK.read(), FactorPolicy::Offered).await;
    let office = office(&centre);
    let code = FacilityCode::from_body("131999777").unwrap();
    applied(&centre, "start", &code);
    let page = format!("/web/applications/{RECEIPT}");
    let mut officer = browser(&centre, Some(&office.terminal));
    log_in(&mut officer, &office.logins[0]).await;
    let reject = format!("{page}/reject");
    let answer = officer.post(&reject, &[("reason", " ")]).await.unwrap();
    assert_eq!(answer.status, 422);
    assert!(
        answer.text().contains("理由を200文字以内"),
        "{}",
        answer.text()
    );
    for (action, expected) in [("reissue", 409), ("nothing", 404)] {
        let path = format!("{page}/{action}");
        let answer = officer.post(&path, &[("reason", "紛失")]).await.unwrap();
        assert_eq!(answer.status, expected, "{}", answer.text());
    }
    let after = done(&mut officer, &format!("{page}/approve"), &[])
        .await
        .text();
    assert!(
        after.contains("利用申請を承認し") && after.contains("（Tanto01）"),
        "{after}"
    );
    let show = |code: FacilityCode| {
        move |tx: &mut onshi_core::Tx<'_>| onshi_core::facility::show(tx, &code)
    };
    let made = centre.operate(&code, Function::ManageFacilities, show(code.clone()));
    assert_eq!(made.name, "架空みらい診療所");
    let late = officer.post(&reject, &[("reason", "重複")]).await.unwrap();
    assert_eq!(late.status, 409, "{}", late.text());
    // The operators' unit is no institution on any list.
    let listed = centre.operate(&code, Function::ManageFacilities, |tx| {
        onshi_core::facility::list(tx, "", 100)
    });
    assert!(!listed.iter().any(|one| one.code.is_of_operators()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operator_has_to_add_a_second_factor_first() {
    static CLOCK: TestClock = TestClock::new();
    let centre = open(|| CLOCK.read(), FactorPolicy::Required).await;
    let office = office(&centre);
    let mut officer = browser(&centre, Some(&office.terminal));
    let place = log_in(&mut officer, &office.logins[0]).await;
    assert_eq!(place, "/web/second-factor");
    let answer = officer.get("/web/applications").await.unwrap();
    assert_eq!(
        (answer.status, answer.location()),
        (303, "/web/second-factor")
    );
}

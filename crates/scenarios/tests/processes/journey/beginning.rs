//! The beginning of an institution, from an empty database: 利用申請 → approval on the operators' screens → notice → enrolment →
//! activation → 管理 → 一般 → a check.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

use onshi_bench::setup::Served;
use onshi_core::facility::FacilityCode;
use onshi_population::{Showcase, showcase};
use onshi_scenarios::browser::Options;
use onshi_scenarios::mail::{ReadLetter, letters_in};
use onshi_terminal::gateway::{self, GatewayConfig, Renewal, Timeouts};
use serde_json::Value;

use super::person::Person;
use crate::faults::place::Place;

/// What the people here choose as passwords.
const OPERATORS: &str = "kasumi-no-mado-kara-31";
const MASTERS: &str = "asayake-no-umi-wo-miru-7";
const ADMINS: &str = "ringo-to-budou-no-hatake-5";
const STAFFS: &str = "yuuhi-ga-shizumu-mae-ni-9";

/// Runs a command that prints JSON.
fn asked(place: &Place, words: &[&str]) -> Value {
    let text = place.ask(&[&["--json"][..], words].concat());
    serde_json::from_str(&text).unwrap()
}

/// Waits for a letter of this subject.
async fn letter(place: &Place, subject: &str) -> ReadLetter {
    loop {
        let letters = letters_in(&place.config.mail.folder);
        let found = letters.into_iter().find(|it| it.subject.contains(subject));
        if let Some(found) = found {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// What stands behind a label in a letter.
fn behind(text: &str, label: &str) -> String {
    let rest = text.split(label).nth(1).expect(text);
    rest.split_whitespace().next().unwrap().to_owned()
}

/// What a page of facts says of a label, each time.
async fn facts(person: &Person, label: &str) -> Vec<String> {
    let script = format!(
        "return [...document.querySelectorAll('dt')].filter(e => e.innerText === '{label}')
            .map(e => e.nextElementSibling.innerText);"
    );
    serde_json::from_value(person.script(&script).await).unwrap()
}

/// The start page of a terminal with the certificates of a folder.
async fn gateway(place: &Place, centre: SocketAddr, folder: PathBuf) -> SocketAddr {
    let config = GatewayConfig {
        listen: ([127, 0, 0, 1], 0).into(),
        centre_url: format!("https://localhost:{}", centre.port()),
        authority_pem: place.config.centre.secrets.join("authority.pem"),
        certificates: folder,
        environment: None,
        now: || onshi_core::clock::now().ms(),
        timeouts: Timeouts::default(),
        renewal: Renewal::default(),
    };
    let gateway = gateway::bind(config).await.unwrap();
    let address = gateway.address();
    tokio::spawn(gateway.run(std::future::pending()));
    address
}

/// Begins to use an account by what was handed out, and chooses a password.
async fn begins(person: &Person, (user_id, code): (&str, &str), password: &str) {
    assert_eq!(person.heading().await, "利用開始（アクティベーション）");
    person.fill("#user_id", user_id).await;
    person.fill("#code", code).await;
    person.enter().await;
    assert_eq!(person.heading().await, "パスワードを決めてください");
    person.fill("#new_password", password).await;
    person.fill("#confirm_password", password).await;
    person.enter().await;
}

/// Applies at the portal, and confirms the mail address. Gives receipt number and code.
async fn applies(place: &Place, person: &Person, portal: &str, code: &FacilityCode) -> [String; 2] {
    person.open(&format!("{portal}/application/new")).await;
    person.choose("kind", "start").await;
    person.fill("#facility_code", code.as_str()).await;
    person.select("#institution_kind", "診療所").await;
    person.fill("#name", "架空みらい診療所").await;
    person.fill("#address", "東京都千代田区架空0-0").await;
    person.fill("#phone", "03-0000-0000").await;
    person.fill("#responsible", "架空 太郎").await;
    person.fill("#mail", "soumu@example.jp").await;
    person.select("#line_kind", "IPsec+IKE").await;
    person.fill("#terminal_name", "受付1号機").await;
    person.sees("120-application").await;
    person.press("button[value=review]").await;
    assert_eq!(person.heading().await, "申請内容の確認");
    person.press("button[value=apply]").await;
    let receipt = facts(person, "受付番号").await.remove(0);
    let mail = letter(place, "メールアドレスの確認").await;
    let typed = behind(&mail.text, "確認コード ");
    person.fill("#code", &typed).await;
    person.enter().await;
    person.reads("審査中").await;
    [receipt, typed]
}

/// The operator logs in for the first time, adds the second factor that is required, and approves.
async fn approves(place: &Place, operators: SocketAddr, receipt: &str) {
    let folder = place.path().join("operators");
    let out = folder.display().to_string();
    let words = [
        "operator",
        "certificate",
        "--terminal",
        "CENTRE01",
        "--out",
        &out,
    ];
    let files = asked(place, &words);
    let added = asked(
        place,
        &["operator", "add", "Tanto01", "--name", "架空 担当太郎"],
    );
    let text = |value: &Value, name: &str| value[name].as_str().unwrap().to_owned();
    let operator = Person::with(Options {
        authority_pem: Some(place.config.centre.secrets.join("authority.pem")),
        client_p12: Some((
            text(&files, "pkcs12").into(),
            text(&files, "pkcs12_password"),
        )),
        auto_select: true,
        ..Options::default()
    })
    .await;
    operator.browser.add_device(true).await.unwrap();
    let site = format!("https://localhost:{}", operators.port());
    operator.open(&site).await;
    operator.reads("実施機関").await;
    operator.sees("121-operators-start").await;
    operator.open(&format!("{site}/web/activation")).await;
    let handed = ("Tanto01", text(&added, "activation"));
    begins(&operator, (handed.0, &handed.1), OPERATORS).await;
    operator.log_in("Tanto01", OPERATORS).await;
    // Before there is a second factor there is nothing else.
    assert_eq!(operator.heading().await, "二要素認証");
    operator
        .press("main a[href='/web/second-factor/passkeys']")
        .await;
    operator.fill("#name", "担当太郎の鍵").await;
    operator.fill("#current_password", OPERATORS).await;
    operator.press("[data-passkey-start]").await;
    assert_eq!(operator.heading().await, "二要素認証を登録しました");
    operator.open(&format!("{site}/web/menu")).await;
    operator.sees("122-operators-menu").await;
    operator.press("main a[href='/web/applications']").await;
    operator.reads("架空みらい診療所").await;
    operator.sees("123-operators-applications").await;
    let link = format!("main a[href='/web/applications/{receipt}']");
    operator.press(&link).await;
    operator.reads("登録されていません").await;
    operator.sees("124-operators-application").await;
    operator.press("main a[href$='/reject']").await;
    operator.sees("125-operators-reject").await;
    operator.press("main a.button-secondary").await;
    operator.press("main a[href$='/approve']").await;
    assert_eq!(operator.heading().await, "この利用申請を承認しますか");
    operator.sees("126-operators-approve").await;
    operator.press("main button.button-primary").await;
    operator
        .reads("利用申請を承認し、申請者にメールを送りました")
        .await;
    operator.sees("127-operators-approved").await;
    operator.had_no_trouble().await;
}

/// Fetches the terminal's certificate by the code of the notice.
fn enrols(place: &Place, centre: &str, code: &str, folder: &Path) {
    let authority = place.config.centre.secrets.join("authority.pem");
    let mut command = place.onshi(&["--json", "terminal", "enroll", "--centre", centre]);
    command.arg("--authority").arg(authority);
    command.arg("--certificates").arg(folder);
    let Output { status, .. } = command.args(["--code", code]).output().unwrap();
    assert!(status.success(), "{}", place.complaints());
}

/// Somebody who has the right to registers an account, and gets what its holder is handed.
async fn registers(person: &Person, menu: &str, (user_id, name): (&str, &str)) -> String {
    person.press(&format!("main a[href='{menu}']")).await;
    if menu == "/web/accounts/new" {
        person.choose("kind", "general").await;
    }
    person.fill("#user_id", user_id).await;
    person.fill("#name", name).await;
    person.press("main form.card button.button-primary").await;
    person.secret().await
}

/// Asks for one of the patients.
async fn checks(person: &Person, patient: &Showcase) {
    person.press("main a[href='/web/eligibility']").await;
    person
        .fill("#insurer_number", &patient.insurer_number)
        .await;
    if let Some(symbol) = &patient.symbol {
        person.fill("#symbol", symbol).await;
    }
    person.fill("#number", &patient.number).await;
    if let Some(branch) = &patient.branch {
        person.fill("#branch", branch).await;
    }
    person.fill("#birthdate", &patient.birthdate).await;
    person.press("main form.check .button-primary").await;
    person.reads("有効").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_institution_begins_from_an_empty_database() {
    let mut place = Place::new(None);
    let any_port: SocketAddr = ([127, 0, 0, 1], 0).into();
    place.config.portal.listen = Some(any_port);
    place.config.operators.listen = Some(any_port);
    place.config.mail.folder = place.path().join("mail");
    place.ask(&["migrate"]);
    let patient = showcase(onshi_core::clock::now().jst_day()).swap_remove(0);
    let report = place.path().join("report.jsonl");
    let lines = patient.lines.iter();
    let lines = lines.map(|line| serde_json::to_string(line).unwrap() + "\n");
    std::fs::write(&report, lines.collect::<String>()).unwrap();
    place.ask(&["insured", "import", report.to_str().unwrap()]);
    let served = Served::start(&mut place.onshi(&["serve", "--json"])).unwrap();
    let portal = format!(
        "https://localhost:{}",
        served.listener("portal").unwrap().port()
    );
    let operators = served.listener("operators").unwrap();
    let centre = served.address().unwrap();
    let code = FacilityCode::from_body("131999777").unwrap();

    let applicant = Person::with(Options {
        authority_pem: Some(place.config.centre.secrets.join("authority.pem")),
        ..Options::default()
    })
    .await;
    let [receipt, typed] = applies(&place, &applicant, &portal, &code).await;
    approves(&place, operators, &receipt).await;
    let told = letter(&place, "承認しました").await;
    assert!(told.text.contains("利用開始のお知らせ"), "{}", told.text);

    applicant
        .open(&format!("{portal}/application/status"))
        .await;
    applicant.fill("#receipt", &receipt).await;
    applicant.fill("#code", &typed).await;
    applicant.enter().await;
    applicant
        .press("form[action='/application/notice'] button")
        .await;
    assert_eq!(applicant.heading().await, "利用開始のお知らせ");
    applicant.sees("128-notice").await;
    let users = facts(&applicant, "ユーザID").await;
    let codes = facts(&applicant, "利用開始コード").await;
    let enrolment = facts(&applicant, "取得コード").await.remove(0);
    let centre_url = facts(&applicant, "センター").await.remove(0);
    assert_eq!(centre_url, format!("https://localhost:{}", centre.port()));
    applicant.had_no_trouble().await;

    let folder = place.path().join("terminal");
    enrols(&place, &centre_url, &enrolment, &folder);
    let start = gateway(&place, centre, folder).await;
    let page = format!("http://localhost:{}", start.port());
    let terminal = Person::with(Options::default()).await;
    terminal.open(&page).await;
    let certificate = "input[name=certificate]:not(:disabled)";
    terminal.browser.tab_to(certificate, 60).await.unwrap();
    let space = [onshi_scenarios::browser::Press::Space];
    terminal.browser.keys(&space).await.unwrap();
    terminal
        .press("form[action='/terminal/start'] button")
        .await;
    terminal.open(&format!("{page}/web/activation")).await;
    begins(&terminal, (&users[0], &codes[0]), MASTERS).await;
    terminal.log_in(&users[0], MASTERS).await;
    assert_eq!(terminal.heading().await, "メニュー");
    let admin = ("Kanri01", "架空 管理子");
    let handed = registers(&terminal, "/web/administrators/new", admin).await;
    terminal.log_out().await;
    terminal.open(&format!("{page}/web/activation")).await;
    begins(&terminal, (admin.0, &handed), ADMINS).await;
    terminal.log_in(admin.0, ADMINS).await;
    let staff = ("Staff01", "架空 受付太郎");
    let handed = registers(&terminal, "/web/accounts/new", staff).await;
    terminal.log_out().await;
    terminal.open(&format!("{page}/web/activation")).await;
    begins(&terminal, (staff.0, &handed), STAFFS).await;
    terminal.log_in(staff.0, STAFFS).await;
    checks(&terminal, &patient).await;
    terminal.sees("129-first-check").await;
    terminal.had_no_trouble().await;
    assert!(served.stop().is_ok());
}

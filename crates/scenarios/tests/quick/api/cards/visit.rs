//! マイナ資格確認アプリ over real TLS: a phone of staff is activated once, logs in, has a patient's card sign at home, and is out
//! at once when it is voided.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use onshi_card::Profile;
use onshi_core::audit::Outcome;
use onshi_core::environment::Setting;
use onshi_core::second_factor::totp::step_of;
use onshi_core::{AccountKind, Function, Moment};
use onshi_population::Showcase;
use onshi_scenarios::client::{Answer, Client};
use onshi_server::operator::provision::Login;
use serde_json::json;

use super::super::program::log;
use super::desk::{Desk, Plastic};
use super::home::{fields, link};
use crate::centre::test_centre::{TestCentre, TestClock, done, log_in};

/// The browser of a phone.
struct Phone {
    client: Client,
}

type Fields = Vec<(String, String)>;

impl Phone {
    fn new(centre: &TestCentre) -> Phone {
        let trusted = centre.authority.certificate_pem();
        let portal = centre.running.portal.unwrap();
        Phone {
            client: Client::new(portal, trusted, None).unwrap(),
        }
    }

    async fn get(&mut self, path: &str) -> Answer {
        self.client.get(path).await.unwrap()
    }

    async fn sends(&mut self, path: &str, fields: &Fields) -> Answer {
        let pairs: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        self.client.post(path, &pairs).await.unwrap()
    }

    /// Fills in the form of a page, and sends it there.
    async fn fills(&mut self, page: &str, typed: &[(&str, &str)]) -> Answer {
        let shown = self.get(page).await;
        assert_eq!(shown.status, 200, "{}", shown.text());
        let mut sent = fields(&shown.text());
        sent.extend(
            typed
                .iter()
                .map(|(n, v)| ((*n).to_owned(), (*v).to_owned())),
        );
        self.sends(page, &sent).await
    }

    async fn activates(&mut self, facility: &str, login: &Login, code: &str) -> Answer {
        let typed = [
            ("facility_code", facility),
            ("user_id", login.user_id.as_str()),
            ("password", login.password.as_str()),
            ("code", code),
        ];
        self.fills("/visit/activation", &typed).await
    }

    async fn logs_in(&mut self, login: &Login) -> Answer {
        let typed = [
            ("user_id", login.user_id.as_str()),
            ("password", login.password.as_str()),
        ];
        self.fills("/visit/login", &typed).await
    }

    /// Lets the card sign what a page asks for, and comes back; gives the form of the page behind it.
    async fn signs(&mut self, plastic: &mut Plastic, path: &str) -> Fields {
        let page = self.get(path).await;
        assert_eq!(page.status, 200, "{}", page.text());
        let (statement, back) = link(&page.text()).unwrap();
        let to_sign = URL_SAFE_NO_PAD.decode(statement).unwrap();
        let text = String::from_utf8(to_sign.clone()).unwrap();
        let challenge = text.split('\n').nth(1).unwrap();
        let shown = plastic.shown(
            &json!({"toSign": STANDARD.encode(to_sign), "challenge": challenge}),
            "pin",
        );
        let value = |name: &str| {
            let bytes = STANDARD.decode(shown[name].as_str().unwrap()).unwrap();
            URL_SAFE_NO_PAD.encode(bytes)
        };
        let back = format!(
            "{back}&challenge={challenge}&certificate={}&signature={}",
            value("certificate"),
            value("signature")
        );
        let page = self.get(&back).await;
        assert_eq!(page.status, 200, "{}", page.text());
        fields(&page.text())
    }
}

/// An institution that visits, with a patient's card that is registered.
struct Ready<'a> {
    desk: Desk<'a>,
    patient: Showcase,
    plastic: Plastic,
    admin: Client,
}

async fn ready(centre: &TestCentre, now: Moment) -> Ready<'_> {
    let patient = centre.populate().swap_remove(0);
    let mut desk = Desk::at(centre, now).await;
    let plastic = desk.issue((&patient, Profile::Card), true, now);
    let mut admin = centre.client(&desk.at.terminal);
    log_in(&mut admin, desk.at.login(AccountKind::Admin)).await;
    Ready {
        desk,
        patient,
        plastic,
        admin,
    }
}

/// Issues a code on the administrator's page, which shows it once.
async fn issued(admin: &mut Client, name: &str) -> String {
    let sent = admin.post("/web/staff-phones", &[("name", name)]).await;
    let sent = sent.unwrap();
    assert_eq!(sent.status, 303, "{}", sent.text());
    let page = admin.get(sent.location()).await.unwrap().text();
    let code = page.split("id=\"phone-code\"").nth(1).unwrap();
    let code = code.split('>').nth(1).unwrap().split('<').next().unwrap();
    let again = admin.get(sent.location()).await.unwrap().text();
    assert!(again.contains("もう表示できません") && !again.contains(code));
    code.to_owned()
}

async fn voids(admin: &mut Client, name: &str) {
    let page = admin.get("/web/staff-phones").await.unwrap().text();
    let mut rows = page.split("<tr>").skip(1);
    let row = rows.find(|row| row.contains(name)).unwrap();
    let id = row.split("?phone=").nth(1).unwrap();
    let id = id.split('"').next().unwrap();
    done(admin, "/web/staff-phones/void", &[("phone", id)]).await;
}

/// Neither the code, which is spent, nor the session of a phone gets another browser or a terminal in.
async fn is_nobody_elses(centre: &TestCentre, desk: &Desk<'_>, phone: &Phone, code: &str) {
    let viewer = desk.at.login(AccountKind::Viewer).clone();
    let mut thief = Phone::new(centre);
    let again = thief.activates(desk.at.code.as_str(), &viewer, code).await;
    assert!(again.text().contains("phone.code"), "{}", again.text());
    let session = phone.client.cookies.iter();
    for (name, value) in session.filter(|(name, _)| name.contains("-visit-")) {
        thief.client.cookies.insert(name.clone(), value.clone());
    }
    assert_eq!(thief.get("/visit").await.status, 403);
    let mut terminal = centre.client(&desk.at.terminal);
    for (name, value) in phone.client.cookies.iter() {
        let there = format!("__Host-onshi-{}", centre.running.centre.address.port());
        if name.contains("-visit-") {
            terminal.cookies.insert(there, value.clone());
        }
    }
    let at_the_terminal = terminal.get("/web/menu").await.unwrap();
    assert_eq!(
        at_the_terminal.status, 303,
        "a phone's session is the phone's"
    );
}

const SAID: &str = "/visit/consent/review?way=pin&all=0&medicines=1&checkups=0";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_of_staff_is_activated_once_checks_and_consents_and_is_out_when_it_is_voided() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let Ready {
        desk,
        patient,
        mut plastic,
        mut admin,
    } = ready(&centre, CLOCK.read()).await;
    let viewer = desk.at.login(AccountKind::Viewer).clone();
    let facility = desk.at.code.as_str().to_owned();
    let before = admin.get("/web/staff-phones").await.unwrap().text();
    assert!(before.contains("訪問診療等機能を、いまは利用していません"));
    let refused = admin.post("/web/staff-phones", &[("name", "訪問1号機")]);
    assert!(refused.await.unwrap().text().contains("phone.not_used"));
    centre.change_setting(&desk.at, Setting::HomeVisits, "1");
    let code = issued(&mut admin, "訪問1号機").await;

    let mut phone = Phone::new(&centre);
    let nobody = phone.get("/visit").await;
    assert_eq!(nobody.status, 403);
    assert!(nobody.text().contains("phone.unknown"));
    assert!(nobody.text().contains("href=\"/visit/activation\""));
    // A slip is told as one, and a code that was never issued is nobody's.
    let slip = phone.activates(&facility, &viewer, "ABCD").await;
    assert!(slip.text().contains("16文字"), "{}", slip.text());
    let other = phone
        .activates(&facility, &viewer, "2222-2222-2222-2222")
        .await;
    assert_eq!(other.status, 403, "{}", other.text());
    let general = desk.at.login(AccountKind::General).clone();
    let kind = phone.activates(&facility, &general, &code).await;
    assert!(
        kind.text().contains("医療情報閲覧アカウントで"),
        "{}",
        kind.text()
    );
    let entered = phone.activates(&facility, &viewer, &code).await;
    assert_eq!((entered.status, entered.location()), (303, "/visit"));
    assert!(phone.get("/visit").await.text().contains("訪問1号機"));
    is_nobody_elses(&centre, &desk, &phone, &code).await;

    // What is missing is said; what is said is signed, registered and checked.
    let missing = phone.get("/visit/consent/review?all=0&medicines=1").await;
    assert_eq!(missing.status, 422);
    assert!(missing.text().contains("本人確認の方法を選んでください"));
    let signed = phone.signs(&mut plastic, SAID).await;
    let mut changed = signed.clone();
    changed.retain(|(name, _)| name != "form_token");
    for (name, value) in &mut changed {
        if name == "checkups" {
            "1".clone_into(value);
        }
    }
    let token = signed.iter().find(|(name, _)| name == "form_token");
    let with_token: Fields = changed.iter().chain(token).cloned().collect();
    let refused = phone.sends("/visit/consent", &with_token).await;
    assert!(
        refused.text().contains("card.signature"),
        "{}",
        refused.text()
    );
    let answer = phone.sends("/visit/consent", &signed).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let page = phone.get(answer.location()).await.text();
    let record = patient.lines.iter().find_map(|line| match line {
        onshi_core::insured::Line::Qualification(record) => Some(record),
        onshi_core::insured::Line::Insurer(_) => None,
    });
    for words in ["有効", &record.unwrap().name, "訪問診療等", "暗証番号"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    // Sent again, it leads to the same page.
    let again = phone.sends("/visit/consent", &signed).await;
    assert_eq!(again.location(), answer.location());
    let lines = log(&centre, &desk.at, Function::ConsentOnVisit);
    let kept: Vec<_> = lines
        .iter()
        .filter(|line| line.outcome == Some(Outcome::Done) && line.basis.is_some())
        .collect();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].terminal_name.as_deref(), Some("訪問1号機"));

    voids(&mut admin, "訪問1号機").await;
    let out = phone.get("/visit").await;
    assert!(out.text().contains("phone.unknown"), "{}", out.text());
    let history = admin.get("/web/history").await.unwrap().text();
    for words in ["アクティベーションコードを発行", "利用を開始", "無効化"] {
        assert!(history.contains(words), "{words}");
    }
    assert!(!history.contains(&code), "no code is in the log");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_is_its_accounts_and_asks_what_every_log_in_asks() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let Ready {
        desk, mut admin, ..
    } = ready(&centre, CLOCK.read()).await;
    centre.change_setting(&desk.at, Setting::HomeVisits, "1");
    let viewer = desk.at.login(AccountKind::Viewer).clone();
    let (secret, _) = centre.add_factor(&desk.at, &viewer);
    let facility = desk.at.code.as_str().to_owned();
    let code = issued(&mut admin, "訪問1号機").await;
    // The code and the password bind the phone; who it is, the second factor has to say.
    let mut phone = Phone::new(&centre);
    let asked = phone.activates(&facility, &viewer, &code).await;
    assert_eq!(asked.status, 200, "{}", asked.text());
    assert!(
        asked.text().contains("確認コードの入力"),
        "{}",
        asked.text()
    );
    let mut sent = fields(&asked.text());
    let mut wrong = sent.clone();
    wrong.push(("code".to_owned(), "000000".to_owned()));
    let told = phone.sends("/visit/login/second", &wrong).await;
    assert_eq!(told.status, 403, "{}", told.text());
    CLOCK.advance(60);
    sent = fields(&told.text());
    let now = secret.code_at(step_of(CLOCK.read()));
    sent.push(("code".to_owned(), now));
    let entered = phone.sends("/visit/login/second", &sent).await;
    assert_eq!(entered.location(), "/visit", "{}", entered.text());

    // Logged in once more on the same phone, it asks what is to become of the first session.
    let log_out = phone.get("/visit").await;
    assert!(log_out.text().contains("action=\"/visit/logout\""));
    let mut second = fields(&log_out.text());
    let out = phone.sends("/visit/logout", &second).await;
    assert_eq!((out.status, out.location()), (303, "/visit/login"));
    let to = phone.get("/visit").await;
    assert_eq!((to.status, to.location()), (303, "/visit/login"));
    let (_, first) = centre.account(&desk.at, AccountKind::Viewer, "Houmon02");
    let other = centre.used(&desk.at, &first);
    let refused = phone.logs_in(&other).await;
    assert_eq!(refused.status, 403);
    assert!(
        refused.text().contains("ほかのアカウントで利用を開始"),
        "{}",
        refused.text()
    );
    second.clear();
    let asked = phone.logs_in(&viewer).await;
    let mut sent = fields(&asked.text());
    CLOCK.advance(60);
    let now = secret.code_at(step_of(CLOCK.read()));
    sent.push(("code".to_owned(), now));
    let entered = phone.sends("/visit/login/second", &sent).await;
    assert_eq!(entered.location(), "/visit", "{}", entered.text());

    // Where the institution gives visits up, its phones are out, and in again where it takes them up.
    centre.change_setting(&desk.at, Setting::HomeVisits, "0");
    let unused = phone.get("/visit").await;
    assert!(
        unused.text().contains("phone.not_used"),
        "{}",
        unused.text()
    );
    centre.change_setting(&desk.at, Setting::HomeVisits, "1");
    assert_eq!(phone.get("/visit").await.status, 200);
    // After half an hour without a touch it asks again, and says why.
    CLOCK.advance(1801);
    let to = phone.get("/visit/consent").await;
    assert_eq!((to.status, to.location()), (303, "/visit/login"));
    let page = phone.get("/visit/login").await.text();
    assert!(page.contains("一定時間操作がなかった"), "{page}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_that_tries_too_often_is_told_when_to_come_again() {
    static CLOCK: TestClock = TestClock::new();
    let set = |config: &mut onshi_server::Config| {
        config.login.terminal_burst = 3;
        config.login.terminal_per_minute = 6;
    };
    let centre = TestCentre::open_with(|| CLOCK.read(), set).await;
    let ours = centre.ours();
    centre.change_setting(&ours, Setting::HomeVisits, "1");
    let viewer = ours.login(AccountKind::Viewer).clone();
    let mut admin = centre.client(&ours.terminal);
    log_in(&mut admin, ours.login(AccountKind::Admin)).await;
    let code = issued(&mut admin, "訪問1号機").await;
    let mut phone = Phone::new(&centre);
    let entered = phone.activates(ours.code.as_str(), &viewer, &code).await;
    assert_eq!(entered.status, 303, "{}", entered.text());
    let menu = phone.get("/visit").await;
    let out = phone.sends("/visit/logout", &fields(&menu.text())).await;
    assert_eq!(out.location(), "/visit/login");
    let wrong = Login {
        password: "machigai-no-kotoba".to_owned(),
        ..viewer
    };
    let last = loop {
        let answer = phone.logs_in(&wrong).await;
        if answer.status != 403 {
            break answer;
        }
    };
    assert_eq!(last.status, 429, "{}", last.text());
    let seconds: i64 = last.header("retry-after").parse().unwrap();
    assert!(seconds > 0);
    assert!(last.text().contains("受け付けを控えています"));
}

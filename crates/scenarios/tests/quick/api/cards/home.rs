//! マイナ在宅受付Web over real TLS: the institution's own address, the patient's pages at it, and cards that sign what is
//! done.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use onshi_card::{Fault, Profile};
use onshi_core::audit::Outcome;
use onshi_core::{AccountKind, Function, Moment, Role};
use onshi_population::Showcase;
use onshi_scenarios::client::{Answer, Client};
use serde_json::json;

use super::super::program::{How, Program, card, log, request};
use super::desk::{Desk, Plastic};
use crate::centre::test_centre::{TestCentre, TestClock, done, log_in};

/// The value of a parameter of the link to the card's program on a page.
pub fn link(page: &str) -> Option<(String, String)> {
    let href = page.split("/sign?").nth(1)?.split('"').next()?;
    let query = href.replace("&#38;", "&").replace("&amp;", "&");
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(&query).unwrap();
    let value = |name: &str| {
        let found = pairs.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.clone())
    };
    Some((value("statement")?, value("back")?))
}

/// The hidden fields of the form of a page.
pub fn fields(page: &str) -> Vec<(String, String)> {
    let of = |text: &str, name: &str| {
        let (_, rest) = text.split_once(&format!(" {name}=\""))?;
        rest.split('"').next().map(str::to_owned)
    };
    let inputs = page.split("<input type=\"hidden\"").skip(1);
    inputs
        .filter_map(|input| Some((of(input, "name")?, of(input, "value")?)))
        .collect()
}

/// A patient's browser at an institution's address.
struct Patient {
    client: Client,
    base: String,
}

impl Patient {
    fn at(centre: &TestCentre, base: &str) -> Patient {
        let trusted = centre.authority.certificate_pem();
        let address = centre.running.portal.unwrap();
        Patient {
            client: Client::new(address, trusted, None).unwrap(),
            base: base.to_owned(),
        }
    }

    async fn get(&mut self, path: &str) -> Answer {
        let path = format!("{}{path}", self.base);
        self.client.get(&path).await.unwrap()
    }

    /// Lets the card sign what a page asks for, and comes back; gives the form of the page behind it.
    async fn signs(&mut self, plastic: &mut Plastic, path: &str) -> Vec<(String, String)> {
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
        let mark = if back.contains('?') { '&' } else { '?' };
        let back = format!(
            "{back}{mark}challenge={challenge}&certificate={}&signature={}",
            value("certificate"),
            value("signature")
        );
        let page = self.client.get(&back).await.unwrap();
        assert_eq!(page.status, 200, "{}", page.text());
        fields(&page.text())
    }

    async fn sends(&mut self, what: &str, fields: &[(String, String)]) -> Answer {
        let pairs: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let path = format!("{}/{what}", self.base);
        self.client.post(&path, &pairs).await.unwrap()
    }

    /// Signs, sends, and gives the page after it.
    async fn does(&mut self, plastic: &mut Plastic, what: &str, path: &str) -> String {
        let fields = self.signs(plastic, path).await;
        let answer = self.sends(what, &fields).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        let page = self.client.get(answer.location()).await.unwrap();
        assert_eq!(page.status, 200, "{}", page.text());
        // The same form again leads to the same page, and nothing is done twice.
        let again = self.sends(what, &fields).await;
        assert_eq!(again.location(), answer.location());
        page.text()
    }
}

/// The institution uses both kinds of care, and has an address: where it is on the portal.
async fn opened(centre: &TestCentre, desk: &Desk<'_>) -> (Client, String) {
    let mut admin = centre.client(&desk.at.terminal);
    log_in(&mut admin, desk.at.login(AccountKind::Admin)).await;
    let before = admin.get("/web/home-reception").await.unwrap().text();
    assert!(before.contains("利用していません"), "{before}");
    let refused = admin.post("/web/home-reception", &[]).await.unwrap();
    assert_eq!(refused.status, 409);
    assert!(refused.text().contains("home.not_used"));
    let wanted = [("version", "0"), ("home_visits", "1"), ("online_care", "1")];
    done(&mut admin, "/web/environment", &wanted).await;
    done(&mut admin, "/web/home-reception", &[]).await;
    let base = address(&mut admin).await;
    (admin, base)
}

async fn address(admin: &mut Client) -> String {
    let page = admin.get("/web/home-reception").await.unwrap().text();
    assert!(page.contains("<svg class=\"qr\""), "{page}");
    let token = page.split("/home/").nth(1).unwrap().get(..32).unwrap();
    format!("/home/{token}")
}

/// A patient with registered cards, and an institution with an address.
struct Ready<'a, const CARDS: usize> {
    desk: Desk<'a>,
    patient: Showcase,
    cards: [Plastic; CARDS],
    admin: Client,
    base: String,
}

async fn ready<const CARDS: usize>(
    centre: &TestCentre,
    now: Moment,
    profiles: [Profile; CARDS],
) -> Ready<'_, CARDS> {
    let patient = centre.populate().swap_remove(0);
    let mut desk = Desk::at(centre, now).await;
    let cards = profiles.map(|profile| desk.make(&patient, profile, &[]));
    desk.trust(now);
    let known: Vec<(&Plastic, &str, bool)> =
        cards.iter().map(|card| (card, "card", true)).collect();
    desk.register(&known);
    let (admin, base) = opened(centre, &desk).await;
    Ready {
        desk,
        patient,
        cards,
        admin,
        base,
    }
}

/// A day so many days from a moment, as a form has it.
fn day(now: Moment, days: i64) -> String {
    now.jst_day().plus_days(days).dashed()
}

const ALL: &str = "/consent/review?purpose=2&all=1";

/// What the institution's program is told: the flags of 薬剤 and 特定健診.
async fn flags(program: &mut Program, patient: &Showcase) -> (String, String) {
    let asked = request(&program.code, card(patient));
    let told = program.check(How::Json, &asked).await;
    let told = told.body.result_list.into_iter().next().unwrap();
    let flag = |text: Option<String>| text.unwrap_or_default();
    (
        flag(told.pharmacists_info_cons_flg),
        flag(told.specific_health_checkups_info_cons_flg),
    )
}

/// What a patient did is in the institution's log, each on the own card.
fn the_log_says_on_what_it_rests(centre: &TestCentre, desk: &Desk<'_>) {
    let lines = log(centre, &desk.at, Function::RegisterOwnConsents);
    assert_eq!(lines.len(), 3);
    for line in &lines {
        assert_eq!(line.role, Some(Role::Patient));
        assert_eq!(line.outcome, Some(Outcome::Done));
        assert_eq!(line.basis.as_deref(), Some("own card"));
    }
    let lines = log(centre, &desk.at, Function::WithdrawOwnConsents);
    assert_eq!(lines.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_patient_consents_from_home_looks_changes_and_takes_it_back() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let Ready {
        desk,
        patient,
        cards: [mut plastic, mut next],
        base,
        ..
    } = ready(&centre, CLOCK.read(), [Profile::Card, Profile::NextCard]).await;
    let patient = &patient;
    let mut home = Patient::at(&centre, &base);

    let page = home.get("").await.text();
    assert!(page.contains("霞が関みらい診療所"), "{page}");
    let page = home.get("/consent").await.text();
    for words in ["薬剤情報", "特定健診情報", "すべて同意する"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("手術情報（"), "it is not used here: {page}");
    let page = home.does(&mut plastic, "consent", ALL).await;
    for words in [
        "同意を登録しました",
        "様の同意",
        "訪問診療等",
        "取り消すまで",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    // The institution's program sees it.
    let mut program = Program::log_in(&centre, &desk.at).await;
    let both = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(flags(&mut program, patient).await, both("1", "1"));

    // Online, on a booked day, one by one, with a card of the next generation.
    let tomorrow = day(CLOCK.read(), 1);
    let online =
        format!("/consent/review?purpose=3&booked={tomorrow}&all=0&medicines=1&checkups=0");
    let page = home.does(&mut next, "consent", &online).await;
    assert!(
        page.contains("オンライン診療等") && page.contains("同意しない"),
        "{page}"
    );
    let wrong = home
        .get("/consent/review?purpose=3&booked=2020-01-01")
        .await;
    assert_eq!(wrong.status, 422);
    assert!(
        wrong.text().contains("予約した診療日を"),
        "{}",
        wrong.text()
    );

    let page = home.does(&mut plastic, "inquiry", "/inquiry").await;
    for words in [
        "訪問診療等",
        "オンライン診療等（予約した診療日",
        "内容を変える",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    // 更新: the day stays, and what is said last counts.
    let update = page
        .split("href=\"")
        .find(|part| part.contains("purpose=2"))
        .unwrap();
    let update = update.split('"').next().unwrap().replace("&#38;", "&");
    let page = home.client.get(&update).await.unwrap().text();
    assert!(page.contains("同意の更新"), "{page}");
    let less = "/consent/review?update=1&purpose=2&all=0&medicines=1&checkups=0";
    home.does(&mut plastic, "consent", less).await;
    assert_eq!(flags(&mut program, patient).await, both("1", "0"));

    let page = home.does(&mut plastic, "withdrawal", "/withdrawal").await;
    assert!(page.contains("同意を取り消しました"), "{page}");
    // Without any consent nothing is told of consents.
    assert_eq!(flags(&mut program, patient).await, both("", ""));
    let page = home.does(&mut plastic, "inquiry", "/inquiry").await;
    assert!(page.contains("有効な同意はありません"), "{page}");
    let fields = home.signs(&mut plastic, "/withdrawal").await;
    let none = home.sends("withdrawal", &fields).await;
    assert!(none.text().contains("home.no_consent"), "{}", none.text());

    the_log_says_on_what_it_rests(&centre, &desk);
}

/// What was signed is good for minutes, and for what the institution asks at the press.
async fn nothing_waits_for_ever(
    clock: &TestClock,
    home: &mut Patient,
    plastic: &mut Plastic,
    admin: &mut Client,
) {
    let late = home.signs(plastic, ALL).await;
    clock.advance(601);
    let answer = home.sends("consent", &late).await;
    assert!(
        answer.text().contains("card.challenge"),
        "{}",
        answer.text()
    );

    // What the institution asks for changes between the page and the press.
    let before = home.signs(plastic, ALL).await;
    let wanted = [("version", "1"), ("surgery", "1")];
    done(admin, "/web/environment", &wanted).await;
    let answer = home.sends("consent", &before).await;
    assert_eq!(answer.status, 422, "{}", answer.text());
    assert!(answer.text().contains("手術情報"), "{}", answer.text());
    let before = home.signs(plastic, ALL).await;
    let wanted = [("version", "2"), ("home_visits", "0")];
    done(admin, "/web/environment", &wanted).await;
    let answer = home.sends("consent", &before).await;
    assert_eq!(answer.status, 422, "{}", answer.text());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signature_is_good_once_for_what_was_signed_in_one_browser() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let Ready {
        desk,
        cards: [mut plastic],
        mut admin,
        base,
        ..
    } = ready(&centre, CLOCK.read(), [Profile::Card]).await;
    let (mut home, mut other) = (Patient::at(&centre, &base), Patient::at(&centre, &base));
    other.get("").await;
    let without_token = |fields: &[(String, String)]| {
        let mut fields = fields.to_vec();
        fields.retain(|(name, _)| name != "form_token");
        fields
    };
    let with = |fields: &[(String, String)], name: &str, value: &str| {
        let mut fields = without_token(fields);
        for (known, kept) in &mut fields {
            if known == name {
                value.clone_into(kept);
            }
        }
        fields
    };
    let signed = home.signs(&mut plastic, ALL).await;
    for (what, changed, code) in [
        ("consent", with(&signed, "checkups", "0"), "card.signature"),
        ("inquiry", without_token(&signed), "card.signature"),
        ("withdrawal", without_token(&signed), "card.signature"),
        (
            "consent",
            with(&signed, "signature", "AAAA"),
            "card.signature",
        ),
        (
            "consent",
            with(&signed, "signature", "no base64!"),
            "card.certificate",
        ),
        (
            "consent",
            with(&signed, "certificate", "AAAA"),
            "card.certificate",
        ),
        (
            "consent",
            with(&signed, "challenge", "AAAA"),
            "card.signature",
        ),
    ] {
        let answer = home.sends(what, &changed).await;
        assert!(
            answer.text().contains(code),
            "{what} {code}: {}",
            answer.text()
        );
    }
    let elsewhere = other.sends("consent", &without_token(&signed)).await;
    assert!(
        elsewhere.text().contains("card.challenge"),
        "{}",
        elsewhere.text()
    );
    let strange = other.sends("consent", &signed).await;
    assert!(
        strange.text().contains("form.unknown"),
        "{}",
        strange.text()
    );
    assert_eq!(home.sends("consent", &signed).await.status, 303);
    let replayed = home.sends("consent", &without_token(&signed)).await;
    assert!(
        replayed.text().contains("card.challenge"),
        "{}",
        replayed.text()
    );

    nothing_waits_for_ever(&CLOCK, &mut home, &mut plastic, &mut admin).await;
    let refused = log(&centre, &desk.at, Function::RegisterOwnConsents);
    let refused = refused.iter().filter(|line| line.refusal.is_some()).count();
    assert!(refused >= 7, "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_that_is_good_for_nothing_is_told_why() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let people = centre.populate();
    let patient = people.first().unwrap();
    let mut desk = Desk::at(&centre, CLOCK.read()).await;
    let mut cards = Vec::new();
    for (faults, code, words) in [
        (vec![Fault::Expired], "home.card", "有効期限が切れています"),
        (vec![Fault::Revoked], "home.card", "失効しています"),
        (vec![Fault::WrongIssuer], "home.card", "確認できません"),
        (
            vec![Fault::EndedRecently],
            "card.no_medical",
            "受け付けられません",
        ),
    ] {
        cards.push((desk.make(patient, Profile::Card, &faults), code, words));
    }
    let unregistered = desk.make(patient, Profile::Card, &[]);
    let unknown = desk.make(patient, Profile::Card, &[]);
    desk.trust(CLOCK.read());
    let mut known: Vec<(&Plastic, &str, bool)> = cards
        .iter()
        .filter(|(_, _, words)| *words != "確認できません")
        .map(|(plastic, _, _)| (plastic, "card", true))
        .collect();
    known.push((&unregistered, "card", false));
    desk.register(&known);
    cards.push((
        unregistered,
        "home.not_registered",
        "利用登録がされていません",
    ));
    cards.push((unknown, "home.card", "資格が見つかりません"));
    let (_, base) = opened(&centre, &desk).await;
    let mut home = Patient::at(&centre, &base);
    for (plastic, code, words) in &mut cards {
        let fields = home.signs(plastic, ALL).await;
        let answer = home.sends("consent", &fields).await;
        let page = answer.text();
        assert!(
            page.contains(*code) && page.contains(*words),
            "{code}: {page}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_leads_to_nobody_does_not_tell_why() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open_with(
        || CLOCK.read(),
        |config| {
            config.limits.stranger_burst = 12;
            config.limits.stranger_per_minute = 1;
        },
    )
    .await;
    let mut desk = Desk::at(&centre, CLOCK.read()).await;
    desk.trust(CLOCK.read());
    let (mut admin, base) = opened(&centre, &desk).await;
    let mut home = Patient::at(&centre, &base);
    assert_eq!(home.get("").await.status, 200);
    let page = admin.get("/web/home-reception/void").await.unwrap();
    let pairs = fields(&page.text());
    let pairs: Vec<(&str, &str)> = pairs
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    done(&mut admin, "/web/home-reception/void", &pairs).await;
    done(&mut admin, "/web/home-reception", &[]).await;
    let second = address(&mut admin).await;
    assert_ne!(second, base);
    let own = desk.at.code.clone();
    let said = |page: &str| {
        page.split("<h1")
            .nth(1)
            .unwrap()
            .split("この画面の番号")
            .next()
            .unwrap()
            .to_owned()
    };
    let voided = home.get("").await;
    assert_eq!(voided.status, 404);
    assert!(voided.text().contains("home.unknown"), "{}", voided.text());
    let nobodys = [
        "/home/00112233445566778899aabbccddeeff",
        "/home/x",
        "/home/%27",
    ];
    let strip = |answer: &Answer| {
        let number = answer.text();
        let parts: Vec<&str> = number.split("class=\"code\"").collect();
        (answer.status, parts.first().map(|text| said(text)))
    };
    for path in nobodys {
        let mut stranger = Patient::at(&centre, path);
        let answer = stranger.get("").await;
        assert_eq!(strip(&answer), strip(&voided), "{path}");
    }
    let mut again = Patient::at(&centre, &second);
    assert_eq!(again.get("").await.status, 200);
    centre.operate(&desk.at.code, Function::ManageFacilities, move |tx| {
        onshi_core::registration::stop(tx, &own, "試験")
    });
    let stopped = again.get("").await;
    assert_eq!(strip(&stopped), strip(&voided), "a stopped institution");
    // Whoever guesses on is held back.
    let mut last = 0;
    for _ in 0..20 {
        last = again.get("").await.status;
    }
    assert_eq!(last, 429);
}

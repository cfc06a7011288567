//! 資格確認日, in every entrance: days that are refused, and days that are still to come.

use onshi_core::AccountKind;
use onshi_core::clock::Day;
use onshi_population::Showcase;
use onshi_scenarios::client::{Answer, Client};
use onshi_wire::Encoding;
use onshi_wire::messages::UploadResponse;

use super::bulk::{fetched, many, number};
use super::program::{How, Program, card, request};
use crate::centre::test_centre::{Institution, TestCentre, TestClock, log_in};

/// Of the calendar, and beyond any bound.
const FAR: [&str; 4] = ["18680101", "99991231", "20161125", "20360101"];
/// Not of the calendar.
const NEVER: [&str; 4] = ["20270431", "20260230", "20261301", "00000000"];

fn day_from_today(days: i64) -> String {
    let today = onshi_core::clock::now().jst_day();
    today.plus_days(days).eight()
}

fn words(day: &str) -> String {
    Day::parse(day).unwrap().words()
}

pub(super) fn valid(patients: &[Showcase]) -> &Showcase {
    let found = patients
        .iter()
        .find(|p| p.note_ja.contains("有効 3割（協会けんぽ 本人）"));
    found.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_refuse_days_that_nobody_means_and_call_days_to_come_a_prospect() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let patients = centre.populate();
    let patient = valid(&patients);
    let mut program = Program::log_in(&centre, &ours).await;
    let code = program.code.clone();
    // The linked application sends files as they are, as XML in both character sets.
    let ways = [
        How::Json,
        How::Xml(Encoding::Utf8),
        How::Xml(Encoding::ShiftJis),
    ];
    for how in ways {
        for (days, expected) in [(FAR, "OQSB9024E"), (NEVER, "OQSB9002E")] {
            for day in days {
                let mut asked = request(&code, card(patient));
                asked.header.qualification_confirmation_date = day.to_owned();
                let answer = program.check(how, &asked).await;
                assert_eq!(answer.header.segment_of_result, "9", "{day}");
                let code = answer.header.error_code.as_deref();
                assert_eq!(code, Some(expected), "{day}");
                assert!(answer.body.result_list.is_empty(), "{day}");
                assert_eq!(answer.body.qualification_validity, None, "{day}");
                let told = answer.header.error_message.unwrap_or_default();
                let says_which = expected == "OQSB9002E" || told.contains(&words(day));
                assert!(says_which, "{told}");
            }
        }
        for (days, expected) in [
            (0, None),
            (-30, None),
            (1, Some("OQSB9025W")),
            (93, Some("OQSB9025W")),
        ] {
            let mut asked = request(&program.code, card(patient));
            asked.header.qualification_confirmation_date = day_from_today(days);
            let answer = program.check(how, &asked).await;
            assert_eq!(answer.body.qualification_validity.as_deref(), Some("1"));
            let told = answer.body.processing_result_code.as_deref();
            assert_eq!(told, expected, "{days}");
            let told = answer.body.processing_result_message.unwrap_or_default();
            assert_eq!(told.contains("見込み"), expected.is_some(), "{told}");
            // With the day for which the insurer's data is true.
            assert_eq!(told.contains("時点）"), expected.is_some(), "{told}");
        }
    }
    let mut asked = request(&code, card(patient));
    asked.header.qualification_confirmation_date = day_from_today(94);
    let answer = program.check(How::Json, &asked).await;
    assert_eq!(answer.header.error_code.as_deref(), Some("OQSB9024E"));

    for day in FAR {
        let mut asked = many(&code, &patients[..2]);
        asked.header.qualification_confirmation_date = day.to_owned();
        let taken: UploadResponse = program.ask("OQSmuquc01", How::Json, &asked).await;
        assert_eq!(
            taken.header.error_code.as_deref(),
            Some("OQSB9024E"),
            "{day}"
        );
        assert_eq!(taken.body.reception_number, None);
    }
    let mut asked = many(&code, std::slice::from_ref(patient));
    asked.header.qualification_confirmation_date = day_from_today(7);
    let taken: UploadResponse = program.ask("OQSmuquc01", How::Json, &asked).await;
    let answer = fetched(&mut program, &number(&taken)).await;
    let row = &answer.body.units[0];
    assert_eq!(row.qualification_validity.as_deref(), Some("1"));
    assert_eq!(row.processing_result_code.as_deref(), Some("OQSB9025W"));
    centre.closed().await;
}

/// Somebody at the reception.
pub(super) struct Desk {
    pub(super) client: Client,
    pub(super) card: Vec<(&'static str, String)>,
}

impl Desk {
    pub(super) async fn at(centre: &TestCentre, ours: &Institution, patient: &Showcase) -> Desk {
        let mut client = centre.client(&ours.terminal);
        log_in(&mut client, ours.login(AccountKind::General)).await;
        Desk {
            client,
            card: vec![
                ("insurer_number", patient.insurer_number.clone()),
                ("symbol", patient.symbol.clone().unwrap_or_default()),
                ("number", patient.number.clone()),
                ("branch", patient.branch.clone().unwrap_or_default()),
                ("birthdate", patient.birthdate.clone()),
            ],
        }
    }

    /// Sends the form, and gives what is shown: the page after it, or the form with its errors.
    pub(super) async fn ask(&mut self, path: &str, more: &[(&'static str, &str)]) -> Answer {
        let mut fields: Vec<(&str, &str)> =
            self.card.iter().map(|(k, v)| (*k, v.as_str())).collect();
        fields.extend(more.iter().copied());
        let answer = self.client.post(path, &fields).await.unwrap();
        match answer.status {
            303 => self.client.get(answer.location()).await.unwrap(),
            _ => answer,
        }
    }
}

fn headline(page: &str) -> String {
    let (_, rest) = page.split_once("id=\"answer-title\"").expect(page);
    let (_, rest) = rest.split_once('>').unwrap();
    rest.split_once('<').unwrap().0.to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn screens_refuse_those_days_and_are_green_for_today_alone() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let patients = centre.populate();
    let patient = valid(&patients);
    let mut desk = Desk::at(&centre, &ours, patient).await;
    for day in FAR.iter().chain(&NEVER) {
        let page = desk.ask("/web/eligibility", &[("day", day)]).await;
        assert_eq!(page.status, 422, "{day}");
        let page = page.text();
        assert!(page.contains("id=\"day-error\""), "{day}: {page}");
        assert!(!page.contains("answer-title"), "{day}");
        assert!(
            page.contains("<title>") && page.contains("エラー：資格確認"),
            "{page}"
        );
        let line = format!(
            "P1,{},{},{},{},{}",
            patient.insurer_number,
            patient.symbol.as_deref().unwrap_or(""),
            patient.number,
            patient.branch.as_deref().unwrap_or(""),
            patient.birthdate
        );
        let page = desk
            .ask("/web/bulk", &[("day", day), ("text", &line)])
            .await;
        assert_eq!(page.status, 422, "{day}");
        assert!(page.text().contains("id=\"day-error\""), "{day}");
    }
    let today = desk.ask("/web/eligibility", &[]).await.text();
    assert_eq!(headline(&today), "有効");
    assert!(today.contains("answer-good"), "{today}");
    assert!(
        today.contains("同意がないため確認していません"),
        "it says that nobody looked: {today}"
    );
    for (days, end) in [(10, "に有効の見込み"), (-10, "時点で有効")] {
        let day = day_from_today(days);
        let page = desk.ask("/web/eligibility", &[("day", &day)]).await.text();
        assert_eq!(headline(&page), format!("{}{end}", words(&day)));
        assert!(page.contains("answer-look"), "not green: {page}");
        // The form for the next patient carries no day.
        assert!(
            page.contains("id=\"day\" name=\"day\" type=\"text\" value=\"\""),
            "{page}"
        );
    }
    let again = desk.ask("/web/eligibility", &[("limit", "1")]).await.text();
    assert_eq!(headline(&again), "有効");
    assert!(!again.contains("同意がないため"), "{again}");

    let list = desk.client.get("/web/eligibility/today").await.unwrap();
    let list = list.text();
    assert_eq!(
        list.matches("class=\"other-day-mark\"").count(),
        2,
        "{list}"
    );
    assert_eq!(list.matches("有効の見込み").count(), 1, "{list}");
    centre.closed().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_midnight_forms_ask_for_the_new_day_and_answers_become_yesterdays() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let patients = centre.populate();
    let real = onshi_core::clock::now();
    let midnight = real.jst_day().plus_days(1).start();
    CLOCK.advance(midnight.seconds_until_from(real) - 120);
    let mut desk = Desk::at(&centre, &ours, valid(&patients)).await;
    let fields: Vec<(&str, String)> = desk.card.clone();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let answer = desk.client.post("/web/eligibility", &fields).await.unwrap();
    let before = desk.client.get(answer.location()).await.unwrap().text();
    assert_eq!(headline(&before), "有効");

    CLOCK.advance(180);
    let day = |days: i64| words(&day_from_today(days));
    // Going back to it.
    let back = desk.client.get(answer.location()).await.unwrap().text();
    assert_eq!(headline(&back), format!("{}時点で有効", day(0)));
    assert!(
        back.contains("answer-look") && !back.contains("answer-good"),
        "{back}"
    );
    // The form of that page was made before midnight.
    let after = desk.ask("/web/eligibility", &[]).await.text();
    assert_eq!(headline(&after), "有効");
    assert!(after.contains(&format!("資格確認日 {}", day(1))), "{after}");
    let list = desk.client.get("/web/eligibility/today").await.unwrap();
    let list = list.text();
    assert_eq!(list.matches("/web/eligibility/today/").count(), 1, "{list}");
    assert!(!list.contains("class=\"other-day-mark\""), "{list}");
    centre.closed().await;
}

/// The value of the first link that begins so.
fn link(page: &str, begins: &str) -> String {
    let from = page.find(&format!("href=\"{begins}")).expect(page) + 6;
    page[from..]
        .split('"')
        .next()
        .unwrap()
        .replace("&amp;", "&")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn todays_list_opens_searches_and_saves_what_was_found() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let (ours, theirs) = (centre.ours(), centre.theirs());
    let patients = centre.populate();
    let patient = valid(&patients);
    let mut desk = Desk::at(&centre, &ours, patient).await;
    let number = "＝HYPERLINK(1)";
    let form = [("reference_number", number)];
    let told = desk.ask("/web/reference-number", &form).await.text();
    assert!(told.contains("さんの照会番号として"), "{told}");
    let plain = desk.ask("/web/eligibility", &[]).await.text();
    assert!(plain.contains("answer-good"), "{plain}");
    // 特別療養費 is no plain yes: neither in the answer nor in the list.
    let full = patients.iter().find(|p| p.note_ja.contains("資格証明書"));
    let mut other = Desk::at(&centre, &ours, full.unwrap()).await;
    let answer = other.ask("/web/eligibility", &[]).await.text();
    assert!(
        answer.contains("answer-look") && answer.contains("10割"),
        "{answer}"
    );
    let missing = patients.iter().find(|p| p.expected_validity == "4");
    let mut nobody = Desk::at(&centre, &ours, missing.unwrap()).await;
    nobody.ask("/web/eligibility", &[]).await;

    let desk = &mut nobody.client;
    let list = desk.get("/web/eligibility/today").await.unwrap().text();
    let row = |name: &str| {
        let rows = list.split("<tr>").filter(|row| row.contains(name));
        rows.last()
            .unwrap_or_else(|| panic!("no {name} in {list}"))
            .to_owned()
    };
    let special = row("10割（特別療養費）");
    assert!(
        special.contains("△") && special.contains("result-look"),
        "{special}"
    );
    let good = row("result-good");
    assert!(
        good.contains("○") && good.contains("3割") && good.contains("＝HYPERLINK"),
        "{good}"
    );
    assert!(row("該当資格なし").contains("（該当する方なし）"));

    // Opened again: the same answer, and no new check.
    let open = link(&good, "/web/eligibility/today/");
    let page = desk.get(&open).await.unwrap().text();
    assert_eq!(headline(&page), "有効");
    let list_again = desk.get("/web/eligibility/today").await.unwrap().text();
    let rows = |list: &str| list.matches("<tr>").count();
    assert_eq!(rows(&list_again), rows(&list));
    let mut stranger = centre.client(&theirs.terminal);
    log_in(&mut stranger, theirs.login(AccountKind::General)).await;
    assert_eq!(stranger.get(&open).await.unwrap().status, 404);
    for wrong in [
        "1-0",
        "0-1",
        "x",
        "1-99999",
        "-1-2",
        "9223372036854775808-1",
    ] {
        let path = format!("/web/eligibility/today/{wrong}");
        assert_eq!(desk.get(&path).await.unwrap().status, 404, "{wrong}");
    }

    // Searched without regard to widths and blanks; the file has what the list has.
    for asked in [
        "%EF%BC%91%EF%BC%90%E5%89%B2",
        "10%E5%89%B2",
        "%3DHYPER",
        "staff01",
    ] {
        let path = format!("/web/eligibility/today?q={asked}");
        let found = desk.get(&path).await.unwrap().text();
        assert!(rows(&found) >= 2, "{asked}: {found}");
    }
    let none = desk.get("/web/eligibility/today?q=nobody-at-all").await;
    assert!(
        none.unwrap()
            .text()
            .contains("合う資格確認は、きょうはありません")
    );
    let file = desk.get("/web/eligibility/today.csv").await.unwrap();
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    let text = file.text();
    assert_eq!(text.lines().count(), rows(&list), "{text}");
    assert!(text.contains(",'＝HYPERLINK(1),"), "no formula: {text}");
    assert!(text.contains("△ 有効,10割（特別療養費）"), "{text}");
    centre.closed().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_patients_number_is_given_asked_by_and_replaced_only_knowingly() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let patients = centre.populate();
    let mut first = Desk::at(&centre, &ours, valid(&patients)).await;
    let other = patients
        .iter()
        .find(|p| p.note_ja.contains("有効 共済組合"));
    let path = "/web/reference-number";
    let done = first
        .ask(path, &[("reference_number", "P0001")])
        .await
        .text();
    assert!(
        done.contains("さんの照会番号として P0001 を登録しました"),
        "{done}"
    );
    let name = done
        .split("<span>")
        .nth(1)
        .map(|rest| rest.split(" さん").next());
    let name = name.flatten().unwrap_or_default().to_owned();
    assert!(!name.is_empty(), "{done}");

    // By that number, with and without consent.
    let by_number = async |desk: &mut Desk, number: &str| {
        let form = [("reference_number", number)];
        let answer = desk.client.post("/web/eligibility", &form).await.unwrap();
        desk.client.get(answer.location()).await.unwrap().text()
    };
    let page = by_number(&mut first, "P0001").await;
    assert_eq!(headline(&page), "有効");
    assert!(page.contains(&name), "{page}");
    let page = by_number(&mut first, "P9999").await;
    assert!(page.contains("id=\"reference_number-error\""), "{page}");

    // Somebody else's: asked, with the name, and done only by the answer to exactly that.
    let mut second = Desk::at(&centre, &ours, other.unwrap()).await;
    let asks = second
        .ask(path, &[("reference_number", "P0001")])
        .await
        .text();
    assert!(asks.contains(&format!("<strong>{name}（")), "{asks}");
    let page = by_number(&mut second, "P0001").await;
    assert!(page.contains(&name), "nothing was replaced: {page}");
    let (_, proof) = asks.split_once("name=\"agreed\" value=\"").unwrap();
    let proof = proof.split('"').next().unwrap().to_owned();
    let wrong = [("reference_number", "P0001"), ("agreed", "0123")];
    let still = second.ask(path, &wrong).await.text();
    assert!(still.contains("登録してよいですか"), "{still}");
    let right = [("reference_number", "P0001"), ("agreed", proof.as_str())];
    let done = second.ask(path, &right).await.text();
    assert!(done.contains("P0001 を登録しました"), "{done}");
    let page = by_number(&mut second, "P0001").await;
    assert!(!page.contains(&name), "{page}");

    // Errors stand where they belong.
    let long = "1".repeat(51);
    for (field, value) in [
        ("reference_number", long.as_str()),
        ("reference_number", ""),
        ("birthdate", "19750230"),
    ] {
        let mut form = vec![("reference_number", "P7")];
        if field == "birthdate" {
            second.card.retain(|(name, _)| *name != "birthdate");
        } else {
            form.clear();
        }
        form.push((field, value));
        let page = second.ask(path, &form).await;
        assert_eq!(page.status, 422);
        assert!(
            page.text().contains(&format!("id=\"{field}-error\"")),
            "{field}"
        );
    }
    centre.closed().await;
}

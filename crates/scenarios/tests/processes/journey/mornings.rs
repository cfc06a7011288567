//! Two receptionists' mornings: the right day and the right patient, at a glance and by few keys.

use std::path::Path;

use onshi_core::AccountKind;
use onshi_core::clock::Day;
use onshi_population::Showcase;
use onshi_scenarios::browser::{Options, Press};

use super::person::Person;
use super::test_centre::{Institution, TestCentre, TestClock};

/// A receptionist at a terminal whose centre has a clock of the test's.
struct Reception {
    centre: TestCentre,
    person: Person,
    patients: Vec<Showcase>,
}

impl Reception {
    /// With somebody logged in, after the clock was put where the morning begins: the certificates
    /// are of the browser's own time.
    async fn open(clock: fn() -> onshi_core::Moment, begin: impl FnOnce()) -> Reception {
        let centre = TestCentre::open(clock).await;
        begin();
        let ours = centre.ours();
        let patients = centre.populate();
        let person = Person::with(certificate(&centre, &ours)).await;
        let url = format!("https://localhost:{}/", centre.running.address.port());
        person.open(&url).await;
        person.enter().await;
        let login = ours.login(AccountKind::General);
        person.log_in(&login.user_id, &login.password).await;
        person.press("main a[href='/web/eligibility']").await;
        Reception {
            centre,
            person,
            patients,
        }
    }

    fn patient(&self, note: &str) -> &Showcase {
        let found = self.patients.iter().find(|p| p.note_ja.starts_with(note));
        found.unwrap_or_else(|| panic!("no patient is {note}"))
    }

    /// Types a card from where the focus is and sends it. Gives how many keys that took beside the
    /// card's own characters.
    async fn asks(&self, note: &str, limit: bool) -> usize {
        let patient = self.patient(note);
        let texts = [
            &*patient.insurer_number,
            patient.symbol.as_deref().unwrap_or_default(),
            &patient.number,
            patient.branch.as_deref().unwrap_or_default(),
            &patient.birthdate,
        ];
        let mut keys = Vec::new();
        for (place, text) in texts.into_iter().enumerate() {
            if place > 0 {
                keys.push(Press::Tab);
            }
            keys.push(Press::Text(text));
        }
        if limit {
            keys.push(Press::Alt('l'));
        }
        self.person.browser.keys(&keys).await.unwrap();
        let typed = |key: &&Press<'_>| !matches!(key, Press::Text(_));
        let beside = keys.iter().filter(typed).count() + 1;
        self.person.enter().await;
        beside
    }

    /// The headline, seen without scrolling and read by a screen reader, with what goes with it.
    async fn headline(&self) -> String {
        self.person.is_ready_at("#answer-title").await;
        self.is_in_view("#answer-title").await;
        self.person.text_of("#answer-title").await
    }

    async fn is_in_view(&self, selector: &str) {
        let script = format!(
            "const box = document.querySelector('{selector}').getBoundingClientRect();
             return box.top >= 0 && box.bottom <= window.innerHeight;"
        );
        assert_eq!(
            self.person.script(&script).await,
            true,
            "{selector} is seen"
        );
    }

    /// What colour the answer has.
    async fn look(&self) -> String {
        let class = "return document.querySelector('.answer').className;";
        let class = self.person.script(class).await;
        let class = class.as_str().unwrap_or_default();
        class.replace("answer answer-", "")
    }

    /// The window at so many CSS pixels: what is left at 200 %, or on a telephone.
    async fn looks_through(&self, width: u32, height: u32) {
        let client = self.person.browser.client();
        client.set_window_size(width, height).await.unwrap();
    }

    /// Nothing has to be moved sideways, and axe finds nothing.
    async fn fits_sideways(&self, name: &str) {
        let width = "return [document.documentElement.scrollWidth, window.innerWidth];";
        let width = self.person.script(width).await;
        let wide = "return [...document.querySelectorAll('body *')]
            .filter((e) => e.getBoundingClientRect().right > window.innerWidth
                && !e.closest('.table-wrap'))
            .map((e) => e.cloneNode(false).outerHTML.slice(0, 120));";
        let wide = self.person.script(wide).await;
        assert!(
            width[0].as_u64() <= width[1].as_u64(),
            "{name}: {width} by {wide:#} on {}",
            self.person.browser.url().await.unwrap()
        );
        self.person.browser.axe_finds_nothing().await.unwrap();
    }

    /// A picture of what the window shows, as it is.
    async fn glances(&self, name: &str) {
        let folder = onshi_scenarios::demo::build_folder().join("../screenshots");
        let picture = folder.join(format!("{name}.png"));
        self.person.browser.screenshot(picture).await.unwrap();
    }

    async fn closed(self) {
        self.person.had_no_trouble().await;
        drop(self.person);
        self.centre.running.stop().await;
        tokio::task::block_in_place(|| drop(self.centre.service));
    }
}

fn certificate(centre: &TestCentre, ours: &Institution) -> Options {
    let at = |name: &str| Path::join(centre.folder.path(), name);
    let file = ours
        .terminal
        .pkcs12(centre.authority.certificate_der(), "ONS01", "open me")
        .unwrap();
    std::fs::write(at("terminal.p12"), file).unwrap();
    std::fs::write(at("authority.pem"), centre.authority.certificate_pem()).unwrap();
    Options {
        authority_pem: Some(at("authority.pem")),
        client_p12: Some((at("terminal.p12"), "open me".to_owned())),
        auto_select: true,
        ..Options::default()
    }
}

fn day(days: i64) -> Day {
    onshi_core::clock::now().jst_day().plus_days(days)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn across_midnight_every_answer_is_for_the_day_on_which_it_was_asked() {
    static CLOCK: TestClock = TestClock::new();
    let real = onshi_core::clock::now();
    let midnight = real.jst_day().plus_days(1).start();
    let begin = || CLOCK.advance(midnight.seconds_until_from(real) - 180);
    let reception = Reception::open(|| CLOCK.read(), begin).await;
    let person = &reception.person;
    // Insured until today: valid now, and no more in three minutes.
    let last_day = "有効 本日が最終日";
    person.is_ready_at("#insurer_number").await;
    assert!(reception.asks(last_day, false).await <= 5);
    assert_eq!(reception.headline().await, "有効");
    assert_eq!(reception.look().await, "good");
    reception.glances("85-midnight-before").await;
    let before = person.browser.url().await.unwrap();

    // Ten seconds before midnight, and nobody touches anything: the answer grows old by itself.
    CLOCK.advance(170);
    reception.asks(last_day, false).await;
    person.browser.wait_for(".answer-look").await.unwrap();
    person.reads("日付が変わりました").await;
    let word = format!("{}時点で有効", day(0).words());
    assert_eq!(person.text_of("#answer-title").await, word);
    reception.glances("85-midnight-passes").await;

    CLOCK.advance(130);
    // The form below that answer was made before midnight.
    assert!(reception.asks(last_day, false).await <= 5);
    assert_eq!(reception.headline().await, "無効");
    assert_eq!(reception.look().await, "bad");
    person
        .reads(&format!("資格確認日 {}", day(1).words()))
        .await;
    reception.glances("86-midnight-after").await;
    // Back to the first answer: it is shown again, as one of yesterday, and asked by nobody.
    for _ in 0..2 {
        person.browser.client().back().await.unwrap();
    }
    person.browser.wait_for(".answer-look").await.unwrap();
    assert_eq!(person.browser.url().await.unwrap(), before);
    assert_eq!(reception.headline().await, word);
    assert_eq!(reception.look().await, "look");
    reception.glances("87-midnight-back").await;
    person.browser.client().refresh().await.unwrap();
    person.browser.wait_for("#answer-title").await.unwrap();
    assert_eq!(person.text_of("#answer-title").await, word);

    person.press("nav a[href='/web/eligibility/today']").await;
    let rows = "return document.querySelectorAll('main tbody tr').length;";
    assert_eq!(person.script(rows).await, 1, "of the new day there is one");
    person.sees("88-midnight-today").await;
    reception.closed().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_patient_asked_for_another_day_leaves_the_next_one_alone() {
    static CLOCK: TestClock = TestClock::new();
    let reception = Reception::open(|| CLOCK.read(), || {}).await;
    let person = &reception.person;
    let usual = "有効 3割（協会けんぽ 本人）";
    // Before anything is typed, the whole form is on the screen of a usual terminal, with its button.
    reception.looks_through(1366, 768).await;
    reception.is_in_view("main form .button-primary").await;
    reception.glances("90-form-1366").await;

    assert!(reception.asks(usual, false).await <= 5);
    assert_eq!(reception.headline().await, "有効");
    assert_eq!(reception.look().await, "good");
    person.reads("同意がないため確認していません").await;
    reception.glances("91-morning-valid").await;
    assert!(reception.asks("有効 限度額 ウ", true).await <= 6);
    assert_eq!(reception.headline().await, "有効");
    person.reads("85,800円").await;
    // The consent was that patient's.
    let limit = "return document.querySelector('#limit').checked;";
    assert_eq!(person.script(limit).await, false);

    // One who comes about a visit of last week.
    let lost_today = "無効 本日喪失";
    let last_week = day(-7);
    another_day(&reception, lost_today, last_week).await;
    assert_eq!(
        reception.headline().await,
        format!("{}時点で有効", last_week.words())
    );
    assert_eq!(reception.look().await, "look");
    reception.glances("92-morning-other-day").await;
    // The next patient lost the insurance today: nothing of last week is left.
    assert!(reception.asks(lost_today, false).await <= 5);
    assert_eq!(reception.headline().await, "無効");
    assert_eq!(reception.look().await, "bad");
    reception.glances("93-morning-lost-today").await;

    // A booking: what is known is a prospect.
    let next_week = day(7);
    another_day(&reception, usual, next_week).await;
    let word = format!("{}に有効の見込み", next_week.words());
    assert_eq!(reception.headline().await, word);
    assert_eq!(reception.look().await, "look");
    let title = person.script("return document.title;").await;
    assert!(
        title
            .as_str()
            .unwrap()
            .starts_with(&format!("結果：{word}")),
        "{title}"
    );
    person.prints("94-morning-prospect", 1).await;
    narrow_windows(&reception).await;

    person.press("nav a[href='/web/eligibility/today']").await;
    let marked = "return document.querySelectorAll('.other-day-mark').length;";
    assert_eq!(person.script(marked).await, 2);
    person.sees("97-morning-today").await;
    person.press("main tbody th a").await;
    assert_eq!(reception.headline().await, word);
    person.sees("98-morning-opened").await;
    reception.looks_through(320, 640).await;
    reception.fits_sideways("opened").await;
    person
        .press("form[aria-label='きょうの資格の確認'] button")
        .await;
    assert_eq!(reception.headline().await, "有効");
    reception.closed().await;
}

/// Asks for another day, for this one patient.
async fn another_day(reception: &Reception, note: &str, day: Day) {
    let person = &reception.person;
    let patient = reception.patient(note);
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    person
        .fill("#insurer_number", &patient.insurer_number)
        .await;
    person.fill("#symbol", &text(&patient.symbol)).await;
    person.fill("#number", &patient.number).await;
    person.fill("#branch", &text(&patient.branch)).await;
    person.fill("#birthdate", &patient.birthdate).await;
    // Folded away: no stop on the way, until it is opened.
    person.browser.tab_to("summary", 3).await.unwrap();
    person
        .browser
        .keys(&[Press::Enter, Press::Tab])
        .await
        .unwrap();
    person.is_ready_at("#day").await;
    let number = day.eight();
    person.browser.keys(&[Press::Text(&number)]).await.unwrap();
    person.enter().await;
}

/// At 200 % and at 320 pixels the verdict is seen first, and nothing has to be moved sideways: on
/// the answer, with errors, in the list, at the patient's number and in bulk.
async fn narrow_windows(reception: &Reception) {
    let person = &reception.person;
    let answer = person.browser.url().await.unwrap();
    for (name, width, height) in [("200", 683, 384), ("320", 320, 640)] {
        reception.looks_through(width, height).await;
        person.open(&answer).await;
        reception.headline().await;
        reception.fits_sideways(name).await;
        reception.glances(&format!("95-answer-{name}")).await;
        let pages = [
            "/web/eligibility",
            "/web/eligibility/today",
            "/web/reference-number",
            "/web/bulk",
        ];
        for page in pages {
            person.press(&format!("nav a[href='{page}']")).await;
            reception.fits_sideways(page).await;
            let word = page.replace('/', "-");
            reception.glances(&format!("96{word}-{name}")).await;
        }
        person.press("nav a[href='/web/eligibility']").await;
        person.fill("#insurer_number", "12").await;
        person.fill("#number", "1").await;
        person.fill("#birthdate", "19750230").await;
        person.enter().await;
        person.is_ready_at(".summary").await;
        person.is_refused(422).await;
        let title = person.script("return document.title;").await;
        assert!(title.as_str().unwrap().starts_with("エラー："), "{title}");
        reception.fits_sideways("errors").await;
        person.press("nav a[href='/web/eligibility']").await;
        assert!(reception.asks("該当資格なし", false).await <= 5);
        assert_eq!(reception.headline().await, "該当資格なし");
        reception.fits_sideways("not found").await;
    }
    reception.looks_through(1366, 768).await;
}

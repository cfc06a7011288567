//! Somebody at a terminal who has a keyboard and no mouse.

use std::time::{Duration, Instant};

use onshi_scenarios::browser::{Browser, Options, Press};
use onshi_scenarios::demo::{Demo, build_folder};
use serde_json::Value;

/// Only a test that fails waits this long.
const DEADLINE: Duration = Duration::from_secs(60);
/// More Tabs than the longest page has.
const TABS_MAX: usize = 120;

/// Whether the page that follows is there, with the focus where the page wants it.
const SETTLED: &str = "
    if (document.readyState !== 'complete') return false;
    if (document.documentElement.dataset.left) return false;
    const wanted = document.querySelector('[autofocus]');
    return !wanted || document.activeElement !== document.body;";

pub const ADMIN: &str = "Kanri01";
pub const STAFF: &str = "Staff01";

pub struct Person {
    pub browser: Browser,
}

impl Person {
    pub async fn with(options: Options) -> Person {
        let browser = Browser::start(options).await.unwrap();
        Person { browser }
    }

    /// With a fresh browser at the log-in, the first institution's certificate chosen.
    pub async fn at_log_in(demo: &Demo) -> Person {
        let person = Person::with(Options::default()).await;
        person.open(demo.value("/gateway/url")).await;
        person.choose_certificate().await;
        person
    }

    pub async fn logged_in(demo: &Demo, user_id: &str) -> Person {
        let person = Person::at_log_in(demo).await;
        person.log_in(user_id, demo.password(user_id)).await;
        person
    }

    pub async fn choose_certificate(&self) {
        let name = "input[name=certificate]:not(:disabled)";
        self.browser.tab_to(name, TABS_MAX).await.unwrap();
        self.browser.keys(&[Press::Space]).await.unwrap();
        self.turn_to("certificate", "label", "架空中央クリニック")
            .await;
        self.press("form[action='/terminal/start'] button").await;
    }

    pub async fn open(&self, url: &str) {
        self.browser.goto(url).await.unwrap();
        self.settle().await;
    }

    /// Goes to the link or button, presses Enter, and waits for the page that follows.
    pub async fn press(&self, selector: &str) {
        self.browser.tab_to(selector, TABS_MAX).await.unwrap();
        self.enter().await;
    }

    /// Presses Enter where the focus is, and waits for the page that follows.
    pub async fn enter(&self) {
        self.script("document.documentElement.dataset.left = 'yes';")
            .await;
        self.browser.keys(&[Press::Enter]).await.unwrap();
        self.settle().await;
    }

    pub async fn fill(&self, selector: &str, text: &str) {
        self.browser.tab_to(selector, TABS_MAX).await.unwrap();
        let keys = [Press::SelectAll, Press::Text(text)];
        self.browser.keys(&keys).await.unwrap();
    }

    /// Goes to a box and marks it.
    pub async fn marks(&self, selector: &str) {
        self.browser.tab_to(selector, TABS_MAX).await.unwrap();
        self.browser.keys(&[Press::Space]).await.unwrap();
        let marked = format!("return document.querySelector(\"{selector}\").checked;");
        assert_eq!(self.script(&marked).await.as_bool(), Some(true));
    }

    /// Chooses among radio buttons with the arrow keys.
    pub async fn choose(&self, name: &str, value: &str) {
        let group = format!("input[name={name}]");
        self.browser.tab_to(&group, TABS_MAX).await.unwrap();
        self.turn_to(name, "value", value).await;
    }

    async fn turn_to(&self, name: &str, by: &str, wanted: &str) {
        let script = format!(
            "const one = document.querySelector('input[name={name}]:checked');
             if (!one) return '';
             return '{by}' === 'value' ? one.value : one.labels[0].innerText;"
        );
        for _ in 0..12 {
            if self.script(&script).await == wanted {
                return;
            }
            let down = [Press::Down];
            self.browser.keys(&down).await.unwrap();
        }
        panic!("{name} has no {wanted}");
    }

    /// Chooses from a list by typing what it says.
    pub async fn select(&self, selector: &str, label: &str) {
        self.browser.tab_to(selector, TABS_MAX).await.unwrap();
        self.browser.type_text(label).await.unwrap();
        let chosen =
            format!("return document.querySelector('{selector}').selectedOptions[0].text;");
        assert_eq!(self.script(&chosen).await, label);
    }

    /// Types both and presses Enter, as somebody in a hurry does.
    pub async fn log_in(&self, user_id: &str, password: &str) {
        self.fill("#user_id", user_id).await;
        self.fill("#password", password).await;
        self.enter().await;
    }

    pub async fn log_out(&self) {
        self.press(".bar-logout button").await;
        self.reads("ログアウトしました").await;
    }

    /// Fills in the change of a password and sends it.
    pub async fn change_password(&self, current: &str, new: &str) {
        self.fill("#current_password", current).await;
        self.fill("#new_password", new).await;
        self.fill("#confirm_password", new).await;
        self.enter().await;
    }

    /// The page has these words, or has them when all of it is there.
    pub async fn reads(&self, words: &str) {
        for _ in 0..250 {
            if self.browser.text().await.unwrap().contains(words) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let text = self.browser.text().await.unwrap();
        assert!(text.contains(words), "there is no {words} in:\n{text}");
    }

    /// Waits for a page of this heading, to which a script leads.
    pub async fn comes_to(&self, heading: &str) {
        let script = "const h = document.querySelector('h1'); return h ? h.textContent : '';";
        self.waits_for(script, heading).await;
        self.settle().await;
    }

    /// Waits until an element tells this.
    pub async fn tells(&self, selector: &str, words: &str) {
        let script = format!("return document.querySelector(\"{selector}\").textContent;");
        self.waits_for(&script, words).await;
    }

    async fn waits_for(&self, script: &str, words: &str) {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let found = self.browser.execute(script).await.unwrap_or_default();
            if found.as_str().is_some_and(|text| text.contains(words)) {
                return;
            }
            if Instant::now() > deadline {
                let page = self.browser.text().await.unwrap_or_default();
                panic!("no {words} ({found}) on:\n{page}");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub async fn heading(&self) -> String {
        self.text_of("h1").await
    }

    pub async fn text_of(&self, selector: &str) -> String {
        let script = format!("return document.querySelector(`{selector}`)?.textContent ?? '';");
        let text = self.script(&script).await;
        text.as_str().unwrap_or_default().trim().to_owned()
    }

    pub async fn value_of(&self, selector: &str) -> String {
        let script = format!("return document.querySelector(`{selector}`)?.value ?? '';");
        let text = self.script(&script).await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// The labels of a menu page.
    pub async fn menu(&self) -> Vec<String> {
        let labels =
            "return [...document.querySelectorAll('main .menu-label')].map(e => e.innerText);";
        serde_json::from_value(self.script(labels).await).unwrap()
    }

    /// The password that a page shows once, as a person would copy it out.
    pub async fn secret(&self) -> String {
        self.text_of("#secret").await
    }

    /// The focus is there already, so that typing or Enter does what the person came for.
    pub async fn is_ready_at(&self, selector: &str) {
        assert_eq!(self.browser.tab_to(selector, 0).await.unwrap(), 0);
    }

    /// A page worth looking at: axe finds nothing, and there is a picture of all of it.
    pub async fn sees(&self, name: &str) {
        self.browser.axe_finds_nothing().await.unwrap();
        let height = "const e = document.documentElement;
            return e.scrollHeight > window.innerHeight ? e.scrollHeight : 0;";
        let height = self.script(height).await.as_u64().unwrap_or(0);
        if height > 0 {
            self.resize(u32::try_from(height).unwrap() + 150).await;
        }
        let folder = build_folder().join("../screenshots");
        let picture = folder.join(format!("{name}.png"));
        self.browser.screenshot(picture).await.unwrap();
        if height > 0 {
            self.resize(900).await;
        }
    }

    /// The page fits on so many sheets of paper, of which there is a picture.
    pub async fn prints(&self, name: &str, sheets: usize) {
        let file = build_folder().join(format!("../screenshots/{name}.pdf"));
        let taken = self.browser.print(file).await.unwrap();
        assert_eq!(taken, sheets, "sheets of {name}");
    }

    async fn resize(&self, height: u32) {
        let client = self.browser.client();
        client.set_window_size(1280, height).await.unwrap();
    }

    /// The page was refused with this status, and the browser complained of nothing else.
    pub async fn is_refused(&self, status: u16) {
        let url = self.browser.url().await.unwrap();
        let expected = format!(
            "network: {url} - Failed to load resource: the server responded with a status of {status}"
        );
        let errors = self.browser.errors().await.unwrap();
        let as_expected = errors.iter().all(|error| error.starts_with(&expected));
        assert!(as_expected && !errors.is_empty(), "{errors:#?}");
    }

    /// No script failed, nothing was blocked, no address was wrong.
    pub async fn had_no_trouble(&self) {
        assert_eq!(self.browser.errors().await.unwrap(), [""; 0]);
    }

    pub async fn script(&self, script: &str) -> Value {
        self.browser.execute(script).await.unwrap()
    }

    async fn settle(&self) {
        let deadline = Instant::now() + DEADLINE;
        loop {
            // While one page gives way to the next, asking fails; that is "not yet" too.
            let answer = self.browser.execute(SETTLED).await;
            if answer.as_ref().is_ok_and(|settled| *settled == true) {
                return;
            }
            if Instant::now() > deadline {
                let page = self.browser.text().await.unwrap_or_default();
                panic!("no page followed ({answer:?}) on:\n{page}");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

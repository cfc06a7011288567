//! A patient at the demo's card reader: by the face before a camera that is fed from a film, by keyboard alone, by one
//! switch alone; and the reception's screen beside it.

use std::time::{Duration, Instant};

use onshi_scenarios::browser::{Options, Press};
use onshi_scenarios::demo::Demo;
use serde_json::Value;

use super::person::{ADMIN, Person, STAFF};
use crate::camera::{self, Camera};

/// Only a test that fails waits this long.
const DEADLINE: Duration = Duration::from_secs(60);
/// More Tabs than the page with its tray has.
const TABS_MAX: usize = 80;
/// Every card of the demo has this PIN.
const PIN: &str = "1234";

/// At 200 % and in high contrast, each language in turn: its name, its heading, and whether all of it fits the width.
const EACH_LANGUAGE: &str = "
    const press = (id) => document.getElementById(id).click();
    const speak = (place) => {
        const select = document.querySelector('#tools select');
        select.value = String(place);
        select.dispatchEvent(new Event('change'));
    };
    press('tool-size'); press('tool-size'); press('tool-contrast');
    return [1, 2, 3, 4, 0].map((place) => {
        speak(place);
        const root = document.documentElement;
        const heading = document.querySelector('main h1').textContent;
        return [root.lang, heading, root.scrollWidth <= window.innerWidth];
    });";
const AS_BEFORE: &str = "
    for (const id of ['tool-size', 'tool-contrast']) document.getElementById(id).click();
    return document.documentElement.dataset.size;";

/// The kiosk in a browser.
pub(super) struct Kiosk {
    pub(super) person: Person,
}

impl Kiosk {
    pub(super) async fn open(demo: &Demo, camera: Option<&Camera>) -> Kiosk {
        let person = Person::with(Options {
            camera: camera.map(Camera::film),
            ..Options::default()
        })
        .await;
        person.open(demo.value("/kiosk/url")).await;
        let kiosk = Kiosk { person };
        kiosk.is("put_card").await;
        kiosk.person.browser.wait_for("#tray li").await.unwrap();
        kiosk
    }

    /// Waits for a screen of this kind.
    pub(super) async fn is(&self, kind: &str) {
        let selector = format!("main[data-kind={kind}]");
        self.person.browser.wait_for(&selector).await.unwrap();
    }

    /// Goes to a button and presses Enter; no other page follows.
    pub(super) async fn press(&self, selector: &str) {
        let browser = &self.person.browser;
        browser.tab_to(selector, TABS_MAX).await.unwrap();
        browser.keys(&[Press::Enter]).await.unwrap();
    }

    pub(super) async fn touches(&self, touch: &str) {
        self.press(&format!("main button[data-touch={touch}]"))
            .await;
    }

    async fn puts(&self, card: &str) {
        self.press(&format!("#tray button[data-card={card}][data-act=put]"))
            .await;
    }

    pub(super) async fn takes(&self, card: &str) {
        self.press(&format!("#tray button[data-card={card}][data-act=take]"))
            .await;
    }

    /// Types digits and confirms them.
    async fn types(&self, digits: &str) {
        self.person.browser.type_text(digits).await.unwrap();
        self.press("main .keys button:last-child").await;
    }

    /// From the card to the question for a consent, by the PIN.
    pub(super) async fn verified_by_pin(&self, card: &str) {
        self.puts(card).await;
        self.is("choose").await;
        self.touches("method-pin").await;
        self.is("pin").await;
        self.types(PIN).await;
    }

    /// A screen worth looking at: axe finds nothing, there is a picture, and each language fits at 200 %.
    async fn looks_right(&self, name: &str) {
        self.person.sees(name).await;
        let seen = self.person.script(EACH_LANGUAGE).await;
        let seen: Vec<(String, String, bool)> = serde_json::from_value(seen).unwrap();
        let languages: Vec<&str> = seen.iter().map(|one| one.0.as_str()).collect();
        assert_eq!(languages, ["en", "zh-Hans", "ko", "vi", "ja"], "{name}");
        for (place, (language, heading, fits)) in seen.iter().enumerate() {
            assert!(fits, "{name} is too wide in {language}");
            let others = seen.iter().skip(place + 1);
            let same = others.filter(|other| other.1 == *heading).count();
            assert_eq!(same, 0, "{name}: {heading} is not translated");
        }
        self.person.browser.axe_finds_nothing().await.unwrap();
        let folder = onshi_scenarios::demo::build_folder().join("../screenshots");
        let picture = folder.join(format!("{name}-200.png"));
        self.person.browser.screenshot(picture).await.unwrap();
        assert_eq!(self.person.script(AS_BEFORE).await, "100");
    }

    /// With one key: waits until the choice lights up, and presses.
    async fn switches(&self, selector: &str) {
        let lit = format!("{selector}.scanned");
        self.person.browser.wait_for(&lit).await.unwrap();
        self.person.browser.keys(&[Press::Space]).await.unwrap();
    }

    /// A card is put and taken by hand, whatever the page is used with.
    async fn by_hand(&self, what: &str, card: &str) {
        let script = format!(
            "fetch('/tray/{what}', {{ method: 'POST', headers: {{ 'content-type': 'application/json' }},
                body: JSON.stringify({{ name: '{card}' }}) }});"
        );
        self.person.script(&script).await;
    }
}

/// Waits until a page says it, by itself.
pub(super) async fn says(person: &Person, words: &str) {
    let begun = Instant::now();
    loop {
        let text = person.browser.text().await.unwrap();
        if text.contains(words) {
            return;
        }
        assert!(begun.elapsed() < DEADLINE, "no {words} in:\n{text}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Waits until a kiosk says this; where a busy machine's camera brought no face in time, looks again, as a patient would.
async fn looks_until(kiosk: &Kiosk, words: &str) {
    let begun = Instant::now();
    loop {
        let text = kiosk.person.browser.text().await.unwrap();
        if text.contains(words) {
            return;
        }
        if text.contains("カメラに顔が映りませんでした") {
            kiosk.touches("method-face").await;
            kiosk.is("look").await;
        }
        assert!(begun.elapsed() < 3 * DEADLINE, "no {words} in:\n{text}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Waits until something holds of a page, by itself.
pub(super) async fn comes_true(person: &Person, what: &str) {
    let begun = Instant::now();
    while person.script(&format!("return {what};")).await != true {
        assert!(begun.elapsed() < DEADLINE, "never: {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The page is the one that was marked, and was never loaded anew.
async fn is_still_the_same(person: &Person) {
    assert_eq!(person.script("return window.marked === true;").await, true);
}

/// How many results of the card reader the receipt computer finds.
fn results(demo: &Demo) -> usize {
    let files = std::fs::read_dir(demo.value("/facility/folders/face")).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    names
        .filter(|name| name.starts_with("OQSsiquc01res_face_"))
        .count()
}

#[tokio::test]
async fn a_patient_is_known_by_the_face_and_reception_sees_them_come() {
    let demo = Demo::start().await.unwrap();
    let face = camera::face_of(&demo.folder().join("cards"), "ordinary");
    let camera = Camera::on(&camera::alone(camera::STRANGER));
    let reception = Person::logged_in(&demo, STAFF).await;
    reception.press("main a[href='/web/arrivals']").await;
    reception
        .reads("まだカードリーダーでの受付がありません")
        .await;
    reception.script("window.marked = true;").await;
    let kiosk = Kiosk::open(&demo, Some(&camera)).await;
    let holder = "return document.querySelector('#tray button[data-card=ordinary]')
        .closest('li').querySelector('strong').textContent;";
    let holder = kiosk.person.script(holder).await;
    let holder = holder.as_str().unwrap();

    // Somebody else with this card.
    kiosk.puts("ordinary").await;
    kiosk.is("choose").await;
    kiosk.touches("method-face").await;
    kiosk.is("look").await;
    kiosk.person.sees("150-kiosk-camera").await;
    looks_until(&kiosk, "カードの写真と一致しませんでした").await;
    kiosk.is("choose").await;
    says(&kiosk.person, "顔を確認できませんでした").await;
    kiosk.person.sees("151-kiosk-face-refused").await;
    let face_again = "return document.querySelector('[data-touch=method-face]') !== null;";
    assert_eq!(kiosk.person.script(face_again).await, false);
    says(&reception, "顔認証ができませんでした").await;
    kiosk.touches("end").await;
    kiosk.is("problem").await;
    kiosk.takes("ordinary").await;
    kiosk.is("put_card").await;

    // The right one, who first has to put on the light, and to be alone.
    camera.sees(&camera::in_the_dark(face));
    kiosk.puts("ordinary").await;
    kiosk.is("choose").await;
    kiosk.touches("method-face").await;
    says(&kiosk.person, "暗くて見えません").await;
    kiosk.touches("back").await;
    kiosk.is("choose").await;
    camera.sees(&camera::two(face, camera::STRANGER));
    kiosk.touches("method-face").await;
    says(&kiosk.person, "2人以上が映っています").await;
    kiosk.person.sees("152-kiosk-two").await;
    kiosk.touches("back").await;
    kiosk.is("choose").await;
    camera.sees(&camera::alone(face));
    kiosk.touches("method-face").await;
    kiosk.is("consent").await;
    says(&reception, "操作中").await;
    says(&reception, holder).await;
    // What the demo's own patients left there is there since its start.
    let before = results(&demo);
    kiosk.touches("agree_to_all").await;
    kiosk.is("result").await;
    says(&kiosk.person, holder).await;
    kiosk.person.sees("153-kiosk-result").await;
    says(&reception, "資格あり").await;
    is_still_the_same(&reception).await;
    reception.sees("154-arrivals").await;
    let told = reception.text_of("main tbody tr td:nth-of-type(4)").await;
    assert_eq!(told, "顔認証");
    // What the receipt computer reads.
    let begun = Instant::now();
    while results(&demo) == before {
        assert!(begun.elapsed() < DEADLINE, "nothing comes into face/");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(results(&demo), before + 1);
    kiosk.takes("ordinary").await;
    kiosk.is("put_card").await;
    kiosk.person.had_no_trouble().await;
    reception.had_no_trouble().await;
}

#[tokio::test]
async fn a_patient_with_a_keyboard_gets_through_each_screen_in_each_language() {
    let demo = Demo::start().await.unwrap();
    let admin = Person::logged_in(&demo, ADMIN).await;
    admin.press("main a[href='/web/environment']").await;
    admin.choose("electronic_prescriptions", "2").await;
    admin.choose("prescription_timing", "2").await;
    admin.press("main form .button-primary").await;
    admin.enter().await;
    admin.reads("更新しました").await;
    let kiosk = Kiosk::open(&demo, None).await;
    kiosk.looks_right("160-kiosk-put").await;
    kiosk.puts("ordinary").await;
    kiosk.is("choose").await;
    kiosk.looks_right("161-kiosk-choose").await;
    kiosk.touches("method-pin").await;
    kiosk.is("pin").await;
    kiosk.looks_right("162-kiosk-pin").await;
    kiosk.types("0000").await;
    says(&kiosk.person, "残り回数は2回").await;
    kiosk.types(PIN).await;
    kiosk.is("consent").await;
    kiosk.looks_right("163-kiosk-consent").await;
    // Pulled out too early, and put back: it goes on there.
    kiosk.takes("ordinary").await;
    kiosk.is("put_back").await;
    kiosk.looks_right("164-kiosk-put-back").await;
    kiosk.puts("ordinary").await;
    kiosk.is("consent").await;
    kiosk.touches("apart").await;
    kiosk.is("consent_one").await;
    kiosk.looks_right("165-kiosk-one").await;
    kiosk.touches("agree").await;
    says(&kiosk.person, "2／2").await;
    kiosk.touches("disagree").await;
    kiosk.is("prescription").await;
    kiosk.looks_right("166-kiosk-prescription").await;
    kiosk.touches("prescription-1").await;
    kiosk.is("result").await;
    kiosk.looks_right("167-kiosk-result").await;
    let agreed = kiosk.person.text_of("main .asks").await;
    assert_eq!(agreed, "薬剤情報");
    kiosk.takes("ordinary").await;
    kiosk.is("put_card").await;

    // 保険証利用登録 on the spot.
    kiosk.verified_by_pin("unregistered").await;
    kiosk.is("register").await;
    kiosk.looks_right("168-kiosk-register").await;
    kiosk.touches("register").await;
    kiosk.is("consent").await;
    kiosk.takes("unregistered").await;
    kiosk.is("put_back").await;

    // A card that can't be used, and one whose certificate ends soon.
    kiosk.verified_by_pin("revoked").await;
    kiosk.is("problem").await;
    says(&kiosk.person, "電子証明書が失効しています").await;
    kiosk.looks_right("169-kiosk-revoked").await;
    kiosk.takes("revoked").await;
    kiosk.is("put_card").await;
    kiosk.verified_by_pin("ends-soon").await;
    kiosk.is("consent").await;
    says(&kiosk.person, "有効期限が近づいています").await;
    kiosk.person.sees("170-kiosk-ends-soon").await;
    kiosk.takes("ends-soon").await;
    kiosk.is("put_back").await;
    // The reader has said by now by which settings it works.
    let begun = Instant::now();
    while !admin
        .browser
        .text()
        .await
        .unwrap()
        .contains("反映済み 1/1台")
    {
        assert!(begun.elapsed() < DEADLINE, "the reader never says it");
        admin.press(".side a[href='/web/environment']").await;
    }
    admin.had_no_trouble().await;
    kiosk.person.had_no_trouble().await;
}

#[tokio::test]
async fn staff_vouch_by_passcode_and_by_mode_and_a_switch_alone_is_enough() {
    let demo = Demo::start().await.unwrap();
    let reception = Person::logged_in(&demo, STAFF).await;
    let kiosk = Kiosk::open(&demo, None).await;
    // A card whose PIN is locked on purpose.
    kiosk.puts("face-card").await;
    kiosk.is("choose").await;
    kiosk.touches("method-pin").await;
    says(&kiosk.person, "暗証番号がロックされています").await;
    kiosk.touches("method-visual").await;
    kiosk.is("passcode").await;
    kiosk.looks_right("171-kiosk-passcode").await;
    reception.press("main a[href='/web/readers']").await;
    let issue = "form[action='/web/readers/passcode'] button";
    reception.press(issue).await;
    let passcode = reception.text_of(".passcode .code").await;
    let wrong = if passcode == "000000" {
        "111111"
    } else {
        "000000"
    };
    kiosk.types(wrong).await;
    kiosk.is("staff_looks").await;
    kiosk.looks_right("172-kiosk-staff").await;
    kiosk.touches("is_the_person").await;
    kiosk.is("passcode").await;
    says(&kiosk.person, "パスコードが違うか").await;
    kiosk.types(&passcode).await;
    kiosk.is("consent").await;
    kiosk.touches("agree_to_none").await;
    kiosk.is("result").await;
    kiosk.takes("face-card").await;
    kiosk.is("put_card").await;

    // The mode, switched a moment before the card is put: it holds for this one, with a banner on both sides.
    reception.press("form[action='/web/readers'] button").await;
    reception.reads("目視確認モードにしました").await;
    kiosk.puts("locked-pin").await;
    kiosk.is("staff_looks").await;
    kiosk.person.browser.wait_for("main .banner").await.unwrap();
    kiosk.looks_right("173-kiosk-by-eye").await;
    reception.press("a[href='/web/arrivals']").await;
    reception.reads("目視確認モード").await;
    reception.script("window.marked = true;").await;
    kiosk.touches("is_the_person").await;
    kiosk.is("consent").await;
    kiosk.touches("agree_to_none").await;
    kiosk.is("result").await;
    // It ends with this one patient, on both sides.
    comes_true(
        &reception,
        "document.querySelector('main .notice-warning') === null",
    )
    .await;
    says(&reception, "職員が許可").await;
    is_still_the_same(&reception).await;
    kiosk.takes("locked-pin").await;
    kiosk.is("put_card").await;
    comes_true(&kiosk.person, "document.querySelector('.banner') === null").await;

    // One switch, from another language to the result.
    kiosk.press("#tool-scan").await;
    kiosk.switches("#tools").await;
    kiosk.switches("#tools select").await;
    says(&kiosk.person, "Please place your My Number Card").await;
    kiosk.by_hand("put", "ordinary").await;
    kiosk.switches("[data-touch=method-pin]").await;
    kiosk.is("pin").await;
    for place in [1, 2, 3, 4, 12] {
        let key = format!("main .keys button:nth-child({place})");
        kiosk.switches(&key).await;
    }
    kiosk.switches("[data-touch=agree_to_all]").await;
    kiosk.is("result").await;
    kiosk.person.sees("174-kiosk-switch").await;
    says(&kiosk.person, "You are checked in").await;
    kiosk.by_hand("take", "ordinary").await;
    kiosk.is("put_card").await;
    kiosk.person.had_no_trouble().await;
    reception.had_no_trouble().await;
}

/// What the demo promises to scripts.
#[tokio::test]
async fn the_demo_says_where_the_kiosk_is_and_who_has_a_card() {
    let demo = Demo::start().await.unwrap();
    assert!(demo.value("/kiosk/url").starts_with("http://localhost:"));
    let cards: Vec<&Value> = demo
        .patients()
        .iter()
        .filter_map(|patient| patient.get("card"))
        .collect();
    assert_eq!(cards.len(), 12, "{cards:?}");
    for card in cards {
        let file = format!("cards/{}.json", card.as_str().unwrap());
        assert!(demo.folder().join(&file).exists(), "{file}");
    }
}

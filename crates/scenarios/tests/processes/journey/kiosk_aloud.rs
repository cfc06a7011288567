//! What is heard at the card reader: its screens by voice, in the language that was chosen, and the call for a card that was
//! left behind.

use onshi_scenarios::demo::Demo;
use serde_json::Value;

use super::kiosk::{Kiosk, comes_true, says};
use super::person::{Person, STAFF};

/// Notes what the page lets the browser speak and sound, and lets it do so.
const LISTEN: &str = "
    window.spoken = [];
    window.tones = 0;
    const speak = speechSynthesis.speak.bind(speechSynthesis);
    speechSynthesis.speak = (utterance) => {
        window.spoken.push([utterance.lang, utterance.text]);
        speak(utterance);
    };
    const make = AudioContext.prototype.createOscillator;
    AudioContext.prototype.createOscillator = function () {
        window.tones += 1;
        return make.call(this);
    };";
const IN_ENGLISH: &str = "
    const select = document.querySelector('#tools select');
    select.value = '1';
    select.dispatchEvent(new Event('change'));";

/// What was spoken last, and in which language.
async fn spoken(kiosk: &Kiosk) -> (String, String) {
    let last = kiosk
        .person
        .script("return window.spoken.at(-1) ?? ['', ''];");
    serde_json::from_value(last.await).unwrap()
}

async fn tones(kiosk: &Kiosk) -> Value {
    kiosk.person.script("return window.tones;").await
}

#[tokio::test]
async fn screens_are_spoken_and_a_card_that_is_left_behind_is_called_until_it_is_taken() {
    let demo = Demo::start().await.unwrap();
    let reception = Person::logged_in(&demo, STAFF).await;
    reception.press("main a[href='/web/arrivals']").await;
    let kiosk = Kiosk::open(&demo, None).await;
    kiosk.person.script(LISTEN).await;
    // Nobody is spoken to who did not ask for it.
    assert_eq!(spoken(&kiosk).await, (String::new(), String::new()));
    kiosk.press("#tool-voice").await;
    comes_true(&kiosk.person, "window.spoken.length > 0").await;
    let (language, words) = spoken(&kiosk).await;
    assert_eq!(language, "ja-JP");
    assert!(
        words.starts_with("マイナンバーカードを置いてください"),
        "{words}"
    );
    kiosk.person.script(IN_ENGLISH).await;
    comes_true(&kiosk.person, "window.spoken.at(-1)[0] === 'en-US'").await;
    let (_, words) = spoken(&kiosk).await;
    assert!(
        words.starts_with("Please place your My Number Card"),
        "{words}"
    );

    kiosk.verified_by_pin("ordinary").await;
    kiosk.is("consent").await;
    // The digits of a PIN are never spoken.
    let pin = kiosk
        .person
        .script("return window.spoken.some(([, text]) => text.includes('1234'));");
    assert_eq!(pin.await, false);
    kiosk.touches("agree_to_all").await;
    kiosk.is("result").await;
    says(&kiosk.person, "You are checked in").await;
    assert_eq!(tones(&kiosk).await, 0);
    // Nobody takes the card: it is called by word, tone and voice, and the reception is told.
    comes_true(
        &kiosk.person,
        "document.querySelector('main .alarm') !== null",
    )
    .await;
    comes_true(&kiosk.person, "window.tones > 1").await;
    let called = kiosk.person.text_of("main .alarm").await;
    let (_, words) = spoken(&kiosk).await;
    assert!(words.contains(&called), "{called}: {words}");
    kiosk.person.sees("176-kiosk-left-behind").await;
    says(&reception, "カードの取り忘れがあります").await;
    reception.sees("177-arrivals-left-behind").await;
    kiosk.takes("ordinary").await;
    kiosk.is("put_card").await;
    let before = tones(&kiosk).await;
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    assert_eq!(tones(&kiosk).await, before, "it is quiet again");
    kiosk.person.had_no_trouble().await;
    reception.had_no_trouble().await;
}

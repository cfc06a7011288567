//! The centre asks the authority of the cards about a certificate (OCSP), beside its lists: what it says counts at once, and
//! what is no answer of it does not.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use onshi_card::{Authority, Fault, Profile};
use onshi_core::card::CardState;

use super::desk::Desk;
use crate::centre::test_centre::{TestCentre, TestClock};

/// What a responder does with a question.
type Answering = Arc<Mutex<Box<dyn FnMut(&[u8]) -> Vec<u8> + Send>>>;

/// A responder on a port of its own: its address, and what it does.
fn responder() -> (String, Answering) {
    let answering: Answering = Arc::new(Mutex::new(Box::new(|_: &[u8]| Vec::new())));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let shared = answering.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let (mut sent, mut part) = (Vec::new(), [0; 1024]);
            let body = loop {
                let head = sent.windows(4).position(|four: &[u8]| four == b"\r\n\r\n");
                if let Some(ends) = head {
                    let text = String::from_utf8_lossy(&sent[..ends]).to_lowercase();
                    let length = text.split("content-length: ").nth(1).unwrap();
                    let length: usize = length.split("\r\n").next().unwrap().parse().unwrap();
                    if sent.len() >= ends + 4 + length {
                        break sent[ends + 4..].to_vec();
                    }
                }
                match stream.read(&mut part) {
                    Ok(0) | Err(_) => break Vec::new(),
                    Ok(length) => sent.extend_from_slice(&part[..length]),
                }
            };
            let answer = shared.lock().unwrap()(&body);
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n",
                answer.len()
            );
            // Who has gone away in the meantime does not wait for it.
            let _ = stream.write_all(head.as_bytes());
            let _ = stream.write_all(&answer);
        }
    });
    (address, answering)
}

fn answers(answering: &Answering, with: impl FnMut(&[u8]) -> Vec<u8> + Send + 'static) {
    *answering.lock().unwrap() = Box::new(with);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_authority_says_at_once_counts_and_what_is_no_answer_of_it_does_not() {
    static CLOCK: TestClock = TestClock::new();
    let (address, answering) = responder();
    let centre = TestCentre::open_with(|| CLOCK.read(), |config| config.cards.ocsp = address).await;
    let patient = centre.populate().into_iter().next().unwrap();
    let mut desk = Desk::at(&centre, CLOCK.read()).await;
    let mut good = desk.issue((&patient, Profile::Card), true, CLOCK.read());
    let mut next = desk.issue((&patient, Profile::NextCard), true, CLOCK.read());
    // Revoked after the list was made: only who is asked now knows it.
    let mut revoked = desk.make(&patient, Profile::Card, &[Fault::Revoked]);
    desk.register(&[(&revoked, "card", true)]);
    let authority = desk.authority();
    let says = |at: i64| {
        let authority: Authority = authority.clone();
        move |question: &[u8]| authority.answer(question, at, at + 600).unwrap()
    };
    let now = CLOCK.read().ms() / 1000;
    let state = async |desk: &mut Desk<'_>, plastic: &mut super::desk::Plastic| {
        let visit = desk.come(plastic, "pin", CLOCK.read()).await;
        visit["state"].as_str().unwrap().to_owned()
    };
    // While nobody answers, the lists decide alone.
    assert_eq!(state(&mut desk, &mut good).await, CardState::Good.code());
    assert_eq!(state(&mut desk, &mut revoked).await, CardState::Good.code());
    answers(&answering, says(now));
    for plastic in [&mut good, &mut next] {
        assert_eq!(state(&mut desk, plastic).await, CardState::Good.code());
    }
    let told = state(&mut desk, &mut revoked).await;
    assert_eq!(told, CardState::Revoked.code());
    // Another question's answer, one that is too old, another authority's, and none at all.
    let kept: Arc<Mutex<Option<Vec<u8>>>> = Arc::default();
    let again = kept.clone();
    let first = says(now);
    answers(&answering, move |question| {
        again
            .lock()
            .unwrap()
            .get_or_insert_with(|| first(question))
            .clone()
    });
    assert_eq!(
        state(&mut desk, &mut revoked).await,
        CardState::Revoked.code()
    );
    assert_eq!(state(&mut desk, &mut revoked).await, CardState::Good.code());
    answers(&answering, says(now - 3600));
    assert_eq!(state(&mut desk, &mut revoked).await, CardState::Good.code());
    let stranger = desk.other_authority();
    answers(&answering, move |question| {
        let answer = stranger.answer(question, now, now + 600);
        answer.unwrap_or_else(|error| error.response())
    });
    assert_eq!(state(&mut desk, &mut revoked).await, CardState::Good.code());
    let signed = says(now);
    answers(&answering, move |question| {
        let mut answer = signed(question);
        let place = answer.len() / 3;
        answer[place] ^= 1;
        answer
    });
    assert_eq!(state(&mut desk, &mut revoked).await, CardState::Good.code());
    answers(&answering, |_| b"no answer".to_vec());
    assert_eq!(state(&mut desk, &mut good).await, CardState::Good.code());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_the_lists_are_too_old_what_is_said_at_once_is_enough() {
    static CLOCK: TestClock = TestClock::new();
    let (address, answering) = responder();
    let centre = TestCentre::open_with(|| CLOCK.read(), |config| config.cards.ocsp = address).await;
    let patient = centre.populate().into_iter().next().unwrap();
    let mut desk = Desk::at(&centre, CLOCK.read()).await;
    let mut plastic = desk.make(&patient, Profile::Card, &[]);
    desk.trust(CLOCK.read().plus_seconds(-5 * 86_400));
    desk.register(&[(&plastic, "card", true)]);
    let visit = desk.come(&mut plastic, "pin", CLOCK.read()).await;
    assert_eq!(visit["state"], CardState::Unconfirmed.code());
    let (authority, now) = (desk.authority(), CLOCK.read().ms() / 1000);
    answers(&answering, move |question| {
        authority.answer(question, now, now + 600).unwrap()
    });
    let visit = desk.come(&mut plastic, "pin", CLOCK.read()).await;
    assert_eq!(visit["state"], CardState::Good.code());
}

//! Who gets a place, and who gives it up.

use super::*;
use crate::testing::limits;
use std::time::Duration;

fn places(strangers_max: usize, per_address: usize, known_max: usize) -> Arc<Places> {
    Places::new(Limits {
        strangers_max,
        per_address,
        known_max,
        per_name: 2,
        ..limits()
    })
}

fn address(last: u8) -> IpAddr {
    [192, 0, 2, last].into()
}

fn idle(place: &Place) {
    place.seat.busy();
    place.seat.answered();
    place.seat.flushed();
}

#[test]
fn an_address_that_is_full_gives_up_its_own_oldest() {
    let places = places(100, 3, 10);
    let other = places.enter(address(2));
    let ours: Vec<Place> = (0..4).map(|_| places.enter(address(1))).collect();
    let leaving: Vec<bool> = ours.iter().map(|place| place.seat.is_leaving()).collect();
    assert_eq!(leaving, [true, false, false, false]);
    assert!(!other.seat.is_leaving());
    assert_eq!(places.counts().handshakes, 4);
    drop(ours);
    assert_eq!(places.counts().handshakes, 1);
    let made_room = places.counts().ended[Ended::MadeRoom as usize - 1];
    assert_eq!(made_room, (Ended::MadeRoom, 1));
}

#[tokio::test(start_paused = true)]
async fn whoever_says_nothing_goes_before_a_handshake_that_is_under_way() {
    let places = places(100, 4, 10);
    let handshake = places.enter(address(1));
    handshake.seat.speaks();
    let silent = places.enter(address(1));
    let waiting = places.enter(address(1));
    waiting.seat.greeted();
    tokio::time::advance(Duration::from_millis(30)).await;
    let asked = places.enter(address(1));
    asked.seat.busy();
    let leaving = |all: [&Place; 4]| all.map(|place| place.seat.is_leaving());
    let all = [&handshake, &silent, &waiting, &asked];
    let next = places.enter(address(1));
    assert_eq!(leaving(all), [false, true, false, false]);
    tokio::time::advance(Duration::from_secs(2)).await;
    next.seat.speaks();
    let last = places.enter(address(1));
    last.seat.speaks();
    assert_eq!(leaving(all), [false, true, true, false]);
    // Nobody lingers: then it is the oldest, so that no one holds a place by speaking.
    let _more = places.enter(address(1));
    assert_eq!(leaving(all), [true, true, true, false]);
}

#[test]
fn when_all_is_full_the_address_with_the_most_makes_room() {
    let places = places(6, 5, 10);
    let alone = places.enter(address(1));
    let many: Vec<Place> = (0..5).map(|_| places.enter(address(2))).collect();
    let newcomers: Vec<Place> = (3..6).map(|last| places.enter(address(last))).collect();
    assert!(!alone.seat.is_leaving());
    assert!(newcomers.iter().all(|place| !place.seat.is_leaving()));
    let left = many.iter().filter(|place| place.seat.is_leaving()).count();
    assert_eq!(left, 3);
}

#[test]
fn strangers_take_no_place_of_the_known_and_the_other_way_round() {
    let places = places(2, 2, 3);
    let known: Vec<Place> = ["a", "b", "c"]
        .into_iter()
        .map(|name| {
            let place = places.enter(address(1));
            assert!(place.recognise(name));
            place
        })
        .collect();
    let strangers: Vec<Place> = (0..50).map(|_| places.enter(address(1))).collect();
    assert!(known.iter().all(|place| !place.seat.is_leaving()));
    let counts = places.counts();
    assert_eq!((counts.known, counts.handshakes), (3, 2));
    // All known places are taken by one each: nobody has to make room for a fourth.
    let fourth = strangers.last().unwrap();
    assert!(!fourth.recognise("d"));
    assert!(!fourth.seat.is_known());
}

#[test]
fn one_name_has_its_bound_and_gives_up_its_longest_idle() {
    let places = places(5, 5, 10);
    let place = || {
        let place = places.enter(address(1));
        (place.recognise("a"), place)
    };
    let (first, second) = (place(), place());
    assert!(first.0 && second.0);
    assert!(!place().0, "both are at work");
    idle(&second.1);
    let third = place();
    assert!(third.0 && second.1.seat.is_leaving() && !first.1.seat.is_leaving());
}

#[test]
fn when_the_known_are_full_the_name_with_the_most_makes_room() {
    let places = places(5, 5, 3);
    let place = |name| {
        let place = places.enter(address(1));
        assert!(place.recognise(name), "{name}");
        idle(&place);
        place
    };
    let many = [place("a"), place("a")];
    let others = [place("b"), place("c")];
    assert!(many[0].seat.is_leaving() && !many[1].seat.is_leaving());
    assert!(others.iter().all(|place| !place.seat.is_leaving()));
}

#[test]
fn whoever_is_not_known_any_more_takes_a_strangers_place() {
    let places = places(1, 1, 5);
    let stranger = places.enter(address(1));
    stranger.seat.greeted();
    assert!(stranger.recognise("a"));
    let other = places.enter(address(1));
    stranger.demote();
    stranger.demote();
    assert!(other.seat.is_leaving() && !stranger.seat.is_known());
    let counts = places.counts();
    assert_eq!((counts.known, counts.strangers), (0, 1));
    drop((stranger, other));
    assert_eq!(places.counts().strangers, 0);
    assert_eq!(places.taken().open, 0);
}

#[test]
fn nothing_is_kept_of_those_who_left() {
    let places = places(8, 4, 8);
    for round in 0..1000 {
        let place = places.enter(address(round as u8));
        if round % 3 == 0 {
            place.recognise("a");
        }
        if round % 6 == 0 {
            place.demote();
        }
    }
    let taken = places.taken();
    assert_eq!((taken.open, taken.names.len()), (0, 0));
    assert!(taken.strangers.groups.is_empty() && taken.known.groups.is_empty());
}

#[test]
fn whoever_comes_too_fast_gets_no_place_and_whoever_is_known_always_does() {
    let arrivals = Some(crate::Arrivals {
        burst: 3,
        per_second: 1,
    });
    let places = Places::new(Limits {
        arrivals,
        per_name: 100,
        known_max: 100,
        ..limits()
    });
    let came = (0..5).filter_map(|_| places.admit(address(1))).count();
    assert_eq!(came, 3);
    let ended = places.counts().ended;
    assert!(ended.contains(&(Ended::TooMany, 2)), "{ended:?}");
    assert!(places.admit(address(2)).is_some(), "from elsewhere");
    // However many terminals an institution has behind one address.
    for number in 0..50 {
        let place = places.admit(address(3)).expect("a known one");
        assert!(place.recognise(&format!("certificate {number}")));
    }
}

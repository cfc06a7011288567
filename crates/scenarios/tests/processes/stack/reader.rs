//! Our own reader over PC/SC: what it says to the card, cards that come and go, and a service that does.

use super::{PIN, Stack};
use onshi_pcsc::{Library, PcscError, Sharing};
use onshi_terminal::reader::apdu::{self, Status, jpki};
use onshi_terminal::reader::secret::Secret;
use onshi_terminal::reader::{PcscPort, Port};

/// Says something to the card, which must answer.
fn say(port: &mut PcscPort, command: &Secret) -> (Vec<u8>, Status) {
    let answer = port.transmit(command).unwrap();
    let (data, status) = apdu::answer(answer.bytes()).unwrap();
    (data.to_vec(), status)
}

fn done(port: &mut PcscPort, command: &Secret) -> Vec<u8> {
    let (data, status) = say(port, command);
    assert_eq!(status, Status::Done);
    data
}

fn certificate(port: &mut PcscPort) -> Vec<u8> {
    done(port, &apdu::select_file(jpki::CERTIFICATE));
    let mut all = done(port, &apdu::read(0, apdu::PIECE));
    let length = apdu::object_length(&all).unwrap();
    while all.len() < length {
        let offset = u16::try_from(all.len()).unwrap();
        all.extend(done(port, &apdu::read(offset, apdu::PIECE)));
    }
    all.truncate(length);
    all
}

/// The way of a patient with a PIN: application, certificate, tries, PIN, signature.
fn sign_by_pin(port: &mut PcscPort, pin: &str) -> Result<Vec<u8>, Status> {
    done(port, &apdu::select_application(apdu::JPKI));
    assert!(certificate(port).starts_with(&[0x30, 0x82]));
    done(port, &apdu::select_file(jpki::PIN));
    assert!(matches!(say(port, &apdu::tries_left()).1, Status::Left(_)));
    let verified = say(port, &apdu::verify(&Secret::new(pin.as_bytes().to_vec()))).1;
    if verified != Status::Done {
        return Err(verified);
    }
    done(port, &apdu::select_file(jpki::KEY));
    Ok(done(port, &apdu::sign(&apdu::digest_info(&[7; 32]))))
}

#[test]
#[ignore = "runs in namespaces of its own, started by the test beside it"]
fn inside() {
    let mut stack = Stack::start();
    stack.card(&["make", "--patient", "1", "--patient", "2", "--pin", PIN]);
    let mut port = PcscPort::open(None).unwrap();
    assert_eq!(port.card(), None);
    assert!(port.reader().unwrap().starts_with("Virtual PCD"));

    let mut first = stack.insert("patient-1", &[]);
    let number = port.card().unwrap();
    assert_eq!(port.card(), Some(number), "it is the same one");
    assert_eq!(sign_by_pin(&mut port, PIN).unwrap().len(), 256);
    // Nobody else gets at a card to which a PIN was shown.
    let library = Library::load().unwrap();
    let mut other = library.context().unwrap();
    let name = port.reader().unwrap().to_owned();
    let taken = other.connect(&name, Sharing::Shared).map(drop);
    assert_eq!(taken, Err(PcscError::InUse));
    // When it is let go of, nothing of the PIN is left.
    port.release();
    done(&mut port, &apdu::select_application(apdu::JPKI));
    done(&mut port, &apdu::select_file(jpki::KEY));
    let sign = apdu::sign(&apdu::digest_info(&[7; 32]));
    assert_eq!(say(&mut port, &sign).1, Status::Other(0x6982));
    assert_eq!(sign_by_pin(&mut port, "0000"), Err(Status::Left(2)));

    // Taken out: the card is gone, and the next one is another one.
    stack.card(&["remove", "patient-1"]);
    assert!(first.wait().unwrap().success());
    assert!(port.transmit(&apdu::tries_left()).is_err());
    stack.wait("the empty reader", || port.card().is_none());
    let mut second = stack.insert("patient-2", &["--latency-ms", "5"]);
    let next = port.card().unwrap();
    assert_ne!(next, number);
    sign_by_pin(&mut port, PIN).unwrap();
    stack.card(&["remove", "patient-2"]);
    assert!(second.wait().unwrap().success());
    stack.wait("the empty reader", || port.card().is_none());

    // Pulled out at every command of that way: an error each time, and never a signature.
    for commands in 1.. {
        let most = commands.to_string();
        let mut pulled = stack.insert("patient-2", &["--taken-away-after", &most]);
        stack.wait("the card", || port.card().is_some());
        let answered = answers_until_it_is_gone(&mut port);
        assert!(answered <= commands);
        if answered < commands {
            assert!(commands > 8, "the way is longer than that");
            port.release();
            stack.card(&["remove", "patient-2"]);
            pulled.wait().unwrap();
            break;
        }
        assert!(pulled.wait().unwrap().success());
        stack.wait("the empty reader", || port.card().is_none());
    }

    // The service goes and comes: the reader finds it again.
    stack.restart();
    let mut last = stack.insert("patient-1", &[]);
    stack.wait("the card", || port.card().is_some());
    sign_by_pin(&mut port, PIN).unwrap();
    stack.card(&["remove", "patient-1"]);
    assert!(last.wait().unwrap().success());
}

/// How many commands of the way with a PIN were answered.
fn answers_until_it_is_gone(port: &mut PcscPort) -> u32 {
    let way = [
        apdu::select_application(apdu::JPKI),
        apdu::select_file(jpki::CERTIFICATE),
        apdu::read(0, apdu::PIECE),
        apdu::read(256, apdu::PIECE),
        apdu::read(512, apdu::PIECE),
        apdu::select_file(jpki::PIN),
        apdu::tries_left(),
        apdu::verify(&Secret::new(PIN.as_bytes().to_vec())),
        apdu::select_file(jpki::KEY),
        apdu::sign(&apdu::digest_info(&[7; 32])),
    ];
    let mut answered = 0;
    for command in way {
        if port.transmit(&command).is_err() {
            break;
        }
        answered += 1;
    }
    answered
}

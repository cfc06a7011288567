//! The product as its people use it: the real program, a real browser, and a keyboard.

mod accounts;
mod beginning;
mod brief;
mod care;
mod certificates;
mod comfort;
mod ending;
mod fetching;
mod history;
mod home;
mod hospital;
mod kinds;
mod kiosk;
mod kiosk_aloud;
mod manual;
mod mornings;
#[path = "../../../../core/src/second_factor/passkey/device.rs"]
#[expect(dead_code, reason = "these tests have a browser's own devices")]
mod passkey_device;
mod passkeys;
mod person;
mod reception;
mod recovery;
mod samples;
#[path = "../../quick/centre/test_centre.rs"]
#[expect(dead_code, reason = "the centre's own tests use the rest of it")]
mod test_centre;
mod viewing;
mod visit;

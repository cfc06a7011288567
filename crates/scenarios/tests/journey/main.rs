//! The product as its people use it: the real program, a real browser, and a keyboard.

// `cfg(test)` is always set here; it tells clippy that helpers are tests too.
#[cfg(test)]
mod brief;
#[cfg(test)]
mod care;
#[cfg(test)]
mod certificates;
#[cfg(test)]
mod comfort;
#[cfg(test)]
mod ending;
#[cfg(test)]
mod history;
#[cfg(test)]
mod kinds;
#[cfg(test)]
mod mornings;
#[cfg(test)]
mod person;
#[cfg(test)]
mod reception;
#[cfg(test)]
mod recovery;
#[cfg(test)]
mod samples;
#[cfg(test)]
#[path = "../centre/test_centre.rs"]
#[expect(dead_code, reason = "the centre's own tests use the rest of it")]
mod test_centre;

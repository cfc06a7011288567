//! The program is killed, again and again, and must not have lost or forgotten anything.

// `cfg(test)` is always set here; it tells clippy that helpers are tests too.
#[cfg(test)]
mod disk;
#[cfg(test)]
mod imports;
#[cfg(test)]
mod kills;
#[cfg(test)]
mod place;
#[cfg(test)]
mod starts;

//! The program is killed, again and again, and must not have lost or forgotten anything; and what
//! it does beside must not be felt by whoever stands at a reception.

// `cfg(test)` is always set here; it tells clippy that helpers are tests too.
#[cfg(test)]
mod arrivals;
#[cfg(test)]
mod bodies;
#[cfg(test)]
mod clinic;
#[cfg(test)]
mod commits;
#[cfg(test)]
mod database;
#[cfg(test)]
mod disk;
#[cfg(test)]
mod folders;
#[cfg(test)]
mod hangs;
#[cfg(test)]
mod imports;
#[cfg(test)]
mod kills;
#[cfg(test)]
mod language;
#[cfg(test)]
mod load;
#[cfg(test)]
mod operator;
#[cfg(test)]
mod pace;
#[cfg(test)]
mod place;
#[cfg(test)]
mod races;
#[cfg(test)]
mod relay;
#[cfg(test)]
mod starts;
#[cfg(test)]
mod strangers;

//! The Web API over real TLS: everything a receipt computer may ask, right and wrong.

// `cfg(test)` is always set here; it tells clippy that helpers are tests too.
#[cfg(test)]
mod arriving;
#[cfg(test)]
mod bulk;
#[cfg(test)]
mod bulk_screen;
#[cfg(test)]
mod consents;
#[cfg(test)]
mod days;
#[cfg(test)]
mod echo;
#[cfg(test)]
mod left;
#[cfg(test)]
mod medical;
#[cfg(test)]
mod people;
#[cfg(test)]
mod periods;
#[cfg(test)]
mod program;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod replaced;
#[cfg(test)]
mod reports;
#[cfg(test)]
mod screen;
#[cfg(test)]
#[path = "../centre/test_centre.rs"]
#[expect(dead_code, reason = "the centre's own tests use the rest of it")]
mod test_centre;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod unshown;
#[cfg(test)]
mod vectors;
#[cfg(test)]
mod wrong;

//! One binary, so that all of it is linked once.

// `cfg(test)` is always set here; it tells clippy that helpers are tests too.
#[cfg(test)]
mod browser;

//! One binary, so that all of it is linked once.

mod browser;

//! Whether the population is what it is said to be.

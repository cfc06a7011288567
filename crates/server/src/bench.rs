//! Measurements. Filled in when there is something to measure.

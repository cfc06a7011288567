//! What the operator's command line and the demo do, through the same door as everybody.

pub mod access_report;
pub mod backup;
pub mod provision;

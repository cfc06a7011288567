//! The program is killed, again and again, and must not have lost or forgotten anything; and what
//! it does beside must not be felt by whoever stands at a reception.

mod applications;
mod arrivals;
mod backups;
mod bodies;
pub mod clinic;
mod commands;
mod commits;
mod consented;
mod database;
mod disk;
mod doctor;
mod enrolment;
mod face;
mod folders;
mod hangs;
mod imports;
mod kills;
mod language;
mod load;
mod operator;
mod pace;
pub mod place;
mod races;
pub mod relay;
mod rollout;
mod starts;
mod strangers;
mod visits;

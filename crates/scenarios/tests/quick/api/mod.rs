//! The Web API over real TLS: everything a receipt computer may ask, right and wrong.

mod access_url;
mod arriving;
mod bulk;
mod bulk_screen;
mod cards;
mod clinic_day;
mod consents;
mod days;
mod echo;
mod environment;
mod fhir;
mod home_visit;
mod left;
mod medical;
mod no_route;
mod people;
mod periods;
pub(crate) mod program;
mod refusals;
mod replaced;
mod reports;
mod screen;
mod tokens;
mod unshown;
mod vectors;
mod withdrawal;
mod wrong;

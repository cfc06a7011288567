//! The centre over real TLS, with real certificates, on a database of its own.

// `cfg(test)` is always set here; it tells clippy that helpers are tests too.
#[cfg(test)]
mod api_matrix;
#[cfg(test)]
mod certificates;
#[cfg(test)]
mod consent;
#[cfg(test)]
mod door;
#[cfg(test)]
mod foreign;
#[cfg(test)]
mod foreign_page;
#[cfg(test)]
mod forgery;
#[cfg(test)]
mod forms;
#[cfg(test)]
mod history_download;
#[cfg(test)]
mod log_in;
#[cfg(test)]
mod matrix;
#[cfg(test)]
mod odd;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod renewal;
#[cfg(test)]
mod secrecy;
#[cfg(test)]
mod session;
#[cfg(test)]
mod shares;
#[cfg(test)]
mod stop;
#[cfg(test)]
mod storm;
#[cfg(test)]
mod strangers;
#[cfg(test)]
mod test_centre;
#[cfg(test)]
mod token_alone;
#[cfg(test)]
mod typing;
#[cfg(test)]
mod viewing;

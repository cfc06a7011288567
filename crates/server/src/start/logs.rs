//! Structured logs. Ids, codes and times only: no secret and no patient's data ever gets here.

use crate::config::{LogConfig, LogFormat};
use tracing_subscriber::EnvFilter;

/// Starts logging to the error output. A second call, in tests, changes nothing.
pub fn start(config: &LogConfig) {
    let filter = EnvFilter::try_new(&config.level).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        // Where a line can't be written, the complaint of that would end the thread.
        .log_internal_errors(false)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()));
    // Only the first subscriber of a process is taken, which is what is wanted.
    let _ = match config.format {
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
        LogFormat::Text => builder.with_target(false).try_init(),
    };
}

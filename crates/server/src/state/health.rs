//! How the database is, for all who ask.

use onshi_core::Service;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// How long an answer about the database's health is good for those who ask next.
const FRESH: Duration = Duration::from_secs(1);
/// How much longer than the service's own patience is waited, where no thread is free to ask it.
const GRACE: Duration = Duration::from_millis(200);

/// Asks how the database is, once for all who want to know at the same time: whoever asks costs at
/// most one commit a second, however often.
pub struct HealthCheck {
    service: Arc<Service>,
    last: Mutex<Option<(Instant, Result<(), String>)>>,
}

impl HealthCheck {
    /// Nobody has asked yet.
    pub fn new(service: Arc<Service>) -> HealthCheck {
        HealthCheck {
            service,
            last: Mutex::default(),
        }
    }

    /// How the database is: good, or what is wrong, in words for the operator.
    pub async fn ask(&self, patience: Duration) -> Result<(), String> {
        let mut last = self.last.lock().await;
        if let Some((at, answer)) = &*last
            && at.elapsed() < FRESH
        {
            // What was wrong is over as soon as something was committed.
            let well = answer.is_ok() || self.service.has_just_committed();
            return if well { Ok(()) } else { answer.clone() };
        }
        let service = self.service.clone();
        let asked = tokio::task::spawn_blocking(move || service.health(patience));
        let answer = match tokio::time::timeout(patience + GRACE, asked).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(panic)) => Err(format!("asking for the database's health: {panic}")),
            Err(_) => Err("every thread waits for the database".to_owned()),
        };
        *last = Some((Instant::now(), answer.clone()));
        answer
    }
}

//! The server's certificate is made anew while the service runs.

use crate::http::tls::ServerCertificate;
use crate::start::secrets::Secrets;
use crate::state::Centre;
use onshi_core::{Fault, Moment};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Looks now and then whether the certificate has to be made anew, until it is told to stop.
pub async fn work(
    centre: Arc<Centre>,
    secrets: Secrets,
    shown: Arc<ServerCertificate>,
    mut stop: watch::Receiver<bool>,
) {
    let pause = Duration::from_secs(centre.config.centre.renewal_check_seconds);
    loop {
        tokio::select! {
            // An error means that nobody is there any more who could say stop.
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(pause) => {}
        }
        let (asked, secrets, shown) = (centre.clone(), secrets.clone(), shown.clone());
        let looked = tokio::task::spawn_blocking(move || renew(&asked, &secrets, &shown)).await;
        let looked = looked.unwrap_or_else(|e| Err(Fault::at("renewing a certificate", e)));
        if let Err(fault) = looked {
            // The old one is shown for as long as it is good: a third of its life.
            tracing::error!(%fault, "the server's certificate could not be made anew");
        }
    }
}

fn renew(centre: &Centre, secrets: &Secrets, shown: &ServerCertificate) -> Result<(), Fault> {
    let now = match centre.sandbox {
        None => (centre.clock)(),
        // Whoever looks at the certificate does so by a clock that nobody moves.
        Some(_) => onshi_core::clock::now(),
    };
    let authority = secrets.authority(now)?;
    let files = secrets.server(&authority, &centre.config.centre.names, now)?;
    if shown.replace(&files.certificate_pem, &files.key_pem)? {
        let until = files.not_after.jst_table();
        tracing::info!(until, "the server's certificate was made anew");
    }
    tell(files.not_after);
    Ok(())
}

/// Tells monitoring when the certificate runs out.
pub fn tell(not_after: Moment) {
    metrics::gauge!("onshi_server_certificate_not_after_seconds")
        .set((not_after.ms() / 1000) as f64);
}

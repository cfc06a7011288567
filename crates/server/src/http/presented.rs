//! What a connection presents: its certificate, and the address that it comes from.

use onshi_connections::NotWelcome;
use onshi_core::RefusalCode;
use onshi_core::certificate::PeerStatus;
use std::net::IpAddr;
use std::sync::Arc;

/// What a connection presented, and from where it came.
#[derive(Clone)]
pub struct Presented {
    /// The status of its certificate, judged once by its signature; each request looks at times and
    /// revocation again.
    pub certificate: Arc<PeerStatus>,
    /// The address that it came from.
    pub address: IpAddr,
    /// The same as the logs have it.
    pub peer: Arc<str>,
}

/// Marks an answer that says that a certificate is good for nothing: its connection does not keep
/// a place that is meant for terminals.
pub fn mark(response: &mut axum::response::Response, code: RefusalCode) {
    let worthless = matches!(
        code,
        RefusalCode::CertificateForeign
            | RefusalCode::CertificateRevoked
            | RefusalCode::CertificateExpired
            | RefusalCode::CertificateNotYetValid
            | RefusalCode::FacilityStopped
    );
    if worthless {
        response.extensions_mut().insert(NotWelcome);
    }
}

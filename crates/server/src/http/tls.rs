//! TLS: the terminal's certificate is asked for, and whatever is shown is let in to be told what
//! is wrong with it.
//!
//! A handshake that fails shows a person nothing but a dead connection. So the handshake only
//! proves that the peer holds the key of the certificate it shows; what the certificate is worth is
//! judged by authentication, which can answer with a page.

use onshi_core::Fault;
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{DigitallySignedStruct, DistinguishedName, ServerConfig, SignatureScheme};
use std::sync::{Arc, PoisonError, RwLock};

#[derive(Debug)]
struct AnyCertificate {
    algorithms: WebPkiSupportedAlgorithms,
    hints: Vec<DistinguishedName>,
}

impl ClientCertVerifier for AnyCertificate {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    /// Names our authority, so that a browser offers only its certificates.
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &self.hints
    }

    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// The server's certificate. It can be replaced while connections go on; the next handshake shows
/// the new one.
#[derive(Debug)]
pub struct ServerCertificate(RwLock<Arc<CertifiedKey>>);

impl ServerCertificate {
    /// This certificate with its key, both in PEM.
    pub fn new(certificate_pem: &str, key_pem: &str) -> Result<Arc<ServerCertificate>, Fault> {
        let first = Arc::new(certified(certificate_pem, key_pem)?);
        Ok(Arc::new(ServerCertificate(RwLock::new(first))))
    }

    /// Shows this one from now on. False when it is the one that is shown already.
    pub fn replace(&self, certificate_pem: &str, key_pem: &str) -> Result<bool, Fault> {
        let next = certified(certificate_pem, key_pem)?;
        let mut shown = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if shown.cert == next.cert {
            return Ok(false);
        }
        *shown = Arc::new(next);
        Ok(true)
    }
}

impl ResolvesServerCert for ServerCertificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let shown = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Some(shown.clone())
    }
}

/// The server's side of TLS with certificates of terminals.
pub fn for_terminals(
    certificate: &Arc<ServerCertificate>,
    authority_der: &[u8],
) -> Result<Arc<ServerConfig>, Fault> {
    let provider = Arc::new(ring::default_provider());
    let algorithms = provider.signature_verification_algorithms;
    let hints = authority_subject(authority_der)?;
    let verifier = Arc::new(AnyCertificate { algorithms, hints });
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| Fault::at("setting up TLS", e))?
        .with_client_cert_verifier(verifier)
        .with_cert_resolver(certificate.clone());
    Ok(Arc::new(config))
}

/// The server's side of TLS for anybody.
pub fn for_anybody(certificate: &Arc<ServerCertificate>) -> Result<Arc<ServerConfig>, Fault> {
    let provider: Arc<CryptoProvider> = Arc::new(ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| Fault::at("setting up TLS", e))?
        .with_no_client_auth()
        .with_cert_resolver(certificate.clone());
    Ok(Arc::new(config))
}

/// Certificate and key, which must belong together.
fn certified(certificate_pem: &str, key_pem: &str) -> Result<CertifiedKey, Fault> {
    let chain = CertificateDer::pem_slice_iter(certificate_pem.as_bytes())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|e| Fault::at("reading the server's certificate", e))?;
    let key = PrivateKeyDer::from_pem_slice(key_pem.as_bytes())
        .map_err(|e| Fault::at("reading the server's key", e))?;
    CertifiedKey::from_der(chain, key, &ring::default_provider())
        .map_err(|e| Fault::at("setting up TLS", e))
}

fn authority_subject(der: &[u8]) -> Result<Vec<DistinguishedName>, Fault> {
    let der = CertificateDer::from(der.to_vec());
    let mut roots = rustls::RootCertStore::empty();
    roots
        .add(der)
        .map_err(|e| Fault::at("reading the authority", e))?;
    Ok(roots.subjects())
}

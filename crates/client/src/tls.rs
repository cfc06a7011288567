//! Whom to believe, and what to show: the two halves of mutual TLS.

use std::sync::Arc;

use p12_keystore::{KeyStore, Pkcs12ImportPolicy};
use rustls::crypto::{CryptoProvider, ring};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

/// What is wrong with a certificate, a key or an authority.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// Not one certificate is in it, or one that can't be read.
    #[error("it holds no certificate in PEM")]
    NotACertificate,
    /// The certificate is no authority that TLS takes.
    #[error("it is no authority's certificate: {0}")]
    NotAnAuthority(rustls::Error),
    /// There is no private key in it.
    #[error("it holds no key")]
    NotAKey,
    /// The key is another certificate's, or of a kind that TLS does not take.
    #[error("the key does not go with the certificate: {0}")]
    Mismatch(rustls::Error),
    /// No PKCS#12 file, or of another password.
    #[error("it is no PKCS#12 file of this password ({0})")]
    NotPkcs12(String),
    /// A PKCS#12 file without a certificate that has its key.
    #[error("it holds no certificate with a key")]
    NoPair,
    /// TLS itself.
    #[error(transparent)]
    Tls(#[from] rustls::Error),
}

impl TlsError {
    /// The same for an operator who reads Japanese; what a library says is quoted.
    pub fn in_japanese(&self) -> String {
        match self {
            TlsError::NotACertificate => "PEM形式の証明書がありません。".to_owned(),
            TlsError::NotAnAuthority(said) => format!("認証局の証明書ではありません［{said}］。"),
            TlsError::NotAKey => "秘密鍵がありません。".to_owned(),
            TlsError::Mismatch(said) => format!("鍵が証明書のものではありません［{said}］。"),
            TlsError::NotPkcs12(said) => {
                format!("PKCS#12ファイルでないか、パスワードが違います［{said}］。")
            }
            TlsError::NoPair => "鍵のある証明書がありません。".to_owned(),
            TlsError::Tls(said) => format!("TLSで使えません［{said}］。"),
        }
    }
}

/// The authorities that are believed about the other side; nobody else is.
#[derive(Clone, Debug)]
pub struct Roots(Arc<RootCertStore>);

impl Roots {
    /// Nobody is believed: for an address without TLS.
    pub fn none() -> Roots {
        Roots(Arc::new(RootCertStore::empty()))
    }

    /// The certificates of a PEM file, one at the least.
    pub fn from_pem(pem: &[u8]) -> Result<Roots, TlsError> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|_| TlsError::NotACertificate)?;
            roots.add(certificate).map_err(TlsError::NotAnAuthority)?;
        }
        if roots.is_empty() {
            return Err(TlsError::NotACertificate);
        }
        Ok(Roots(Arc::new(roots)))
    }
}

/// A certificate with its key, which goes with it.
#[derive(Clone, Debug)]
pub struct Identity(Arc<CertifiedKey>);

impl Identity {
    /// One that was put together already.
    pub fn of(key: Arc<CertifiedKey>) -> Identity {
        Identity(key)
    }

    /// The chain and the key in PEM; both may be the same file.
    pub fn from_pem(certificate: &[u8], key: &[u8]) -> Result<Identity, TlsError> {
        let chain = CertificateDer::pem_slice_iter(certificate).collect::<Result<Vec<_>, _>>();
        let chain = chain.map_err(|_| TlsError::NotACertificate)?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| TlsError::NotAKey)?;
        Identity::put_together(chain, key)
    }

    /// A PKCS#12 file, as terminals are given theirs.
    pub fn from_pkcs12(bytes: &[u8], password: &str) -> Result<Identity, TlsError> {
        let store = KeyStore::from_pkcs12(bytes, password, Pkcs12ImportPolicy::Relaxed)
            .map_err(|error| TlsError::NotPkcs12(error.to_string()))?;
        let (_, pair) = store.private_key_chain().ok_or(TlsError::NoPair)?;
        let chain = pair.certs().iter();
        let chain = chain.map(|c| CertificateDer::from(c.as_der().to_vec()));
        let key = PrivatePkcs8KeyDer::from(pair.key().as_der().to_vec());
        Identity::put_together(chain.collect(), key.into())
    }

    fn put_together(
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
    ) -> Result<Identity, TlsError> {
        if chain.is_empty() {
            return Err(TlsError::NotACertificate);
        }
        let pair = CertifiedKey::from_der(chain, key, &provider()).map_err(TlsError::Mismatch)?;
        Ok(Identity(Arc::new(pair)))
    }
}

/// TLS to a side that one of these authorities vouches for, showing this certificate if any.
pub fn config(roots: &Roots, shown: Option<&Identity>) -> Result<ClientConfig, TlsError> {
    let builder = ClientConfig::builder_with_provider(Arc::new(provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(Arc::clone(&roots.0));
    Ok(match shown {
        None => builder.with_no_client_auth(),
        Some(Identity(key)) => {
            let only = SingleCertAndKey::from(Arc::clone(key));
            builder.with_client_cert_resolver(Arc::new(only))
        }
    })
}

fn provider() -> CryptoProvider {
    ring::default_provider()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertificateParams, KeyPair};

    fn pair() -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let certificate = params.self_signed(&key).unwrap();
        (certificate.pem(), key.serialize_pem())
    }

    #[test]
    fn a_key_of_another_certificate_is_found_before_it_is_shown() {
        let (certificate, key) = pair();
        let (_, other) = pair();
        let own = Identity::from_pem(certificate.as_bytes(), key.as_bytes());
        assert!(own.is_ok());
        let both = format!("{certificate}{key}");
        assert!(Identity::from_pem(both.as_bytes(), both.as_bytes()).is_ok());
        let wrong = Identity::from_pem(certificate.as_bytes(), other.as_bytes());
        assert!(matches!(wrong, Err(TlsError::Mismatch(_))), "{wrong:?}");
        let none = Identity::from_pem(certificate.as_bytes(), certificate.as_bytes());
        assert!(matches!(none, Err(TlsError::NotAKey)), "{none:?}");
        for not_one in [key.as_bytes(), b"", b"-----BEGIN CERTIFICATE-----\n!"] {
            let wrong = Identity::from_pem(not_one, key.as_bytes());
            assert!(matches!(wrong, Err(TlsError::NotACertificate)), "{wrong:?}");
        }
    }

    #[test]
    fn somebody_must_be_believed() {
        let (certificate, key) = pair();
        assert!(Roots::from_pem(certificate.as_bytes()).is_ok());
        for nobody in [key.as_bytes(), b"", b"words"] {
            let wrong = Roots::from_pem(nobody);
            assert!(matches!(wrong, Err(TlsError::NotACertificate)), "{wrong:?}");
        }
        // An empty store believes nobody; it never means everybody.
        assert!(Roots::none().0.is_empty());
        let (certificate, key) = (certificate.as_bytes(), key.as_bytes());
        let shown = Identity::from_pem(certificate, key).unwrap();
        assert!(
            config(&Roots::none(), None).is_ok_and(|c| !c.client_auth_cert_resolver.has_certs())
        );
        assert!(
            config(&Roots::none(), Some(&shown))
                .is_ok_and(|c| c.client_auth_cert_resolver.has_certs())
        );
    }

    #[test]
    fn what_is_no_pkcs12_says_so() {
        let wrong = Identity::from_pkcs12(b"words", "secret");
        assert!(matches!(wrong, Err(TlsError::NotPkcs12(_))), "{wrong:?}");
    }
}

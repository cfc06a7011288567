//! The file (PKCS#12) that carries a certificate and its key to a terminal.

use p12_keystore::{
    Certificate, EncryptionAlgorithm, KeyStore, KeyStoreEntry, MacAlgorithm, PrivateKey,
    PrivateKeyChain,
};
use rustls_pki_types::PrivatePkcs8KeyDer;
use rustls_pki_types::pem::PemObject;

use super::{CertificateFault, Issued};

/// Stands for a character that the file's 16-bit strings have no room for.
const STAND_IN: char = '●';

impl Issued {
    /// Certificate, key and authority in one file under a password.
    ///
    /// AES-256 and SHA-256: Windows 10 (1709) and later, macOS, Firefox, Chromium and OpenSSL read
    /// it. The password must be printable ASCII, since readers disagree on how to encode others.
    pub fn pkcs12(
        &self,
        authority_der: &[u8],
        friendly_name: &str,
        password: &str,
    ) -> Result<Vec<u8>, CertificateFault> {
        if password.is_empty() || !password.bytes().all(|byte| matches!(byte, 0x20..=0x7e)) {
            let why = "must be printable ASCII";
            return Err(CertificateFault::Words {
                part: "password",
                why,
            });
        }
        let key = PrivatePkcs8KeyDer::from_pem_slice(self.key_pem.as_bytes())
            .map_err(|_| CertificateFault::Unreadable("the key is not readable"))?;
        let chain = [
            Certificate::from_der(&self.certificate_der)?,
            Certificate::from_der(authority_der)?,
        ];
        let key = PrivateKey::from_der(key.secret_pkcs8_der())?;
        let chain = PrivateKeyChain::new(self.serial.as_bytes(), key, chain);
        let alias: String = friendly_name
            .chars()
            .map(|c| if c > '\u{ffff}' { STAND_IN } else { c })
            .collect();
        let mut store = KeyStore::new();
        store.add_entry(&alias, KeyStoreEntry::PrivateKeyChain(chain));
        let file = store
            .writer(password)
            .encryption_algorithm(EncryptionAlgorithm::PbeWithHmacSha256AndAes256)
            .mac_algorithm(MacAlgorithm::HmacSha256)
            .write()?;
        Ok(file)
    }
}

//! Bytes that are cleared when they are done with, and that nothing prints: a PIN (暗証番号), a
//! 照合番号, a picture of a face, a passcode.

use zeroize::Zeroizing;

/// Bytes that nothing shows.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Takes the bytes over.
    pub fn new(bytes: Vec<u8>) -> Secret {
        Secret(Zeroizing::new(bytes))
    }

    /// The bytes, for the one who needs them.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Adds what follows. What is given up by growing is cleared too.
    pub fn extend(&mut self, more: &[u8]) {
        if self.0.len() + more.len() > self.0.capacity() {
            let mut roomier = Vec::with_capacity((self.0.len() + more.len()) * 2);
            roomier.extend_from_slice(&self.0);
            // The old ones are cleared as they are dropped.
            self.0 = Zeroizing::new(roomier);
        }
        self.0.extend_from_slice(more);
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_grows_and_is_never_shown() {
        let mut secret = Secret::default();
        for piece in [b"12".as_slice(), b"345", &[0; 300]] {
            secret.extend(piece);
        }
        assert_eq!(secret.bytes().len(), 305);
        assert!(secret.bytes().starts_with(b"12345"));
        assert_eq!(format!("{secret:?}"), "***");
    }
}

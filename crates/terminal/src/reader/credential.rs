//! What this reader shows a card so that it signs without its PIN (特定機関認証, SIMULATED): the credential
//! that the cards' authority gives out.

use super::machine::ReaderCredential;
use onshi_card::TerminalCredential;

impl ReaderCredential for TerminalCredential {
    fn certificate(&self) -> &[u8] {
        &self.certificate.0
    }

    fn answer(&self, challenge: &[u8]) -> Option<Vec<u8>> {
        TerminalCredential::answer(self, challenge).ok()
    }
}

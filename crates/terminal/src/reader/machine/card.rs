//! The dialogue with the card: which command follows on which answer, and what was found in the end.

use std::sync::Arc;

use super::super::apdu::{self, Status};
use super::super::secret::Secret;
use super::file::Broken;
use super::{CardGone, Command, Method, Problem};

/// What a card is, told by the name of its token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Token {
    /// A My Number Card.
    #[default]
    Card,
    /// A card of the next generation (P-384): its applications have other names.
    Next,
    /// A smartphone that asks for the PIN of its certificate.
    Android,
    /// A smartphone that has asked its owner by itself.
    Iphone,
}

/// What the answer that is waited for belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Pending {
    Application,
    Token,
    TokenName,
    CertificateFile,
    CertificateBytes,
    /// Selecting what holds the PIN, then its file; then the PIN is verified where there is one.
    PinApplication(Option<Secret>),
    PinFile(Option<Secret>),
    PinCounter,
    PinVerified,
    SurfaceApplication(Secret),
    SurfaceKey(Secret),
    SurfaceCounter(Secret),
    SurfaceVerified,
    PhotoFile,
    PhotoBytes,
    /// Selecting what signs, and showing that this reader may have it signed without a PIN.
    SignApplication(Secret),
    ReaderShown(Secret),
    CardChallenge(Secret),
    ReaderProved(Secret),
    SignKey(Secret),
    Signed,
    Manager,
}

/// What shows a card that this reader may have it sign without a PIN (特定機関認証, SIMULATED).
pub trait ReaderCredential: Send + Sync + std::fmt::Debug {
    /// The certificate for cards.
    fn certificate(&self) -> &[u8];
    /// The answer to a card's challenge; none where the key can't sign.
    fn answer(&self, challenge: &[u8]) -> Option<Vec<u8>>;
}

/// What was found.
#[derive(Debug)]
pub(super) enum Heard {
    /// The dialogue goes on, or nothing was waited for.
    More,
    /// What the card is, and 利用者証明用電子証明書.
    Certificate(Token, Secret),
    /// So many tries of the PIN are left.
    PinLeft(u8),
    /// It was the PIN.
    PinRight,
    /// It was not; so many tries are left.
    PinWrong(u8),
    /// The number that is printed on the card (照合番号B) was wrong.
    PrintedWrong,
    /// The photo.
    Photo(Secret),
    /// The signature.
    Signed(Secret),
    /// It does not go on.
    Stuck(Problem),
}

/// A dialogue.
#[derive(Debug, Default)]
pub(super) struct Dialogue {
    credential: Option<Arc<dyn ReaderCredential>>,
    number: u64,
    pending: Option<Pending>,
    token: Token,
    pub(super) buffer: Secret,
    /// How long the file is that is being read.
    pub(super) length: usize,
}

impl Dialogue {
    pub(super) fn new(credential: Option<Arc<dyn ReaderCredential>>) -> Dialogue {
        Dialogue {
            credential,
            ..Dialogue::default()
        }
    }

    /// Whether a card may be asked to sign without a PIN.
    pub(super) fn has_credential(&self) -> bool {
        self.credential.is_some()
    }

    /// The name of the application with the certificate.
    fn authentication(&self) -> &'static [u8] {
        match self.token {
            Token::Next => apdu::NEXT_AUTHENTICATION,
            _ => apdu::JPKI,
        }
    }

    pub(super) fn send(&mut self, command: Secret, pending: Pending, out: &mut Vec<Command>) {
        self.number += 1;
        self.pending = Some(pending);
        out.push(Command::Send(self.number, command));
    }

    /// No answer is waited for any more, and what was read is cleared.
    pub(super) fn stop(&mut self) {
        self.pending = None;
        self.buffer = Secret::default();
    }

    /// Reads what the card is, and its certificate.
    pub(super) fn read_certificate(&mut self, out: &mut Vec<Command>) {
        self.token = Token::Card;
        let select = apdu::select_application(apdu::JPKI);
        self.send(select, Pending::Application, out);
    }

    /// Asks for the counter of the PIN.
    pub(super) fn count_pin(&mut self, out: &mut Vec<Command>) {
        let select = apdu::select_application(self.authentication());
        self.send(select, Pending::PinApplication(None), out);
    }

    /// Has the card compare the PIN, once. The application is chosen already, by the counter's question.
    pub(super) fn verify_pin(&mut self, pin: Secret, out: &mut Vec<Command>) {
        let select = apdu::select_file(apdu::jpki::PIN);
        self.send(select, Pending::PinFile(Some(pin)), out);
    }

    /// Reads the photo, opened by the number that is printed on the card.
    pub(super) fn read_photo(&mut self, printed: Secret, out: &mut Vec<Command>) {
        let surface = match self.token {
            Token::Next => apdu::NEXT_SURFACE,
            _ => apdu::SURFACE,
        };
        let select = apdu::select_application(surface);
        self.send(select, Pending::SurfaceApplication(printed), out);
    }

    /// Has the card sign. After its PIN at once, else after showing that this reader may.
    pub(super) fn sign(&mut self, method: Method, to_sign: Secret, out: &mut Vec<Command>) {
        match method {
            Method::Pin | Method::Phone => {
                let select = apdu::select_file(apdu::jpki::KEY);
                self.send(select, Pending::SignKey(to_sign), out);
            }
            Method::Face | Method::Visual => {
                let select = apdu::select_application(self.authentication());
                self.send(select, Pending::SignApplication(to_sign), out);
            }
        }
    }

    /// Chooses another application, so that nothing stays verified, and lets the card go.
    pub(super) fn away(&mut self, out: &mut Vec<Command>) {
        let select = apdu::select_application(apdu::MANAGER);
        self.send(select, Pending::Manager, out);
    }

    /// The card answered.
    pub(super) fn heard(
        &mut self,
        number: u64,
        answer: &Result<Secret, CardGone>,
        out: &mut Vec<Command>,
    ) -> Heard {
        if number != self.number {
            return Heard::More;
        }
        let Some(pending) = self.pending.take() else {
            return Heard::More;
        };
        if pending == Pending::Manager {
            // Whatever it said: what is left is to power it off.
            out.push(Command::Release);
            return Heard::More;
        }
        let told = answer.as_ref().ok().map(Secret::bytes);
        let Some((data, status)) = told.and_then(apdu::answer) else {
            return Heard::Stuck(Problem::Unreadable);
        };
        match pending {
            Pending::Application
            | Pending::Token
            | Pending::TokenName
            | Pending::CertificateFile
            | Pending::CertificateBytes => self.certificate(pending, data, status, out),
            Pending::PinApplication(_)
            | Pending::PinFile(_)
            | Pending::PinCounter
            | Pending::PinVerified => self.pin(pending, status, out),
            Pending::SurfaceApplication(_)
            | Pending::SurfaceKey(_)
            | Pending::SurfaceCounter(_)
            | Pending::SurfaceVerified
            | Pending::PhotoFile
            | Pending::PhotoBytes => self.surface(pending, data, status, out),
            Pending::SignApplication(_)
            | Pending::ReaderShown(_)
            | Pending::CardChallenge(_)
            | Pending::ReaderProved(_)
            | Pending::SignKey(_)
            | Pending::Signed
            | Pending::Manager => self.signing(pending, data, status, out),
        }
    }

    fn certificate(
        &mut self,
        pending: Pending,
        data: &[u8],
        status: Status,
        out: &mut Vec<Command>,
    ) -> Heard {
        match (pending, status) {
            (Pending::Application, Status::Done) => {
                let select = apdu::select_file(apdu::jpki::TOKEN);
                self.send(select, Pending::Token, out);
            }
            (Pending::Application, Status::Missing) if self.token == Token::Card => {
                self.token = Token::Next;
                let select = apdu::select_application(apdu::NEXT_AUTHENTICATION);
                self.send(select, Pending::Application, out);
            }
            (Pending::Application, _) => return Heard::Stuck(Problem::NotMyNumberCard),
            (Pending::Token, Status::Done) => {
                self.send(apdu::read(0, 32), Pending::TokenName, out);
            }
            (Pending::TokenName, Status::Done) => {
                self.token = token(data, self.token);
                let select = apdu::select_file(apdu::jpki::CERTIFICATE);
                self.send(select, Pending::CertificateFile, out);
            }
            (Pending::CertificateFile, Status::Done) => {
                self.begin_file(Pending::CertificateBytes, out);
            }
            (Pending::CertificateFile, Status::Missing) => {
                return Heard::Stuck(Problem::NoCertificate);
            }
            (Pending::CertificateBytes, Status::Done) => {
                return match self.more_of_file(Pending::CertificateBytes, data, out) {
                    Ok(false) => Heard::More,
                    Ok(true) => {
                        let whole = std::mem::take(&mut self.buffer);
                        Heard::Certificate(self.token, whole)
                    }
                    Err(Broken) => Heard::Stuck(Problem::NoCertificate),
                };
            }
            _ => return Heard::Stuck(Problem::Unreadable),
        }
        Heard::More
    }

    fn pin(&mut self, pending: Pending, status: Status, out: &mut Vec<Command>) -> Heard {
        match (pending, status) {
            (Pending::PinApplication(pin), Status::Done) => {
                let select = apdu::select_file(apdu::jpki::PIN);
                self.send(select, Pending::PinFile(pin), out);
                Heard::More
            }
            (Pending::PinFile(None), Status::Done) => {
                self.send(apdu::tries_left(), Pending::PinCounter, out);
                Heard::More
            }
            (Pending::PinFile(Some(pin)), Status::Done) => {
                self.send(apdu::verify(&pin), Pending::PinVerified, out);
                Heard::More
            }
            (Pending::PinCounter, Status::Left(left)) => Heard::PinLeft(left),
            (Pending::PinCounter, Status::Locked) => Heard::PinLeft(0),
            (Pending::PinVerified, Status::Done) => Heard::PinRight,
            (Pending::PinVerified, Status::Left(left)) => Heard::PinWrong(left),
            (Pending::PinVerified, Status::Locked) => Heard::PinWrong(0),
            _ => Heard::Stuck(Problem::Unreadable),
        }
    }

    fn surface(
        &mut self,
        pending: Pending,
        data: &[u8],
        status: Status,
        out: &mut Vec<Command>,
    ) -> Heard {
        match (pending, status) {
            (Pending::SurfaceApplication(printed), Status::Done) => {
                let select = apdu::select_file(apdu::surface::KEY_B);
                self.send(select, Pending::SurfaceKey(printed), out);
            }
            (Pending::SurfaceKey(printed), Status::Done) => {
                self.send(apdu::tries_left(), Pending::SurfaceCounter(printed), out);
            }
            // Of the ten tries of a card's life none of the last three is spent on a misreading.
            (Pending::SurfaceCounter(printed), Status::Left(left)) if left > 3 => {
                self.send(apdu::verify(&printed), Pending::SurfaceVerified, out);
            }
            (Pending::SurfaceVerified, Status::Left(_)) => return Heard::PrintedWrong,
            (Pending::SurfaceVerified, Status::Done) => {
                let select = apdu::select_file(apdu::surface::FACE);
                self.send(select, Pending::PhotoFile, out);
            }
            (Pending::PhotoFile, Status::Done) => self.begin_file(Pending::PhotoBytes, out),
            (Pending::PhotoBytes, Status::Done) => {
                return match self.more_of_file(Pending::PhotoBytes, data, out) {
                    Ok(false) => Heard::More,
                    Ok(true) => {
                        let whole = std::mem::take(&mut self.buffer);
                        match apdu::content(whole.bytes())
                            .and_then(|face| apdu::find(face, [0xDF, 0x27]))
                        {
                            Some(photo) => Heard::Photo(Secret::new(photo.to_vec())),
                            None => Heard::Stuck(Problem::NoPhoto),
                        }
                    }
                    Err(Broken) => Heard::Stuck(Problem::NoPhoto),
                };
            }
            _ => return Heard::Stuck(Problem::NoPhoto),
        }
        Heard::More
    }

    fn signing(
        &mut self,
        pending: Pending,
        data: &[u8],
        status: Status,
        out: &mut Vec<Command>,
    ) -> Heard {
        match (pending, status) {
            (Pending::SignApplication(to_sign), Status::Done) => {
                let Some(credential) = &self.credential else {
                    return Heard::Stuck(Problem::Unreadable);
                };
                let show = apdu::show_reader(credential.certificate());
                self.send(show, Pending::ReaderShown(to_sign), out);
            }
            (Pending::ReaderShown(to_sign), Status::Done) => {
                self.send(apdu::challenge(), Pending::CardChallenge(to_sign), out);
            }
            (Pending::CardChallenge(to_sign), Status::Done) => {
                let credential = self.credential.as_ref();
                let Some(proof) = credential.and_then(|own| own.answer(data)) else {
                    return Heard::Stuck(Problem::Unreadable);
                };
                let prove = apdu::prove_reader(&proof);
                self.send(prove, Pending::ReaderProved(to_sign), out);
            }
            (Pending::ReaderProved(to_sign), Status::Done) => {
                let select = apdu::select_file(apdu::jpki::KEY);
                self.send(select, Pending::SignKey(to_sign), out);
            }
            (Pending::SignKey(to_sign), Status::Done) => {
                self.send(apdu::sign(to_sign.bytes()), Pending::Signed, out);
            }
            (Pending::Signed, Status::Done) => {
                let signature = Secret::new(data.to_vec());
                self.away(out);
                return Heard::Signed(signature);
            }
            _ => return Heard::Stuck(Problem::Unreadable),
        }
        Heard::More
    }
}

fn token(name: &[u8], found_as: Token) -> Token {
    if name.starts_with(b"JPKIAPGPSETOKEN") {
        Token::Android
    } else if name.starts_with(b"JPKIAPIOSTOKEN") {
        Token::Iphone
    } else {
        found_as
    }
}

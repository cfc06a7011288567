//! What is said to the card: its certificate, its PIN once or what lets it sign without one, one signature.

use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::reader::apdu::{self, Status, jpki};
use crate::reader::machine::ReaderCredential;
use crate::reader::secret::Secret;
use crate::reader::{Port, signing};

/// For how long a card is waited for.
const CARD_PATIENCE: Duration = Duration::from_secs(5);
const LOOK_AGAIN: Duration = Duration::from_millis(100);
/// No certificate of a card is longer.
const CERTIFICATE_BYTES_MAX: usize = 4096;
/// The last tries of a PIN are the holder's own, at the municipality's counter.
const TRIES_LEFT_MIN: u8 = 2;

/// What a card gave.
pub(super) struct Signed {
    /// The DER of 利用者証明用電子証明書.
    pub(super) certificate: Vec<u8>,
    /// What its key signed.
    pub(super) signature: Vec<u8>,
}

/// Why a card did not sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// No four digits were typed.
    NoPin,
    /// No card is there.
    NoCard,
    /// It is no My Number Card.
    OtherCard,
    /// It has no certificate for this.
    NoCertificate,
    /// The PIN is wrong; so many tries are left.
    PinWrong(u8),
    /// The PIN has so few tries left that it is not tried.
    FewTries,
    /// The PIN is locked.
    PinLocked,
    /// There is nothing here that lets a card sign without its PIN.
    NoCredential,
    /// The card does not answer as a card does.
    Unreadable,
}

/// How the card is made to sign.
pub(super) enum Proof<'a> {
    /// By its PIN.
    Pin(&'a Secret),
    /// By what shows it that staff may look in the PIN's place (特定機関認証, SIMULATED).
    Credential(&'a dyn ReaderCredential),
}

impl Trouble {
    /// What happened, and what to do.
    pub(super) fn words(self) -> [String; 2] {
        let [what, next] = match self {
            Trouble::NoPin => [
                "暗証番号が入力されていません。",
                "数字4桁を入力してください。",
            ],
            Trouble::NoCard => [
                "カードが置かれていません。",
                "マイナンバーカードをカードリーダーに置いて、もう一度押してください。",
            ],
            Trouble::OtherCard => [
                "マイナンバーカードではないカードが置かれています。",
                "マイナンバーカードを置き直してください。",
            ],
            Trouble::NoCertificate => [
                "カードに利用者証明用電子証明書がありません。",
                "お住まいの市区町村の窓口でご確認ください。",
            ],
            Trouble::PinWrong(left) => {
                return [
                    format!("暗証番号が違います。あと{left}回まちがえると、ロックされます。"),
                    "もう一度入力してください。".to_owned(),
                ];
            }
            Trouble::FewTries => [
                "暗証番号の残り回数が少ないため、ここでは入力できません。",
                "このままではロックされるおそれがあります。暗証番号を確かめ、お住まいの市区町村の窓口でご相談ください。",
            ],
            Trouble::PinLocked => [
                "暗証番号がロックされています。",
                "お住まいの市区町村の窓口で、暗証番号を初期化してください。",
            ],
            Trouble::NoCredential => [
                "このプログラムには、目視確認に使う認証情報が設定されていません。",
                "受付の画面に戻り、暗証番号での本人確認を選んでください。",
            ],
            Trouble::Unreadable => [
                "カードを読み取れませんでした。",
                "カードを置き直して、もう一度お試しください。",
            ],
        };
        [what.to_owned(), next.to_owned()]
    }
}

/// Lets the card sign. It blocks, for as long as the card takes.
pub(super) fn sign(
    port: &mut dyn Port,
    proof: &Proof<'_>,
    to_sign: &[u8],
) -> Result<Signed, Trouble> {
    let begin = Instant::now();
    while port.card().is_none() {
        if begin.elapsed() > CARD_PATIENCE {
            return Err(Trouble::NoCard);
        }
        sleep(LOOK_AGAIN);
    }
    let signed = dialogue(port, proof, to_sign);
    // Choosing another application ends what was verified.
    let _ = say(port, &apdu::select_application(apdu::MANAGER));
    port.release();
    signed
}

fn say(port: &mut dyn Port, command: &Secret) -> Result<(Secret, Status), Trouble> {
    let answer = port.transmit(command).map_err(|_| Trouble::NoCard)?;
    let (data, status) = apdu::answer(answer.bytes()).ok_or(Trouble::Unreadable)?;
    Ok((Secret::new(data.to_vec()), status))
}

fn done(port: &mut dyn Port, command: &Secret, otherwise: Trouble) -> Result<Secret, Trouble> {
    match say(port, command)? {
        (data, Status::Done) => Ok(data),
        _ => Err(otherwise),
    }
}

fn dialogue(port: &mut dyn Port, proof: &Proof<'_>, to_sign: &[u8]) -> Result<Signed, Trouble> {
    let today = apdu::select_application(apdu::JPKI);
    if say(port, &today)?.1 != Status::Done {
        let next = apdu::select_application(apdu::NEXT_AUTHENTICATION);
        done(port, &next, Trouble::OtherCard)?;
    }
    let select = apdu::select_file(jpki::CERTIFICATE);
    done(port, &select, Trouble::NoCertificate)?;
    let certificate = read_file(port)?;
    match proof {
        Proof::Pin(pin) => verify(port, pin)?,
        Proof::Credential(credential) => show(port, *credential)?,
    }
    done(port, &apdu::select_file(jpki::KEY), Trouble::Unreadable)?;
    let prepared = signing::prepared(&certificate, to_sign);
    let signature = done(port, &apdu::sign(prepared.bytes()), Trouble::Unreadable)?;
    Ok(Signed {
        certificate,
        signature: signature.bytes().to_vec(),
    })
}

fn verify(port: &mut dyn Port, pin: &Secret) -> Result<(), Trouble> {
    done(port, &apdu::select_file(jpki::PIN), Trouble::Unreadable)?;
    match say(port, &apdu::tries_left())?.1 {
        Status::Left(left) if left >= TRIES_LEFT_MIN => {}
        Status::Left(_) => return Err(Trouble::FewTries),
        Status::Locked => return Err(Trouble::PinLocked),
        _ => return Err(Trouble::Unreadable),
    }
    match say(port, &apdu::verify(pin))?.1 {
        Status::Done => Ok(()),
        Status::Left(left) => Err(Trouble::PinWrong(left)),
        Status::Locked => Err(Trouble::PinLocked),
        _ => Err(Trouble::Unreadable),
    }
}

/// Shows the card who lets it sign without its PIN.
fn show(port: &mut dyn Port, credential: &dyn ReaderCredential) -> Result<(), Trouble> {
    let refused = Trouble::NoCredential;
    done(port, &apdu::show_reader(credential.certificate()), refused)?;
    let challenge = done(port, &apdu::challenge(), Trouble::Unreadable)?;
    let answer = credential.answer(challenge.bytes());
    let answer = answer.ok_or(Trouble::NoCredential)?;
    done(port, &apdu::prove_reader(&answer), refused).map(drop)
}

fn read_file(port: &mut dyn Port) -> Result<Vec<u8>, Trouble> {
    let mut whole: Vec<u8> = Vec::new();
    loop {
        let offset = u16::try_from(whole.len()).map_err(|_| Trouble::Unreadable)?;
        let read = apdu::read(offset, apdu::PIECE);
        let piece = done(port, &read, Trouble::NoCertificate)?;
        whole.extend_from_slice(piece.bytes());
        let length = apdu::object_length(&whole).ok_or(Trouble::NoCertificate)?;
        if length > CERTIFICATE_BYTES_MAX || piece.bytes().is_empty() {
            return Err(Trouble::NoCertificate);
        }
        if whole.len() >= length {
            whole.truncate(length);
            return Ok(whole);
        }
    }
}

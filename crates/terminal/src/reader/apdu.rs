//! What is said to a card, byte for byte (APDU), and what of its answers is understood.

use super::secret::Secret;

/// The application 公的個人認証 (JPKI).
pub const JPKI: &[u8] = &[0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0, 0, 0, 1];
/// The application 券面事項確認.
pub const SURFACE: &[u8] = &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02];
/// The application that authenticates, of the next generation's cards. SIMULATED.
pub const NEXT_AUTHENTICATION: &[u8] = b"\xF0ONSHI\x01\x01";
/// The application with the photo, of the next generation's cards. SIMULATED.
pub const NEXT_SURFACE: &[u8] = b"\xF0ONSHI\x01\x02";
/// The card manager: choosing it ends what was verified in another application.
pub const MANAGER: &[u8] = &[0xA0, 0, 0, 0x01, 0x51, 0, 0];

/// Files of 公的個人認証.
pub mod jpki {
    /// What the token is called: a card, or which smartphone.
    pub const TOKEN: u16 = 0x0006;
    /// 利用者証明用電子証明書. Free to read.
    pub const CERTIFICATE: u16 = 0x000A;
    /// The key that belongs to it.
    pub const KEY: u16 = 0x0017;
    /// Its PIN, four digits.
    pub const PIN: u16 = 0x0018;
}

/// Files of 券面事項確認.
pub mod surface {
    /// The printed face with the photo.
    pub const FACE: u16 = 0x0002;
    /// 照合番号B, which opens it.
    pub const KEY_B: u16 = 0x0012;
}

/// The most bytes that one READ BINARY gives.
pub const PIECE: usize = 256;

/// `SELECT` of an application.
pub fn select_application(id: &[u8]) -> Secret {
    with_data([0x00, 0xA4, 0x04, 0x0C], id)
}

/// `SELECT` of a file.
pub fn select_file(file: u16) -> Secret {
    with_data([0x00, 0xA4, 0x02, 0x0C], &file.to_be_bytes())
}

/// Asks how many tries a PIN has left, and costs none.
pub fn tries_left() -> Secret {
    Secret::new(vec![0x00, 0x20, 0x00, 0x80])
}

/// `VERIFY`. Costs a try when it is wrong.
pub fn verify(number: &Secret) -> Secret {
    with_data([0x00, 0x20, 0x00, 0x80], number.bytes())
}

/// `READ BINARY` of a piece, of at most 256 bytes.
pub fn read(offset: u16, length: usize) -> Secret {
    let [high, low] = offset.to_be_bytes();
    // 0 stands for 256.
    let length = u8::try_from(length).unwrap_or(0);
    Secret::new(vec![0x00, 0xB0, high, low, length])
}

/// `COMPUTE SIGNATURE` over what is given, with the chosen key.
pub fn sign(digest_info: &[u8]) -> Secret {
    let mut command = with_data([0x80, 0x2A, 0x00, 0x80], digest_info);
    command.extend(&[0x00]);
    command
}

/// Shows the card who this reader is, that it may sign without its PIN. SIMULATED: what 特定機関認証 is, byte
/// for byte, is not public.
pub fn show_reader(certificate: &[u8]) -> Secret {
    with_data([0xB0, 0xA2, 0x00, 0x96], certificate)
}

/// `GET CHALLENGE`, of 32 bytes.
pub fn challenge() -> Secret {
    Secret::new(vec![0x00, 0x84, 0x00, 0x00, 0x20])
}

/// The reader's answer to the card's challenge. SIMULATED.
pub fn prove_reader(proof: &[u8]) -> Secret {
    with_data([0xB0, 0x82, 0x00, 0x00], proof)
}

fn with_data(head: [u8; 4], data: &[u8]) -> Secret {
    let mut bytes = Vec::with_capacity(data.len() + 6);
    bytes.extend_from_slice(&head);
    bytes.push(u8::try_from(data.len()).unwrap_or(u8::MAX));
    bytes.extend_from_slice(data);
    Secret::new(bytes)
}

/// How a card's answer ends (SW1 SW2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Done.
    Done,
    /// Wrong, or asked: so many tries are left.
    Left(u8),
    /// No tries are left.
    Locked,
    /// There is no such file or application.
    Missing,
    /// Past the end of a file.
    PastEnd,
    /// Anything else.
    Other(u16),
}

/// The data of an answer and its status; none where it is too short to have one.
pub fn answer(bytes: &[u8]) -> Option<(&[u8], Status)> {
    let (data, status) = bytes.split_last_chunk::<2>()?;
    let status = match u16::from_be_bytes(*status) {
        0x9000 => Status::Done,
        0x63C0 | 0x6984 | 0x6983 => Status::Locked,
        left @ 0x63C1..=0x63CF => Status::Left((left & 0x0F) as u8),
        0x6A82 | 0x6A88 => Status::Missing,
        0x6B00 => Status::PastEnd,
        other => Status::Other(other),
    };
    Some((data, status))
}

/// How long a DER or BER-TLV object is in all, told by its first bytes; none where they do not tell.
pub fn object_length(begin: &[u8]) -> Option<usize> {
    // Two-byte tags as the card's own files have them: `FF 20`, `DF 27`.
    let tag = match begin.first()? {
        tag if tag & 0x1F == 0x1F => 2,
        _ => 1,
    };
    let first = usize::from(*begin.get(tag)?);
    if first < 0x80 {
        return Some(tag + 1 + first);
    }
    let count = first & 0x7F;
    if count == 0 || count > 3 {
        return None;
    }
    let bytes = begin.get(tag + 1..tag + 1 + count)?;
    let length = bytes
        .iter()
        .fold(0, |length, byte| length << 8 | usize::from(*byte));
    Some(tag + 1 + count + length)
}

/// The content of the first object with this two-byte tag within another object's content.
pub fn find(mut objects: &[u8], tag: [u8; 2]) -> Option<&[u8]> {
    while objects.len() > 2 {
        let length = object_length(objects)?;
        let whole = objects.get(..length)?;
        if whole.starts_with(&tag) {
            return content(whole);
        }
        objects = objects.get(length..)?;
    }
    None
}

/// What is inside an object.
pub fn content(object: &[u8]) -> Option<&[u8]> {
    let length = object_length(object)?;
    let tag = if object.first()? & 0x1F == 0x1F { 2 } else { 1 };
    let first = usize::from(*object.get(tag)?);
    let head = if first < 0x80 {
        tag + 1
    } else {
        tag + 1 + (first & 0x7F)
    };
    object.get(head..length)
}

/// The DigestInfo of SHA-256, which the card pads and signs.
pub fn digest_info(digest: &[u8; 32]) -> Vec<u8> {
    const BEGIN: [u8; 19] = [
        0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01,
        0x05, 0x00, 0x04, 0x20,
    ];
    [BEGIN.as_slice(), digest].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_as_the_card_reads_them() {
        let select = select_application(JPKI);
        assert_eq!(select.bytes()[..6], [0x00, 0xA4, 0x04, 0x0C, 0x0A, 0xD3]);
        assert_eq!(
            select_file(jpki::PIN).bytes(),
            [0x00, 0xA4, 0x02, 0x0C, 0x02, 0x00, 0x18]
        );
        let pin = verify(&Secret::new(b"1234".to_vec()));
        assert_eq!(
            pin.bytes(),
            [0x00, 0x20, 0x00, 0x80, 4, 0x31, 0x32, 0x33, 0x34]
        );
        assert_eq!(read(0x0100, 256).bytes(), [0x00, 0xB0, 0x01, 0x00, 0x00]);
        let info = digest_info(&[7; 32]);
        let sign = sign(&info);
        assert_eq!(sign.bytes().len(), 5 + 51 + 1);
        assert_eq!(sign.bytes()[4], 51);
    }

    #[test]
    fn answers_say_how_many_tries_are_left() {
        let status = |bytes: &[u8]| answer(bytes).map(|(_, status)| status);
        assert_eq!(status(&[0x63, 0xC2]), Some(Status::Left(2)));
        assert_eq!(status(&[0x63, 0xC0]), Some(Status::Locked));
        assert_eq!(status(&[0x69, 0x84]), Some(Status::Locked));
        assert_eq!(
            answer(&[1, 2, 0x90, 0x00]),
            Some(([1, 2].as_slice(), Status::Done))
        );
        assert_eq!(status(&[0x90]), None);
    }

    #[test]
    fn objects_are_taken_apart_and_broken_ones_are_none() {
        assert_eq!(object_length(&[0x30, 0x82, 0x06, 0x32]), Some(0x632 + 4));
        assert_eq!(
            object_length(&[0xFF, 0x20, 0x82, 0x01, 0x00]),
            Some(0x100 + 5)
        );
        assert_eq!(object_length(&[0x30, 0x80]), None);
        assert_eq!(object_length(&[0x30, 0x84, 1, 1, 1, 1]), None);
        let inner = [
            0xDF, 0x22, 0x02, 0x41, 0x42, 0xDF, 0x27, 0x81, 0x01, 0x43, 0xDF,
        ];
        assert_eq!(find(&inner, [0xDF, 0x27]), Some([0x43].as_slice()));
        assert_eq!(find(&inner, [0xDF, 0x29]), None);
        assert_eq!(find(&[0xDF, 0x27, 0x05, 0x01], [0xDF, 0x27]), None);
    }
}

//! UTF-8 and Shift_JIS (CP932, 機種依存文字 included), decided by the declaration.

use encoding_rs::{DecoderResult, EncoderResult, SHIFT_JIS};

use crate::codes::CharacterCode;

/// What stands for a character that the encoding has not, where nothing else is set: the real
/// system sends this one.
pub const REPLACEMENT: char = '●';

/// The encodings of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, without a mark in what we print.
    #[default]
    Utf8,
    /// Shift_JIS as Windows has it.
    ShiftJis,
}

impl Encoding {
    /// The name in an XML declaration.
    pub const fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "UTF-8",
            Encoding::ShiftJis => "Shift_JIS",
        }
    }

    /// The value of `CharacterCodeIdentifier`.
    pub const fn code(self) -> CharacterCode {
        match self {
            Encoding::Utf8 => CharacterCode::Utf8,
            Encoding::ShiftJis => CharacterCode::ShiftJis,
        }
    }

    /// Whether it has a character; what it has not is printed as [`REPLACEMENT`].
    pub fn has(self, character: char) -> bool {
        let mut all = true;
        if self == Encoding::ShiftJis {
            let text = character.encode_utf8(&mut [0; 4]).to_owned();
            encode_shift_jis(&text, &mut Vec::new(), |_, _| all = false);
        }
        all
    }

    /// What a declaration means; `None` for every other encoding.
    pub fn from_name(name: &str) -> Option<Self> {
        if name.eq_ignore_ascii_case("cp932") {
            return Some(Encoding::ShiftJis);
        }
        let known = encoding_rs::Encoding::for_label(name.trim().as_bytes())?;
        if known == encoding_rs::UTF_8 {
            Some(Encoding::Utf8)
        } else if known == SHIFT_JIS {
            Some(Encoding::ShiftJis)
        } else {
            None
        }
    }
}

/// Why bytes could not be decoded.
pub(crate) enum DecodeError {
    /// A byte order mark or declaration of something else.
    Unknown,
    /// A byte order mark of UTF-8 before a declaration of Shift_JIS.
    Contradiction,
    /// Bytes that are not in the encoding, after so much good text.
    Malformed { encoding: Encoding, good: String },
}

/// What editors and old systems leave at the end of a file: blanks, NUL, and 0x1A, which ended
/// files under CP/M and DOS. Neither encoding has these bytes within a character.
pub(crate) fn without_tail(bytes: &[u8]) -> &[u8] {
    let end = bytes
        .iter()
        .rposition(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0 | 0x1A));
    &bytes[..end.map_or(0, |last| last + 1)]
}

const MARK: &[u8] = b"\xEF\xBB\xBF";

/// What follows blanks and byte order marks, and whether there was a mark.
pub(crate) fn without_head(bytes: &[u8]) -> (&[u8], bool) {
    let (mut rest, mut marked) = (bytes, false);
    loop {
        if let Some(after) = rest.strip_prefix(MARK) {
            (rest, marked) = (after, true);
        } else if let [b' ' | b'\t' | b'\r' | b'\n', after @ ..] = rest {
            rest = after;
        } else {
            return (rest, marked);
        }
    }
}

/// Decodes a file by its byte order mark and its declaration.
pub(crate) fn decode(bytes: &[u8]) -> Result<(Encoding, std::borrow::Cow<'_, str>), DecodeError> {
    let wide: [&[u8]; 4] = [b"\xFF\xFE", b"\xFE\xFF", b"<\0", b"\0<\0"];
    if wide.iter().any(|start| bytes.starts_with(start)) {
        return Err(DecodeError::Unknown);
    }
    let (begun, marked) = without_head(bytes);
    let text = without_tail(bytes.strip_prefix(MARK).unwrap_or(bytes));
    let encoding = match declared(begun) {
        Some(name) => Encoding::from_name(&name).ok_or(DecodeError::Unknown)?,
        None => Encoding::Utf8,
    };
    match encoding {
        Encoding::ShiftJis if marked => Err(DecodeError::Contradiction),
        Encoding::ShiftJis => decode_shift_jis(text).map(|text| (encoding, text.into())),
        Encoding::Utf8 => match std::str::from_utf8(text) {
            Ok(text) => Ok((encoding, text.into())),
            Err(error) => {
                let good = String::from_utf8_lossy(&text[..error.valid_up_to()]).into_owned();
                Err(DecodeError::Malformed { encoding, good })
            }
        },
    }
}

/// The encoding in the declaration, which is ASCII in both encodings.
fn declared(bytes: &[u8]) -> Option<String> {
    let rest = bytes.strip_prefix(b"<?xml")?;
    let end = rest.iter().take(256).position(|byte| *byte == b'>')?;
    let declaration = std::str::from_utf8(&rest[..end]).ok()?;
    let (_, after) = declaration.split_once("encoding")?;
    let after = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = after.chars().next().filter(|c| *c == '"' || *c == '\'')?;
    after[1..]
        .split_once(quote)
        .map(|(name, _)| name.to_owned())
}

fn decode_shift_jis(bytes: &[u8]) -> Result<String, DecodeError> {
    let mut decoder = SHIFT_JIS.new_decoder_without_bom_handling();
    let most = decoder.max_utf8_buffer_length_without_replacement(bytes.len());
    let mut text = String::with_capacity(most.unwrap_or(bytes.len()));
    match decoder
        .decode_to_string_without_replacement(bytes, &mut text, true)
        .0
    {
        DecoderResult::InputEmpty => Ok(text),
        _ => Err(DecodeError::Malformed {
            encoding: Encoding::ShiftJis,
            good: text,
        }),
    }
}

/// Appends text in Shift_JIS. Whoever calls is told each character that it has not, and puts in
/// what stands for it.
pub(crate) fn encode_shift_jis(
    text: &str,
    out: &mut Vec<u8>,
    mut lost: impl FnMut(char, &mut Vec<u8>),
) {
    if text.is_ascii() {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    let text = same_in_cp932(text);
    let mut rest: &str = &text;
    let mut encoder = SHIFT_JIS.new_encoder();
    while !rest.is_empty() {
        let most = encoder.max_buffer_length_from_utf8_without_replacement(rest.len());
        out.reserve(most.unwrap_or(rest.len()));
        let (result, read) = encoder.encode_from_utf8_to_vec_without_replacement(rest, out, true);
        rest = &rest[read..];
        match result {
            EncoderResult::InputEmpty => return,
            EncoderResult::OutputFull => {}
            EncoderResult::Unmappable(character) => lost(character, out),
        }
    }
}

/// The two bytes that CP932 has for a private-use character (外字). They mean what the fonts of one
/// machine say, so they go out only to where they came from.
pub(crate) fn user_defined(character: char) -> Option<[u8; 2]> {
    let place = u32::from(character).checked_sub(0xE000)?;
    if place > 0xE757 - 0xE000 {
        return None;
    }
    let (lead, trail) = (0xF0 + place / 188, 0x40 + place % 188);
    let trail = if trail >= 0x7F { trail + 1 } else { trail };
    Some([u8::try_from(lead).ok()?, u8::try_from(trail).ok()?])
}

/// Characters that exist twice in Unicode and once in CP932 (the wave dash is the known one): the
/// reader sees the same, so nothing is lost.
fn same_in_cp932(text: &str) -> std::borrow::Cow<'_, str> {
    let twin = |c| match c {
        '\u{301C}' => '\u{FF5E}',
        '\u{2014}' => '\u{2015}',
        '\u{2016}' => '\u{2225}',
        '\u{2212}' => '\u{FF0D}',
        '\u{00A2}' => '\u{FFE0}',
        '\u{00A3}' => '\u{FFE1}',
        '\u{00AC}' => '\u{FFE2}',
        '\u{00A5}' => '\u{FFE5}',
        '\u{203E}' => '\u{FFE3}',
        other => other,
    };
    if text.chars().all(|c| twin(c) == c) {
        text.into()
    } else {
        text.chars().map(twin).collect()
    }
}

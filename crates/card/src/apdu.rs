//! Command APDUs: the bytes that a reader sends, taken apart (ISO 7816-4, all four cases).

use crate::status::Status;

/// A command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Command<'a> {
    /// Class.
    pub class: u8,
    /// Instruction.
    pub instruction: u8,
    /// First parameter.
    pub p1: u8,
    /// Second parameter.
    pub p2: u8,
    /// The data; empty where there is none.
    pub data: &'a [u8],
    /// How many bytes are wanted; `None` where nothing was said.
    pub expected: Option<usize>,
    /// Whether the lengths are in the extended form.
    pub extended: bool,
}

impl Command<'_> {
    /// Takes the bytes apart.
    pub fn parse(bytes: &[u8]) -> Result<Command<'_>, Status> {
        let [class, instruction, p1, p2, rest @ ..] = bytes else {
            return Err(Status::LENGTH);
        };
        let (data, expected, extended) = lengths(rest)?;
        Ok(Command {
            class: *class,
            instruction: *instruction,
            p1: *p1,
            p2: *p2,
            data,
            expected,
            extended,
        })
    }

    /// P1 and P2 as one number.
    pub fn parameters(&self) -> u16 {
        u16::from_be_bytes([self.p1, self.p2])
    }
}

type Lengths<'a> = (&'a [u8], Option<usize>, bool);

fn lengths(rest: &[u8]) -> Result<Lengths<'_>, Status> {
    const NOTHING: &[u8] = &[];
    match rest {
        [] => Ok((NOTHING, None, false)),
        [le] => Ok((NOTHING, Some(all_for_zero(*le, 256)), false)),
        [0, high, low] => Ok((NOTHING, Some(wide(*high, *low)), true)),
        [0, high, low, body @ ..] => {
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            match body.len().checked_sub(length) {
                Some(0) if length > 0 => Ok((body, None, true)),
                Some(2) if length > 0 => {
                    let (data, le) = body.split_at(length);
                    Ok((data, Some(wide(le[0], le[1])), true))
                }
                _ => Err(Status::LENGTH),
            }
        }
        [lc, body @ ..] => {
            let length = usize::from(*lc);
            match body.len().checked_sub(length) {
                Some(0) => Ok((body, None, false)),
                Some(1) => {
                    let (data, le) = body.split_at(length);
                    Ok((data, Some(all_for_zero(le[0], 256)), false))
                }
                _ => Err(Status::LENGTH),
            }
        }
    }
}

fn all_for_zero(length: u8, all: usize) -> usize {
    if length == 0 {
        all
    } else {
        usize::from(length)
    }
}

fn wide(high: u8, low: u8) -> usize {
    match u16::from_be_bytes([high, low]) {
        0 => 65_536,
        length => usize::from(length),
    }
}

#[cfg(test)]
mod tests {
    use super::Command;
    use crate::status::Status;

    #[test]
    fn the_four_cases() {
        let parse = |bytes| Command::parse(bytes).map(|c| (c.data.to_vec(), c.expected));
        assert_eq!(parse(&[0, 0x20, 0, 0x80]), Ok((vec![], None)));
        assert_eq!(parse(&[0, 0xB0, 0, 0, 0]), Ok((vec![], Some(256))));
        assert_eq!(parse(&[0, 0xB0, 0, 0, 4]), Ok((vec![], Some(4))));
        assert_eq!(parse(&[0, 0xA4, 2, 12, 2, 0, 10]), Ok((vec![0, 10], None)));
        assert_eq!(
            parse(&[0x80, 0x2A, 0, 0x80, 1, 7, 0]),
            Ok((vec![7], Some(256)))
        );
    }

    #[test]
    fn extended_lengths() {
        let parse = |bytes| Command::parse(bytes).map(|c| (c.data.to_vec(), c.expected));
        assert_eq!(
            parse(&[0, 0xCA, 0, 0xF8, 0, 0, 0]),
            Ok((vec![], Some(65_536)))
        );
        assert_eq!(parse(&[0, 1, 0, 0, 0, 0, 1, 9]), Ok((vec![9], None)));
        assert_eq!(
            parse(&[0, 1, 0, 0, 0, 0, 1, 9, 0, 5]),
            Ok((vec![9], Some(5)))
        );
    }

    #[test]
    fn what_does_not_add_up_is_a_wrong_length() {
        for bytes in [
            &[][..],
            &[0, 1, 2],
            &[0, 1, 2, 3, 5, 1],
            &[0, 1, 2, 3, 0, 0, 9, 1],
            &[0, 1, 2, 3, 1, 1, 1, 1],
        ] {
            assert_eq!(Command::parse(bytes), Err(Status::LENGTH), "{bytes:?}");
        }
    }
}

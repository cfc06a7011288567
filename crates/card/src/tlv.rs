//! Tag, length and value (BER-TLV), in which the card's records are written.

/// One object: the tag as it stands, the length in its shortest form, the value.
pub fn tlv(tag: &[u8], value: &[u8]) -> Vec<u8> {
    let mut written = tag.to_vec();
    let length = value.len();
    match u8::try_from(length) {
        Ok(short) if short < 0x80 => written.push(short),
        Ok(one) => written.extend([0x81, one]),
        Err(_) => {
            let two = u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes();
            written.push(0x82);
            written.extend(two);
        }
    }
    written.extend_from_slice(value);
    written
}

/// One object of the card's own records: a tag of two bytes, and a length of one byte or of `82`
/// and two, for they never write `81`.
pub fn record(tag: u16, value: &[u8]) -> Vec<u8> {
    let mut written = tag.to_be_bytes().to_vec();
    match u8::try_from(value.len()) {
        Ok(short) if short < 0x80 => written.push(short),
        _ => {
            written.push(0x82);
            let two = u16::try_from(value.len()).unwrap_or(u16::MAX);
            written.extend(two.to_be_bytes());
        }
    }
    written.extend_from_slice(value);
    written
}

/// A file of records that begins with a table: where each object begins, counted from the file's
/// first byte.
pub fn with_offsets(outer: u16, table: u16, objects: &[Vec<u8>]) -> Vec<u8> {
    let inside: usize = objects.iter().map(Vec::len).sum();
    let table_length = record(table, &vec![0; objects.len() * 2]).len();
    let header = record(outer, &vec![0; table_length + inside]).len() - table_length - inside;
    let mut at = header + table_length;
    let mut offsets = Vec::new();
    for object in objects {
        offsets.extend(u16::try_from(at).unwrap_or(u16::MAX).to_be_bytes());
        at += object.len();
    }
    let mut body = record(table, &offsets);
    body.extend(objects.concat());
    record(outer, &body)
}

#[cfg(test)]
mod tests {
    use super::{record, tlv, with_offsets};

    #[test]
    fn lengths_have_three_forms() {
        assert_eq!(tlv(&[0x90], &[1])[..2], [0x90, 1]);
        assert_eq!(tlv(&[0x91], &[0; 0x80])[..3], [0x91, 0x81, 0x80]);
        assert_eq!(tlv(&[0x91], &[0; 256])[..4], [0x91, 0x82, 1, 0]);
        assert_eq!(record(0xDF24, &[0; 0x80])[..5], [0xDF, 0x24, 0x82, 0, 0x80]);
    }

    #[test]
    fn the_table_says_where_objects_begin() {
        let objects = [record(0xDF22, b"abc"), record(0xDF23, b"d")];
        let file = with_offsets(0xFF20, 0xDF21, &objects);
        assert_eq!(file[..6], [0xFF, 0x20, 17, 0xDF, 0x21, 4]);
        assert_eq!(file[6..10], [0, 10, 0, 16]);
        assert_eq!(&file[10..12], [0xDF, 0x22]);
        assert_eq!(&file[16..18], [0xDF, 0x23]);
    }
}

//! Status words (SW1-SW2): how a card says what became of a command.

/// Why a command was not carried out. Success (`9000`) is no status of this kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Status(pub u16);

impl Status {
    /// The length is wrong, or the data does not fit the command.
    pub const LENGTH: Status = Status(0x6700);
    /// The security environment has no key for secure messaging.
    pub const NO_SECURE_ENVIRONMENT: Status = Status(0x66F1);
    /// Secure messaging is not set up.
    pub const NO_SECURE_SESSION: Status = Status(0x69FC);
    /// The file has another structure than the command needs.
    pub const FILE_STRUCTURE: Status = Status(0x6981);
    /// What the file needs first was not presented.
    pub const NOT_VERIFIED: Status = Status(0x6982);
    /// The key reference is locked.
    pub const LOCKED: Status = Status(0x6984);
    /// The command can't be used so.
    pub const CONDITIONS: Status = Status(0x6985);
    /// No file is current.
    pub const NO_CURRENT_FILE: Status = Status(0x6986);
    /// The data is wrong.
    pub const WRONG_DATA: Status = Status(0x6A80);
    /// There is no such file or application.
    pub const NOT_FOUND: Status = Status(0x6A82);
    /// There is no such record.
    pub const NO_RECORD: Status = Status(0x6A83);
    /// P1 or P2 is wrong.
    pub const P1_P2: Status = Status(0x6A86);
    /// There is no such data object or key.
    pub const NO_OBJECT: Status = Status(0x6A88);
    /// The offset lies past the file's end.
    pub const OFFSET: Status = Status(0x6B00);
    /// There is no such instruction.
    pub const INSTRUCTION: Status = Status(0x6D00);
    /// There is no such class.
    pub const CLASS: Status = Status(0x6E00);

    /// So many tries are left (`63Cx`).
    pub const fn tries(left: u8) -> Status {
        Status(0x63C0 | (left & 0x0F) as u16)
    }
}

/// The answer's bytes: data and `9000`, or the status alone.
pub(crate) fn response(outcome: Result<Vec<u8>, Status>) -> Vec<u8> {
    match outcome {
        Ok(mut data) => {
            data.extend([0x90, 0x00]);
            data
        }
        Err(status) => status.0.to_be_bytes().to_vec(),
    }
}

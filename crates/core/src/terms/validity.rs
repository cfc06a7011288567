//! What a check says of a person's coverage.

/// 資格有効性 (OQSCD006).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validity {
    /// 1 有効
    Valid,
    /// 2 無効
    Invalid,
    /// 3 無効（新しい資格あり）
    InvalidWithNew,
    /// 4 該当資格なし
    NotFound,
    /// 5 複数該当
    Several,
    /// 6 有効（未登録）: 医療扶助 without a ticket for this institution and month.
    ValidUnregistered,
}

impl Validity {
    /// The code as a number, as the audit log keeps it.
    pub const fn number(self) -> i64 {
        match self {
            Validity::Valid => 1,
            Validity::Invalid => 2,
            Validity::InvalidWithNew => 3,
            Validity::NotFound => 4,
            Validity::Several => 5,
            Validity::ValidUnregistered => 6,
        }
    }

    /// The code.
    pub const fn code(self) -> &'static str {
        match self {
            Validity::Valid => "1",
            Validity::Invalid => "2",
            Validity::InvalidWithNew => "3",
            Validity::NotFound => "4",
            Validity::Several => "5",
            Validity::ValidUnregistered => "6",
        }
    }

    /// Every validity.
    pub const ALL: [Validity; 6] = [
        Validity::Valid,
        Validity::Invalid,
        Validity::InvalidWithNew,
        Validity::NotFound,
        Validity::Several,
        Validity::ValidUnregistered,
    ];

    /// Reads [`Validity::code`] back.
    pub fn from_code(code: &str) -> Option<Validity> {
        Validity::ALL.into_iter().find(|known| known.code() == code)
    }

    /// What a person reads.
    pub const fn label(self) -> &'static str {
        match self {
            Validity::Valid => "有効",
            Validity::Invalid => "無効",
            Validity::InvalidWithNew => "無効（新しい資格あり）",
            Validity::NotFound => "該当資格なし",
            Validity::Several => "複数該当",
            Validity::ValidUnregistered => "有効（未登録）",
        }
    }
}

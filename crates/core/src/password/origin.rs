//! Who gave an account its password, which says whether it must be changed.

/// Where a password comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordOrigin {
    /// Given at the registration: must be changed at the first log-in.
    Initial,
    /// Given at a reset: must be changed at the next log-in.
    Reset,
    /// Chosen by the holder.
    Own,
    /// There is none yet: the holder chooses it by a one-time activation (利用開始).
    Awaited,
    /// Chosen by the holder beside a second factor that is gone: it is too short without one.
    TooShort,
}

impl PasswordOrigin {
    pub(crate) const fn code(self) -> &'static str {
        match self {
            PasswordOrigin::Initial => "initial",
            PasswordOrigin::Reset => "reset",
            PasswordOrigin::Own => "own",
            PasswordOrigin::Awaited => "awaited",
            PasswordOrigin::TooShort => "too_short",
        }
    }

    pub(crate) fn from_code(code: &str) -> PasswordOrigin {
        match code {
            "own" => PasswordOrigin::Own,
            "reset" => PasswordOrigin::Reset,
            "awaited" => PasswordOrigin::Awaited,
            "too_short" => PasswordOrigin::TooShort,
            _ => PasswordOrigin::Initial,
        }
    }
}

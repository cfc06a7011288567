//! What is named when somebody looks in emergency care (救急時): the pattern that is asked for, and the two factors
//! (二要素認証) by which whoever looks is known to the hospital's own system.

use onshi_wire::codes::{
    BiometricMethod, EmergencyPattern, Factor, MemoryMethod, PossessionMethod,
};

/// How somebody is known (方式区分), by memory, body or possession (要素区分).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactorMethod {
    /// 記憶.
    Memory(MemoryMethod),
    /// 生体.
    Biometric(BiometricMethod),
    /// 物理.
    Possession(PossessionMethod),
}

impl FactorMethod {
    /// Reads the codes of 要素区分 and 方式区分; none where they don't go together.
    pub fn read(factor: &str, method: &str) -> Option<FactorMethod> {
        Some(match Factor::from_code(factor)? {
            Factor::Memory => FactorMethod::Memory(MemoryMethod::from_code(method)?),
            Factor::Biometric => FactorMethod::Biometric(BiometricMethod::from_code(method)?),
            Factor::Possession => FactorMethod::Possession(PossessionMethod::from_code(method)?),
        })
    }

    /// 要素区分.
    pub const fn factor(self) -> Factor {
        match self {
            FactorMethod::Memory(_) => Factor::Memory,
            FactorMethod::Biometric(_) => Factor::Biometric,
            FactorMethod::Possession(_) => Factor::Possession,
        }
    }

    const fn code(self) -> &'static str {
        match self {
            FactorMethod::Memory(method) => method.code(),
            FactorMethod::Biometric(method) => method.code(),
            FactorMethod::Possession(method) => method.code(),
        }
    }

    const fn label(self) -> &'static str {
        match self {
            FactorMethod::Memory(method) => method.label(),
            FactorMethod::Biometric(method) => method.label(),
            FactorMethod::Possession(method) => method.label(),
        }
    }
}

/// 二要素認証: two ways of different kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TwoFactors {
    first: FactorMethod,
    second: FactorMethod,
}

impl TwoFactors {
    /// Two of the same kind, such as two passwords, are one factor.
    pub fn new(first: FactorMethod, second: FactorMethod) -> Option<TwoFactors> {
        (first.factor() != second.factor()).then_some(TwoFactors { first, second })
    }

    /// As it is kept: `1/01 3/01`.
    pub fn kept(self) -> String {
        let one = |method: FactorMethod| format!("{}/{}", method.factor().code(), method.code());
        format!("{} {}", one(self.first), one(self.second))
    }

    /// Reads it back.
    pub fn of_kept(text: &str) -> Option<TwoFactors> {
        let one = |text: &str| {
            let (factor, method) = text.split_once('/')?;
            FactorMethod::read(factor, method)
        };
        let (first, second) = text.split_once(' ')?;
        TwoFactors::new(one(first)?, one(second)?)
    }

    /// What a person reads.
    pub fn words(self) -> String {
        format!("{}・{}", self.first.label(), self.second.label())
    }
}

/// What a person reads of the factors that are kept.
pub fn factors_words(kept: &str) -> String {
    TwoFactors::of_kept(kept).map_or_else(|| kept.to_owned(), TwoFactors::words)
}

/// What a person reads of the pattern that is kept.
pub fn pattern_words(kept: &str) -> &str {
    match EmergencyPattern::from_code(kept) {
        Some(pattern) => pattern.label(),
        None => kept,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_factors_are_of_two_kinds_and_read_back() {
        let password = FactorMethod::read("1", "01").unwrap();
        let pin = FactorMethod::read("1", "02").unwrap();
        let card = FactorMethod::read("3", "01").unwrap();
        assert_eq!(TwoFactors::new(password, pin), None);
        let both = TwoFactors::new(password, card).unwrap();
        assert_eq!(both.kept(), "1/01 3/01");
        assert_eq!(TwoFactors::of_kept(&both.kept()), Some(both));
        assert_eq!(both.words(), "ID/PW・ICカード");
    }

    #[test]
    fn a_method_is_one_of_its_kind() {
        assert_eq!(
            FactorMethod::read("2", "05").map(FactorMethod::factor),
            Some(Factor::Biometric)
        );
        for (factor, method) in [("1", "04"), ("4", "01"), ("", ""), ("3", "1")] {
            assert_eq!(
                FactorMethod::read(factor, method),
                None,
                "{factor} {method}"
            );
        }
    }
}

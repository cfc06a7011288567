//! Refusals of core as the codes of the messages (処理結果コード), and back: the one table of both.

use onshi_core::{Error, RefusalCode};
use onshi_wire::error_codes::{self, ErrorCode};

/// The refusals that a message tells itself. All others are no answer of a message: RFC 9457 tells them.
const TOLD: &[(RefusalCode, &ErrorCode)] = &[
    (RefusalCode::NotPermitted, &error_codes::NOT_PERMITTED),
    (RefusalCode::ConsentMissing, &error_codes::NO_CONSENT),
    (RefusalCode::ConsentEnded, &error_codes::CONSENT_ENDED),
    (
        RefusalCode::ConsentWithdrawn,
        &error_codes::CONSENT_WITHDRAWN,
    ),
    (
        RefusalCode::ConsentKindNotAgreed,
        &error_codes::CONSENT_OTHER_KIND,
    ),
    (
        RefusalCode::EmergencyNotHospital,
        &error_codes::EMERGENCY_NOT_HOSPITAL,
    ),
    (
        RefusalCode::EmergencyNoAuthority,
        &error_codes::EMERGENCY_NO_AUTHORITY,
    ),
    (
        RefusalCode::EmergencySecondFactor,
        &error_codes::EMERGENCY_SECOND_FACTOR,
    ),
    (
        RefusalCode::EmergencyReasonNeeded,
        &error_codes::EMERGENCY_REASON,
    ),
    (
        RefusalCode::EmergencyCareNotDeclared,
        &error_codes::EMERGENCY_NOT_DECLARED,
    ),
    (
        RefusalCode::EmergencyPatternOther,
        &error_codes::EMERGENCY_OTHER_PATTERN,
    ),
    (RefusalCode::HomeNotUsed, &error_codes::HOME_NOT_USED),
    (RefusalCode::HomeNotIssued, &error_codes::HOME_NOT_ISSUED),
];

/// The code of a refusal that a message tells itself.
fn code_of(refusal: RefusalCode) -> Option<&'static ErrorCode> {
    let found = TOLD.iter().find(|(known, _)| *known == refusal);
    found.map(|(_, code)| *code)
}

/// The refusal that the log has for a code: of what stands for none the message is wrong.
pub(super) fn refusal_of(code: &ErrorCode) -> RefusalCode {
    let found = TOLD.iter().find(|(_, known)| *known == code);
    found.map_or(RefusalCode::Invalid, |(refusal, _)| *refusal)
}

/// What core answered, or the code of a refusal that the message tells itself.
pub(super) fn told<T>(told: Result<T, Error>) -> Result<Result<T, &'static ErrorCode>, Error> {
    match told {
        Ok(answer) => Ok(Ok(answer)),
        Err(Error::Refused(refusal)) => match code_of(refusal.code) {
            // The door's own no is no message's: whoever is not let in gets no answer of one.
            Some(code) if refusal.code != RefusalCode::NotPermitted => Ok(Err(code)),
            _ => Err(refusal.into()),
        },
        Err(fault) => Err(fault),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn each_refusal_has_one_code_and_each_code_one_refusal() {
        let refusals: HashSet<_> = TOLD.iter().map(|(refusal, _)| refusal).collect();
        let codes: HashSet<_> = TOLD.iter().map(|(_, code)| code.code).collect();
        assert_eq!((refusals.len(), codes.len()), (TOLD.len(), TOLD.len()));
        for (refusal, code) in TOLD {
            assert_eq!(code_of(*refusal), Some(*code));
            assert_eq!(refusal_of(code), *refusal);
        }
        assert_eq!(refusal_of(&error_codes::FORMAT), RefusalCode::Invalid);
    }

    #[test]
    fn every_refusal_about_a_consent_is_told_by_the_message() {
        for refusal in RefusalCode::ALL {
            let about_consent = refusal.code().starts_with("consent.");
            // They are a reader's, which speaks no messages.
            let is_readers = matches!(refusal, RefusalCode::ConsentDay | RefusalCode::ConsentOral);
            if about_consent && !is_readers {
                assert!(code_of(*refusal).is_some(), "{refusal:?}");
            }
        }
    }
}

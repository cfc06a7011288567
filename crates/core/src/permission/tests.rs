//! What the table must say, whatever else it does.

use super::*;

#[test]
fn the_page_in_docs_is_the_table() {
    expect_test::expect_file!["../../../../docs/permissions.md"].assert_eq(&as_markdown());
}

#[test]
fn numbers_and_codes_read_back() {
    for function in Function::ALL.iter().copied() {
        assert_eq!(Function::from_number(function.number()), Some(function));
        assert_eq!(Function::from_code(function.code()), Some(function));
    }
}

#[test]
fn the_brief_holds() {
    let business = [
        Function::CheckEligibility,
        Function::CheckEligibilityInBulk,
        Function::ViewMedicalInformation,
        Function::ViewInDisaster,
        Function::UpdateEnvironment,
    ];
    for function in business {
        assert!(
            !function.is_for(Role::Master),
            "the master has no business screens"
        );
        assert!(!function.is_for(Role::Visitor));
    }
    assert!(!Function::ViewInDisaster.is_for(Role::General));
    assert!(!Function::CheckEligibilityInFailure.is_for(Role::General));
    assert!(Function::ViewInDisaster.is_for(Role::Viewer));
    assert!(!Function::ManageAdministrators.is_for(Role::Admin));
    for role in [Role::Link, Role::WebApi, Role::Face] {
        assert!(!Function::OpenMenu.is_for(role));
        assert!(Function::ChangeOwnPassword.is_for(role));
    }
}

#[test]
fn an_insurer_reports_its_own_and_does_nothing_else() {
    for function in Function::ALL.iter().copied() {
        let of_insurers = matches!(
            function,
            Function::ReportInsuredPersons
                | Function::ReadReportStatus
                | Function::Enrol
                | Function::ReportMedicalRecords
        );
        let grant = function.grant(Role::Insurer);
        let expected = of_insurers.then_some(Grant::OwnInsurer);
        assert_eq!(grant, expected, "{}", function.code());
        for role in Role::ALL.into_iter().filter(|role| *role != Role::Insurer) {
            let grant = function.grant(role);
            assert_ne!(grant, Some(Grant::OwnInsurer), "{}", function.code());
        }
    }
}

#[test]
fn the_system_does_its_own_jobs_and_nobody_else_does_them() {
    for function in Function::ALL.iter().copied() {
        // The postman is no job of core's: whoever carries letters waits for a mail server.
        let own = function == Function::SendMail
            || crate::jobs::all().any(|job| job.function() == function);
        for role in Role::ALL {
            let may = function.is_for(role);
            let job = own || role == Role::System;
            assert!(
                !job || may == (own && role == Role::System),
                "{} {}",
                function.code(),
                role.code()
            );
        }
    }
}

#[test]
fn a_patient_has_their_own_consents_and_nobody_has_a_patients() {
    for function in Function::ALL.iter().copied() {
        let own = matches!(
            function,
            Function::RegisterOwnConsents
                | Function::InquireOwnConsents
                | Function::WithdrawOwnConsents
        );
        for role in Role::ALL {
            let expected = own && role == Role::Patient;
            let grant = function.grant(role);
            let told = format!("{} {}", function.code(), role.code());
            assert_eq!(grant == Some(Grant::OwnPerson), expected, "{told}");
            let others = own || role == Role::Patient;
            assert!(!others || function.is_for(role) == expected, "{told}");
        }
    }
}

#[test]
fn an_applicant_has_the_own_application_and_nothing_else() {
    for function in Function::ALL.iter().copied() {
        let own = matches!(
            function,
            Function::Apply | Function::InquireApplication | Function::DrawNotice
        );
        for role in Role::ALL {
            let expected = own && role == Role::Applicant;
            let told = format!("{} {}", function.code(), role.code());
            let others = own || role == Role::Applicant;
            assert!(!others || function.is_for(role) == expected, "{told}");
        }
    }
}

#[test]
fn an_officer_has_what_the_operators_screens_do_and_the_own_account_and_nothing_else() {
    let may = Function::ALL.iter().filter(|f| f.is_for(Role::Officer));
    let may: Vec<&str> = may.map(|function| function.code()).collect();
    let mut expected = vec![
        "log_in",
        "log_out",
        "open_menu",
        "change_own_password",
        "manage_own_second_factor",
        "read_own_logins",
        "approve_applications",
        "manage_facilities",
        "manage_certificates",
        "operate_accounts",
        "open_emergency_mode",
        "read_audit_log",
    ];
    expected.sort_unstable();
    let mut found = may.clone();
    found.sort_unstable();
    assert_eq!(found, expected);
    // Who makes operators' accounts is whoever holds the secrets, and no operator at a screen.
    let makes = Role::ALL
        .into_iter()
        .filter(|role| Function::ManageOfficers.is_for(*role));
    assert_eq!(makes.collect::<Vec<_>>(), [Role::Operator]);
}

#[test]
fn before_log_in_there_are_only_the_log_in_and_what_comes_before_it() {
    for function in Function::ALL.iter().copied() {
        let may = function.is_for(Role::Visitor);
        let first = matches!(
            function,
            Function::LogIn
                | Function::LogInToApi
                | Function::Enrol
                | Function::RenewCertificate
                | Function::ActivateAccount
                | Function::ActivateStaffPhone
        );
        assert_eq!(may, first, "{}", function.code());
    }
}

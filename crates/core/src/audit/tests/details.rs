//! What is kept of a deed: stable numbers, fields that come back, and words for people.

mod applications;
mod installers;
mod staff_phones;

use crate::audit::{AccountField, Change, Detail, FactorPolicyChange, Outcome, SubjectKind};
use crate::permission::Scope;
use crate::terms::{
    BulkKind, CardState, CertificateKind, EndedWhy, EnvironmentSettings, Factor, FactorPolicy,
    Purpose, Setting, SettingChange, Trouble, Validity, Verification,
};
use crate::testing::TestCentre;
use crate::{AccountKind, Actor, Function, Role};
use expect_test::expect_file;
use std::collections::BTreeSet;

/// Every number and word that the sealed log keeps. Nothing of it may change or go: old entries
/// would tell something else. New ones come at the end of their list.
#[test]
fn every_number_that_is_kept_is_known() {
    let mut text = String::new();
    let mut list = |title: &str, lines: Vec<String>| {
        text.push_str(&format!("{title}\n"));
        for line in lines {
            text.push_str(&format!("  {line}\n"));
        }
    };
    let functions = Function::ALL.iter();
    let numbered = functions.map(|f| format!("{} {}", f.number(), f.code()));
    list("function", numbered.collect());
    let roles = Role::ALL.iter();
    list(
        "role",
        roles
            .map(|r| format!("{} {}", r.number(), r.code()))
            .collect(),
    );
    let outcomes = Outcome::ALL.iter();
    list(
        "outcome",
        outcomes
            .map(|o| format!("{} {}", o.number(), o.code()))
            .collect(),
    );
    let subjects = SubjectKind::ALL.iter();
    list(
        "subject kind",
        subjects.map(|s| format!("{} {s:?}", s.number())).collect(),
    );
    let details = Detail::KINDS.iter();
    let shown = |(number, code, fields): &(i64, &str, &[&str])| {
        format!("{number} {code} {}", fields.join(" "))
            .trim_end()
            .to_owned()
    };
    list("detail", details.map(shown).collect());
    let fields = AccountField::ALL.iter();
    list(
        "field of an account",
        fields.map(|f| f.code().to_owned()).collect(),
    );
    expect_file!["../numbers.txt"].assert_eq(&text);
    let numbers: BTreeSet<i64> = Detail::KINDS.iter().map(|(number, ..)| *number).collect();
    assert_eq!(
        numbers.len(),
        Detail::KINDS.len(),
        "two details share a number"
    );
}

fn surgery_is_used() -> Vec<SettingChange> {
    let before = EnvironmentSettings::default();
    let used = Setting::Surgery.value("1").unwrap();
    before.changes_to(&before.with(Setting::Surgery, used))
}

/// What My Number Cards and their readers leave, and the settings that readers follow.
fn of_cards() -> [Detail; 19] {
    let text = |text: &str| text.to_owned();
    [
        Detail::CardAuthorityAdded {
            fingerprint: text("0a1b"),
        },
        Detail::CardRevocationsTaken {
            count: 3,
            last: true,
        },
        Detail::CardRegistrationsTaken {
            changed: 2,
            rejected: 1,
        },
        Detail::CardPresented {
            state: CardState::EndsSoon,
            verified: Verification::ByEye,
            released_by: text("佐藤"),
        },
        Detail::CardRegistered {},
        Detail::PasscodeIssued {},
        Detail::ReaderModeSet {
            reader: text("1号機"),
            until: text("20261126150000"),
        },
        Detail::ReaderReported {
            reader: text("1号機"),
            version: text("0.1.0"),
        },
        Detail::ReaderTrouble {
            reader: text("1号機"),
            trouble: Trouble::PinLocked,
        },
        Detail::ArrivalsListed { count: 4 },
        Detail::EnvironmentChanged {
            version: 2,
            changes: surgery_is_used(),
        },
        Detail::EnvironmentRead { version: 2 },
        Detail::AccountListChecked { count: 12 },
        Detail::AccountReviewLooked { found: 3 },
        Detail::AccountReviewSigned {
            accounts: 12,
            found: 2,
        },
        Detail::AccountReviewTold {
            signed_at: text("20261127093000"),
        },
        Detail::HomeAddressIssued {},
        Detail::HomeAddressVoided {},
        Detail::OwnConsentsRead { count: 3 },
    ]
}

/// What is left of how certificates come to their terminals.
fn of_certificates() -> [Detail; 7] {
    let (kind, name) = (CertificateKind::Terminal, "受付1号機".to_owned());
    [
        Detail::CertificatesWarned { count: 3, days: 30 },
        Detail::EnrolmentCodeIssued {
            kind,
            name: name.clone(),
            until: "20270526093000".to_owned(),
        },
        Detail::EnrolmentCodeVoided {
            kind: CertificateKind::Reader,
            name: name.clone(),
        },
        Detail::Enrolled {
            kind,
            name: name.clone(),
        },
        Detail::EnrolledAgain {
            kind: CertificateKind::Insurer,
            name: name.clone(),
        },
        Detail::Renewed {
            kind,
            name,
            old: "6691204d".to_owned(),
        },
        Detail::RenewalUsed {
            old: "6691204d".to_owned(),
            until: "20270526093000".to_owned(),
        },
    ]
}

/// What second factors leave.
fn of_second_factors() -> [Detail; 10] {
    let text = |text: &str| text.to_owned();
    [
        Detail::SecondFactorAsked {},
        Detail::SecondFactorPassed {
            factor: Factor::Totp,
        },
        Detail::EnteredByPasskey {
            name: text("受付の鍵"),
        },
        Detail::FactorAdded {
            factor: Factor::Passkey,
            name: text("受付の鍵"),
        },
        Detail::FactorRemoved {
            factor: Factor::Totp,
            name: text(""),
        },
        Detail::RecoveryCodesMade { count: 10 },
        Detail::RecoveryCodesShown {},
        Detail::SecondFactorReset {},
        Detail::FactorPoliciesSet {
            version: 2,
            changes: vec![FactorPolicyChange {
                kind: AccountKind::Admin,
                from: FactorPolicy::Offered,
                to: FactorPolicy::Required,
            }],
        },
        Detail::FactorPoliciesAllowed {
            kind: AccountKind::General,
            allowed: text("off-offered"),
        },
    ]
}

/// What a person's consent and the operator's openings leave.
fn of_grants() -> [Detail; 29] {
    let text = |text: &str| text.to_owned();
    [
        Detail::ConsentGiven {
            scope: Scope::Medicines,
        },
        Detail::ConsentWithdrawn {
            scope: Scope::Checkups,
        },
        Detail::EmergencyOpened {
            function: text("view_in_disaster"),
            reason: text("地震のため"),
        },
        Detail::EmergencyClosed {
            function: text("view_in_disaster"),
        },
        Detail::ConsentRecorded {
            purpose: Purpose::HomeVisit,
            verified: Verification::ByEye,
            agreed: vec![Scope::Medicines, Scope::Surgery],
            ceiling: true,
        },
        Detail::ConsentTakenBack {
            kinds: vec![Scope::Checkups],
            why: EndedWhy::ByInstitution,
        },
        Detail::ReaderResultsGiven { count: 2 },
        Detail::AccessReported { count: 3 },
        Detail::ChecksIndexed { count: 3 },
        Detail::MunicipalitySet {
            municipality: text("13101"),
        },
        Detail::EmergencyOpenedAt {
            function: text("view_in_disaster"),
            places: text("13 13101"),
            from: text("20261126000000"),
            until: text("20261127000000"),
            reason: text("地震のため"),
        },
        Detail::EmergencyExtended {
            notice: text("1"),
            until: text("20261127000000"),
            reason: text("地震のため"),
        },
        Detail::EmergencyNoticeClosed { notice: text("1") },
        Detail::EmergencySearched { count: 1 },
        Detail::EmergencyUsed {
            consented: false,
            reason: text("意識がない"),
        },
        Detail::EmergencyReviewed {
            use_id: text("1"),
            remark: text("確認済み"),
        },
        Detail::EmergencyRequested {
            function: text("check_eligibility_in_failure"),
            reason: text("回線の障害"),
        },
        Detail::EmergencyRequestSettled {
            request: text("1"),
            remark: text("開放した"),
        },
        Detail::EmergencySearchedByCard { count: 1 },
        Detail::EmergencyUsedToCheck {
            day: text("20261125"),
        },
        Detail::PhoneSet {
            phone: text("03-0000-0000"),
        },
        Detail::EmergencyUseReported { count: 2 },
        Detail::RegisteredForEmergencies {
            kind: AccountKind::Viewer,
        },
        Detail::EmergencyHospitalSet { hospital: true },
        Detail::EmergencyCareDeclared {
            user_id: text("12345"),
            pattern: text("1"),
            factors: text("1/01 3/01"),
            reason: text("意識がない"),
        },
        Detail::ReaderResultDelivered {},
        Detail::BulkListedByConsent {},
        Detail::ReaderCertificateIssued {
            facility: text("1312345670"),
            reader: text("1号機"),
        },
        Detail::MedicalRead {
            kinds: vec![Scope::Medicines, Scope::Treatment],
            records: 45,
        },
    ]
}

fn some() -> Vec<Detail> {
    let text = |text: &str| text.to_owned();
    let change = |field, from: &str, to: &str| Change {
        field,
        from: text(from),
        to: text(to),
    };
    let changes = vec![
        change(AccountField::Name, "佐藤 \"花子\"", "鈴木 花子"),
        change(AccountField::Profession, "doctor", "designated"),
        change(AccountField::ValidUntil, "", "2027-03-31"),
        change(AccountField::Note, "一行目\n二行目", ""),
    ];
    vec![
        Detail::Looked {},
        Detail::Registered {
            kind: AccountKind::Viewer,
        },
        Detail::Stopped {
            reason: text("長期休暇のため [1,2]"),
        },
        Detail::Resumed {},
        Detail::Unlocked {},
        Detail::PasswordReset {},
        Detail::PasswordShown {},
        Detail::SessionsEnded { count: 2 },
        Detail::Retired {
            reason: text("退職のため"),
        },
        Detail::Edited { changes },
        Detail::OpenElsewhere {},
        Detail::TookOver {},
        Detail::TokensEnded { count: 3 },
        Detail::Checked {
            validity: Validity::InvalidWithNew,
        },
        Detail::ReferenceRegistered {},
        Detail::ReferenceRefused {
            code: text("OQSB9014E"),
        },
        Detail::ReferenceUnknown {},
        Detail::ReferenceWithoutCard {},
        Detail::ReferenceReplacementAsked {},
        Detail::ReferenceReplaced {},
        Detail::BulkTaken {
            kind: BulkKind::Eligibility,
            items: 1,
        },
        Detail::BulkTakenBefore {},
        Detail::BulkUnknown {},
        Detail::BulkUnderWay {},
        Detail::BulkAnswers { count: 500 },
        Detail::BulkWorkedBefore {},
        Detail::BulkDone {},
        Detail::BulkWorked { count: 200 },
        Detail::BulkLeft { count: 3 },
        Detail::BulkListed {},
        Detail::BulkDeleted {
            count: 10,
            last: true,
        },
        Detail::BulkArriving { count: 100 },
        Detail::BulkArrivalDeleted {
            count: 10,
            last: false,
        },
        Detail::CertificateIssued {
            facility: text("1312345670"),
        },
        Detail::InsurerCertificateIssued {
            numbers: text("01130012"),
        },
        Detail::Revoked {
            reason: text("端末の廃棄"),
        },
        Detail::EncodingSet { shift_jis: true },
        Detail::MessageNetworksSet {
            networks: "192.0.2.0/24".to_owned(),
        },
        Detail::LinesTaken {
            added: 1,
            changed: 2,
            unchanged: 3,
            rejected: 4,
        },
        Detail::ReportProgressAsked {},
        Detail::Deleted { count: 9 },
        Detail::RefusalsCountedFromHere {},
        Detail::RefusalsCounted { count: 4711 },
    ]
}

/// Of accounts that begin with a code, and of mail.
fn of_activations() -> Vec<Detail> {
    let until = || "20260404083000".to_owned();
    vec![
        Detail::ActivationIssued { until: until() },
        Detail::RegisteredToActivate {
            kind: AccountKind::General,
            until: until(),
        },
        Detail::Activated {},
        Detail::MailTaken { count: 2 },
        Detail::MailSent {},
        Detail::MailPostponed { tries: 1 },
        Detail::MailGivenUp { tries: 12 },
        Detail::MailSet { known: true },
    ]
}

/// Of backups.
fn of_backups() -> Vec<Detail> {
    vec![
        Detail::BackedUp {
            digest: "0123abcd".to_owned(),
        },
        Detail::Restored {
            of: "20260404083000".to_owned(),
            missing: 12,
        },
        Detail::RestoredAlthoughNotWhole {
            of: "20260404083000".to_owned(),
            missing: 12,
            problems: 2,
        },
        Detail::BackupDrilled { passed: true },
        Detail::AlarmConfirmed {
            raised: "20260404083000".to_owned(),
        },
    ]
}

/// Whether a text is Japanese as far as people read: no word in Latin letters but names of things.
fn is_japanese(words: &str) -> bool {
    let names = ["Web", "URL", "API", "Shift_JIS", "UTF", "ID/PW", "IC"];
    let rest = names
        .iter()
        .fold(words.to_owned(), |rest, name| rest.replace(name, ""));
    !words.is_empty() && !rest.chars().any(|c| c.is_ascii_alphabetic())
}

#[test]
fn every_detail_comes_back_as_it_was_and_is_told_in_japanese() {
    let all: Vec<Detail> = some()
        .into_iter()
        .chain(of_grants())
        .chain(of_cards())
        .chain(of_certificates())
        .chain(of_activations())
        .chain(applications::all())
        .chain(of_backups())
        .chain(of_second_factors())
        .chain(installers::all())
        .chain(staff_phones::all())
        .collect();
    let codes: BTreeSet<&str> = all.iter().map(Detail::code).collect();
    assert_eq!(codes.len(), Detail::KINDS.len(), "one example of each");
    for detail in all {
        assert_eq!(Detail::of_kept(&detail.kept()), detail);
        let words = detail.words();
        assert!(is_japanese(&words), "{}: {words}", detail.code());
    }
    let edited = some().remove(9).words();
    assert_eq!(
        edited,
        "内容を変更（名前：「佐藤 \"花子\"」→「鈴木 花子」、職種：医師→被選定者、\
         使い終わる日：なし→2027年3月31日、備考：「一行目\n二行目」→なし）"
    );
}

#[test]
fn entries_of_earlier_builds_tell_what_they_told() {
    let earlier = [
        ("validity 1", "結果：有効"),
        ("muquc with 1 items", "資格確認、1件を受付"),
        ("registered general", "一般アカウントを登録"),
        ("stopped", "停止"),
        ("edited", "内容を変更"),
        ("ended 3 sessions", "ログイン中の画面を3件終了"),
        ("500 answers", "結果500件を取得"),
        ("7 items left", "照会元が使えなくなり、7件を処理せず終了"),
        ("not registered OQSB9014E", "照会番号を登録せず"),
        ("issued for 1312345670", "1312345670に発行"),
        (
            "issued for insurers 01130012 06139018",
            "保険者 01130012 06139018 に発行",
        ),
        (
            "added 5, changed 0, unchanged 2, rejected 1",
            "追加5件、変更0件、変更なし2件、受け取れず1件",
        ),
        ("encoding shift_jis", "文字コードをShift_JISに設定"),
        (
            "12 results deleted, the last",
            "保存期間が過ぎた結果を12件削除（すべて削除済み）",
        ),
        ("12 deleted", "保存期間が過ぎた記録を12件削除"),
        ("looked how far it is", "報告の進み具合を確認"),
    ];
    for (kept, words) in earlier {
        let told = Detail::of_kept(kept).words();
        assert!(told.starts_with(words), "{kept}: {told}");
    }
}

#[test]
fn what_nobody_can_read_is_told_as_such_and_never_fails() {
    for odd in [
        "",
        "[",
        "[]",
        "[99,1]",
        "[3]",
        "[3,4]",
        "[\"3\"]",
        "[10,[[\"name\",1]]]",
        "9999999999999999999 deleted",
        "validity 9",
        "muquc with x items",
    ] {
        let detail = Detail::of_kept(odd);
        assert_eq!(detail.code(), "other", "{odd}");
        assert_eq!(detail.kept(), odd, "it is not changed on the way");
        assert!(!detail.words().starts_with('['), "{odd}");
    }
    // A later build may add a field at the end.
    let more = Detail::of_kept("[3,\"退職\",\"2027-01-01\"]");
    assert_eq!(more.words(), "停止（理由：退職）");
}

#[test]
fn a_stop_keeps_its_reason_and_an_edit_what_from_and_to() {
    use crate::account::{Managed, manage};
    use crate::audit::{Filter, Page};
    use crate::testing::edit_of;
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let id = centre
        .register(&clinic, AccountKind::General, "staff1")
        .unwrap();
    let admin = || clinic.admin("an-admin");
    let stopped = id.clone();
    centre
        .change(admin(), Function::ManageAccounts, move |tx| {
            manage::stop(tx, Managed::Others, &stopped, "  長期休暇のため ")
        })
        .unwrap();
    let version = centre.account(&clinic, &id).version;
    let edited = id.clone();
    centre
        .change(admin(), Function::ManageAccounts, move |tx| {
            let mut edit = edit_of(crate::account::Period::default(), version);
            edit.note = "四月まで".to_owned();
            manage::edit(tx, Managed::Others, &edited, &edit)
        })
        .unwrap();
    let operator = Actor::operator_at(clinic.code.clone());
    let page = Page { skip: 0, limit: 10 };
    let lines = centre
        .read(operator, Function::ReadAuditLog, |tx| {
            crate::history::list(tx, &Filter::default(), page)
        })
        .unwrap();
    let told: Vec<String> = lines
        .iter()
        .filter(|line| line.function == Some(Function::ManageAccounts))
        .filter_map(|line| line.detail.as_ref().map(Detail::words))
        .collect();
    assert_eq!(
        told[..2],
        [
            "内容を変更（備考：なし→「四月まで」）",
            "停止（理由：長期休暇のため）"
        ]
    );
}

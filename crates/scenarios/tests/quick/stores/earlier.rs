//! A database of the last version: what was in it is there after the migration, and can be gone on with.
//!
//! `earlier/migration-11.zip` is what a demo of that version had left, with its keys and with fewer people:
//! accounts, sessions, tokens, three checks by the Web API, a bulk request and a report by an insurer.
//! It is a fiction, as all of the demo is.

use onshi_core::account::UserId;
use onshi_core::account::login::PasswordVerdict;
use onshi_core::audit::{self, Detail, Filter, Line, Outcome, verify_at};
use onshi_core::consent;
use onshi_core::eligibility::{Validity, bulk};
use onshi_core::facility::FacilityCode;
use onshi_core::insured::Card;
use onshi_core::medical;
use onshi_core::permission::Scope;
use onshi_core::service::OperationContext;
use onshi_core::store::{Location, MIGRATIONS, describe_schema};
use onshi_core::{AccountKind, Actor, Function, Moment, Request, Service};
use onshi_scenarios::database::Database;
use onshi_server::Config;
use onshi_server::start::open_service;
use onshi_server::start::secrets::Secrets;
use onshi_wire::messages::BulkConfirmUnit;
use onshi_wire::print_json;
use std::io::Cursor;
use zip::ZipArchive;

const LEFT: &[u8] = include_bytes!("earlier/migration-11.zip");
/// What it was left at.
const NUMBER: i64 = 11;
/// A minute after the last entry.
const NOW: Moment = Moment::from_ms(1_795_663_111_398);

struct Earlier {
    config: Config,
    secrets: Secrets,
    _folder: tempfile::TempDir,
}

impl Earlier {
    fn unpack() -> Earlier {
        let folder = tempfile::tempdir().unwrap();
        let mut archive = ZipArchive::new(Cursor::new(LEFT)).unwrap();
        archive.extract(folder.path()).unwrap();
        let mut config = Config::default();
        config.store.location = folder.path().join("data/onshi.db").display().to_string();
        config.centre.secrets = folder.path().join("secrets");
        Earlier {
            secrets: Secrets::open(&config.centre.secrets).unwrap(),
            config,
            _folder: folder,
        }
    }

    fn location(&self) -> Location {
        self.config.location()
    }

    fn number(&self, sql: &str) -> i64 {
        Database::open(&self.location()).number(sql).unwrap()
    }

    fn whole_with(&self, entries: i64) {
        let key = self.secrets.seal_key().unwrap();
        let report = verify_at(&self.location(), &key, &[]).unwrap();
        assert_eq!(report.problems, Vec::<String>::new());
        assert_eq!(report.entries, entries);
    }
}

fn clinic() -> FacilityCode {
    FacilityCode::parse("1319990014").unwrap()
}

fn log(service: &Service, operator: Actor) -> Vec<Line> {
    let operation =
        OperationContext::new(operator, Function::ReadAuditLog, Request::new(NOW, [1; 32]));
    let page = audit::Page {
        skip: 0,
        limit: 1000,
    };
    let read = service.read_and_wait(operation, |tx| {
        onshi_core::history::list(tx, &Filter::default(), page)
    });
    read.unwrap()
}

fn passwords_fit_as_before(earlier: &Earlier, service: &Service) {
    let id = UserId::parse("Staff01").unwrap();
    let credential = service.authn().credential(&clinic(), &id, NOW).unwrap();
    for (typed, fits) in [
        ("jen3-EUCm-UsDm-gHa2", true),
        ("jen3-EUCm-UsDm-gHa3", false),
    ] {
        let rules = &earlier.config.rules.password;
        let verdict = credential.test(typed, rules, [3; 16]).verdict;
        assert_eq!(
            matches!(verdict, PasswordVerdict::Fits { .. }),
            fits,
            "{typed}"
        );
    }
}

/// Each bulk request that is done is told with the very rows that it had, though they were kept in another
/// form. Says how many reads that took.
fn rows_of_a_bulk_request_are_told_as_before(
    earlier: &Earlier,
    service: &Service,
    operator: &onshi_core::authn::Operator,
) -> i64 {
    let sql = "select reception_number, kind from bulk_request where finished_at is not null";
    let requests = Database::open(&earlier.location()).rows(sql);
    assert!(!requests.is_empty());
    for request in &requests {
        let number = request.text(0);
        assert_eq!(request.text(1), "muquc");
        let actor = operator.in_place_of(
            (AccountKind::Link, "any"),
            clinic(),
            "65dd7c6a205d6082864a9d6f40c1bdf6",
        );
        let function = Function::CheckEligibilityInBulk;
        let operation = OperationContext::new(actor, function, Request::new(NOW, [7; 32]));
        let asked = number.clone();
        let fetched = service.read_and_wait(operation, move |tx| bulk::fetch(tx, None, &asked));
        let (request, rows) = fetched.unwrap().unwrap();
        let kept = Database::open(&earlier.location()).rows(&format!(
            "select answer from bulk_item where reception_number = '{number}' order by item"
        ));
        assert!(!rows.is_empty());
        assert_eq!(rows.len(), kept.len());
        for (row, kept) in rows.iter().zip(kept) {
            let row = row.row(request.kind).unwrap().unwrap();
            assert!(row.answer.done);
            let unit = BulkConfirmUnit::from(row);
            let again = String::from_utf8(print_json(&unit)).unwrap();
            assert_eq!(again, kept.text(0));
        }
    }
    requests.len() as i64
}

#[test]
fn a_database_of_the_last_version_is_migrated_and_gone_on_with() {
    let earlier = Earlier::unpack();
    let newest = earlier.number("select max(number) from schema_migration");
    assert_eq!(newest, NUMBER);
    let tables = [
        "account",
        "web_session",
        "api_token",
        "bulk_item",
        "qualification",
    ];
    let counted = || tables.map(|table| earlier.number(&format!("select count(*) from {table}")));
    let (before, entries) = (
        counted(),
        earlier.number("select count(*) from audit_entry"),
    );
    assert!(before.iter().all(|count| *count > 0), "{before:?}");

    let service = open_service(&earlier.config, &earlier.secrets, "operator").unwrap();
    let operator = service
        .operator(&earlier.secrets.seal_key().unwrap())
        .unwrap();
    let newest = MIGRATIONS.last().unwrap().0;
    assert!(
        newest > NUMBER,
        "there is nothing to migrate: leave a newer one"
    );
    let applied = earlier.number("select max(number) from schema_migration");
    assert_eq!(applied, newest);
    let schema = describe_schema(&earlier.location()).unwrap();
    expect_test::expect_file!["../../../../core/src/store/schema.txt"].assert_eq(&schema);
    assert_eq!(counted(), before);
    earlier.whole_with(entries);

    // What was written down is read as it was meant.
    let lines = log(&service, operator.at(clinic()));
    let checks: Vec<_> = lines
        .iter()
        .filter(|line| line.function == Some(Function::CheckEligibility))
        .collect();
    assert_eq!(checks.len(), 3);
    for line in checks {
        let valid = Detail::Checked {
            validity: Validity::Valid,
        };
        assert_eq!(line.detail, Some(valid));
        assert_eq!(line.outcome, Some(Outcome::Done));
        assert_eq!(line.user_id.as_deref(), Some("WebApi01"));
    }
    passwords_fit_as_before(&earlier, &service);

    let fetched = rows_of_a_bulk_request_are_told_as_before(&earlier, &service, &operator);

    // What is new works on what is old.
    let account = |kind: AccountKind| {
        let sql = format!(
            "select account_id from account where facility_code = '1319990014' and kind = '{}'",
            kind.code()
        );
        let found = Database::open(&earlier.location()).rows(&sql);
        operator.in_place_of(
            (kind, &found[0].text(0)),
            clinic(),
            "65dd7c6a205d6082864a9d6f40c1bdf6",
        )
    };
    let operation = |kind, function, seed: u8| {
        OperationContext::new(account(kind), function, Request::new(NOW, [seed; 32]))
    };
    let given = service.change_and_wait(
        operation(AccountKind::Face, Function::RecordConsent, 2),
        |tx| consent::give(tx, 9_000_000_000_001, Scope::Medicines, None),
    );
    let shown = service.read_and_wait(
        operation(AccountKind::WebApi, Function::FetchMedicalInformation, 3),
        |tx| {
            let card = Card::of("01130012", "見本１", "1001");
            let person = medical::person_of(tx, &card, Some("00"))?;
            let consented = tx.consented(person, Scope::Medicines)?;
            medical::patient(tx, &consented)
        },
    );
    assert!(!shown.unwrap().name.is_empty());
    let newest = log(&service, operator.at(clinic()))
        .into_iter()
        .next()
        .unwrap();
    assert_eq!(newest.basis, Some(format!("consent {}", given.unwrap())));
    drop(service);
    // Two reads of the log, the bulk requests, the consent, and what was shown on it.
    earlier.whole_with(entries + fetched + 4);
    // A second start has nothing to migrate, and changes nothing.
    drop(open_service(&earlier.config, &earlier.secrets, "operator").unwrap());
    earlier.whole_with(entries + fetched + 4);
}

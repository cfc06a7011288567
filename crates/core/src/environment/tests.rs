//! Who changes an institution's settings, what is kept of it, and that nobody writes over what they did not see.

use super::{Environment, EnvironmentSettings, Setting, SettingValue, change, history, inquire};
use crate::audit::{Detail, Filter, Outcome, Page};
use crate::service::Tx;
use crate::testing::{Clinic, TestCentre, code};
use crate::{AccountKind, Actor, Error, Function, RefusalCode};

fn value(setting: Setting, code: &str) -> (Setting, SettingValue) {
    (setting, setting.value(code).unwrap())
}

/// A clinic with an administrator who is registered.
fn clinic(centre: &TestCentre) -> (Clinic, Actor) {
    let clinic = centre.clinic(1);
    let id = centre
        .register(&clinic, AccountKind::Admin, "Kanri01")
        .unwrap();
    let admin = clinic.admin(&id);
    (clinic, admin)
}

fn save(
    centre: &TestCentre,
    admin: &Actor,
    wanted: &[(Setting, SettingValue)],
    seen: i64,
) -> Result<Environment, Error> {
    let wanted = wanted.to_vec();
    centre
        .change(admin.clone(), Function::UpdateEnvironment, move |tx| {
            change(tx, &wanted, Some(seen))
        })
        .map(|(environment, _)| environment)
}

fn link(clinic: &Clinic) -> Actor {
    Actor::account(AccountKind::Link, "l1", clinic.code.clone(), "c1")
}

fn now(centre: &TestCentre, clinic: &Clinic) -> Environment {
    centre
        .read(link(clinic), Function::InquireEnvironment, inquire)
        .unwrap()
}

#[test]
fn an_institution_begins_with_the_initial_settings_as_version_0() {
    let centre = TestCentre::new();
    let (clinic, admin) = clinic(&centre);
    assert_eq!(now(&centre, &clinic), Environment::default());
    let told = centre.read(admin, Function::UpdateEnvironment, history);
    assert_eq!(told.unwrap(), []);
}

#[test]
fn a_change_is_a_version_with_who_when_and_from_what_to_what() {
    let centre = TestCentre::new();
    let (clinic, admin) = clinic(&centre);
    let first = [value(Setting::Surgery, "1"), value(Setting::Medicines, "0")];
    assert_eq!(save(&centre, &admin, &first, 0).unwrap().version, 1);
    let at = centre.now();
    centre.pass(60);
    let second = [value(Setting::ElectronicPrescriptions, "2")];
    save(&centre, &admin, &second, 1).unwrap();

    let environment = now(&centre, &clinic);
    assert_eq!(environment.version, 2);
    let expected = first
        .iter()
        .chain(&second)
        .fold(EnvironmentSettings::default(), |all, (setting, value)| {
            all.with(*setting, *value)
        });
    assert_eq!(environment.settings, expected);

    let told = centre.read(admin, Function::UpdateEnvironment, history);
    let told = told.unwrap();
    let words = |place: usize| -> Vec<String> {
        let changes = &told[place].changes;
        changes.iter().map(|change| change.words()).collect()
    };
    assert_eq!(told.len(), 2);
    assert_eq!(words(0), ["電子処方箋利用区分：利用しない→併用"]);
    assert_eq!(
        words(1),
        [
            "手術情報：利用しない→利用する",
            "薬剤情報：利用する→利用しない"
        ]
    );
    assert_eq!((told[1].version, told[1].at), (1, at));
    assert_eq!(told[1].by.0, "Kanri01");
}

#[test]
fn who_comes_second_is_told_and_nothing_is_written_over() {
    let centre = TestCentre::new();
    let (clinic, admin) = clinic(&centre);
    let first = [value(Setting::Surgery, "1")];
    save(&centre, &admin, &first, 0).unwrap();
    let second = [value(Setting::Treatment, "1")];
    let refused = save(&centre, &admin, &second, 0);
    assert_eq!(code(refused), RefusalCode::ChangedMeanwhile);
    let kept = now(&centre, &clinic);
    assert_eq!(kept.version, 1);
    assert!(kept.settings.uses(Setting::Surgery) && !kept.settings.uses(Setting::Treatment));
    // Looked at again, and sent on purpose.
    let after = save(&centre, &admin, &second, 1).unwrap();
    assert!(after.settings.uses(Setting::Surgery) && after.settings.uses(Setting::Treatment));
}

#[test]
fn what_changes_nothing_makes_no_version() {
    let centre = TestCentre::new();
    let (_, admin) = clinic(&centre);
    let same = [value(Setting::Medicines, "1")];
    assert_eq!(save(&centre, &admin, &same, 0).unwrap().version, 0);
}

#[test]
fn a_program_changes_what_it_names_and_leaves_the_rest() {
    let centre = TestCentre::new();
    let (clinic, admin) = clinic(&centre);
    save(&centre, &admin, &[value(Setting::Surgery, "1")], 0).unwrap();
    let by_program = |actor: Actor| {
        let wanted = [value(Setting::Subsidies, "1")];
        centre.change(actor, Function::UpdateEnvironmentByMessage, move |tx| {
            change(tx, &wanted, None)
        })
    };
    let (after, changes) = by_program(link(&clinic)).unwrap();
    assert_eq!((after.version, changes.len()), (2, 1));
    assert!(after.settings.uses(Setting::Surgery) && after.settings.uses(Setting::Subsidies));
    assert_eq!(code(by_program(admin)), RefusalCode::NotPermitted);
}

#[test]
fn nobody_but_the_administrator_changes_them_on_the_screen_and_each_its_own() {
    let centre = TestCentre::new();
    let (clinic, admin) = clinic(&centre);
    let wanted = [value(Setting::Surgery, "1")];
    for kind in [
        AccountKind::Master,
        AccountKind::General,
        AccountKind::Viewer,
        AccountKind::Face,
    ] {
        let actor = Actor::account(kind, "x1", clinic.code.clone(), "c1");
        let refused = save(&centre, &actor, &wanted, 0);
        assert_eq!(code(refused), RefusalCode::NotPermitted, "{kind:?}");
    }
    save(&centre, &admin, &wanted, 0).unwrap();
    let other = centre.clinic(2);
    assert_eq!(now(&centre, &other), Environment::default());
}

#[test]
fn the_log_keeps_each_change_and_what_was_refused() {
    let centre = TestCentre::new();
    let (_, admin) = clinic(&centre);
    save(&centre, &admin, &[value(Setting::Surgery, "1")], 0).unwrap();
    let _ = save(&centre, &admin, &[value(Setting::Surgery, "0")], 0);
    let page = Page { skip: 0, limit: 10 };
    let read = move |tx: &mut Tx<'_>| crate::history::list(tx, &Filter::default(), page);
    let lines = centre.read(admin, Function::ReadAuditLog, read).unwrap();
    let told: Vec<(Option<Outcome>, String)> = lines
        .iter()
        .filter(|line| line.function == Some(Function::UpdateEnvironment))
        .map(|line| {
            let words = line.detail.as_ref().map(Detail::words);
            (line.outcome, words.unwrap_or_default())
        })
        .collect();
    let done = "環境設定情報を更新（版1）手術情報：利用しない→利用する";
    assert_eq!(
        told,
        [
            (Some(Outcome::Refused), String::new()),
            (Some(Outcome::Done), done.to_owned())
        ]
    );
}

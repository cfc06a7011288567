//! What is opened in a failure or a disaster, on the screens: for one municipality and nowhere else, only while it is
//! open, with the person's consent or the reason; on the list that is worked off, and in the report.

use expect_test::expect_file;
use onshi_core::audit::Outcome;
use onshi_core::emergency::{self, Place, ViewingConsent};
use onshi_core::facility::{self, FacilityCode, Municipality};
use onshi_core::insured::Card;
use onshi_core::service::OperationContext;
use onshi_core::{AccountKind, Day, Error, Function, Moment, Request, Tx};
use onshi_population::Showcase;
use onshi_scenarios::client::{Answer, Client};
use onshi_server::routes::{Access, Route, screens};
use tokio::task::block_in_place;

use super::test_centre::{Institution, TestCentre, TestClock, log_in};

pub const DISASTER: Function = Function::ViewInDisaster;
pub const FAILURE: Function = Function::CheckEligibilityInFailure;

/// Opens a function for a place until so many seconds later; the number of the notice.
fn open_at(
    centre: &TestCentre,
    at: &FacilityCode,
    place: Place,
    function: Function,
    (now, seconds): (Moment, i64),
) -> String {
    centre.operate(at, Function::OpenEmergencyMode, move |tx| {
        let (reason, until) = ("架空県の地震のため", now.plus_seconds(seconds));
        let places = std::slice::from_ref(&place);
        emergency::open_at(tx, places, function, (reason, now, until))
    })
}

/// The same for one institution.
pub fn open_for(
    centre: &TestCentre,
    at: &Institution,
    function: Function,
    until: (Moment, i64),
) -> String {
    let place = Place::Facility(at.code.clone());
    open_at(centre, &at.code, place, function, until)
}

/// Does something in the name of an account.
fn act<T: Send + 'static>(
    centre: &TestCentre,
    at: &Institution,
    (kind, function, now): (AccountKind, Function, Moment),
    work: impl FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
) -> T {
    let user_id = &at.login(kind).user_id;
    let actor = centre
        .provision()
        .actor(&at.code, user_id, &at.terminal.serial);
    let request = Request::new(now, onshi_core::entropy::fresh_seed());
    let operation = OperationContext::new(actor.unwrap(), function, request);
    block_in_place(|| centre.service.change_and_wait(operation, work)).unwrap()
}

/// Somebody whom an account found just now.
pub fn candidate(
    centre: &TestCentre,
    at: &Institution,
    by: (AccountKind, Function, Moment),
    patient: &Showcase,
) -> String {
    let symbol = patient.symbol.clone().unwrap_or_default();
    let card = Card::of(&patient.insurer_number, &symbol, &patient.number);
    let (branch, born) = (
        patient.branch.clone(),
        Day::parse(&patient.birthdate).unwrap(),
    );
    act(centre, at, by, move |tx| {
        let opened = tx.opened()?;
        let asked = (&card, branch.as_deref(), born);
        let found = emergency::search_by_card(tx, &opened, asked)?;
        Ok(found[0].id.clone())
    })
}

/// A use by an account, of somebody whom it found just now.
pub fn use_of(
    centre: &TestCentre,
    at: &Institution,
    by: (AccountKind, Function, Moment),
    patient: &Showcase,
) -> String {
    let found = candidate(centre, at, by, patient);
    let consent = match by.1 {
        FAILURE => ViewingConsent::NotAsked {
            day: by.2.jst_day(),
        },
        _ => ViewingConsent::Given,
    };
    act(centre, at, by, move |tx| {
        let used = emergency::choose(tx, &found, &consent)?;
        Ok(used.id().to_owned())
    })
}

/// The four items of a patient.
pub fn items(patient: &Showcase) -> Vec<(&'static str, String)> {
    let record = patient.lines.iter().find_map(|line| match line {
        onshi_core::insured::Line::Qualification(record) => Some(record),
        onshi_core::insured::Line::Insurer(_) => None,
    });
    let record = record.unwrap();
    vec![
        ("by", "items".to_owned()),
        ("name", record.name.clone()),
        ("born", record.birthdate.clone()),
        ("sex", record.sex1.clone()),
        ("address", record.address.clone().unwrap()),
    ]
}

fn pairs<'a>(fields: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    fields.iter().map(|(k, v)| (*k, v.as_str())).collect()
}

/// Sends a form and follows to the page after it.
async fn after(client: &mut Client, path: &str, fields: &[(&str, &str)]) -> (String, Answer) {
    let answer = client.post(path, fields).await.unwrap();
    assert_eq!(answer.status, 303, "{path}: {}", answer.text());
    let to = answer.location().to_owned();
    (to.clone(), client.get(&to).await.unwrap())
}

/// What stands between two texts of a page.
fn between<'a>(page: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = page
        .split_once(before)
        .unwrap_or_else(|| panic!("{before} in {page}"));
    rest.split_once(after).unwrap().0
}

const STATES: [&str; 7] = [
    "closed",
    "opened elsewhere",
    "another function",
    "opened",
    "extended",
    "over",
    "closed early",
];

/// Brings an institution into a state.
fn bring_about(
    centre: &TestCentre,
    [ours, theirs]: [&Institution; 2],
    (state, function, notice): (&str, Function, &mut String),
    clock: &TestClock,
) {
    let (now, hour) = (clock.read(), 3600);
    let other = match function {
        DISASTER => FAILURE,
        _ => DISASTER,
    };
    match state {
        "opened elsewhere" => drop(open_for(centre, theirs, function, (now, hour))),
        "another function" => drop(open_for(centre, ours, other, (now, hour / 2))),
        "opened" => *notice = open_for(centre, ours, function, (now, hour)),
        "extended" => {
            let (of, until) = (notice.clone(), now.plus_seconds(2 * hour));
            *notice = centre.operate(&ours.code, Function::OpenEmergencyMode, move |tx| {
                emergency::extend(tx, &of, ("余震のため", until))
            });
            clock.advance(hour + 60);
        }
        "over" => clock.advance(hour),
        "closed early" => {
            let of = open_for(centre, ours, function, (now, hour));
            centre.operate(&ours.code, Function::OpenEmergencyMode, move |tx| {
                emergency::close_notice(tx, &of)
            });
        }
        _ => {}
    }
}

/// Calls a route of an opening; of whom there is one while it is open.
async fn call(
    (centre, ours): (&TestCentre, &Institution),
    client: &mut Client,
    by: (AccountKind, Function, Moment),
    (route, opens): (&Route, bool),
    patient: &Showcase,
) -> Answer {
    let used = match opens && route.path.contains("{use}") {
        true => use_of(centre, ours, by, patient),
        false => "u0".to_owned(),
    };
    let path = route.path.replace("{use}", &used);
    let mut fields = items(patient);
    if route.path.ends_with("/use") {
        let found = match opens {
            true => candidate(centre, ours, by, patient),
            false => "k0".to_owned(),
        };
        fields = vec![("candidate", found), ("consent", "1".to_owned())];
    }
    match route.method {
        "GET" => client.get(&path).await.unwrap(),
        _ => client.post(&path, &pairs(&fields)).await.unwrap(),
    }
}

/// Every route that needs an opening, in every state.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_needs_an_opening_is_there_while_it_is_open_and_never_else() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let (ours, theirs) = (centre.ours(), centre.theirs());
    let patient = centre.populate().swap_remove(0);
    let kinds = [AccountKind::Admin, AccountKind::Viewer];
    let mut clients = Vec::new();
    for kind in kinds {
        let mut client = centre.client(&ours.terminal);
        log_in(&mut client, ours.login(kind)).await;
        clients.push(client);
    }
    let mut table = String::new();
    for function in [DISASTER, FAILURE] {
        let mut notice = String::new();
        for state in STATES {
            let at = [&ours, &theirs];
            bring_about(&centre, at, (state, function, &mut notice), &CLOCK);
            let opens = matches!(state, "opened" | "extended");
            for (kind, client) in kinds.into_iter().zip(&mut clients) {
                if client.get("/web/menu").await.unwrap().status != 200 {
                    log_in(client, ours.login(kind)).await;
                }
                let by = (kind, function, CLOCK.read());
                let menu = client.get("/web/menu").await.unwrap().text();
                let shown = |what: &str| menu.contains(what);
                assert_eq!(
                    shown(&format!("href=\"{}\"", home(function))),
                    opens,
                    "{state}"
                );
                assert_eq!(
                    shown(&format!(
                        "<strong>開放中</strong><span>{}",
                        function.label()
                    )),
                    opens
                );
                for route in screens() {
                    if route.access != Access::Session(function) {
                        continue;
                    }
                    let of = (route, opens);
                    let answer = call((&centre, &ours), client, by, of, &patient).await;
                    let told =
                        format!("{state} {} {} as {}", route.method, route.path, kind.code());
                    let good = [200, 303].contains(&answer.status);
                    assert_eq!(good, opens, "{told}: {}", answer.text());
                    let line = centre.audit(&ours.code, 1).remove(0);
                    assert_eq!(line.function, Some(function), "{told}");
                    assert_eq!(line.outcome == Some(Outcome::Done), opens, "{told}");
                    assert_eq!(line.basis.is_some(), opens, "{told}");
                    let refusal = line.refusal.unwrap_or_default();
                    if !opens {
                        assert_eq!(refusal, "emergency.closed", "{told}");
                    }
                    let row = format!(
                        "{state:<18}{:<8}{:<5}{:<42}{} {refusal}",
                        kind.code(),
                        route.method,
                        route.path,
                        answer.status
                    );
                    table.push_str(row.trim_end());
                    table.push('\n');
                }
            }
        }
        // What was opened of the other function, and elsewhere, is over before the next begins.
        CLOCK.advance(3 * 3600);
    }
    expect_file!["../../../golden/emergency_matrix.txt"].assert_eq(&table);
}

fn home(function: Function) -> &'static str {
    match function {
        FAILURE => "/web/emergency/eligibility",
        _ => "/web/emergency/medical",
    }
}

fn lies_in(centre: &TestCentre, at: &Institution, municipality: &str) {
    let (code, of) = (at.code.clone(), Municipality::parse(municipality).unwrap());
    centre.operate(&at.code, Function::ManageFacilities, move |tx| {
        facility::set_municipality(tx, &code, Some(&of))
    });
}

/// A disaster in one municipality, from the opening to the report.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disaster_in_one_municipality() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let (hit, beside) = (centre.ours(), centre.theirs());
    let patient = centre.populate().swap_remove(0);
    lies_in(&centre, &hit, "13101");
    lies_in(&centre, &beside, "13102");
    let mut doctor = centre.client(&hit.terminal);
    log_in(&mut doctor, hit.login(AccountKind::Viewer)).await;
    let mut next_door = centre.client(&beside.terminal);
    log_in(&mut next_door, beside.login(AccountKind::Viewer)).await;
    let mut staff = centre.client(&hit.terminal);
    log_in(&mut staff, hit.login(AccountKind::General)).await;
    let place = Place::area("13101").unwrap();
    open_at(&centre, &hit.code, place, DISASTER, (CLOCK.read(), 7200));

    for outside in [&mut next_door, &mut staff] {
        assert_eq!(outside.get(SEARCH).await.unwrap().status, 403);
        let menu = outside.get("/web/menu").await.unwrap().text();
        assert!(!menu.contains("開放中"), "{menu}");
    }
    let page = doctor.get("/web/medical").await.unwrap().text();
    assert!(
        page.contains("data-countdown=\"7"),
        "on every screen: {page}"
    );

    let medicines_at = looked_at(&mut doctor, &patient).await;
    let lines = centre.audit(&hit.code, 20);
    let used = lines.iter().filter(|line| line.function == Some(DISASTER));
    assert!(
        used.clone()
            .all(|line| line.outcome != Some(Outcome::Failed))
    );
    assert!(used.clone().any(|line| {
        line.detail
            .as_ref()
            .is_some_and(|detail| detail.words() == "閲覧同意なしで利用（理由：意識がない）")
    }));

    // Another account of the same institution does not go on with it.
    let mut admin = centre.client(&hit.terminal);
    log_in(&mut admin, hit.login(AccountKind::Admin)).await;
    assert_eq!(admin.get(&medicines_at).await.unwrap().status, 404);
    worked_off(&mut admin, &patient).await;

    CLOCK.advance(7200);
    log_in(&mut doctor, hit.login(AccountKind::Viewer)).await;
    let over = doctor.get(&medicines_at).await.unwrap();
    assert_eq!(over.status, 403);
    assert!(over.text().contains("自動的に閉じます"), "{}", over.text());
    assert_eq!(doctor.get(SEARCH).await.unwrap().status, 403);
    assert!(
        !doctor
            .get("/web/menu")
            .await
            .unwrap()
            .text()
            .contains("開放中")
    );
}

/// Where somebody is looked for in a disaster.
const SEARCH: &str = "/web/emergency/medical";

/// A doctor looks for a patient without a will, and at everything; gives where the medicines are.
async fn looked_at(doctor: &mut Client, patient: &Showcase) -> String {
    // Three items are too few, a vague address is not.
    let mut asked = items(patient);
    asked[4].1 = asked[4].1.chars().take(3).collect();
    let mut fewer = asked.clone();
    fewer[1].1 = String::new();
    let wrong = doctor.post(SEARCH, &pairs(&fewer)).await.unwrap();
    assert_eq!(wrong.status, 422);
    assert!(
        wrong.text().contains("氏名を100文字以内"),
        "{}",
        wrong.text()
    );
    let (found_at, found) = after(doctor, SEARCH, &pairs(&asked)).await;
    let found = found.text();
    let candidate = between(&found, "name=\"candidate\" value=\"", "\"").to_owned();
    let of = found_at.split_once("?result=").unwrap().1.to_owned();

    // Without consent the reason is needed, and the search is not lost.
    let mut form = vec![("of", of.as_str()), ("candidate", candidate.as_str())];
    for (consent, word) in [
        (None, "あり・なしを選んで"),
        (Some("0"), "理由を、200文字以内"),
    ] {
        let mut incomplete = form.clone();
        incomplete.extend(consent.map(|consent| ("consent", consent)));
        let (_, told) = after(doctor, &format!("{SEARCH}/use"), &incomplete).await;
        assert_eq!(told.status, 200);
        assert!(told.text().contains(word), "{}", told.text());
        assert!(
            told.text().contains(&candidate),
            "the candidates are still there"
        );
    }
    form.extend([("consent", "0"), ("reason", "意識がない")]);
    let (medicines_at, medicines) = after(doctor, &format!("{SEARCH}/use"), &form).await;
    let medicines = medicines.text();
    assert!(medicines.contains("災害時の開放による"), "{medicines}");
    assert!(
        medicines.contains("data-consent-left=\"1"),
        "30 minutes for one use"
    );
    let medicines_at = medicines_at.split('?').next().unwrap().to_owned();
    let pdf = doctor.get(&format!("{medicines_at}.pdf")).await.unwrap();
    assert_eq!(
        (pdf.status, pdf.header("content-type")),
        (200, "application/pdf")
    );
    for page in ["treatment", "checkups"] {
        let at = medicines_at.replace("medicines", page);
        assert_eq!(doctor.get(&at).await.unwrap().status, 200, "{page}");
    }
    medicines_at
}

/// 管理 reviews the use, and reports it.
async fn worked_off(admin: &mut Client, patient: &Showcase) {
    let name = items(patient).swap_remove(1).1;
    let list = admin.get("/web/emergency/uses").await.unwrap().text();
    assert!(list.contains("点検していない利用（1件）"), "{list}");
    assert!(list.contains("閲覧同意なし：意識がない"), "{list}");
    let review = between(&list, "action=\"/web/emergency/uses/", "\"");
    let review = format!("/web/emergency/uses/{review}");
    let (_, list) = after(admin, &review, &[("remark", "診療録と照合した")]).await;
    let list = list.text();
    assert!(list.contains("点検していない利用（0件）"), "{list}");
    assert!(list.contains("診療録と照合した"), "{list}");
    let report = admin.get("/web/emergency/report").await.unwrap().text();
    assert!(
        report.contains(&name) && report.contains("うち閲覧同意なし1件"),
        "{report}"
    );
    let pdf = admin.get("/web/emergency/report.pdf").await.unwrap();
    assert_eq!(
        (pdf.status, pdf.header("content-type")),
        (200, "application/pdf")
    );
}

/// A failure: asked for on the screen, opened by the operator, and a past day checked after it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_from_the_request_to_the_check_of_a_past_day() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let patient = centre.populate().swap_remove(0);
    let mut admin = centre.client(&ours.terminal);
    log_in(&mut admin, ours.login(AccountKind::Admin)).await;
    let asks = |phone: &'static str| {
        vec![
            ("function", FAILURE.code()),
            ("reason", "回線の障害"),
            ("contact", "山田 太郎"),
            ("phone", phone),
        ]
    };
    let path = "/web/emergency/requests";
    let wrong = admin.post(path, &asks("内線")).await.unwrap();
    assert_eq!(wrong.status, 422);
    assert!(
        wrong.text().contains("電話番号を、市外局番から"),
        "{}",
        wrong.text()
    );
    let (_, asked) = after(&mut admin, path, &asks("03-0000-0000")).await;
    assert!(
        asked.text().contains("開放の依頼を受け付けました"),
        "{}",
        asked.text()
    );
    let again = admin.post(path, &asks("03-0000-0000")).await.unwrap();
    assert_eq!(again.status, 409);
    let requests = centre.operate(&ours.code, Function::OpenEmergencyMode, |tx| {
        emergency::list_requests(tx, true, 10)
    });
    let id = requests[0].id.clone();
    open_for(&centre, &ours, FAILURE, (CLOCK.read(), 86_400));
    centre.operate(&ours.code, Function::OpenEmergencyMode, move |tx| {
        emergency::settle(tx, &id, "翌日まで開放しました")
    });
    let page = admin.get(path).await.unwrap().text();
    assert!(page.contains("翌日まで開放しました"), "{page}");

    let day = CLOCK.read().jst_day().plus_days(-1);
    let typed = day.eight();
    let mut fields = items(&patient);
    fields.push(("noted_day", typed.clone()));
    let (_, found) = after(&mut admin, "/web/emergency/eligibility", &pairs(&fields)).await;
    let found = found.text();
    assert!(
        !found.contains("閲覧同意<span"),
        "eligibility alone: {found}"
    );
    let candidate = between(&found, "name=\"candidate\" value=\"", "\"");
    let chosen = [("candidate", candidate), ("day", typed.as_str())];
    let (_, answer) = after(&mut admin, "/web/emergency/eligibility/use", &chosen).await;
    let answer = answer.text();
    assert!(
        answer.contains(&format!("資格確認日 {}", day.words())),
        "{answer}"
    );
    assert!(answer.contains("有効"), "{answer}");
    // It is no use for medical information.
    let id = centre.audit(&ours.code, 50);
    assert!(id.iter().all(|line| line.function != Some(DISASTER)));
}

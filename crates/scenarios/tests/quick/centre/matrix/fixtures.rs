//! Who calls, and on whom it is done.

use std::collections::BTreeMap;

use onshi_core::account::Managed;
use onshi_core::account::manage;
use onshi_core::audit::{Line, Outcome};
use onshi_core::{AccountKind, Function, Request, Role};
use onshi_population::Showcase;
use onshi_scenarios::client::Client;
use onshi_server::operator::provision::Login;
use onshi_server::routes::Route;

use super::super::test_centre::{Institution, TestCentre, log_in, try_log_in};
use super::cell::{ACTIONS, Observed, Scope, by_rule};
use super::opened;
use crate::centre::account_review::signed;

/// Somebody who calls every route.
pub struct Caller {
    pub name: &'static str,
    pub client: Client,
    /// The same browser, showing the neighbour's certificate.
    stranger: Client,
    kind: Option<AccountKind>,
    login: Login,
}

/// Everybody and everything that the matrix needs.
pub struct Fixture<'a> {
    centre: &'a TestCentre,
    pub ours: Institution,
    theirs: Institution,
    pub callers: Vec<Caller>,
    /// Who may really reset a master's password without ending the session of ours.
    third: (Institution, Caller),
    /// Accounts that are really changed, by the group and what is done.
    fresh: BTreeMap<(&'static str, &'static str), String>,
    /// Accounts that nobody manages to change: ours and theirs, by the group.
    shared: BTreeMap<(&'static str, Scope), String>,
    /// Bulk requests that are done: ours and theirs.
    bulk: BTreeMap<Scope, String>,
    /// A check of today of each institution.
    checks: BTreeMap<Scope, String>,
    /// A review of accounts that each institution signed.
    reviews: BTreeMap<Scope, String>,
    patient: Showcase,
    /// Who lets ours see everything.
    person: i64,
    counter: usize,
    /// The newest line of the log that is known, by the institution.
    seen: BTreeMap<String, i64>,
}

/// The patient's key; everything is consented to at this institution.
fn consenting(centre: &TestCentre, at: &Institution, patient: &Showcase) -> i64 {
    let person = super::super::viewing::person_of(patient);
    for scope in onshi_core::permission::Scope::ALL {
        super::super::viewing::at_the_reader(centre, at, onshi_core::clock::now(), move |tx| {
            onshi_core::consent::give(tx, person, scope, None).map(drop)
        });
    }
    person
}

/// Where somebody says that the alarm of a reset of the master was seen, which needs one.
const ALARM: &str = "/web/alarm";

const GROUPS: [(&str, AccountKind); 2] = [
    ("administrators", AccountKind::Admin),
    ("accounts", AccountKind::General),
];

fn caller(
    centre: &TestCentre,
    at: &Institution,
    next: &Institution,
    kind: Option<AccountKind>,
) -> Caller {
    Caller {
        name: kind.map_or("nobody", AccountKind::code),
        client: centre.client(&at.terminal),
        stranger: centre.client(&next.terminal),
        kind,
        login: at.login(kind.unwrap_or(AccountKind::General)).clone(),
    }
}

impl<'a> Fixture<'a> {
    pub async fn gather(centre: &'a TestCentre) -> Fixture<'a> {
        let (ours, theirs) = (centre.ours(), centre.theirs());
        let third = centre.institution("271234567", "遠くの病院", "Tooku");
        let kinds = AccountKind::ALL.into_iter().map(Some);
        let mut callers: Vec<Caller> = std::iter::once(None)
            .chain(kinds)
            .map(|kind| caller(centre, &ours, &theirs, kind))
            .collect();
        // Nobody logs in as somebody who is nobody else here.
        let (_, first) = centre.account(&ours, AccountKind::General, "Hajimete");
        callers[0].login = centre.used(&ours, &first);
        let (mut fresh, mut shared) = (BTreeMap::new(), BTreeMap::new());
        for (group, kind) in GROUPS {
            for action in ACTIONS.iter().copied().chain(["edit"]) {
                let word = format!("{}-{action}", kind.code());
                let (id, login) = centre.account(&ours, kind, &word);
                prepare(centre, &ours, action, &id, &login).await;
                fresh.insert((group, action), id);
            }
            for (scope, at) in [(Scope::Own, &ours), (Scope::Other, &theirs)] {
                let (id, _) = centre.account(at, kind, &format!("{}-shared", kind.code()));
                shared.insert((group, scope), id);
            }
        }
        let now = onshi_core::clock::now();
        let (from, to) = (now.plus_seconds(-60), now.plus_seconds(86_400));
        let issued = tokio::task::block_in_place(|| {
            centre
                .provision()
                .reader_certificate(&ours.code, "KAO01", from, to)
        });
        issued.unwrap();
        let patient = centre.populate().swap_remove(0);
        let person = consenting(centre, &ours, &patient);
        opened::open_all(centre, [&ours, &theirs]);
        centre.change_setting(&ours, onshi_core::environment::Setting::HomeVisits, "1");
        let (mut bulk, mut checks) = (BTreeMap::new(), BTreeMap::new());
        let mut reviews = BTreeMap::new();
        for (scope, at) in [(Scope::Own, &ours), (Scope::Other, &theirs)] {
            bulk.insert(scope, bulk_request(centre, at, &patient).await);
            checks.insert(scope, check(centre, at, &patient).await);
            reviews.insert(scope, signed(centre, at).await);
        }
        let reset = caller(centre, &third, &theirs, Some(AccountKind::Reset));
        Fixture {
            centre,
            ours,
            theirs,
            callers,
            third: (third, reset),
            fresh,
            shared,
            bulk,
            checks,
            reviews,
            patient,
            person,
            counter: 0,
            seen: BTreeMap::new(),
        }
    }

    fn target(
        &self,
        route: &Route,
        action: &'static str,
        scope: Scope,
        role: Option<Role>,
    ) -> String {
        let group = if route.path.contains("/administrators") {
            "administrators"
        } else {
            "accounts"
        };
        let manager = match group {
            "administrators" => Role::Master,
            _ => Role::Admin,
        };
        let doing = if action.is_empty() { "edit" } else { action };
        match scope {
            Scope::Own if role == Some(manager) => self.fresh[&(group, doing)].clone(),
            Scope::Own | Scope::Stranger => self.shared[&(group, Scope::Own)].clone(),
            Scope::Other => self.shared[&(group, Scope::Other)].clone(),
            Scope::Group => {
                let (other, _) = GROUPS.iter().find(|(name, _)| *name != group).unwrap();
                self.shared[&(*other, Scope::Own)].clone()
            }
        }
    }

    /// The address of a route, with whom and what it is about.
    fn address(
        &self,
        route: &Route,
        (path, action): (&str, &'static str),
        scope: Scope,
        number: usize,
    ) -> String {
        let role = role(self.callers[number].kind);
        if path.contains("{person}") {
            path.replace("{person}", &self.person.to_string())
        } else if path.contains("{use}") {
            let at = match scope {
                Scope::Other => &self.theirs,
                _ => &self.ours,
            };
            let of = (route, self.callers[number].kind);
            path.replace(
                "{use}",
                &opened::of_path(self.centre, at, of, &self.patient),
            )
        } else if path.contains("{passkey}") {
            let caller = &self.callers[number];
            let found = match scope {
                Scope::Other => {
                    let general = AccountKind::General;
                    let login = self.theirs.login(general);
                    opened::passkey(self.centre, &self.theirs, (Some(general), login))
                }
                _ => opened::passkey(self.centre, &self.ours, (caller.kind, &caller.login)),
            };
            path.replace("{passkey}", &found)
        } else if path.contains("{check}") {
            let whose = self.checks.get(&scope).unwrap_or(&self.checks[&Scope::Own]);
            path.replace("{check}", whose)
        } else if path.contains("{review}") {
            let whose = self.reviews.get(&scope);
            path.replace("{review}", whose.unwrap_or(&self.reviews[&Scope::Own]))
        } else if path.contains("{number}") {
            let whose = self.bulk.get(&scope).unwrap_or(&self.bulk[&Scope::Own]);
            path.replace("{number}", whose)
        } else {
            path.replace("{id}", &self.target(route, action, scope, role))
        }
    }

    /// Calls a route as somebody, checks what must be, and returns what the table shows.
    pub async fn call(
        &mut self,
        route: &Route,
        path: &str,
        action: &'static str,
        scope: Scope,
        number: usize,
    ) -> (String, bool) {
        self.counter += 1;
        let role = role(self.callers[number].kind);
        let path = self.address(route, (path, action), scope, number);
        let resets = (route.method, route.path) == ("POST", "/web/master-reset");
        let apart = resets && scope == Scope::Own && role == Some(Role::Reset);
        let (at, caller) = if apart {
            (&self.third.0, &mut self.third.1)
        } else {
            (&self.ours, &mut self.callers[number])
        };
        if caller.kind.is_some() && caller.client.cookies.is_empty() {
            log_in(&mut caller.client, &caller.login).await;
            self.seen.remove(at.code.as_str());
        }
        if route.path == ALARM {
            self.centre.raise_alarm(at);
        }
        let of = (route, caller.kind, &caller.login);
        let fields = opened::form(self.centre, at, of, &self.patient)
            .unwrap_or_else(|| form(route, caller, at, self.counter, &self.patient));
        if route.path.starts_with("/web/emergency") || route.path == "/web/account-review" {
            // Whom it is about was looked for just now.
            self.seen.remove(at.code.as_str());
            self.seen.remove(self.theirs.code.as_str());
        }
        let client = if scope == Scope::Stranger {
            caller.stranger.cookies.clone_from(&caller.client.cookies);
            &mut caller.stranger
        } else {
            &mut caller.client
        };
        let seen_at = if scope == Scope::Stranger {
            &self.theirs
        } else {
            at
        };
        let code = seen_at.code.as_str().to_owned();
        let known = self.seen.get(&code).copied();
        let before = known.unwrap_or_else(|| newest(&self.centre.audit(&seen_at.code, 20), 0));
        let pairs: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let answer = match route.method {
            "GET" => client.get(&path).await,
            "POST" => client.post(&path, &pairs).await,
            other => panic!("the matrix does not know how to {other}"),
        };
        let answer = answer.unwrap();
        let mut lines = self.centre.audit(&seen_at.code, 20);
        if answer.location().starts_with("/web/bulk/") {
            work_off(self.centre);
            lines = self.centre.audit(&seen_at.code, 20);
        }
        self.seen.insert(code, newest(&lines, before));
        // What a bulk request leads to later is done in requests of the centre's own.
        let asked = lines.iter().filter(|line| line.seq > before);
        let asked = asked.min_by_key(|line| line.seq).map(|line| line.request);
        let of_this = lines
            .iter()
            .filter(|line| line.seq > before && Some(line.request) == asked);
        let of = |outcome| {
            of_this
                .clone()
                .filter(|line| line.outcome == Some(outcome))
                .count()
        };
        let came = Observed {
            answer,
            done: match route.path.ends_with("history.csv") {
                // A long log is told in pieces, each with an entry of its own.
                true => of(Outcome::Done).min(1),
                false => of(Outcome::Done),
            },
            refused: of(Outcome::Refused),
        };
        assert_eq!(of(Outcome::Failed), 0, "{path}");
        let told = format!(
            "{} {path} {} as {}",
            route.method,
            scope.word(),
            caller.name
        );
        came.must_fit(route, scope, role, &told);
        settle(route, scope, caller, &came, &fields);
        (came.shown(), by_rule(route, scope, role).is_some())
    }
}

impl Fixture<'_> {
    /// Somebody who may send a form of this route, ready to: the browser, where to, and with what.
    pub async fn sender(
        &mut self,
        route: &Route,
        action: &'static str,
        may: impl Fn(Option<Role>) -> bool,
    ) -> (&mut Client, String, Vec<(&'static str, String)>) {
        self.counter += 1;
        let resets = route.path == "/web/master-reset";
        let fits = |caller: &Caller| may(role(caller.kind));
        let number = self.callers.iter().position(fits).unwrap();
        let role = role(self.callers[number].kind);
        let path = route.path.replace("{action}", action);
        let path = path.replace("{id}", &self.target(route, action, Scope::Own, role));
        let kind = self.callers[number].kind;
        let path = match path.contains("{use}") {
            true => {
                let used = opened::of_path(self.centre, &self.ours, (route, kind), &self.patient);
                path.replace("{use}", &used)
            }
            false => path,
        };
        let path = match path.contains("{passkey}") {
            true => {
                let whose = (kind, &self.callers[number].login);
                let found = opened::passkey(self.centre, &self.ours, whose);
                path.replace("{passkey}", &found)
            }
            false => path,
        };
        let (at, caller) = match resets {
            true => (&self.third.0, &mut self.third.1),
            false => (&self.ours, &mut self.callers[number]),
        };
        if caller.client.cookies.is_empty() && caller.kind.is_some() {
            log_in(&mut caller.client, &caller.login).await;
        }
        let fields = opened::form(
            self.centre,
            at,
            (route, caller.kind, &caller.login),
            &self.patient,
        )
        .unwrap_or_else(|| form(route, caller, at, self.counter, &self.patient));
        if route.path == ALARM {
            self.centre.raise_alarm(at);
        }
        if route.path == "/web/password" {
            caller.login.password = fields[1].1.clone();
        }
        (&mut caller.client, path, fields)
    }

    /// How many entries all the logs have.
    pub fn entries(&self) -> usize {
        let houses = [&self.ours, &self.theirs, &self.third.0];
        let count = |at: &&Institution| self.centre.audit(&at.code, 10_000).len();
        houses.iter().map(count).sum()
    }
}

/// What the cell did to the caller itself.
fn settle(
    route: &Route,
    scope: Scope,
    caller: &mut Caller,
    came: &Observed,
    fields: &[(&'static str, String)],
) {
    if caller.kind.is_none() {
        caller.client.cookies.clear();
    }
    let changed = (route.method, route.path) == ("POST", "/web/password");
    if changed && scope == Scope::Own && came.answer.status == 303 {
        let new = fields.iter().find(|(name, _)| *name == "new_password");
        caller.login.password = new.unwrap().1.clone();
    }
}

/// The number of the newest line; another one when there is none.
fn newest(lines: &[Line], otherwise: i64) -> i64 {
    let numbers = lines.iter().map(|line| line.seq);
    numbers.max().unwrap_or(otherwise)
}

fn role(kind: Option<AccountKind>) -> Option<Role> {
    kind.map(AccountKind::role)
}

/// A form that can be taken, where the caller may send it.
fn form(
    route: &Route,
    caller: &Caller,
    at: &Institution,
    counter: usize,
    patient: &Showcase,
) -> Vec<(&'static str, String)> {
    let text = |value: &str| value.to_owned();
    let new_user_id = ("user_id", format!("Matrix{counter:05}"));
    match route.path {
        "/web/login" => vec![
            ("user_id", caller.login.user_id.clone()),
            ("password", caller.login.password.clone()),
        ],
        "/web/login/second" => vec![
            ("ticket", text("nobody's ticket")),
            ("code", text("123456")),
        ],
        "/web/login/takeover" => vec![("ticket", text("nobody's ticket"))],
        "/web/password" => {
            let new = format!("kawaru-kotoba-{counter:05}");
            vec![
                ("current_password", caller.login.password.clone()),
                ("new_password", new.clone()),
                ("confirm_password", new),
            ]
        }
        "/web/master-reset" => vec![("secret_number", at.welcome.secret_number.clone())],
        "/web/administrators" => vec![("kind", text("admin")), new_user_id, ("name", text("試験"))],
        "/web/accounts" => vec![
            ("kind", text("general")),
            new_user_id,
            ("name", text("試験")),
        ],
        "/web/administrators/bulk" | "/web/accounts/bulk" => {
            let kind = if route.path.contains("administrators") {
                "管理"
            } else {
                "一般"
            };
            let row = format!("[[2,[\"{kind}\",\"{}\",\"試験\"]]]", new_user_id.1);
            vec![("rows", row), ("action", text("register"))]
        }
        "/web/eligibility" | "/web/reference-number" => card(patient),
        "/web/bulk" => bulk_form(patient),
        "/web/readers" => vec![("reader", text("KAO01")), ("mode", text("by_eye"))],
        "/web/environment" => vec![("version", text("1"))],
        path if path.ends_with("{id}") => vec![("name", text("別名")), ("version", text("1"))],
        _ => vec![("reason", text("試験"))],
    }
}

fn card(patient: &Showcase) -> Vec<(&'static str, String)> {
    let day = |text: &str| format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]);
    vec![
        ("reference_number", "P0001".to_owned()),
        ("insurer_number", patient.insurer_number.clone()),
        ("symbol", patient.symbol.clone().unwrap_or_default()),
        ("number", patient.number.clone()),
        ("branch", patient.branch.clone().unwrap_or_default()),
        ("birthdate", day(&patient.birthdate)),
        ("day", onshi_core::clock::now().jst_day().dashed()),
    ]
}

fn bulk_form(patient: &Showcase) -> Vec<(&'static str, String)> {
    let line = [
        "P0001",
        &patient.insurer_number,
        patient.symbol.as_deref().unwrap_or(""),
        &patient.number,
        patient.branch.as_deref().unwrap_or(""),
        &patient.birthdate,
    ];
    let day = onshi_core::clock::now().jst_day().dashed();
    vec![
        ("good", line.join("\t")),
        ("day", day),
        ("action", "accept".to_owned()),
    ]
}

/// A bulk request of one person that is done; its reception number.
async fn bulk_request(centre: &TestCentre, at: &Institution, patient: &Showcase) -> String {
    let mut client = centre.client(&at.terminal);
    log_in(&mut client, at.login(AccountKind::General)).await;
    let fields = bulk_form(patient);
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let answer = client.post("/web/bulk", &pairs).await.unwrap();
    work_off(centre);
    let number = answer.location().strip_prefix("/web/bulk/");
    number.unwrap().to_owned()
}

/// A check of today; which one it is.
async fn check(centre: &TestCentre, at: &Institution, patient: &Showcase) -> String {
    let mut client = centre.client(&at.terminal);
    log_in(&mut client, at.login(AccountKind::General)).await;
    let fields = card(patient);
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let answer = client.post("/web/eligibility", &pairs).await.unwrap();
    assert_eq!(answer.status, 303, "{}", answer.text());
    let list = client.get("/web/eligibility/today").await.unwrap().text();
    let (_, link) = list.split_once("href=\"/web/eligibility/today/").unwrap();
    link.split_once('"').unwrap().0.to_owned()
}

/// Works what is open, beside the centre, until nothing is.
pub fn work_off(centre: &TestCentre) {
    while centre.service.work_on_bulk(&Request::fresh()).unwrap() {}
}

/// Brings an account into the state in which something can be done to it.
async fn prepare(centre: &TestCentre, at: &Institution, action: &str, id: &str, login: &Login) {
    match action {
        "resume" => {
            let id = id.to_owned();
            centre.operate(&at.code, Function::OperateAccounts, move |tx| {
                manage::stop(tx, Managed::All, &id, "試験")
            });
        }
        "unlock" => {
            let mut client = centre.client(&at.terminal);
            for _ in 0..5 {
                try_log_in(&mut client, &login.user_id, "wrong").await;
            }
        }
        "reset-factor" => {
            centre.add_factor(at, login);
        }
        "end-sessions" => {
            log_in(&mut centre.client(&at.terminal), login).await;
        }
        _ => {}
    }
}

//! A centre with its institutions, and a second service on the same database, as the operator's
//! command line has it.

use std::sync::atomic::{AtomicI64, Ordering};

use onshi_core::account::factors::{self, FactorChange};
use onshi_core::account::login::{PasswordVerdict, Through};
use onshi_core::account::{Holder, Managed, Profession, UserId};
use onshi_core::audit::{Detail, Filter, Line, Page};
use onshi_core::authn::Operator;
use onshi_core::certificate::{Authority, Issued};
use onshi_core::facility::FacilityCode;
use onshi_core::insured;
use onshi_core::insured::import::{self, Progress};
use onshi_core::one_time_code::OneTimeCode;
use onshi_core::rollout::installer::{self, NewRight};
use onshi_core::second_factor::totp::{TotpSecret, step_of};
use onshi_core::second_factor::{FactorPolicy, RecoveryCode, policy};
use onshi_core::service::OperationContext;
use onshi_core::staff_phone::{self, StaffPhone};
use onshi_core::{
    AccountKind, Actor, Day, Error, Function, Moment, Request, Role, Service, Tx, environment,
    home_reception,
};
use onshi_population::{Showcase, showcase};
use onshi_scenarios::client::{Answer, Client, Identity};
use onshi_scenarios::database::Database;
use onshi_server::operator::provision::{Login, Provision, Welcome};
use onshi_server::start::open_service;
use onshi_server::start::secrets::Secrets;
use onshi_server::{Config, Running};
use tokio::task::block_in_place;

use super::passkey_device::{Device, HAS_CREDENTIAL, KNOWN, PRESENT, Said};

const DAY: i64 = 86_400;
/// ECDSA over P-256 with SHA-256, as browsers name it.
const ES256: i64 = -7;

/// A clock for one test: it goes by the system's until it is stopped, then only by hand.
pub struct TestClock(AtomicI64);

impl TestClock {
    pub const fn new() -> TestClock {
        TestClock(AtomicI64::new(0))
    }

    pub fn read(&self) -> Moment {
        match self.0.load(Ordering::SeqCst) {
            0 => onshi_core::clock::now(),
            ms => Moment::from_ms(ms),
        }
    }

    /// Stops it, where it is now and some seconds on.
    pub fn advance(&self, seconds: i64) {
        let there = self.read().plus_seconds(seconds);
        self.0.store(there.ms(), Ordering::SeqCst);
    }
}

/// The centre, and what is around it.
pub struct TestCentre {
    pub running: Running,
    pub service: Service,
    pub operator: Operator,
    pub secrets: Secrets,
    pub authority: Authority,
    pub folder: tempfile::TempDir,
}

/// An institution with an account of every kind, ready to log in.
pub struct Institution {
    pub code: FacilityCode,
    pub welcome: Welcome,
    pub terminal: Issued,
    prefix: &'static str,
    logins: Vec<(AccountKind, Login)>,
}

impl TestCentre {
    pub async fn open(clock: fn() -> Moment) -> TestCentre {
        TestCentre::open_with(clock, |_| {}).await
    }

    pub async fn open_with(clock: fn() -> Moment, set: impl FnOnce(&mut Config)) -> TestCentre {
        let folder = tempfile::tempdir().unwrap();
        let any_port = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
        let mut config = Config::default();
        config.centre.listen = any_port;
        config.portal.listen = Some(any_port);
        config.centre.messages = Some(any_port);
        config.centre.secrets = folder.path().join("secrets");
        config.mail.folder = folder.path().join("mail");
        config.store.location = folder.path().join("onshi.db").display().to_string();
        // Cheap on purpose: what hashing costs is not what is tested here.
        config.rules.password.argon2_memory_kib = 8;
        config.rules.password.argon2_passes = 1;
        config.login.terminal_burst = 100_000;
        config.login.password_burst = 100_000;
        config.rules.refusals.burst = 100_000;
        config.limits.stranger_burst = 100_000;
        set(&mut config);
        let secrets = Secrets::open(&config.centre.secrets).unwrap();
        let authority = secrets.authority(onshi_core::clock::now()).unwrap();
        // The first chain of the audit log is ours, the second the centre's.
        // PostgreSQL's client blocks, which a thread of the runtime has to be told.
        let service = block_in_place(|| open_service(&config, &secrets, "tests")).unwrap();
        let operator = service.operator(&secrets.seal_key().unwrap()).unwrap();
        let running = Running::start_with_clock(config, clock).await.unwrap();
        TestCentre {
            running,
            service,
            operator,
            secrets,
            authority,
            folder,
        }
    }

    pub fn provision(&self) -> Provision<'_> {
        Provision {
            service: &self.service,
            authority: &self.authority,
            operator: &self.operator,
        }
    }

    /// Does something as the operator.
    pub fn operate<T: Send + 'static>(
        &self,
        code: &FacilityCode,
        function: Function,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> T {
        let actor = self.operator.at(code.clone());
        let operation = OperationContext::new(actor, function, Request::fresh());
        block_in_place(|| self.service.change_and_wait(operation, work)).unwrap()
    }

    /// Imports the patients of the showcase, and gives them.
    pub fn populate(&self) -> Vec<Showcase> {
        self.populate_as(|_, _| ())
    }

    /// The same as they are on a day.
    pub fn populate_on(&self, today: Day) -> Vec<Showcase> {
        self.populate_from(showcase(today), |_, _| ())
    }

    /// The same with something changed in what insurers report of them.
    pub fn populate_as(
        &self,
        change: impl FnOnce(&mut [insured::Line], &[Showcase]),
    ) -> Vec<Showcase> {
        self.populate_from(showcase(onshi_core::clock::now().jst_day()), change)
    }

    fn populate_from(
        &self,
        patients: Vec<Showcase>,
        change: impl FnOnce(&mut [insured::Line], &[Showcase]),
    ) -> Vec<Showcase> {
        let mut lines: Vec<_> = patients.iter().flat_map(|p| p.lines.clone()).collect();
        change(&mut lines, &patients);
        let operation = OperationContext::new(
            self.operator.actor(),
            Function::ImportInsuredPersons,
            Request::fresh(),
        );
        let finished = Progress {
            finished: true,
            ..Progress::default()
        };
        self.service
            .change_and_wait(operation, move |tx| {
                import::take(tx, "showcase", &lines, &finished)
            })
            .unwrap();
        patients
    }

    /// The first institution, with user ids such as `Kanri01`.
    pub fn ours(&self) -> Institution {
        self.institution("131234567", "霞が関みらい診療所", "")
    }

    /// Another one, with user ids such as `TonariKanri01`.
    pub fn theirs(&self) -> Institution {
        self.institution("141234567", "となりの薬局", "Tonari")
    }

    pub fn institution(&self, body: &str, name: &str, prefix: &'static str) -> Institution {
        block_in_place(|| self.institution_made(body, name, prefix))
    }

    fn institution_made(&self, body: &str, name: &str, prefix: &'static str) -> Institution {
        let provision = self.provision();
        let code = FacilityCode::from_body(body).unwrap();
        let id = |word: &str| Some(UserId::parse(&format!("{prefix}{word}")).unwrap());
        let ids = [id("Master01"), id("Reset01")];
        let welcome = provision.facility(&code, name, ids).unwrap();
        let terminal = self.certificate(&code, "ONS01", -3600, DAY);
        let mut made = Institution {
            code,
            welcome: welcome.clone(),
            terminal,
            prefix,
            logins: vec![(AccountKind::Reset, welcome.reset.clone())],
        };
        let master = self.used(&made, &welcome.master);
        made.logins.push((AccountKind::Master, master));
        let others = [
            (AccountKind::Admin, "Kanri01"),
            (AccountKind::General, "Staff01"),
            (AccountKind::Viewer, "Iryou01"),
            (AccountKind::Link, "Renkei01"),
            (AccountKind::WebApi, "WebApi01"),
            (AccountKind::Face, "Kao01"),
        ];
        for (kind, word) in others {
            let (_, first) = self.account(&made, kind, word);
            let login = self.used(&made, &first);
            made.logins.push((kind, login));
        }
        made
    }

    /// A terminal certificate that begins and ends so many seconds from now.
    pub fn certificate(&self, code: &FacilityCode, name: &str, begin: i64, end: i64) -> Issued {
        let now = onshi_core::clock::now();
        let (begin, end) = (now.plus_seconds(begin), now.plus_seconds(end));
        let provision = self.provision();
        provision.certificate(code, name, begin, end).unwrap()
    }

    /// Registers an account as the level above would: its id and its first log-in.
    pub fn account(&self, at: &Institution, kind: AccountKind, word: &str) -> (String, Login) {
        let (managed, by) = if kind == AccountKind::Admin {
            (Managed::Administrators, AccountKind::Master)
        } else {
            (Managed::Others, AccountKind::Admin)
        };
        let doctor = Holder::Licensed(Profession::Doctor, None);
        let holder = (kind == AccountKind::Viewer).then_some(doctor);
        let user_id = format!("{}{word}", at.prefix);
        let by = self.actor(at, at.login(by));
        self.provision()
            .account(&by, managed, (kind, &user_id, "架空 花子"), holder)
            .unwrap()
    }

    fn actor(&self, at: &Institution, login: &Login) -> Actor {
        self.provision()
            .actor(&at.code, &login.user_id, &at.terminal.serial)
            .unwrap()
    }

    /// Changes an account's first password as its holder would.
    pub fn used(&self, at: &Institution, first: &Login) -> Login {
        let through = Through {
            certificate_serial: at.terminal.serial.clone(),
            terminal_name: "ONS01".to_owned(),
        };
        let actor = self.actor(at, first);
        let provision = self.provision();
        provision.own_password(&actor, &through, first).unwrap()
    }

    /// Changes a setting of an institution, as its administrator.
    pub fn change_setting(&self, at: &Institution, setting: environment::Setting, code: &str) {
        let wanted = [(setting, setting.value(code).unwrap())];
        let change = move |tx: &mut Tx<'_>| environment::change(tx, &wanted, None).map(drop);
        self.as_admin(at, Function::UpdateEnvironment, change);
    }

    fn as_holder<T: Send + 'static>(
        &self,
        at: &Institution,
        login: &Login,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> T {
        block_in_place(|| {
            let function = Function::ManageOwnSecondFactor;
            let operation =
                OperationContext::new(self.actor(at, login), function, Request::fresh());
            self.service.change_and_wait(operation, work).unwrap()
        })
    }

    /// A secret that is offered to an account's holder, and the same sealed.
    pub fn offer_factor(&self, at: &Institution, login: &Login) -> (TotpSecret, String) {
        let offer = |tx: &mut Tx<'_>| factors::offer_totp(tx).map(|(offer, _)| offer);
        let offer = self.as_holder(at, login, offer);
        (offer.secret, offer.sealed)
    }

    /// Adds an authenticator to an account as its holder would: what it shares with the centre, and the recovery codes.
    pub fn add_factor(&self, at: &Institution, login: &Login) -> (TotpSecret, Vec<String>) {
        let (secret, sealed) = self.offer_factor(at, login);
        let typed = secret.code_at(step_of(onshi_core::clock::now()));
        let verdict = self.verdict(at, login);
        let add = move |tx: &mut Tx<'_>| match factors::add_totp(tx, &verdict, (&sealed, &typed))? {
            FactorChange::Done(codes) => Ok(codes),
            FactorChange::Refused(refusal) => Err(refusal.into()),
        };
        let codes = self.as_holder(at, login, add);
        let printed = codes.iter().map(RecoveryCode::printed);
        (secret, printed.collect())
    }

    /// What a browser sends of a passkey that an account's holder made just now.
    pub fn made_passkey(&self, at: &Institution, login: &Login) -> String {
        let offer = self.as_holder(at, login, factors::offer_passkey);
        let said = Said {
            origin: "https://localhost:8443".to_owned(),
            site: "localhost".to_owned(),
            flags: PRESENT | KNOWN | HAS_CREDENTIAL,
            ..Said::new("webauthn.create", &offer.challenge)
        };
        let mut device = Device::new();
        device.id = onshi_core::entropy::fresh_seed().to_vec();
        device.makes(&said, &device.info(), ES256)
    }

    /// The id of a passkey of an account: of one that is there, or of a new one.
    pub fn passkey(&self, at: &Institution, login: &Login) -> String {
        let newest = |tx: &mut Tx<'_>| {
            let shown = factors::show(tx)?.factors.passkeys;
            Ok(shown.into_iter().next().map(|one| one.id))
        };
        if let Some(there) = self.as_holder(at, login, newest) {
            return there;
        }
        let (made, verdict) = (self.made_passkey(at, login), self.verdict(at, login));
        let names = self.running.centre.config.centre.names.clone();
        self.as_holder(at, login, move |tx| {
            let named = ("the matrix's", made.as_str());
            match factors::add_passkey(tx, &verdict, named, &names)? {
                FactorChange::Done(_) => Ok(()),
                FactorChange::Refused(refusal) => Err(refusal.into()),
            }
        });
        self.as_holder(at, login, newest).unwrap()
    }

    /// What a test of the right password gives.
    fn verdict(&self, at: &Institution, login: &Login) -> PasswordVerdict {
        let user_id = UserId::parse(&login.user_id).unwrap();
        let (authn, now) = (self.service.authn(), onshi_core::clock::now());
        let kept = block_in_place(|| authn.credential(&at.code, &user_id, now)).unwrap();
        let rules = &self.service.rules().password;
        kept.test(&login.password, rules, [3; 16]).verdict
    }

    /// The version of what an institution wants of second factors.
    pub fn factor_policy_version(&self, at: &Institution) -> i64 {
        let look = |tx: &mut Tx<'_>| policy::current(tx).map(|found| found.version);
        self.as_admin(at, Function::SetSecondFactorPolicy, look)
    }

    /// Sets what an institution wants of the second factor of a kind of account.
    pub fn want_factor(&self, at: &Institution, kind: AccountKind, wanted: FactorPolicy) {
        let set = move |tx: &mut Tx<'_>| {
            let seen = policy::current(tx)?.version;
            policy::set(tx, &[(kind, wanted)], seen).map(drop)
        };
        self.as_admin(at, Function::SetSecondFactorPolicy, set);
    }

    /// Alarms an institution as a reset of its master does.
    pub fn raise_alarm(&self, at: &Institution) {
        let location = self.running.centre.config.location();
        let code = at.code.as_str();
        Database::open(&location).batch(&format!(
            "update facility set alarm_at = 1 where facility_code = '{code}'"
        ));
    }

    /// The token of an institution's address of マイナ在宅受付Web, where there is one.
    pub fn home_address(&self, at: &Institution) -> Option<String> {
        let look = |tx: &mut Tx<'_>| home_reception::current(tx);
        let found = self.as_admin(at, Function::ManageHomeAddress, look);
        found.map(|address| address.token)
    }

    /// An installer that may roll out at an institution for a month, by what it is known.
    pub fn installer(&self, at: &Institution) -> String {
        let new = NewRight {
            name: "架空システム株式会社".to_owned(),
            person: "導入 太郎".to_owned(),
            ends_on: onshi_core::clock::now().jst_day().plus_days(30),
        };
        let (actor, codes) = (self.operator.actor(), vec![at.code.clone()]);
        let operation = OperationContext::new(actor, Function::ManageInstallers, Request::fresh());
        block_in_place(|| {
            let give = move |tx: &mut Tx<'_>| installer::give(tx, &new, &codes);
            self.service.change_and_wait(operation, give).unwrap()
        })
    }

    /// A phone of the institution's staff that waits to be activated, and the code for it.
    pub fn staff_phone(&self, at: &Institution, name: &str) -> (StaffPhone, OneTimeCode) {
        let name = name.to_owned();
        let issue = move |tx: &mut Tx<'_>| staff_phone::issue(tx, &name);
        self.as_admin(at, Function::ManageStaffPhones, issue)
    }

    fn as_admin<T: Send + 'static>(
        &self,
        at: &Institution,
        function: Function,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> T {
        block_in_place(|| {
            let admin = self.actor(at, at.login(AccountKind::Admin));
            let operation = OperationContext::new(admin, function, Request::fresh());
            self.service.change_and_wait(operation, work).unwrap()
        })
    }

    /// An insurer's certificate, bound to these numbers.
    pub fn insurer(&self, name: &str, numbers: &[&str]) -> Issued {
        let now = onshi_core::clock::now();
        let (begin, end) = (now.plus_seconds(-3600), now.plus_seconds(DAY));
        let numbers: Vec<String> = numbers.iter().map(|number| (*number).to_owned()).collect();
        let provision = self.provision();
        let issued = block_in_place(|| provision.insurer_certificate(name, &numbers, begin, end));
        issued.unwrap()
    }

    /// Where terminals connect, as a browser writes it.
    pub fn url(&self) -> String {
        format!("https://localhost:{}", self.running.address.port())
    }

    /// A certificate for another server on this machine.
    pub fn certificate_of_a_server(&self) -> Issued {
        let now = onshi_core::clock::now();
        let (begin, end) = (now.plus_seconds(-3600).ms(), now.plus_seconds(DAY).ms());
        let names = ["localhost".to_owned()];
        let issued = self.authority.issue_server(&names, [9; 16], begin, end);
        issued.unwrap()
    }

    /// A browser that shows a certificate.
    pub fn client(&self, issued: &Issued) -> Client {
        self.client_as(Some(&identity(issued)))
    }

    pub fn client_as(&self, identity: Option<&Identity>) -> Client {
        let trusted = self.authority.certificate_pem();
        Client::new(self.running.address, trusted, identity).unwrap()
    }

    /// A program that shows no certificate, at the address for those. One that shows one there is
    /// not asked for it.
    pub fn client_alone(&self, issued: Option<&Issued>) -> Client {
        let trusted = self.authority.certificate_pem();
        let address = self.running.centre.messages_address.unwrap();
        Client::new(address, trusted, issued.map(identity).as_ref()).unwrap()
    }

    /// What the centre wrote into an institution's audit log, newest first.
    pub fn audit(&self, code: &FacilityCode, limit: i64) -> Vec<Line> {
        self.audit_as(self.operator.at(code.clone()), limit)
    }

    /// What the centre wrote about insurers, who belong to no institution.
    pub fn audit_of_insurers(&self, limit: i64) -> Vec<Line> {
        let mut lines = self.audit_as(self.operator.actor(), limit);
        lines.retain(|line| line.role == Some(Role::Insurer));
        lines
    }

    fn audit_as(&self, actor: Actor, limit: i64) -> Vec<Line> {
        let operation = OperationContext::new(actor, Function::ReadAuditLog, Request::fresh());
        let page = Page { skip: 0, limit };
        let lines = self.service.read_and_wait(operation, |tx| {
            onshi_core::history::list(tx, &Filter::default(), page)
        });
        let mut lines = lines.unwrap();
        // The centre's own job may come late to a bulk request that the test has worked off.
        let late = |line: &Line| line.detail == Some(Detail::BulkWorkedBefore {});
        lines.retain(|line| line.chain == 2 && !late(line));
        lines
    }
}

impl Institution {
    pub fn login(&self, kind: AccountKind) -> &Login {
        let found = self.logins.iter().find(|(known, _)| *known == kind);
        &found.unwrap().1
    }
}

pub fn identity(issued: &Issued) -> Identity {
    Identity {
        certificate_pem: issued.certificate_pem.clone(),
        key_pem: issued.key_pem.to_string(),
    }
}

/// Sends the log-in form.
pub async fn try_log_in(client: &mut Client, user_id: &str, password: &str) -> Answer {
    let fields = [("user_id", user_id), ("password", password)];
    client.post("/web/login", &fields).await.unwrap()
}

/// Logs in, and takes over what is open elsewhere. Returns where it leads.
pub async fn log_in(client: &mut Client, login: &Login) -> String {
    let mut answer = try_log_in(client, &login.user_id, &login.password).await;
    if answer.status == 200 {
        let ticket = ticket(&answer);
        let path = "/web/login/takeover";
        answer = client.post(path, &[("ticket", &ticket)]).await.unwrap();
    }
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.location().to_owned()
}

/// Sends a form that is done, and gives the page after it.
pub async fn done(client: &mut Client, path: &str, fields: &[(&str, &str)]) -> Answer {
    let answer = client.post(path, fields).await.unwrap();
    assert_eq!(answer.status, 303, "{path} {}", answer.text());
    let page = client.get(answer.location()).await.unwrap();
    assert_eq!(page.status, 200, "{path} {}", page.text());
    page
}

/// The ticket in the page that asks whether to take over.
pub fn ticket(answer: &Answer) -> String {
    let page = answer.text();
    let begin = page.split_once("name=\"ticket\" value=\"").unwrap().1;
    begin.split_once('"').unwrap().0.to_owned()
}

/// The password that a page shows once.
pub fn shown_password(answer: &Answer) -> String {
    let page = answer.text();
    let secret = page.split_once("id=\"secret\">").expect(&page).1;
    let secret = secret.split_once("</p>").unwrap().0;
    let letters = secret.split("<span").filter_map(|span| {
        let (_, rest) = span.split_once('>')?;
        rest.split_once('<').map(|(letter, _)| letter)
    });
    letters.collect()
}

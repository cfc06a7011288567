//! What the tests of the rules share: a service on a private database, a clock and a few hands.

use crate::account::login::{LoggedIn, PasswordVerdict, Through, log_in, take_over};
use crate::account::manage::{self, Edit, PasswordChanged};
use crate::account::password::{AcceptedPassword, hash_secret, test};
use crate::account::{
    Account, AccountName, Managed, NewAccount, PasswordHash, PasswordOrigin, Period, UserId,
};
use crate::audit::SealKey;
use crate::certificate::{Authority, CertificateRequest};
use crate::engine::{WriterSettings, migrate};
use crate::facility::FacilityCode;
use crate::insured::import::{self, Progress};
use crate::insured::{Line, QualificationRecord};
use crate::registration::{self, FirstPassword, NewFacility};
use crate::rules::{PasswordRules, RefusalRules, Rules};
use crate::service::{OperationContext, Request, Service, ServiceSettings, Tx};
use crate::store::{Connection, Location, Value};
use crate::{AccountKind, Actor, Error, Function, Moment, Refusal, RefusalCode};
use rcgen::{CertificateParams, KeyPair};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use tempfile::TempDir;

/// 2026-04-01 08:30 in Japan.
pub(crate) const OPENING: Moment = Moment::from_ms(1_774_999_800_000);

/// An authority of certificates whose time is far longer than any test's.
pub(crate) fn authority() -> Arc<Authority> {
    static AUTHORITY: OnceLock<Arc<Authority>> = OnceLock::new();
    let made = || {
        let day = 86_400;
        let end = OPENING.plus_seconds(30 * 365 * day).ms();
        Arc::new(Authority::create("認証局", OPENING.plus_seconds(-day).ms(), end).unwrap())
    };
    AUTHORITY.get_or_init(made).clone()
}

/// A request for a certificate, with a key of its own.
pub(crate) fn certificate_request() -> CertificateRequest {
    let key = KeyPair::generate().unwrap();
    let made = CertificateParams::default()
        .serialize_request(&key)
        .unwrap();
    CertificateRequest::from_pem(&made.pem().unwrap()).unwrap()
}

/// The key of the seals in the tests.
pub(crate) const KEY: [u8; 32] = [7; 32];

/// The password that accounts begin with.
pub(crate) const FIRST: &str = "first-Password-1";

/// The insurer of the fixtures' people (保険者番号).
pub(crate) const INSURER: &str = "06139018";

/// A fictional insured person with one coverage, the first of card 1001.
pub(crate) fn hanako() -> QualificationRecord {
    QualificationRecord {
        person: 1,
        insurer_number: INSURER.to_owned(),
        insured_identification_number: "1001".to_owned(),
        insured_branch_number: Some("01".to_owned()),
        insured_card_classification: "01".to_owned(),
        name: "架空　花子".to_owned(),
        sex1: "2".to_owned(),
        birthdate: "19900101".to_owned(),
        qualification_date: "20200401".to_owned(),
        ..QualificationRecord::default()
    }
}

/// The same, as the only one of a card without branches, whose number is the person's.
pub(crate) fn taro(person: i64) -> QualificationRecord {
    QualificationRecord {
        person,
        insured_identification_number: person.to_string(),
        insured_branch_number: None,
        name: "架空太郎".to_owned(),
        sex1: "1".to_owned(),
        ..hanako()
    }
}

/// Argon2id at its cheapest, since no test is about its cost.
pub(crate) fn quick_rules() -> Rules {
    Rules {
        password: PasswordRules {
            argon2_memory_kib: 8,
            argon2_passes: 1,
            ..PasswordRules::default()
        },
        // Tests refuse the same terminal a thousand times for other reasons.
        refusals: RefusalRules {
            burst: 1_000_000,
            ..RefusalRules::default()
        },
        ..Rules::default()
    }
}

/// Hashes a password for a test.
pub(crate) fn hash(password: &str) -> PasswordHash {
    hash_secret(password, &quick_rules().password, [3; 16])
}

/// A user id that the rules accept.
pub(crate) fn user_id(text: &str) -> UserId {
    UserId::parse(text).unwrap()
}

/// What somebody is told, where they were refused.
#[track_caller]
pub(crate) fn refusal<T>(answer: Result<T, Error>) -> Refusal {
    match answer {
        Err(Error::Refused(refusal)) => refusal,
        Err(Error::Fault(fault)) => panic!("a fault instead of a refusal: {fault}"),
        Ok(_) => panic!("it was done, where it should have been refused"),
    }
}

/// The code of [`refusal`].
#[track_caller]
pub(crate) fn code<T>(answer: Result<T, Error>) -> RefusalCode {
    refusal(answer).code
}

/// A service with a database of its own, in memory where the machine has a place for it.
pub(crate) struct TestCentre {
    pub(crate) service: Option<Service>,
    pub(crate) location: Location,
    seeds: AtomicU64,
    now: AtomicI64,
    _folder: TempDir,
}

/// An institution with its master.
#[derive(Clone)]
pub(crate) struct Clinic {
    pub(crate) code: FacilityCode,
    pub(crate) master: String,
}

/// What a log-in came to, in a form that tests can compare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LoginOutcome {
    Open(String),
    Elsewhere(String),
    SecondStep(String),
    No(Refusal),
}

fn opened(location: &Location, writer: WriterSettings, rules: Rules) -> Service {
    let service = Service::open(ServiceSettings {
        location: location.clone(),
        store: crate::store::StoreSettings::default(),
        seal_key: SealKey::new(KEY),
        writer,
        readers: 2,
        rules,
    });
    service.unwrap()
}

impl TestCentre {
    pub(crate) fn new() -> TestCentre {
        TestCentre::with_rules(quick_rules())
    }

    pub(crate) fn with_rules(rules: Rules) -> TestCentre {
        let writer = WriterSettings {
            node: "test".to_owned(),
            group_max: 64,
            queue_max: 256,
        };
        TestCentre::with_both(writer, rules)
    }

    pub(crate) fn with(writer: WriterSettings) -> TestCentre {
        TestCentre::with_both(writer, quick_rules())
    }

    fn with_both(writer: WriterSettings, rules: Rules) -> TestCentre {
        let memory = std::path::Path::new("/dev/shm");
        let folder = if memory.is_dir() {
            tempfile::tempdir_in(memory).unwrap()
        } else {
            tempfile::tempdir().unwrap()
        };
        let location = Location::Sqlite(folder.path().join("onshi.db"));
        migrate(&location, OPENING.ms()).unwrap();
        let service = opened(&location, writer, rules);
        TestCentre {
            service: Some(service),
            location,
            seeds: AtomicU64::new(0),
            now: AtomicI64::new(OPENING.ms()),
            _folder: folder,
        }
    }

    /// Ends the service, and begins it again on the same database.
    pub(crate) fn restart(&mut self) {
        self.service = None;
        let writer = WriterSettings {
            node: "test".to_owned(),
            group_max: 64,
            queue_max: 256,
        };
        self.service = Some(opened(&self.location, writer, quick_rules()));
    }

    pub(crate) fn service(&self) -> &Service {
        self.service.as_ref().expect("the service is open")
    }

    pub(crate) fn now(&self) -> Moment {
        Moment::from_ms(self.now.load(Ordering::Relaxed))
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, seconds: i64) {
        self.pass_ms(seconds * 1000);
    }

    /// The same, to the millisecond.
    pub(crate) fn pass_ms(&self, ms: i64) {
        self.now.fetch_add(ms, Ordering::Relaxed);
    }

    pub(crate) fn request(&self) -> Request {
        let number = self.seeds.fetch_add(1, Ordering::Relaxed);
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&number.to_be_bytes());
        Request::new(self.now(), seed)
    }

    /// How many requests were made, each of which must be in the log once.
    pub(crate) fn asked(&self) -> i64 {
        self.seeds.load(Ordering::Relaxed).cast_signed()
    }

    pub(crate) fn operation(&self, actor: Actor, function: Function) -> OperationContext {
        OperationContext::new(actor, function, self.request())
    }

    pub(crate) fn change<T: Send + 'static>(
        &self,
        actor: Actor,
        function: Function,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let operation = self.operation(actor, function);
        self.service().change_and_wait(operation, work)
    }

    pub(crate) fn read<T: Send + 'static>(
        &self,
        actor: Actor,
        function: Function,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let operation = self.operation(actor, function);
        self.service().read_and_wait(operation, work)
    }

    /// Waits until all that was left with the writer is on the disk.
    pub(crate) fn settle(&self) {
        let done = self.read(Actor::operator(), Function::ManageFacilities, |_| Ok(()));
        done.expect("the writer works");
    }

    /// What is wrong with the audit log.
    pub(crate) fn verified(&self) -> Vec<String> {
        let key = SealKey::new(KEY);
        let report = crate::audit::verify(&mut self.raw_connection(), &key, &[]);
        report.expect("it can be read").problems
    }

    /// A connection that knows nothing of the door: what somebody with the file can do.
    pub(crate) fn raw_connection(&self) -> Connection {
        self.location.connect().unwrap()
    }

    /// One number, asked past the door.
    pub(crate) fn number(&self, sql: &'static str, with: &[Value]) -> i64 {
        let row = self.raw_connection().row(sql, with).unwrap().unwrap();
        row.int(0).unwrap()
    }

    /// Takes in what insurers report of these people.
    pub(crate) fn insure(&self, people: impl IntoIterator<Item = QualificationRecord>) {
        let lines: Vec<_> = people
            .into_iter()
            .map(|person| Line::Qualification(Box::new(person)))
            .collect();
        let taken = self.change(
            Actor::operator(),
            Function::ImportInsuredPersons,
            move |tx| import::take(tx, "test", &lines, &Progress::default()),
        );
        taken.unwrap();
    }

    /// Registers the institution with these digits.
    pub(crate) fn clinic(&self, body: u32) -> Clinic {
        let code = FacilityCode::from_body(&format!("131{body:06}")).unwrap();
        let new = NewFacility {
            code: code.clone(),
            name: "桜内科クリニック".to_owned(),
            secret_number_hash: hash("1234-5678-9012"),
            master: (user_id("master1"), FirstPassword::Given(hash(FIRST))),
            reset: (user_id("reset1"), FirstPassword::Given(hash(FIRST))),
        };
        let done = self.change(Actor::operator(), Function::ManageFacilities, move |tx| {
            registration::register(tx, &new)
        });
        done.unwrap();
        let at = Actor::operator_at(code.clone());
        let master = self.read(at, Function::OperateAccounts, |tx| {
            manage::find_by_user_id(tx, &user_id("master1"))
        });
        Clinic {
            code,
            master: master.unwrap().account_id,
        }
    }

    /// Registers an account as the one who may.
    pub(crate) fn register(
        &self,
        at: &Clinic,
        kind: AccountKind,
        id: &str,
    ) -> Result<String, Error> {
        let (actor, function, managed) = at.manager_of(kind);
        let new = new_account(kind, id);
        self.change(actor, function, move |tx| {
            manage::register(tx, managed, &new)
        })
    }

    /// The account as the one who manages it sees it.
    pub(crate) fn account(&self, at: &Clinic, id: &str) -> Account {
        let id = id.to_owned();
        let operator = Actor::operator_at(at.code.clone());
        self.read(operator, Function::OperateAccounts, move |tx| {
            manage::show(tx, Managed::All, &id).map(|(account, _)| account)
        })
        .unwrap()
    }

    /// Does something to an account, as the operator.
    pub(crate) fn operate<T: Send + 'static>(
        &self,
        at: &Clinic,
        id: &str,
        mut what: impl FnMut(&mut Tx<'_>, &str) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let id = id.to_owned();
        let operator = Actor::operator_at(at.code.clone());
        self.change(operator, Function::OperateAccounts, move |tx| what(tx, &id))
    }

    /// Tests the password in authentication, as the server does.
    pub(crate) fn verdict(&self, at: &Clinic, id: &str, password: &str) -> PasswordVerdict {
        let authn = self.service().authn();
        let found = authn.credential(&at.code, &user_id(id), self.now());
        let found = found.unwrap();
        if found.locked_until.is_some() {
            return PasswordVerdict::NotTested;
        }
        let kept = found.password.as_ref();
        let rules = &self.service().rules().password;
        test(password, kept, &found.costs, rules, [9; 16]).verdict
    }

    /// Logs in at this terminal.
    pub(crate) fn log_in(
        &self,
        at: &Clinic,
        id: &str,
        password: &str,
        terminal: &str,
    ) -> LoginOutcome {
        let verdict = self.verdict(at, id, password);
        let (id, through) = (user_id(id), through(terminal));
        let visitor = Actor::visitor(at.code.clone(), terminal);
        entry(self.change(visitor, Function::LogIn, move |tx| {
            log_in(tx, &id, &verdict, &through)
        }))
    }

    /// Takes over with this ticket.
    pub(crate) fn take_over(&self, at: &Clinic, ticket: &str, terminal: &str) -> LoginOutcome {
        let (ticket, through) = (ticket.to_owned(), through(terminal));
        let visitor = Actor::visitor(at.code.clone(), terminal);
        entry(self.change(visitor, Function::LogIn, move |tx| {
            take_over(tx, &ticket, &through)
        }))
    }

    /// Changes the own password.
    pub(crate) fn change_password(
        &self,
        at: &Clinic,
        account: &Account,
        (old, new): (&str, &str),
    ) -> LoginOutcome {
        let verdict = self.verdict(at, account.user_id.as_str(), old);
        let actor = Actor::account(account.kind, &account.account_id, at.code.clone(), "c1");
        let change = self.service().authn().password_change(&actor).unwrap();
        let rules = quick_rules().password;
        let new = change
            .unwrap()
            .compare(AcceptedPassword::unchecked(new))
            .to_the_end();
        let new = new.map(|new| new.hash(&rules, [3; 16]));
        let done = self.change(actor, Function::ChangeOwnPassword, move |tx| {
            manage::change_own_password(tx, &verdict, new.as_ref(), &through("c1"))
        });
        match done {
            Ok(PasswordChanged::Done(token)) => LoginOutcome::Open(token.reveal().to_owned()),
            Ok(PasswordChanged::Refused(refusal)) | Err(Error::Refused(refusal)) => {
                LoginOutcome::No(refusal)
            }
            Err(Error::Fault(fault)) => panic!("{fault}"),
        }
    }

    /// What authentication says of a browser's token at this moment.
    pub(crate) fn session(&self, token: &str) -> Result<(), crate::account::session::EndReason> {
        let session = self.service().authn().session(token).unwrap().unwrap();
        session.check(self.now(), &self.service().rules().session)
    }
}

impl Clinic {
    pub(crate) fn master(&self) -> Actor {
        Actor::account(AccountKind::Master, &self.master, self.code.clone(), "c1")
    }

    pub(crate) fn admin(&self, id: &str) -> Actor {
        Actor::account(AccountKind::Admin, id, self.code.clone(), "c1")
    }

    /// Who registers this kind, by which function, in which group.
    fn manager_of(&self, kind: AccountKind) -> (Actor, Function, Managed) {
        if kind == AccountKind::Admin {
            let group = Managed::Administrators;
            (self.master(), Function::ManageAdministrators, group)
        } else {
            let admin = self.admin("an-admin");
            (admin, Function::ManageAccounts, Managed::Others)
        }
    }
}

impl LoginOutcome {
    #[track_caller]
    pub(crate) fn token(self) -> String {
        match self {
            LoginOutcome::Open(token) => token,
            other => panic!("not logged in: {other:?}"),
        }
    }

    #[track_caller]
    pub(crate) fn ticket(self) -> String {
        match self {
            LoginOutcome::Elsewhere(ticket) | LoginOutcome::SecondStep(ticket) => ticket,
            other => panic!("nothing was asked: {other:?}"),
        }
    }

    pub(crate) fn code(&self) -> Option<RefusalCode> {
        match self {
            LoginOutcome::No(refusal) => Some(refusal.code),
            _ => None,
        }
    }
}

pub(crate) fn through(terminal: &str) -> Through {
    Through {
        certificate_serial: terminal.to_owned(),
        terminal_name: format!("受付 {terminal}"),
    }
}

/// An account of this kind with everything that the rules ask for.
pub(crate) fn new_account(kind: AccountKind, id: &str) -> NewAccount {
    use crate::account::{Holder, Profession};
    NewAccount {
        user_id: user_id(id),
        kind,
        name: AccountName::parse("山田 花子").unwrap(),
        holder: (kind == AccountKind::Viewer).then_some(Holder::Licensed(Profession::Doctor, None)),
        emergency_viewing: false,
        period: Period::default(),
        note: String::new(),
        password: hash(FIRST),
        origin: PasswordOrigin::Initial,
    }
}

/// An edit that changes the period, on the screen of this version.
pub(crate) fn edit_of(period: Period, version: i64) -> Edit {
    Edit {
        name: AccountName::parse("山田 花子").unwrap(),
        holder: None,
        emergency_viewing: false,
        period,
        note: String::new(),
        version,
    }
}

pub(crate) fn entry(answer: Result<LoggedIn, Error>) -> LoginOutcome {
    match answer {
        Ok(LoggedIn::SecondStep { ticket, .. }) => {
            LoginOutcome::SecondStep(ticket.reveal().to_owned())
        }
        Ok(LoggedIn::Session { token, .. }) => LoginOutcome::Open(token.reveal().to_owned()),
        Ok(LoggedIn::OpenElsewhere { ticket, .. }) => {
            LoginOutcome::Elsewhere(ticket.reveal().to_owned())
        }
        Ok(LoggedIn::Refused(refusal)) | Err(Error::Refused(refusal)) => LoginOutcome::No(refusal),
        Err(Error::Fault(fault)) => panic!("{fault}"),
    }
}

//! A node: a place for data on either database, and a service over it. A whole centre over TLS is `TestCentre`.

use onshi_core::account::login::{LoggedIn, PasswordVerdict, Through, log_in};
use onshi_core::account::manage;
use onshi_core::account::password::{AcceptedPassword, NewSecretNumber, Owner, accept};
use onshi_core::account::{
    Account, AccountName, Holder, Managed, NewAccount, PasswordHash, PasswordOrigin, Period,
    Profession, UserId,
};
use onshi_core::audit::{SealKey, verify_at};
use onshi_core::authn::Operator;
use onshi_core::engine::{WriterSettings, migrate};
use onshi_core::entropy::Entropy;
use onshi_core::facility::FacilityCode;
use onshi_core::registration::{self, FirstPassword, NewFacility};
use onshi_core::rules::PasswordRules;
use onshi_core::service::{OperationContext, ServiceSettings};
use onshi_core::store::{Location, StoreSettings};
use onshi_core::{
    AccountKind, Actor, Error, Function, Moment, RefusalCode, Request, Rules, Service, Tx,
};
use onshi_scenarios::database::Database;
use onshi_scenarios::postgres;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

/// 2026-04-01 08:30 in Japan.
pub const OPENING: Moment = Moment::from_ms(1_774_999_800_000);

/// The password that accounts begin with.
pub const FIRST: &str = "first-Password-1";

static OPERATOR: OnceLock<Operator> = OnceLock::new();

/// The operator of the services, once one was opened.
pub fn operator() -> &'static Operator {
    OPERATOR.get().expect("a service was opened")
}

/// An empty place for data with the schema in it.
pub struct Place {
    pub location: Location,
    _folder: Option<tempfile::TempDir>,
}

/// A service over a place.
pub struct TestNode {
    pub service: Service,
    node: u8,
    seeds: AtomicU64,
    now: AtomicI64,
}

impl Place {
    /// A file of its own.
    pub fn sqlite() -> Place {
        let place = Place::empty_sqlite();
        migrate(&place.location, OPENING.ms()).unwrap();
        place
    }

    /// A database of its own.
    pub fn postgres() -> Place {
        let place = Place::empty_postgres();
        migrate(&place.location, OPENING.ms()).unwrap();
        place
    }

    pub fn empty_sqlite() -> Place {
        let folder = tempfile::tempdir().unwrap();
        Place {
            location: Location::Sqlite(folder.path().join("data/onshi.db")),
            _folder: Some(folder),
        }
    }

    pub fn empty_postgres() -> Place {
        Place {
            location: Location::parse(&postgres::fresh_database()),
            _folder: None,
        }
    }

    /// A connection that does not come through the door.
    pub fn connect(&self) -> Database {
        Database::open(&self.location)
    }

    /// One number, asked past the door.
    pub fn number(&self, sql: &'static str) -> i64 {
        self.connect().number(sql).unwrap()
    }

    /// Opens a service that writes as this node.
    pub fn node(&self, name: &str) -> TestNode {
        self.node_with(name, rules())
    }

    pub fn node_with(&self, name: &str, rules: Rules) -> TestNode {
        let service = Service::open(ServiceSettings {
            location: self.location.clone(),
            store: StoreSettings::default(),
            seal_key: SealKey::new([7; 32]),
            writer: WriterSettings {
                node: name.to_owned(),
                group_max: 64,
                queue_max: 1000,
            },
            readers: 8,
            rules,
        });
        let service = service.unwrap();
        // Every service here has the same key, so that one operator does for all.
        let operator = service.operator(&SealKey::new([7; 32])).unwrap();
        OPERATOR.get_or_init(|| operator);
        static OFFICES: AtomicU64 = AtomicU64::new(0);
        TestNode {
            service,
            // Two services must not draw the same ids.
            node: name.bytes().fold(0, u8::wrapping_add),
            seeds: AtomicU64::new(OFFICES.fetch_add(1 << 32, Ordering::Relaxed)),
            now: AtomicI64::new(OPENING.ms()),
        }
    }

    /// The log is whole, and has this many entries.
    #[track_caller]
    pub fn log_is_whole(&self, entries: i64) {
        let report = verify_at(&self.location, &SealKey::new([7; 32]), &[]).unwrap();
        assert_eq!(report.problems, Vec::<String>::new());
        assert_eq!(report.entries, entries);
    }
}

/// Argon2id at its cheapest.
pub fn rules() -> Rules {
    Rules {
        password: PasswordRules {
            argon2_memory_kib: 8,
            argon2_passes: 1,
            ..PasswordRules::default()
        },
        ..Rules::default()
    }
}

/// A password that the rules accept, as far as they have to for a test.
pub fn accepted(password: &str) -> AcceptedPassword {
    let rules = PasswordRules {
        length_min: 1,
        strength_min: 0,
        ..rules().password
    };
    let owner = Owner {
        user_id: String::new(),
        name: String::new(),
        facility_code: String::new(),
        facility_name: String::new(),
    };
    match accept(password, &owner, &rules) {
        Ok(accepted) => accepted,
        Err(problems) => panic!("{problems:?}"),
    }
}

pub fn hash(password: &str) -> PasswordHash {
    accepted(password).hash(&rules().password, [3; 16])
}

pub fn user_id(text: &str) -> UserId {
    UserId::parse(text).unwrap()
}

pub fn code() -> FacilityCode {
    FacilityCode::from_body("131000001").unwrap()
}

pub fn admin() -> Actor {
    operator().in_place_of((AccountKind::Admin, "an-admin"), code(), "c1")
}

/// The word for what came of something: `done`, or the refusal's code.
#[track_caller]
pub fn word<T>(answer: Result<T, Error>) -> &'static str {
    match answer {
        Ok(_) => "done",
        Err(Error::Refused(refusal)) => refusal.code.code(),
        Err(Error::Fault(fault)) => panic!("{fault}"),
    }
}

pub fn new_account(kind: AccountKind, id: &str, name: &str) -> NewAccount {
    let holder = Holder::Licensed(Profession::Pharmacist, Some("第1234号".to_owned()));
    NewAccount {
        user_id: user_id(id),
        kind,
        name: AccountName::parse(name).unwrap(),
        holder: (kind == AccountKind::Viewer).then_some(holder),
        emergency_viewing: false,
        period: Period::default(),
        note: "備考 100%_!\n二行目".to_owned(),
        password: hash(FIRST),
        origin: PasswordOrigin::Initial,
    }
}

impl TestNode {
    pub fn now(&self) -> Moment {
        Moment::from_ms(self.now.load(Ordering::Relaxed))
    }

    pub fn pass(&self, seconds: i64) {
        self.now.fetch_add(seconds * 1000, Ordering::Relaxed);
    }

    pub fn operation(&self, actor: Actor, function: Function) -> OperationContext {
        let number = self.seeds.fetch_add(1, Ordering::Relaxed);
        let mut seed = [self.node; 32];
        seed[..8].copy_from_slice(&number.to_be_bytes());
        OperationContext::new(actor, function, Request::new(self.now(), seed))
    }

    pub fn change<T: Send + 'static>(
        &self,
        actor: Actor,
        function: Function,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.service
            .change_and_wait(self.operation(actor, function), work)
    }

    pub fn read<T: Send + 'static>(
        &self,
        actor: Actor,
        function: Function,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.service
            .read_and_wait(self.operation(actor, function), work)
    }

    /// Registers the institution [`code`].
    pub fn open_clinic(&self) -> Result<onshi_core::facility::Facility, Error> {
        let new = NewFacility {
            code: code(),
            name: "桜内科クリニック".to_owned(),
            secret_number_hash: NewSecretNumber::generate(&mut Entropy::new([5; 32]))
                .hash(&rules().password, [3; 16]),
            master: (user_id("master1"), FirstPassword::Given(hash(FIRST))),
            reset: (user_id("reset1"), FirstPassword::Given(hash(FIRST))),
        };
        let function = Function::ManageFacilities;
        self.change(operator().actor(), function, move |tx| {
            registration::register(tx, &new).map(|registered| registered.facility)
        })
    }

    pub fn register(&self, kind: AccountKind, id: &str, name: &str) -> Result<String, Error> {
        let new = new_account(kind, id, name);
        self.change(admin(), Function::ManageAccounts, move |tx| {
            manage::register(tx, Managed::Others, &new)
        })
    }

    pub fn show(&self, id: &str) -> Account {
        let id = id.to_owned();
        let operator = operator().at(code());
        let found = self.read(operator, Function::OperateAccounts, move |tx| {
            manage::show(tx, Managed::All, &id)
        });
        found.unwrap().0
    }

    /// Logs in and gives the token, or the code of the refusal.
    pub fn log_in(&self, id: &str, password: &str) -> Result<String, RefusalCode> {
        let id = user_id(id);
        let authn = self.service.authn();
        let found = authn.credential(&code(), &id, self.now()).unwrap();
        let verdict = match found.is_locked() {
            true => PasswordVerdict::NotTested,
            false => found.test(password, &rules().password, [9; 16]).verdict,
        };
        let visitor = operator().in_place_of_a_visitor(code(), "c1");
        let done = self.change(visitor, Function::LogIn, move |tx| {
            log_in(tx, &id, &verdict, &through())
        });
        match done {
            Ok(LoggedIn::Session { token, .. }) => Ok(token.reveal().to_owned()),
            Ok(LoggedIn::OpenElsewhere { .. }) => Ok("open elsewhere".to_owned()),
            Ok(LoggedIn::SecondStep { .. }) => Ok("second step".to_owned()),
            Ok(LoggedIn::Refused(refusal)) | Err(Error::Refused(refusal)) => Err(refusal.code),
            Err(Error::Fault(fault)) => panic!("{fault}"),
        }
    }
}

pub fn through() -> Through {
    Through {
        certificate_serial: "c1".to_owned(),
        terminal_name: "受付 1号機".to_owned(),
    }
}

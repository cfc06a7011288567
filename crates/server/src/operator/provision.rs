//! Setting up institutions, terminals and accounts: what the operator's command line and the demo
//! do, through the same door as everybody.

mod institution;

pub use institution::{ToActivate, Welcome, WelcomeToActivate};

use crate::start::secrets::fresh_serial;
use onshi_core::account::login::Through;
use onshi_core::account::manage::{self, PasswordChanged};
use onshi_core::account::password::{AcceptedPassword, generate};
use onshi_core::account::session::{self, token_hash};
use onshi_core::account::{
    AccountName, Holder, Managed, NewAccount, PasswordOrigin, Period, UserId,
};
use onshi_core::audit::SubjectKind;
use onshi_core::authn::Operator;
use onshi_core::certificate::{self, Authority, Issued, TerminalCertificate, TerminalSubject};
use onshi_core::entropy::{Entropy, fresh_seed};
use onshi_core::facility::{self, FacilityCode};
use onshi_core::insurer::{self, InsurerCertificate};
use onshi_core::reader::{self, NewReaderCertificate, ReaderCertificate};
use onshi_core::service::OperationContext;
use onshi_core::{
    AccountKind, Actor, Error, Fault, Function, Moment, RefusalCode, Request, Service, Subject,
};
use serde::{Deserialize, Serialize};

/// How long a terminal's certificate is valid: three years and three months.
pub const CERTIFICATE_DAYS: i64 = 3 * 365 + 90;

/// Sets things up at a service.
pub struct Provision<'a> {
    /// The service.
    pub service: &'a Service,
    /// The authority that issues certificates.
    pub authority: &'a Authority,
    /// Who may.
    pub operator: &'a Operator,
}

/// User id and password of one account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Login {
    /// The kind's code.
    pub kind: String,
    /// The user id.
    pub user_id: String,
    /// The password. Shown once; nobody can read it again.
    pub password: String,
}

impl Provision<'_> {
    fn operation(&self, actor: Actor, function: Function) -> OperationContext {
        OperationContext::new(actor, function, Request::fresh())
    }

    /// Issues a terminal certificate and writes it down. The key exists only in what is returned.
    pub fn certificate(
        &self,
        code: &FacilityCode,
        terminal_name: &str,
        not_before: Moment,
        not_after: Moment,
    ) -> Result<Issued, Error> {
        let actor = self.operator.at(code.clone());
        let operation = self.operation(actor, Function::ManageCertificates);
        let wanted = code.clone();
        let found = self
            .service
            .read_and_wait(operation.clone(), move |tx| facility::show(tx, &wanted))?;
        let subject = TerminalSubject {
            facility_code: code.as_str().to_owned(),
            facility_name: found.name,
            terminal_name: terminal_name.to_owned(),
        };
        let issued = self
            .authority
            .issue_terminal(&subject, fresh_serial(), not_before.ms(), not_after.ms())
            .map_err(|e| Fault::at("issuing a certificate", e))?;
        let record = TerminalCertificate {
            serial: issued.serial.clone(),
            facility: code.clone(),
            terminal_name: terminal_name.to_owned(),
            fingerprint: issued.fingerprint.clone(),
            not_before: Moment::from_ms(issued.not_before_ms),
            not_after: Moment::from_ms(issued.not_after_ms),
            issued_at: operation.request.now,
            revoked: None,
        };
        self.service
            .change_and_wait(operation, move |tx| certificate::record(tx, &record))?;
        Ok(issued)
    }

    /// Issues a certificate to an insurer, bound to these numbers, and writes it down. The key
    /// exists only in what is returned.
    pub fn insurer_certificate(
        &self,
        name: &str,
        numbers: &[String],
        not_before: Moment,
        not_after: Moment,
    ) -> Result<Issued, Error> {
        let name = facility::check_name(name)?;
        let operation = self.operation(self.operator.actor(), Function::ManageCertificates);
        let issued = self
            .authority
            .issue_insurer(&name, fresh_serial(), not_before.ms(), not_after.ms())
            .map_err(|e| Fault::at("issuing a certificate", e))?;
        let record = InsurerCertificate {
            serial: issued.serial.clone(),
            name,
            numbers: numbers.to_vec(),
            fingerprint: issued.fingerprint.clone(),
            not_before: Moment::from_ms(issued.not_before_ms),
            not_after: Moment::from_ms(issued.not_after_ms),
            issued_at: operation.request.now,
            revoked: None,
        };
        self.service
            .change_and_wait(operation, move |tx| insurer::record(tx, &record))?;
        Ok(issued)
    }

    /// Issues a certificate to a card reader of an institution, and writes it down. The key exists only in
    /// what is returned.
    pub fn reader_certificate(
        &self,
        code: &FacilityCode,
        reader: &str,
        not_before: Moment,
        not_after: Moment,
    ) -> Result<Issued, Error> {
        let operator = self.operator.at(code.clone());
        let at = code.clone();
        let show = self.operation(operator.clone(), Function::ManageFacilities);
        let facility = self
            .service
            .read_and_wait(show, move |tx| facility::show(tx, &at))?;
        let subject = TerminalSubject {
            facility_code: code.as_str().to_owned(),
            facility_name: facility.name,
            terminal_name: reader.to_owned(),
        };
        let issued = self
            .authority
            .issue_reader(&subject, fresh_serial(), not_before.ms(), not_after.ms())
            .map_err(|e| Fault::at("issuing a certificate", e))?;
        let operation = self.operation(operator, Function::ManageCertificates);
        let new = NewReaderCertificate {
            certificate: ReaderCertificate {
                serial: issued.serial.clone(),
                facility: code.clone(),
                reader_name: reader.to_owned(),
                fingerprint: issued.fingerprint.clone(),
                not_before: Moment::from_ms(issued.not_before_ms),
                not_after: Moment::from_ms(issued.not_after_ms),
                issued_at: operation.request.now,
                revoked: None,
            },
            der: issued.certificate_der.clone(),
        };
        self.service
            .change_and_wait(operation, move |tx| reader::record_certificate(tx, &new))?;
        Ok(issued)
    }

    /// Registers an account as `by` would on the screen, and gives its first password.
    pub fn account(
        &self,
        by: &Actor,
        managed: Managed,
        (kind, user_id, name): (AccountKind, &str, &str),
        holder: Option<Holder>,
    ) -> Result<(String, Login), Error> {
        self.account_with(by, managed, (kind, user_id, name), (holder, false))
    }

    /// Registers a 医療情報閲覧 account to which 管理 gives 救急時閲覧権限, likewise.
    pub fn emergency_account(
        &self,
        by: &Actor,
        (user_id, name): (&str, &str),
        holder: Holder,
    ) -> Result<(String, Login), Error> {
        let new = (AccountKind::Viewer, user_id, name);
        self.account_with(by, Managed::Others, new, (Some(holder), true))
    }

    fn account_with(
        &self,
        by: &Actor,
        managed: Managed,
        (kind, user_id, name): (AccountKind, &str, &str),
        (holder, emergency_viewing): (Option<Holder>, bool),
    ) -> Result<(String, Login), Error> {
        let mut entropy = Entropy::new(fresh_seed());
        let password = generate(&mut entropy);
        let rules = &self.service.rules().password;
        let invalid = |problem| Error::from(onshi_core::Refusal::invalid(vec![problem]));
        let new = NewAccount {
            user_id: UserId::parse(user_id).map_err(invalid)?,
            kind,
            name: AccountName::parse(name)?,
            holder,
            emergency_viewing,
            period: Period::default(),
            note: String::new(),
            password: password.hash(rules, entropy.bytes()),
            origin: PasswordOrigin::Initial,
        };
        let function = match managed {
            Managed::Administrators => Function::ManageAdministrators,
            Managed::Others | Managed::RolledOut | Managed::All => Function::ManageAccounts,
            Managed::Officers => Function::ManageOfficers,
        };
        let id = self
            .service
            .change_and_wait(self.operation(by.clone(), function), move |tx| {
                manage::register(tx, managed, &new)
            })?;
        let login = Login {
            kind: kind.code().to_owned(),
            user_id: user_id.to_owned(),
            password: password.reveal().to_owned(),
        };
        Ok((id, login))
    }

    /// Changes an account's first password as its holder would, and logs out again. Returns the
    /// log-in with the new password.
    pub fn own_password(
        &self,
        actor: &Actor,
        through: &Through,
        login: &Login,
    ) -> Result<Login, Error> {
        self.own_password_from(actor, through, login, fresh_seed())
    }

    /// The same with the password of a seed.
    pub fn own_password_from(
        &self,
        actor: &Actor,
        through: &Through,
        login: &Login,
        seed: [u8; 32],
    ) -> Result<Login, Error> {
        let change = self.service.authn().password_change(actor)?;
        let change = change.ok_or(RefusalCode::NotFound)?;
        let mut entropy = Entropy::new(seed);
        let password: AcceptedPassword = generate(&mut entropy);
        let shown = password.reveal().to_owned();
        let unused = change.compare(password).to_the_end();
        let unused = unused.ok_or(RefusalCode::PasswordReused)?;
        let new = unused.hash(&self.service.rules().password, entropy.bytes());
        let through = through.clone();
        let verdict = change.test_current(&login.password);
        let operation = self.operation(actor.clone(), Function::ChangeOwnPassword);
        let changed = self.service.change_and_wait(operation, move |tx| {
            manage::change_own_password(tx, &verdict, Some(&new), &through)
        })?;
        let token = match changed {
            PasswordChanged::Done(token) => token,
            PasswordChanged::Refused(refusal) => return Err(refusal.into()),
        };
        let hash = token_hash(token.reveal());
        self.service
            .change_and_wait(self.operation(actor.clone(), Function::LogOut), move |tx| {
                session::log_out(tx, &hash)
            })?;
        Ok(Login {
            password: shown,
            ..login.clone()
        })
    }

    /// The account with this user id, as an actor at a terminal.
    pub fn actor(
        &self,
        code: &FacilityCode,
        user_id: &str,
        certificate_serial: &str,
    ) -> Result<Actor, Error> {
        let invalid = |problem| Error::from(onshi_core::Refusal::invalid(vec![problem]));
        let wanted = UserId::parse(user_id).map_err(invalid)?;
        let operator = self.operator.at(code.clone());
        let operation = OperationContext {
            subject: Subject::of(SubjectKind::Facility, code.as_str()),
            ..self.operation(operator, Function::OperateAccounts)
        };
        let account = self
            .service
            .read_and_wait(operation, move |tx| manage::find_by_user_id(tx, &wanted))?;
        let who = (account.kind, account.account_id.as_str());
        let at = code.clone();
        Ok(self.operator.in_place_of(who, at, certificate_serial))
    }
}

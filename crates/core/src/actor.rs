//! Who is asking.

use crate::terms::{FacilityCode, Subject, SubjectKind};
use std::sync::Arc;

/// The kinds of account (アカウント種別) that an institution has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AccountKind {
    /// マスタアカウントリセット用: resets the master's password, with the secret number.
    Reset,
    /// マスタ: issued when the institution applies; makes the 管理アカウント.
    Master,
    /// 管理: manages every other account and the settings.
    Admin,
    /// 一般: eligibility at the reception.
    General,
    /// 医療情報閲覧: doctors, dentists, pharmacists and persons the institution named.
    Viewer,
    /// 連携アプリ用: the linked application.
    Link,
    /// Web API用: a receipt computer or an EHR.
    WebApi,
    /// 顔認証用: the face-authentication card reader.
    Face,
    /// 担当者: an operator of the centre (実施機関), at the operators' own screens. No institution has one.
    Officer,
}

impl AccountKind {
    /// Every kind that institutions have, in the order in which people read them.
    pub const ALL: [AccountKind; 8] = [
        AccountKind::Reset,
        AccountKind::Master,
        AccountKind::Admin,
        AccountKind::General,
        AccountKind::Viewer,
        AccountKind::Link,
        AccountKind::WebApi,
        AccountKind::Face,
    ];

    /// The word kept in the database and used in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            AccountKind::Reset => "reset",
            AccountKind::Master => "master",
            AccountKind::Admin => "admin",
            AccountKind::General => "general",
            AccountKind::Viewer => "viewer",
            AccountKind::Link => "link",
            AccountKind::WebApi => "webapi",
            AccountKind::Face => "face",
            AccountKind::Officer => "officer",
        }
    }

    /// Reads [`AccountKind::code`] back.
    pub fn from_code(code: &str) -> Option<AccountKind> {
        AccountKind::ALL
            .into_iter()
            .chain([AccountKind::Officer])
            .find(|kind| kind.code() == code)
    }

    /// What a person reads.
    pub const fn label(self) -> &'static str {
        match self {
            AccountKind::Reset => "マスタアカウントリセット用アカウント",
            AccountKind::Master => "マスタアカウント",
            AccountKind::Admin => "管理アカウント",
            AccountKind::General => "一般アカウント",
            AccountKind::Viewer => "医療情報閲覧アカウント",
            AccountKind::Link => "連携アプリ用アカウント",
            AccountKind::WebApi => "Web API用アカウント",
            AccountKind::Face => "顔認証用アカウント",
            AccountKind::Officer => "実施機関の担当者",
        }
    }

    /// True for the accounts that a program holds: on the web they only change their password.
    pub const fn is_system(self) -> bool {
        matches!(
            self,
            AccountKind::Link | AccountKind::WebApi | AccountKind::Face
        )
    }

    /// The column of the permission table.
    pub const fn role(self) -> Role {
        match self {
            AccountKind::Reset => Role::Reset,
            AccountKind::Master => Role::Master,
            AccountKind::Admin => Role::Admin,
            AccountKind::General => Role::General,
            AccountKind::Viewer => Role::Viewer,
            AccountKind::Link => Role::Link,
            AccountKind::WebApi => Role::WebApi,
            AccountKind::Face => Role::Face,
            AccountKind::Officer => Role::Officer,
        }
    }
}

/// A column of the permission table: the kinds of account, the operator, a terminal at which
/// nobody has logged in yet, an insurer, the centre itself, a patient who comes from home, an applicant, and an operator who is
/// logged in at the operators' screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    missing_docs,
    reason = "the first eight are the account kinds, described there"
)]
pub enum Role {
    Reset = 1,
    Master = 2,
    Admin = 3,
    General = 4,
    Viewer = 5,
    Link = 6,
    WebApi = 7,
    Face = 8,
    /// 実施機関: who runs the service.
    Operator = 9,
    /// A terminal with a good certificate, before anybody has logged in.
    Visitor = 10,
    /// 保険者: an insurer's program, with a certificate of its own kind.
    Insurer = 11,
    /// What the centre does on its own, without anybody asking: its jobs.
    System = 12,
    /// 患者: whoever opened an institution's address of マイナ在宅受付Web. Who it is, the card says.
    Patient = 13,
    /// 申請者: anybody at the portal who applies for an institution. Which application is theirs, its code says.
    Applicant = 14,
    /// 担当者: an operator who is logged in at the operators' screens.
    Officer = 15,
}

impl Role {
    /// Every column of the permission table, in its order.
    pub const ALL: [Role; 15] = [
        Role::Reset,
        Role::Master,
        Role::Admin,
        Role::General,
        Role::Viewer,
        Role::Link,
        Role::WebApi,
        Role::Face,
        Role::Operator,
        Role::Visitor,
        Role::Insurer,
        Role::System,
        Role::Patient,
        Role::Applicant,
        Role::Officer,
    ];

    /// The small stable number kept in the audit log.
    pub const fn number(self) -> i64 {
        self as i64
    }

    /// Reads [`Role::number`] back.
    pub fn from_number(number: i64) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.number() == number)
    }

    /// Its place among the columns of the permission table.
    pub(crate) const fn column(self) -> usize {
        self as usize - 1
    }

    /// True for the roles that an institution's people, programs and terminals have.
    pub const fn is_of_a_facility(self) -> bool {
        !matches!(
            self,
            Role::Operator
                | Role::Insurer
                | Role::System
                | Role::Patient
                | Role::Applicant
                | Role::Officer
        )
    }

    /// What a person reads.
    pub fn label(self) -> &'static str {
        match self {
            Role::Operator => "実施機関",
            Role::Visitor => "未ログイン",
            Role::Insurer => "保険者",
            Role::System => "システム",
            Role::Patient => "患者（マイナ在宅受付Web）",
            Role::Applicant => "申請者",
            Role::Officer => AccountKind::Officer.label(),
            role => AccountKind::ALL
                .into_iter()
                .find(|kind| kind.role() == role)
                .map_or("", AccountKind::label),
        }
    }

    /// The word for machines and for the table's heading.
    pub fn code(self) -> &'static str {
        match self {
            Role::Operator => "operator",
            Role::Visitor => "visitor",
            Role::Insurer => "insurer",
            Role::System => "system",
            Role::Patient => "patient",
            Role::Applicant => "applicant",
            Role::Officer => AccountKind::Officer.code(),
            role => AccountKind::ALL
                .into_iter()
                .find(|kind| kind.role() == role)
                .map_or("", AccountKind::code),
        }
    }
}

/// Who is asking, at which institution, through which terminal. Only [`crate::authn`] makes one.
#[derive(Clone, Debug)]
pub struct Actor {
    pub(crate) role: Role,
    pub(crate) account_id: Option<Arc<str>>,
    pub(crate) facility: Option<FacilityCode>,
    pub(crate) certificate: Option<Arc<str>>,
    /// The insurer numbers that an insurer's certificate is bound to, as they are compared.
    pub(crate) insurers: Option<Arc<[String]>>,
}

impl Actor {
    /// A terminal at which nobody has logged in yet.
    pub(crate) fn visitor(facility: FacilityCode, certificate_serial: &str) -> Actor {
        Actor {
            role: Role::Visitor,
            account_id: None,
            facility: Some(facility),
            certificate: Some(certificate_serial.into()),
            insurers: None,
        }
    }

    /// A person or program that is logged in.
    pub(crate) fn account(
        kind: AccountKind,
        account_id: &str,
        facility: FacilityCode,
        certificate_serial: &str,
    ) -> Actor {
        Actor {
            role: kind.role(),
            account_id: Some(account_id.into()),
            facility: Some(facility),
            certificate: Some(certificate_serial.into()),
            insurers: None,
        }
    }

    /// An insurer's program.
    pub(crate) fn insurer(certificate_serial: &str, insurers: Vec<String>) -> Actor {
        Actor {
            role: Role::Insurer,
            account_id: None,
            facility: None,
            certificate: Some(certificate_serial.into()),
            insurers: Some(insurers.into()),
        }
    }

    /// Whoever opened an institution's address of マイナ在宅受付Web.
    pub(crate) fn patient(facility: FacilityCode) -> Actor {
        Actor {
            role: Role::Patient,
            account_id: None,
            facility: Some(facility),
            certificate: None,
            insurers: None,
        }
    }

    /// Anybody at the portal, for an application of theirs.
    pub(crate) fn applicant() -> Actor {
        Actor {
            role: Role::Applicant,
            ..Actor::operator()
        }
    }

    /// The operator at the centre's command line, working on no institution in particular.
    pub(crate) fn operator() -> Actor {
        Actor {
            role: Role::Operator,
            account_id: None,
            facility: None,
            certificate: None,
            insurers: None,
        }
    }

    /// The centre itself. Only the runner of the jobs makes it.
    pub(crate) fn system() -> Actor {
        Actor {
            role: Role::System,
            ..Actor::operator()
        }
    }

    /// The operator, working on this institution.
    pub(crate) fn operator_at(facility: FacilityCode) -> Actor {
        Actor {
            facility: Some(facility),
            ..Actor::operator()
        }
    }

    /// The operator, who works on this institution from now on; nobody else comes to another one.
    pub(crate) fn at(&self, facility: FacilityCode) -> Option<Actor> {
        (self.role == Role::Operator).then(|| Actor::operator_at(facility))
    }

    /// The column of the permission table.
    pub fn role(&self) -> Role {
        self.role
    }

    /// The account, when somebody is logged in.
    pub fn account_id(&self) -> Option<&str> {
        self.account_id.as_deref()
    }

    /// The serial number of the certificate.
    pub fn certificate(&self) -> Option<&str> {
        self.certificate.as_deref()
    }

    /// The institution.
    pub fn facility(&self) -> Option<&FacilityCode> {
        self.facility.as_ref()
    }

    /// Whose share of what is bounded this actor uses: the institution's, or the insurer's by the
    /// first of its numbers, however many certificates it has.
    pub fn share(&self) -> &str {
        match (&self.facility, &self.insurers, &self.certificate) {
            (Some(facility), _, _) => facility.as_str(),
            (None, Some(numbers), _) if !numbers.is_empty() => {
                numbers.iter().min().map_or("", String::as_str)
            }
            (None, _, Some(certificate)) => certificate,
            (None, _, None) => "",
        }
    }

    /// True when the subject is an insurer that the own certificate is bound to.
    pub(crate) fn reports_for(&self, subject: &Subject) -> bool {
        match (&self.insurers, &subject.id) {
            (Some(own), Some(number)) => {
                subject.kind == SubjectKind::Insurer && own.contains(number)
            }
            _ => false,
        }
    }

    pub(crate) fn identify(&mut self, kind: AccountKind, account_id: &str) {
        self.role = kind.role();
        self.account_id = Some(account_id.into());
    }
}

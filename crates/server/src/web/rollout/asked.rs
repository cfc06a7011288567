//! What a ヒアリングシート asks for, at each institution.

use crate::web::accounts::bulk::row::Wanted;
use onshi_core::AccountKind;
use onshi_core::account::UserId;
use onshi_core::facility::FacilityCode;
use onshi_core::network::Network;

/// What a workbook asks for.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// At each institution, in the order of the workbook.
    pub facilities: Vec<SheetFacility>,
    /// What was mended, and what should be looked at once more.
    pub notes: Vec<String>,
}

/// What a workbook asks for at an institution.
#[derive(Clone, Debug)]
pub struct SheetFacility {
    /// Which.
    pub code: FacilityCode,
    /// The cell that names it first.
    pub cell: String,
    /// Its name as the sheet has it, and where.
    pub name: Option<(String, String)>,
    /// Its terminals.
    pub machines: Vec<SheetMachine>,
    /// Its accounts.
    pub accounts: Vec<SheetAccount>,
    /// From where its programs may come with a token alone, beside what is set already.
    pub networks: Vec<Network>,
    /// Which character set its programs read, where the sheet says so.
    pub shift_jis: Option<bool>,
    /// What is kept and handed on.
    pub handed_on: Vec<HandedOn>,
}

/// A terminal.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct SheetMachine {
    /// The cell of its name.
    pub cell: String,
    pub name: String,
    pub department: String,
    /// The card reader beside it.
    pub reader: Option<String>,
    pub folders: Option<Folders>,
    pub renew_by_itself: bool,
    pub port: u16,
    pub note: String,
}

/// The folders of a terminal's linked application.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Folders {
    pub req: String,
    pub res: String,
    pub face: Option<String>,
}

/// An account.
#[derive(Clone, Debug)]
pub struct SheetAccount {
    /// The cell of its user id.
    pub cell: String,
    pub(in crate::web) wanted: Wanted,
    /// Of a program's account: the terminal that keeps its password, by its place among the institution's.
    pub machine: Option<usize>,
}

impl SheetAccount {
    /// The user id.
    pub fn user_id(&self) -> &UserId {
        &self.wanted.user_id
    }

    /// The kind.
    pub fn kind(&self) -> AccountKind {
        self.wanted.kind
    }

    /// The name.
    pub fn name(&self) -> &str {
        self.wanted.name.as_str()
    }
}

/// The rows of a sheet that is kept and handed on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct HandedOn {
    pub tab: String,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

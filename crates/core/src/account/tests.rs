//! The rules of accounts, on a service with a database of its own.

mod activation;
mod bulk;
mod hashing;
mod lockout;
mod management;
mod passkeys;
mod passwords;
mod periods;
mod second_factor;
mod sessions;
mod states;
mod tokens;

use crate::store::Connection;
use crate::testing::TestCentre;

/// The book as somebody sees it who doesn't come through the door.
struct Book(Connection);

impl Book {
    fn open(centre: &TestCentre) -> Book {
        Book(centre.raw_connection())
    }

    fn open_sessions(&mut self, account_id: &str) -> i64 {
        let sql = "select count(*) from web_session where account_id = $1 and ended_at is null";
        let row = self.0.row(sql, &[account_id.into()]).unwrap().unwrap();
        row.int(0).unwrap()
    }

    fn entries(&mut self) -> i64 {
        let sql = "select count(*) from audit_entry";
        self.0.row(sql, &[]).unwrap().unwrap().int(0).unwrap()
    }

    /// Function and refusal of the newest entry.
    fn last_entry(&mut self) -> (i64, Option<String>) {
        let sql = "select function, refusal from audit_entry order by seq desc limit 1";
        let row = self.0.row(sql, &[]).unwrap().unwrap();
        (row.int(0).unwrap(), row.opt_text(1).unwrap())
    }
}

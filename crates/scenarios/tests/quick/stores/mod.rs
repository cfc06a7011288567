//! The store on both databases: the same tests, run once against SQLite and once against a
//! PostgreSQL that is started for them.

mod access;
mod earlier;
mod lists;
mod loading;
mod newer;
mod nodes;
mod repeats;
mod retention;
mod schema;
mod story;
mod test_node;
mod tls;
mod wal;

/// Makes of each function a test on SQLite and a test on PostgreSQL.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test] fn $name() { super::$name(&crate::stores::test_node::Place::sqlite()); })+
        }
        mod postgres {
            $(#[test] fn $name() { super::$name(&crate::stores::test_node::Place::postgres()); })+
        }
    };
}
pub(crate) use on_both;

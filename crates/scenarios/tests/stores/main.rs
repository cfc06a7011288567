//! The store on both databases: the same tests, run once against SQLite and once against a
//! PostgreSQL that is started for them.

mod house;
mod nodes;
mod repeats;
mod schema;
mod story;

/// Makes of each function a test on SQLite and a test on PostgreSQL.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test] fn $name() { super::$name(&crate::house::Place::sqlite()); })+
        }
        mod postgres {
            $(#[test] fn $name() { super::$name(&crate::house::Place::postgres()); })+
        }
    };
}
pub(crate) use on_both;

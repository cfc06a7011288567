//! The store on both databases: the same tests, run once against SQLite and once against a
//! PostgreSQL that is started for them.

// `cfg(test)` is always set here; it tells clippy that helpers are tests too.
#[cfg(test)]
mod earlier;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod nodes;
#[cfg(test)]
mod repeats;
#[cfg(test)]
mod retention;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod story;
#[cfg(test)]
mod test_centre;
#[cfg(test)]
mod tls;
#[cfg(test)]
mod wal;

/// Makes of each function a test on SQLite and a test on PostgreSQL.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test] fn $name() { super::$name(&crate::test_centre::Place::sqlite()); })+
        }
        mod postgres {
            $(#[test] fn $name() { super::$name(&crate::test_centre::Place::postgres()); })+
        }
    };
}
pub(crate) use on_both;

//! The lists of accounts and of the log: every filter, order and page, the same on both databases
//! and the same as a plain loop would give.

use crate::stores::test_node::{FIRST, OPENING, Place, TestNode, code, operator, user_id};
use onshi_core::account::manage;
use onshi_core::account::{Account, AccountName, Holder, ListFilter, Managed, Period, Sort, State};
use onshi_core::audit::{self, Filter, Outcome, Page};
use onshi_core::fold::folded;
use onshi_core::{AccountKind, Error, Function, Moment, Tx};
use std::cmp::Reverse;
use std::fmt::Write;

crate::stores::on_both!(every_list_is_what_was_asked_for);

#[test]
fn both_databases_list_the_same_in_the_same_order() {
    let tell = |place: &Place| {
        let centre = place.node("east");
        furnish(&centre);
        lists(&centre) + &logs(&centre)
    };
    let sqlite = tell(&Place::sqlite());
    assert!(sqlite.lines().count() > 1000, "{sqlite}");
    assert_eq!(sqlite, tell(&Place::postgres()));
}

const NAMES: [&str; 13] = [
    "髙橋 花子",
    "山田 花子",
    "山田　太郎",
    "ＷＥＢ受付",
    "Web受付",
    "100%",
    "100_",
    "100!",
    "a%_!b",
    "佐藤",
    "𠮷田",
    "Ärzte",
    "zebra",
];

/// Accounts of every kind in every state, with names that are hard to search.
fn furnish(centre: &TestNode) {
    centre.open_clinic().unwrap();
    let kinds = Managed::Others.kinds();
    for (number, name) in NAMES.iter().enumerate() {
        let kind = kinds[number % kinds.len()];
        for twin in ["desk", "Desk_", "z"] {
            centre
                .register(kind, &format!("{twin}{number:02}"), name)
                .unwrap();
        }
        centre.pass(1);
    }
    for number in [0, 1, 2, 3] {
        centre.log_in(&format!("desk{number:02}"), FIRST).unwrap();
    }
    centre.pass(91 * 86_400);
    for number in [2, 3, 4, 5] {
        centre.log_in(&format!("desk{number:02}"), FIRST).unwrap();
    }
    for _ in 0..5 {
        centre.log_in("desk06", "wrong").unwrap_err();
        centre.log_in("desk00", "wrong").unwrap_err();
    }
    let today = centre.now().jst_day();
    let over = Period {
        from: None,
        until: Some(today.plus_days(-1)),
    };
    let later = Period {
        from: Some(today.plus_days(1)),
        until: None,
    };
    change(centre, "z01", |work, id| {
        manage::stop(work, Managed::All, id, "休職")
    });
    change(centre, "z02", |work, id| {
        manage::retire(work, Managed::All, id, "退職")
    });
    change(centre, "desk05", |work, id| {
        manage::retire(work, Managed::All, id, "退職")
    });
    change(centre, "z03", move |work, id| set_period(work, id, over));
    change(centre, "z04", move |work, id| set_period(work, id, later));
}

fn change(
    centre: &TestNode,
    user: &str,
    what: impl Fn(&mut Tx<'_>, &str) -> Result<(), Error> + Send + 'static,
) {
    let user = user_id(user);
    let operator = operator().at(code());
    let done = centre.change(operator, Function::OperateAccounts, move |tx| {
        let account = manage::find_by_user_id(tx, &user)?;
        what(tx, &account.account_id)
    });
    done.unwrap();
}

fn set_period(tx: &mut Tx<'_>, id: &str, period: Period) -> Result<(), Error> {
    let (account, _) = manage::show(tx, Managed::All, id)?;
    let reason = |text: &str| text.to_owned();
    let edit = manage::Edit {
        name: AccountName::parse(&account.name)?,
        holder: account.holder.map(|_| Holder::Designated {
            reason: reason("事務担当"),
            approver: reason("院長 桜"),
        }),
        emergency_viewing: false,
        period,
        note: account.note,
        version: account.version,
    };
    manage::edit(tx, Managed::All, id, &edit)
}

const TEXTS: [&str; 19] = [
    "高橋花子",
    "ｳｪﾌﾞ",
    "吉田",
    "",
    "山田",
    "山田 ",
    "山田　",
    "%",
    "_",
    "!",
    "%_!",
    "100",
    "desk",
    "DESK_",
    "ＷＥＢ",
    "web",
    "𠮷",
    "ärzte",
    "nobody\0",
];

/// Every filter with every text, and every order.
fn filters() -> Vec<ListFilter> {
    let mut all = Vec::new();
    let kinds = || std::iter::once(None).chain(AccountKind::ALL.map(Some));
    for state in std::iter::once(None).chain(State::ALL.map(Some)) {
        for kind in kinds() {
            for text in TEXTS {
                all.push(ListFilter {
                    text: text.to_owned(),
                    kind,
                    state,
                    ..ListFilter::default()
                });
            }
        }
        for sort in [
            Sort::UserId,
            Sort::Name,
            Sort::Kind,
            Sort::LastLogin,
            Sort::State,
            Sort::ValidUntil,
        ] {
            for descending in [false, true] {
                all.push(ListFilter {
                    state,
                    sort,
                    descending,
                    ..ListFilter::default()
                });
            }
        }
    }
    all
}

/// All pages of a list, one behind the other.
fn pages(tx: &mut Tx<'_>, filter: &ListFilter, limit: i64) -> Result<Vec<Account>, Error> {
    let mut all = Vec::new();
    loop {
        let page = ListFilter {
            skip: all.len() as i64,
            limit,
            ..filter.clone()
        };
        let (found, count) = manage::list(tx, Managed::Others, &page)?;
        assert!(found.len() as i64 <= limit);
        let ended = found.is_empty();
        all.extend(found);
        if ended {
            assert_eq!(all.len() as i64, count, "{filter:?}");
            return Ok(all);
        }
    }
}

fn as_admin<T: Send + 'static>(
    centre: &TestNode,
    work: impl FnOnce(&mut Tx<'_>) -> Result<T, Error>,
) -> T {
    centre
        .read(
            crate::stores::test_node::admin(),
            Function::ListAccounts,
            work,
        )
        .unwrap()
}

fn lists(centre: &TestNode) -> String {
    as_admin(centre, |tx| {
        let mut text = String::new();
        for filter in filters() {
            for account in pages(tx, &filter, 7)? {
                let state = account.state(tx.now(), 90).code();
                let (id, name) = (account.user_id.as_str(), &account.name);
                let holder = &account.holder;
                let _ = writeln!(text, "{filter:?}: {id} {name} {state} {holder:?}");
            }
        }
        Ok(text)
    })
}

/// The same question, answered by a loop instead of SQL.
fn fits(account: &Account, filter: &ListFilter, tx: &Tx<'_>) -> bool {
    let state = account.state(tx.now(), 90);
    let wanted = folded(&filter.text);
    let has = |text: &str| folded(text).contains(&wanted);
    filter.kind.is_none_or(|kind| kind == account.kind)
        && filter
            .state
            .map_or(state != State::Retired, |asked| asked == state)
        && (has(account.user_id.as_str()) || has(&account.name))
}

fn every_list_is_what_was_asked_for(place: &Place) {
    let centre = place.node("east");
    furnish(&centre);
    as_admin(&centre, |tx| {
        let mut everyone = pages(tx, &ListFilter::default(), 100)?;
        let retired = Some(State::Retired);
        everyone.extend(pages(
            tx,
            &ListFilter {
                state: retired,
                ..ListFilter::default()
            },
            100,
        )?);
        assert_eq!(everyone.len(), NAMES.len() * 3);
        for state in State::ALL {
            let some = everyone.iter().any(|a| a.state(tx.now(), 90) == state);
            assert!(some, "an account is {}", state.code());
        }
        everyone.sort_by_key(|account| account.user_id.key());
        for filter in filters() {
            let mut expected: Vec<&Account> = everyone
                .iter()
                .filter(|account| fits(account, &filter, tx))
                .collect();
            // Both sorts are stable: what is equal stays in the order of the user ids.
            let now = tx.now();
            if filter.descending {
                expected.sort_by_key(|account| Reverse(key(account, filter.sort, now)));
            } else {
                expected.sort_by_key(|account| key(account, filter.sort, now));
            }
            let mut found = pages(tx, &filter, 7)?;
            let ids = |account: &Account| account.account_id.clone();
            let found: Vec<String> = found.drain(..).map(|account| ids(&account)).collect();
            let expected: Vec<String> = expected.into_iter().map(ids).collect();
            assert_eq!(found, expected, "{filter:?}");
        }
        Ok(())
    });
}

/// By what an account is sorted.
fn key(account: &Account, sort: Sort, now: Moment) -> (String, i64) {
    let text = |text: &str| (text.to_owned(), 0);
    let number = |number: i64| (String::new(), number);
    match sort {
        Sort::UserId => (account.user_id.key(), 0),
        Sort::Name => text(&account.name),
        Sort::Kind => text(account.kind.code()),
        Sort::State => text(account.state(now, 90).code()),
        Sort::LastLogin => number(account.last_login.as_ref().map_or(0, |(at, _)| at.ms())),
        Sort::ValidUntil => number(account.period.until.map_or(99_999_999, |day| day.number())),
    }
}

/// The log through every filter.
fn logs(centre: &TestNode) -> String {
    let times = [
        None,
        Some(OPENING),
        Some(OPENING.plus_seconds(5)),
        Some(centre.now()),
    ];
    let mut filters = vec![];
    for from in times {
        for until in times {
            for outcome in std::iter::once(None).chain(Outcome::ALL.map(Some)) {
                for about_accounts in [false, true] {
                    filters.push(Filter {
                        from,
                        until,
                        outcome,
                        about_accounts,
                        ..Filter::default()
                    });
                }
            }
        }
    }
    for user in ["desk06", "DESK06", "desk6", "%", "a\0"] {
        filters.push(Filter {
            user_id: Some(user.to_owned()),
            ..Filter::default()
        });
    }
    filters.extend(Function::ALL.iter().map(|function| Filter {
        function: Some(*function),
        ..Filter::default()
    }));
    let admin = crate::stores::test_node::admin();
    let text = centre.read(admin, Function::ReadAuditLog, |tx| {
        let mut text = String::new();
        for filter in filters {
            let whole = Page {
                skip: 0,
                limit: 1000,
            };
            let lines = onshi_core::history::list(tx, &filter, whole)?;
            let part = onshi_core::history::list(tx, &filter, Page { skip: 3, limit: 5 })?;
            let seqs =
                |lines: &[audit::Line]| -> Vec<i64> { lines.iter().map(|line| line.seq).collect() };
            let expected: Vec<i64> = seqs(&lines).into_iter().skip(3).take(5).collect();
            assert_eq!(seqs(&part), expected);
            for line in lines {
                let (seq, at, who) = (line.seq, line.at.jst_table(), line.user_id);
                let what = line.function.map(Function::code);
                let (outcome, refusal) = (line.outcome, line.refusal);
                let _ = writeln!(
                    text,
                    "{filter:?}: {seq} {at} {who:?} {what:?} {outcome:?} {refusal:?} {:?} {:?}",
                    line.subject, line.detail
                );
            }
        }
        Ok(text)
    });
    text.unwrap()
}

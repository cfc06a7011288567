//! 導入 (roll-out): an institution's terminals and accounts from a ヒアリングシート, an Excel workbook with a sheet <PC設定>.
//!
//! It is read ([`read`]), compared with what there is ([`planning`], [`plan`]), and what comes of it is printed: a report for the institution
//! ([`report`]) and a page for each of its people ([`slip`]). The rules are core's (`onshi_core::rollout`).

mod asked;
mod cells;
mod draw;
mod handed_on;
mod machine;
pub mod plan;
pub mod planning;
pub mod read;
mod reading;
pub mod report;
mod secret;
pub mod slip;
mod tab;
pub mod template;
#[cfg(test)]
mod tests;

//! What runs at the institution (医療機関等), on its 資格確認端末.

pub mod enrolment;
pub mod gateway;
pub mod link;
mod loopback;
pub mod reader;
pub mod set_up;
pub mod signer;

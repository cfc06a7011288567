//! What every page shares: the frame, forms, error pages, assets, and samples.

pub mod asset;
pub mod error_pages;
pub mod form;
pub mod frame;
pub(in crate::web) mod qr;
pub mod sample;

//! The paths of the Web API that are the real system's.

/// The log-in of a program.
pub const LOG_IN: &str = "/oqs-api-pro/MSA12020/ILI12020SV01/auth";

/// New tokens for an older one.
pub const REFRESH: &str = "/oqs-api-pro/MSA12020/ILI12020SV01/refresh";

/// The check of one person, OQSsiquc01.
pub const SEARCH: &str = "/oqs-api-pro/MSA01030/ILI01030SV01/search";

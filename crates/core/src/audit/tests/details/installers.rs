//! Examples of what installers leave.

use crate::audit::Detail;

/// What installers leave.
pub(super) fn all() -> [Detail; 4] {
    let installer = "架空システム株式会社".to_owned();
    [
        Detail::InstallerRightGiven {
            installer: installer.clone(),
            person: "導入 太郎".to_owned(),
            until: "20261231".to_owned(),
        },
        Detail::InstallerRightEnded {
            installer: installer.clone(),
            reason: "導入が終わったため".to_owned(),
        },
        Detail::RollOutLooked {
            installer: installer.clone(),
        },
        Detail::RolledOut {
            installer,
            machines: 2,
            accounts: 3,
            sheet: "6691204d".to_owned(),
        },
    ]
}

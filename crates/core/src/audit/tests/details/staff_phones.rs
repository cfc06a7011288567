//! Examples of what phones of staff leave.

use crate::audit::Detail;

/// What is done with the phones of staff, and with the address that is hung up for patients.
pub(super) fn all() -> [Detail; 5] {
    let phone = || "訪問1号機".to_owned();
    [
        Detail::StaffPhoneCodeIssued {
            phone: phone(),
            until: "20261129080000".to_owned(),
        },
        Detail::StaffPhoneCodeShown {},
        Detail::StaffPhoneActivated { phone: phone() },
        Detail::StaffPhoneVoided { phone: phone() },
        Detail::HomeAddressFetched {},
    ]
}

//! What applications of institutions leave, and what they left before the entries named who decided.

use crate::audit::Detail;
use crate::terms::ApplicationKind;

/// What applications of institutions leave.
pub(super) fn all() -> Vec<Detail> {
    let (kind, facility) = (ApplicationKind::Start, "1312345670".to_owned());
    vec![
        Detail::ApplicationTaken {
            kind,
            facility: facility.clone(),
        },
        Detail::ApplicationConfirmed {},
        Detail::ApplicationApproved {
            kind: ApplicationKind::Recovery,
            facility: facility.clone(),
            is_last: false,
            by: Some("架空 太郎".to_owned()),
        },
        Detail::ApplicationRejected {
            facility,
            reason: "届出の電話番号と違うため".to_owned(),
            by: None,
        },
        Detail::ApplicationWithdrawn {},
        Detail::NoticeDrawn {
            receipt: "261127-123456".to_owned(),
            until: "20261130093000".to_owned(),
        },
        Detail::NoticeVoided {
            reason: "紛失".to_owned(),
        },
        Detail::CertificateNoticeDrawn {
            receipt: "261127-123456".to_owned(),
            name: "受付2号機".to_owned(),
            until: "20270530093000".to_owned(),
        },
        Detail::CertificateNoticeVoided {
            name: "受付2号機".to_owned(),
            reason: "紛失".to_owned(),
        },
    ]
}

#[test]
fn what_was_kept_before_a_field_was_added_is_read_without_it() {
    let approved = Detail::of_kept(r#"[228,"start","1312345670",true]"#);
    let expected = Detail::ApplicationApproved {
        kind: ApplicationKind::Start,
        facility: "1312345670".to_owned(),
        is_last: true,
        by: None,
    };
    assert_eq!(approved, expected);
    assert_eq!(approved.words(), "1312345670の利用申請（利用開始）を承認");
    let rejected = Detail::of_kept(r#"[229,"1312345670","重複"]"#);
    assert!(matches!(
        &rejected,
        Detail::ApplicationRejected { by: None, .. }
    ));
    // A field that was always there is never left out.
    let broken = Detail::of_kept(r#"[228,"start","1312345670"]"#);
    assert!(matches!(broken, Detail::Other { .. }));
}

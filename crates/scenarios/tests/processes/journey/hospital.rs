//! The demo's hospital reads a patient who can't be asked, by the folders; nobody else may.

use super::fetching::{THREE_YEARS, element, fetched, request};
use onshi_scenarios::demo::Demo;
use serde_json::Value;

/// OQSsiemv01 of a patient, in the name of the hospital's doctor.
fn declared(facility: &Value, patient: &Value) -> String {
    let number = patient["insurer_number"].as_str().unwrap();
    let today = onshi_core::clock::now().jst_day().number();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?><XmlMsg><MessageHeader>\
         <QualificationConfirmationDate>{today:08}</QualificationConfirmationDate>{}</MessageHeader><MessageBody>\
         <QualificationConfirmSearchInfo><InsurerNumber>{number:>8}</InsurerNumber>{}{}{}{}\
         <LimitApplicationCertificateRelatedConsFlg>0</LimitApplicationCertificateRelatedConsFlg>\
         </QualificationConfirmSearchInfo><EmergencyAccessInfo><UserId>Kyukyu01</UserId>\
         <EmergencyViewingFlag>1</EmergencyViewingFlag><InformationRequestPattern>1</InformationRequestPattern>\
         <AuthenticationFactor1>1</AuthenticationFactor1><AuthenticationMethod1>01</AuthenticationMethod1>\
         <AuthenticationFactor2>3</AuthenticationFactor2><AuthenticationMethod2>01</AuthenticationMethod2>\
         <Reason>意識がない</Reason></EmergencyAccessInfo></MessageBody></XmlMsg>",
        element("MedicalInstitutionCode", &facility["code"]),
        element("InsuredCardSymbol", &patient["symbol"]),
        element("InsuredIdentificationNumber", &patient["number"]),
        element("InsuredBranchNumber", &patient["branch"]),
        element("Birthdate", &patient["birthdate"]),
    )
}

#[tokio::test]
async fn the_demos_hospital_reads_whoever_cannot_be_asked_and_a_clinic_does_not() {
    let demo = Demo::start().await.unwrap();
    let all = demo.description();
    let (hospital, clinic) = (&all["hospital"], &all["facility"]);
    assert!(demo.log().contains(hospital["code"].as_str().unwrap()));
    let patient = &all["patients"][0];
    let body = format!(
        "{THREE_YEARS}<FileCategory>4</FileCategory><MedicalTreatmentFlag>4</MedicalTreatmentFlag>"
    );
    let text = |(_, bytes): (String, Vec<u8>)| String::from_utf8(bytes).unwrap();

    let asked = request(hospital, patient, &body);
    let before = text(fetched(hospital, "YZKsiquc01", "1", &asked).await);
    assert!(!before.contains("<QuaInf>"), "{before}");
    let declares = declared(hospital, patient);
    let told = text(fetched(hospital, "OQSsiemv01", "2", &declares).await);
    assert!(told.contains("<SegmentOfResult>1<"), "{told}");
    let read = text(fetched(hospital, "YZKsiquc01", "3", &asked).await);
    assert!(read.contains("<ResultCode>1<"), "{read}");
    assert!(read.contains("「見本」"), "{read}");

    let declares = declared(clinic, patient);
    let refused = text(fetched(clinic, "OQSsiemv01", "4", &declares).await);
    assert!(refused.contains("OQSB9041E"), "{refused}");
}

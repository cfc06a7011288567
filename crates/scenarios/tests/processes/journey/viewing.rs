//! A doctor with a keyboard looks at what a patient consents to.

use onshi_scenarios::demo::Demo;

use super::person::Person;

const DOCTOR: &str = "Iryou01";

#[tokio::test]
async fn a_doctor_sees_medicines_treatment_and_checkups_of_who_consents() {
    let demo = Demo::start().await.unwrap();
    let doctor = Person::logged_in(&demo, DOCTOR).await;
    doctor.press("main a[href='/web/medical']").await;
    assert_eq!(doctor.heading().await, "同意取得済み患者一覧");
    doctor.reads("あと").await;
    doctor.sees("100-consented-patients").await;

    // Whose consent is the newest is not said; this patient consents to everything.
    let patient = "main tbody a[href='/web/medical/9000000000005/medicines']";
    doctor.press(patient).await;
    assert_eq!(doctor.heading().await, "薬剤情報");
    doctor.reads("まず見るところ").await;
    doctor.reads("「見本」").await;
    doctor.sees("101-medicines").await;
    doctor.fill("#q", "ミホ").await;
    doctor.enter().await;
    doctor.reads("薬剤の一覧").await;
    doctor.press("main .tabs li:nth-child(2) a").await;
    assert_eq!(doctor.heading().await, "診療・手術情報");
    doctor.sees("102-treatment").await;
    doctor.press("main .tabs li:nth-child(3) a").await;
    assert_eq!(doctor.heading().await, "特定健診情報");
    doctor.reads("基準").await;
    doctor.sees("103-checkups").await;
    doctor.browser.looks_through(360, 740).await.unwrap();
    doctor.sees("104-checkups-narrow").await;
    doctor.press("main .tabs li:nth-child(1) a").await;
    doctor.sees("105-medicines-narrow").await;
    doctor.had_no_trouble().await;
}

/// The page counts down to the consent's end; here it is made to be a second away.
const NEARLY_OVER: &str = "
    document.querySelector('[data-consent-left]').dataset.consentLeft = '1';
    const again = document.createElement('script');
    again.src = '/assets/consent.js';
    document.head.append(again);
    return true;";

#[tokio::test]
async fn a_page_empties_itself_when_the_consent_ends() {
    let demo = Demo::start().await.unwrap();
    let doctor = Person::logged_in(&demo, DOCTOR).await;
    doctor.press("main a[href='/web/medical']").await;
    doctor.press("main tbody tr:first-child a").await;
    doctor.browser.execute(NEARLY_OVER).await.unwrap();
    doctor.browser.wait_for("main [role=alert]").await.unwrap();
    assert_eq!(doctor.heading().await, "閲覧できる期限が過ぎました");
    let text = doctor.text_of("main").await;
    assert!(text.contains("もう一度患者に同意"), "{text}");
    assert!(
        !text.contains("「見本」"),
        "nothing of the patient stays: {text}"
    );
    doctor.sees("106-consent-over").await;
    doctor.press("main .button-primary").await;
    assert_eq!(doctor.heading().await, "同意取得済み患者一覧");
    doctor.had_no_trouble().await;
}

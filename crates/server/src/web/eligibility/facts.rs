//! What an answer tells about a patient, as labelled facts: on the screen and on paper.

use crate::web::eligibility::birthdate;
use crate::web::layout::form::Fact;
use onshi_core::Moment;
use onshi_core::clock::Day;
use onshi_core::insured::limit::ceiling;
use onshi_wire::codes;
use onshi_wire::messages::{
    Consent, ConsentSubject, LimitApplicationCertificateRelatedInfo, MedicalTicketInfo,
    ResultOfQualificationConfirmation,
};

fn tenths(code: &str) -> &'static str {
    match code {
        "010" => "1割",
        "020" => "2割",
        "030" => "3割",
        _ => "割合を確認してください",
    }
}

/// 窓口負担: what the patient pays, by the most special thing that is known.
pub(in crate::web) fn share(r: &ResultOfQualificationConfirmation) -> String {
    if r.insured_card_classification == "A1" {
        return "医療扶助".to_owned();
    }
    if let Some(ratio) = &r.insured_partial_contribution_ratio {
        return tenths(ratio).to_owned();
    }
    let elderly = r.elderly_recipient_certificate_info.as_ref();
    if let Some(ratio) = elderly.and_then(|info| info.elderly_recipient_contribution_ratio.as_ref())
    {
        return tenths(ratio).to_owned();
    }
    if r.insured_card_classification == "05" {
        return "10割（特別療養費）".to_owned();
    }
    if r.preschool_classification.is_some() {
        "2割（未就学）"
    } else {
        "3割"
    }
    .to_owned()
}

fn day_words(text: &str) -> String {
    Day::parse(text).map_or_else(|| text.to_owned(), Day::words)
}

fn push(facts: &mut Vec<Fact>, label: &str, value: Option<String>) {
    if let Some(value) = value.filter(|value| !value.trim().is_empty()) {
        facts.push(Fact {
            label: label.to_owned(),
            value,
        });
    }
}

/// A birthdate with the year of its era and the age on a day.
pub(in crate::web) fn born_words(text: &str, on: Day) -> String {
    let Some(born) = Day::parse(text) else {
        return text.to_owned();
    };
    let era = birthdate::era_year(born).map(|era| format!("（{era}）"));
    let age = birthdate::age(born, on);
    format!("{}{} {age}歳", born.words(), era.unwrap_or_default())
}

pub(in crate::web) fn person(r: &ResultOfQualificationConfirmation, on: Day) -> Vec<Fact> {
    let mut facts = Vec::new();
    let sex = r.sex2.as_deref().unwrap_or(&r.sex1);
    push(&mut facts, "生年月日", Some(born_words(&r.birthdate, on)));
    push(
        &mut facts,
        "性別",
        codes::label("OQSCD007", sex).map(str::to_owned),
    );
    push(&mut facts, "通称など", r.name_of_other.clone());
    push(&mut facts, "住所", r.address.clone());
    push(&mut facts, "照会番号", r.reference_number.clone());
    facts
}

pub(in crate::web) fn insurance(r: &ResultOfQualificationConfirmation) -> Vec<Fact> {
    let mut facts = Vec::new();
    let number = r.insurer_number.as_deref().unwrap_or("").trim().to_owned();
    push(
        &mut facts,
        "保険者",
        Some(format!("{}（{number}）", r.insurer_name)),
    );
    let card: Vec<&str> = [
        r.insured_card_symbol.as_deref(),
        r.insured_identification_number.as_deref(),
        r.insured_branch_number.as_deref(),
    ]
    .into_iter()
    .flatten()
    .collect();
    push(&mut facts, "記号・番号・枝番", Some(card.join("・")));
    let kind = codes::label(
        "OQSCD009",
        r.personal_family_classification.as_deref().unwrap_or(""),
    );
    push(&mut facts, "本人・家族", kind.map(str::to_owned));
    let words = |text: &Option<String>| text.as_deref().map(day_words);
    push(&mut facts, "資格取得日", words(&r.qualification_date));
    push(&mut facts, "資格喪失日", words(&r.disqualification_date));
    push(
        &mut facts,
        "券面の有効期限",
        words(&r.insured_card_expiration_date),
    );
    facts
}

/// What is paid for, and up to where. The amounts are the table's of the day that was asked for.
pub(in crate::web) fn benefits(
    r: &ResultOfQualificationConfirmation,
    day: Option<Day>,
) -> Vec<Fact> {
    let mut facts = Vec::new();
    if let Some(elderly) = &r.elderly_recipient_certificate_info {
        let until = until(&elderly.elderly_recipient_valid_end_date);
        let ratio = elderly.elderly_recipient_contribution_ratio.as_deref();
        let words = format!("{}{until}", tenths(ratio.unwrap_or_default()));
        push(&mut facts, "高齢受給者証", Some(words));
    }
    if let Some(info) = &r.limit_application_certificate_related_info {
        limit(&mut facts, info, day);
    } else if r.limit_application_certificate_related_cons_flg.as_deref() == Some("1") {
        push(&mut facts, "限度額適用区分", Some("登録なし".to_owned()));
    }
    if r.limit_application_certificate_related_cons_flg.as_deref() != Some("1") {
        let words = "同意がないため確認していません".to_owned();
        push(&mut facts, "限度額・特定疾病", Some(words));
    } else {
        // Without a line, no line would be taken for a no.
        let words =
            "券面情報の確認では分かりません。お持ちの方には、受療証を見せていただいてください。";
        push(&mut facts, "特定疾病療養受療証", Some(words.to_owned()));
    }
    for ticket in &r.public_expense_result_list {
        push(&mut facts, "医療券・調剤券", Some(ticket_words(ticket)));
    }
    facts
}

/// What the patient lets this institution see, with its end (閲覧同意フラグ, 同意日時, 閲覧可能期限).
pub(in crate::web) fn consents(r: &ResultOfQualificationConfirmation) -> Vec<Fact> {
    let mut facts = Vec::new();
    for (subject, label) in [
        (ConsentSubject::PharmacistsInfo, "薬剤情報の閲覧"),
        (ConsentSubject::DiagnosisInfo, "診療情報の閲覧"),
        (ConsentSubject::OperationInfo, "手術情報の閲覧"),
        (
            ConsentSubject::SpecificHealthCheckupsInfo,
            "特定健診情報の閲覧",
        ),
    ] {
        let consent = r.consent(subject);
        let words = consent
            .flag
            .as_deref()
            .map(|flag| consent_words(flag, &consent));
        push(&mut facts, label, words);
    }
    facts
}

fn consent_words(flag: &str, consent: &Consent) -> String {
    let time = |text: &Option<String>| {
        let moment = text.as_deref().and_then(Moment::parse_fourteen);
        moment.map_or_else(String::new, Moment::jst_words)
    };
    let until = match consent.available.as_deref() {
        Some("99991231235959") => "取り消されるまで".to_owned(),
        _ => format!("{}まで", time(&consent.available)),
    };
    match flag {
        "1" => format!("同意あり。{until}（同意 {}）", time(&consent.given)),
        "2" => format!("有効期限切れ（同意 {}）", time(&consent.given)),
        "3" => format!("同意取得困難（救急時）。{until}"),
        _ => "同意なし".to_owned(),
    }
}

fn limit(facts: &mut Vec<Fact>, info: &LimitApplicationCertificateRelatedInfo, day: Option<Day>) {
    let kind = info.limit_application_certificate_classification.as_deref();
    let kind = kind.and_then(|kind| codes::label("OQSCD011", kind));
    let until = until(&info.limit_application_certificate_valid_end_date);
    let kind = kind.map(|kind| format!("{kind}{until}"));
    push(facts, "限度額の認定証", kind);
    let band = info
        .limit_application_certificate_classification_flag
        .as_deref()
        .unwrap_or_default();
    let label = codes::label("OQSCD012", band).map(str::to_owned);
    push(facts, "限度額適用区分", label);
    // 標準負担額減額認定証 alone lowers the price of meals, not the ceiling.
    let meals_only = info.limit_application_certificate_classification.as_deref() == Some("03");
    let ceiling = day
        .filter(|_| !meals_only)
        .and_then(|day| ceiling(band, day));
    push(facts, "1か月の自己負担限度額", ceiling.map(|c| c.text_ja));
    let long = info.limit_application_certificate_long_term_date.as_deref();
    let long = long.map(|day| format!("{}から", day_words(day)));
    push(facts, "長期入院該当", long);
}

/// A ticket in words.
pub(in crate::web) fn ticket_words(ticket: &MedicalTicketInfo) -> String {
    let kind = ticket.ticket_type.as_deref().unwrap_or_default();
    let kind = codes::label("OQSCD018", kind).unwrap_or("医療券・調剤券");
    let month = ticket
        .medical_treatment_month
        .as_deref()
        .unwrap_or_default();
    let month = match (month.get(..4), month.get(4..6)) {
        (Some(year), Some(month)) => format!("{year}年{}月", month.trim_start_matches('0')),
        _ => String::new(),
    };
    let number = ticket.issue_number.as_deref().unwrap_or_default();
    let pays = ticket.self_pay_amount.as_deref().unwrap_or_default();
    let pays = match pays.trim_start_matches('0') {
        "" => "本人支払額なし".to_owned(),
        yen => format!("本人支払額 {yen}円"),
    };
    format!("{month}{kind}（交付番号 {number}、{pays}）")
}

fn until(day: &Option<String>) -> String {
    let words = |day: &String| format!("（{}まで）", day_words(day));
    day.as_ref().map(words).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consents_are_told_in_words_with_their_end() {
        let mut result = ResultOfQualificationConfirmation::default();
        assert!(consents(&result).is_empty(), "nobody was asked");
        let consent = |flag: &str, given: Option<&str>, available: Option<&str>| Consent {
            flag: Some(flag.to_owned()),
            given: given.map(str::to_owned),
            available: available.map(str::to_owned),
        };
        let given = Some("20261126090500");
        result.set_consent(
            ConsentSubject::PharmacistsInfo,
            consent("1", given, Some("20261127090500")),
        );
        result.set_consent(ConsentSubject::DiagnosisInfo, consent("0", None, None));
        result.set_consent(
            ConsentSubject::OperationInfo,
            consent("1", given, Some("99991231235959")),
        );
        let told: Vec<(String, String)> = consents(&result)
            .into_iter()
            .map(|fact| (fact.label, fact.value))
            .collect();
        let text = |(label, value): (&str, &str)| (label.to_owned(), value.to_owned());
        let expected = [
            (
                "薬剤情報の閲覧",
                "同意あり。2026年11月27日 9時05分まで（同意 2026年11月26日 9時05分）",
            ),
            ("診療情報の閲覧", "同意なし"),
            (
                "手術情報の閲覧",
                "同意あり。取り消されるまで（同意 2026年11月26日 9時05分）",
            ),
        ];
        assert_eq!(told, expected.map(text));
    }
}

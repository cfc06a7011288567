//! The patients of the showcase, a line or two each.

use super::{Stage, begun, ended};
use crate::benefits::{INSTITUTIONS, ticket};
use crate::history::reason;
use crate::insurers::Scheme;
use onshi_core::insured::{QualificationRecord, SpecificDiseasesCertificate};
use onshi_wire::codes::LimitBand;

pub(super) fn all(stage: &mut Stage) {
    valid(stage);
    elderly(stage);
    invalid(stage);
    on_the_day(stage);
    not_one(stage);
    assistance(stage);
    kinds_of_card(stage);
    names(stage);
    limits(stage);
    diseases(stage);
}

fn valid(stage: &mut Stage) {
    let person = stage.person(Scheme::Kyokai, 45);
    stage.show("有効 3割（協会けんぽ 本人）", "1", vec![person]);
    let mut child = stage.person(Scheme::Kyokai, 4);
    family(&mut child, "02");
    stage.show("有効 2割（未就学・家族）", "1", vec![child]);
    let mut child = stage.person(Scheme::Union, 9);
    family(&mut child, "01");
    stage.show("有効 3割（小学生・家族）", "1", vec![child]);
    let mut baby = stage.person(Scheme::National, 0);
    baby.qualification_date = baby.birthdate.clone();
    family(&mut baby, "03");
    stage.show("有効 2割（生後40日・国保・出生日に取得）", "1", vec![baby]);
}

fn family(row: &mut QualificationRecord, branch: &str) {
    row.insured_branch_number = Some(branch.to_owned());
    row.personal_family_classification = Some("2".to_owned());
    row.insured_name = Some("見本　一郎".to_owned());
}

fn elderly(stage: &mut Stage) {
    let mut person = stage.person(Scheme::National, 72);
    stage.elderly(&mut person, "020");
    stage.show("有効 高齢受給者 2割（70～74歳）", "1", vec![person]);
    let mut person = stage.person(Scheme::Kyokai, 71);
    stage.elderly(&mut person, "030");
    stage.show(
        "有効 高齢受給者 3割（70～74歳・現役並み）",
        "1",
        vec![person],
    );
    for (ratio, note) in [
        ("010", "有効 後期高齢者 1割"),
        ("020", "有効 後期高齢者 2割"),
        ("030", "有効 後期高齢者 3割"),
    ] {
        let mut person = stage.person(Scheme::Elderly, 80);
        person.insured_partial_contribution_ratio = Some(ratio.to_owned());
        stage.show(note, "1", vec![person]);
    }
    let mut before = stage.person(Scheme::National, 75);
    stage.elderly(&mut before, "020");
    let birthday = stage.day(-40);
    let own = stage.card(before.clone(), Scheme::Elderly);
    let mut own = begun(own, birthday.clone());
    own.elderly_recipient_certificates.clear();
    own.insured_partial_contribution_ratio = Some("010".to_owned());
    let before = ended(before, birthday, reason::OTHER_INSURANCE);
    stage.show(
        "無効 75歳に到達（古い国保で照会、後期高齢者の新しい資格あり）",
        "3",
        vec![before, own],
    );
}

fn invalid(stage: &mut Stage) {
    let person = stage.person(Scheme::Kyokai, 67);
    let person = ended(person, stage.day(-20), reason::DEATH);
    stage.show("無効 死亡", "2", vec![person]);
    let person = stage.person(Scheme::Union, 38);
    let person = ended(person, stage.day(-45), reason::OTHER);
    stage.show("無効 退職後、新しい資格はまだない", "2", vec![person]);
    let old = stage.person(Scheme::Kyokai, 33);
    let new = begun(stage.card(old.clone(), Scheme::Union), stage.day(-52));
    let old = ended(old, stage.day(-52), reason::OTHER_INSURANCE);
    let turned = vec![new.clone(), old.clone()];
    stage.show(
        "無効 転職（古い保険証で照会、新しい資格あり）",
        "3",
        vec![old, new],
    );
    stage.show("有効 転職（新しい保険証で照会）", "1", turned);
    let old = stage.person(Scheme::National, 51);
    let new = begun(stage.card(old.clone(), Scheme::Assistance), stage.day(-60));
    let old = ended(old, stage.day(-60), reason::ASSISTANCE);
    stage.show(
        "無効 生活保護受給開始（国保で照会、医療扶助あり）",
        "3",
        vec![old, new],
    );
}

fn on_the_day(stage: &mut Stage) {
    let person = stage.person(Scheme::Kyokai, 29);
    let person = ended(person, stage.day(0), reason::OTHER);
    stage.show("無効 本日喪失", "2", vec![person]);
    let person = stage.person(Scheme::Kyokai, 30);
    let person = ended(person, stage.day(1), reason::OTHER);
    stage.show("有効 本日が最終日（明日喪失）", "1", vec![person]);
    let person = begun(stage.person(Scheme::Union, 23), stage.day(0));
    stage.show("有効 本日取得", "1", vec![person]);
    let person = begun(stage.person(Scheme::Kyokai, 24), stage.day(10));
    stage.show("無効 10日後に取得（まだ始まっていない）", "2", vec![person]);
}

fn not_one(stage: &mut Stage) {
    let person = stage.person(Scheme::Kyokai, 50);
    stage.show("該当資格なし（登録されていない）", "4", vec![person]);
    if let Some(last) = stage.shown.last_mut() {
        last.lines.clear();
    }
    for (asked, note, validity) in [
        (None, "複数該当 双子（枝番なしで照会）", "5"),
        (Some("02"), "有効 双子の一人（枝番 02 で照会）", "1"),
    ] {
        let mut first = stage.person(Scheme::Kyokai, 8);
        let mut second = first.clone();
        second.person = stage.person(Scheme::Kyokai, 8).person;
        family(&mut first, "02");
        family(&mut second, "03");
        for (row, name, kana) in [
            (&mut first, "見本　大輝", "ﾐﾎﾝ ﾀﾞｲｷ"),
            (&mut second, "見本　光輝", "ﾐﾎﾝ ｺｳｷ"),
        ] {
            (row.name, row.name_kana) = (name.to_owned(), Some(kana.to_owned()));
            row.sex1 = "1".to_owned();
        }
        stage.show(note, validity, vec![first, second]);
        if let Some(last) = stage.shown.last_mut() {
            last.branch = asked.map(str::to_owned);
        }
    }
    let old = stage.person(Scheme::National, 27);
    let new = begun(stage.card(old.clone(), Scheme::Kyokai), stage.day(-30));
    stage.show(
        "有効 資格重複（国保の届出がまだ。国保で照会）",
        "1",
        vec![old, new],
    );
}

fn assistance(stage: &mut Stage) {
    let mut person = stage.person(Scheme::Assistance, 58);
    let ticket = ticket(INSTITUTIONS[0], &person, stage.today);
    person.medical_tickets = vec![ticket];
    stage.show("有効 医療扶助（今月の医療券の登録あり）", "1", vec![person]);
    let person = stage.person(Scheme::Assistance, 63);
    stage.show(
        "有効（未登録） 医療扶助（今月の医療券なし）",
        "6",
        vec![person],
    );
}

fn kinds_of_card(stage: &mut Stage) {
    let person = stage.person(Scheme::SelfDefence, 26);
    stage.show("有効 自衛官診療証", "1", vec![person]);
    let person = stage.person(Scheme::MutualAid, 41);
    stage.show("有効 共済組合", "1", vec![person]);
    let person = stage.person(Scheme::Seamen, 47);
    stage.show("有効 船員保険", "1", vec![person]);
    let person = stage.person(Scheme::SpecialRetired, 66);
    stage.show("有効 特例退職被保険者証", "1", vec![person]);
    let person = stage.person(Scheme::Trade, 44);
    stage.show("有効 国保組合", "1", vec![person]);
    for (classification, note) in [
        ("03", "有効 短期被保険者証"),
        ("05", "有効 資格証明書（特別療養費・窓口10割）"),
    ] {
        let mut person = stage.person(Scheme::National, 48);
        person.insured_card_classification = classification.to_owned();
        if classification == "03" {
            person.insured_card_valid_date = Some(stage.day(-30));
            person.insured_card_expiration_date = Some(stage.day(60));
        }
        stage.show(note, "1", vec![person]);
    }
}

fn names(stage: &mut Stage) {
    for (note, name, kana) in [
        (
            "有効 外字（𠮷：Shift_JIS にない）",
            "𠮷田　𠮷之介",
            "ﾖｼﾀﾞ ﾖｼﾉｽｹ",
        ),
        ("有効 外字（𣘺）", "𣘺本　花子", "ﾊｼﾓﾄ ﾊﾅｺ"),
        ("有効 異体字セレクタ（辻󠄀）", "辻󠄀　一郎", "ﾂｼﾞ ｲﾁﾛｳ"),
        (
            "有効 機種依存文字（髙・﨑：CP932 にある）",
            "髙﨑　太郎",
            "ﾀｶｻｷ ﾀﾛｳ",
        ),
    ] {
        let mut person = stage.person(Scheme::National, 55);
        (person.name, person.name_kana) = (name.to_owned(), Some(kana.to_owned()));
        person.insured_name = Some(name.to_owned());
        stage.show(note, "1", vec![person]);
    }
    let mut person = stage.person(Scheme::Kyokai, 35);
    person.name = "ＮＧＵＹＥＮ　ＶＡＮ　ＭＩＮＨ".to_owned();
    person.name_kana = Some("ｸﾞｴﾝ ｳﾞｧﾝ ﾐﾝ".to_owned());
    person.insured_name = Some(person.name.clone());
    person.name_of_other = Some("見本　明".to_owned());
    person.name_of_other_kana = Some("ﾐﾎﾝ ｱｷﾗ".to_owned());
    stage.show("有効 通称あり", "1", vec![person]);
    let mut person = stage.person(Scheme::Kyokai, 31);
    person.sex2 = Some(std::mem::replace(&mut person.sex1, "3".to_owned()));
    stage.show("有効 性別1 未設定（性別2 あり）", "1", vec![person]);
}

fn limits(stage: &mut Stage) {
    for band in LimitBand::ALL {
        let code = band.code();
        let low = matches!(code, "A05" | "A06" | "B05" | "B06" | "B07" | "B08");
        let classification = if low { "02" } else { "01" };
        let (scheme, age) = match code {
            "B09" | "B10" => (Scheme::Elderly, 82),
            _ if code.starts_with('B') => (Scheme::National, 72),
            _ => (Scheme::Kyokai, 46),
        };
        let mut person = stage.person(scheme, age);
        match code {
            "B01" | "B02" | "B03" => stage.elderly(&mut person, "030"),
            "B09" => person.insured_partial_contribution_ratio = Some("020".to_owned()),
            "B10" => person.insured_partial_contribution_ratio = Some("010".to_owned()),
            _ if age == 72 => stage.elderly(&mut person, "020"),
            _ => {}
        }
        stage.limit(&mut person, classification, code);
        stage.show(&format!("有効 限度額 {}", band.label()), "1", vec![person]);
    }
    let mut person = stage.person(Scheme::National, 60);
    stage.limit(&mut person, "02", "A05");
    let long = stage.today.last_august().first_of_month(2).text();
    person.limit_application_certificates[0].long_term = Some(long);
    stage.show("有効 限度額 オ・長期入院該当", "1", vec![person]);
    let mut person = stage.person(Scheme::National, 61);
    stage.limit(&mut person, "03", "A05");
    stage.show("有効 標準負担額減額認定証のみ", "1", vec![person]);
}

fn diseases(stage: &mut Stage) {
    for (category, note) in [
        ("1", "有効 特定疾病（人工透析）"),
        ("2", "有効 特定疾病（血友病）"),
        ("3", "有効 特定疾病（HIV）"),
    ] {
        let mut person = stage.person(Scheme::Union, 52);
        let from = person.qualification_date.clone();
        person.specific_diseases_certificates = vec![SpecificDiseasesCertificate {
            category: category.to_owned(),
            issued: from.clone(),
            from,
            until: None,
            self_pay: "10000".to_owned(),
        }];
        stage.show(note, "1", vec![person]);
    }
}

//! Values that insurers report, held to the layout of the messages in which they will go out, so
//! that nothing is kept that a message could not carry or that nobody could ask for.

use onshi_wire::characters::{foreign_to_names, is_narrow_kana};
use onshi_wire::messages::{
    ElderlyRecipientCertificateInfo, LimitApplicationCertificateRelatedInfo, MedicalTicketInfo,
    ResultOfQualificationConfirmation, SpecificDiseasesCertificateInfo,
};
use onshi_wire::numbers::match_number;
use onshi_wire::shape::{Kind, Shape, Typed};
use onshi_wire::value_problem;

/// The messages' block that a value goes out in.
#[derive(Clone, Copy)]
pub(super) enum Goes {
    /// 資格確認結果.
    Result,
    /// 高齢受給者証情報.
    Elderly,
    /// 限度額適用認定証関連情報.
    Limit,
    /// 特定疾病療養受療証情報.
    Specific,
    /// 医療券・調剤券情報.
    Ticket,
}

impl Goes {
    const fn shape(self) -> &'static Shape {
        match self {
            Goes::Result => ResultOfQualificationConfirmation::SHAPE,
            Goes::Elderly => ElderlyRecipientCertificateInfo::SHAPE,
            Goes::Limit => LimitApplicationCertificateRelatedInfo::SHAPE,
            Goes::Specific => SpecificDiseasesCertificateInfo::SHAPE,
            Goes::Ticket => MedicalTicketInfo::SHAPE,
        }
    }
}

/// The longest name, address and the like, in characters. The real lengths are not public.
const TEXT_MAX: usize = 400;
/// 割合 as three digits of per cent.
const RATIOS: [&str; 3] = ["010", "020", "030"];

/// What is wrong with a value that goes out as this element: in Japanese, with the form that it
/// should have had, without the value.
pub(super) fn problem(goes: Goes, element: &str, text: &str) -> Option<String> {
    let shape = goes.shape();
    let Some(field) = shape.fields.iter().find(|field| field.name == element) else {
        return Some(format!(
            "{element} は {} の項目ではありません。",
            shape.name
        ));
    };
    if let Kind::Text(max) = field.kind {
        if let Some(kind) = foreign_to_names(text) {
            return Some(format!(
                "{}に使えない文字（{kind}）があります。取り除いてください。",
                field.ja()
            ));
        }
        if max == onshi_wire::shape::NOT_PUBLIC && text.chars().count() > TEXT_MAX {
            return Some(format!(
                "{}は{TEXT_MAX}文字以内で設定してください。",
                field.ja()
            ));
        }
        if text.trim().is_empty() {
            return Some(format!(
                "{}が空白です。値がないときは項目を省いてください。",
                field.ja()
            ));
        }
    }
    let wrong = value_problem(field, text).or_else(|| beyond_the_layout(element, text))?;
    let own = if wrong.starts_with(field.ja()) {
        ""
    } else {
        field.ja()
    };
    let example = match field.example.trim() {
        "" => String::new(),
        example => format!("例：{example}。"),
    };
    Some(format!("{own}{wrong}{example}"))
}

/// What the elements' notes say and their kinds do not.
fn beyond_the_layout(element: &str, text: &str) -> Option<String> {
    let wrong = match element {
        "InsuredPartialContributionRatio" | "ElderlyRecipientContributionRatio"
            if !RATIOS.contains(&text) =>
        {
            "は 010（1割）、020（2割）、030（3割）のいずれかを設定してください。"
        }
        "NameKana" | "NameOfOtherKana" if !is_narrow_kana(text) => {
            "は半角カナ（姓と名の間は半角空白）で設定してください。"
        }
        "InsuredIdentificationNumber" if match_number(text).is_empty() => {
            "には空白・ハイフン以外の文字が必要です（これでは誰にも照会できません）。"
        }
        "DesignatedMedicalInstitutionCode" if text.len() != 10 => {
            "は半角数字10桁で設定してください。"
        }
        _ => return None,
    };
    Some(wrong.to_owned())
}

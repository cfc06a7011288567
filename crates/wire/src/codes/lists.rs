//! The values of the code lists.

use super::code_lists;

code_lists! {
    /// Whether the patient agrees to the certificate being shown.
    "OQSCD001" CertificateConsent "限度額適用認定証等 提供同意フラグ" Confirmed {
        NotGiven "0" "未同意", Given "1" "同意",
    }
    /// What the person was identified by.
    "OQSCD002" ReferenceClassification "照会区分" Confirmed {
        MyNumberCard "1" "マイナンバーカード", CardFace "2" "被保険者証情報",
    }
    /// How the processing of the file ended.
    "OQSCD003" SegmentOfResult "処理結果区分" Confirmed {
        Done "1" "正常終了", Working "2" "処理中", Failed "9" "異常終了",
    }
    /// How the processing of one person ended.
    "OQSCD004" ProcessingResultStatus "処理結果状況" Confirmed {
        Done "1" "正常終了", Error "2" "エラー",
    }
    /// The file's encoding. Sources differ; the real sample has 0 and 1.
    "OQSCD005" CharacterCode "文字コード識別子" Confirmed {
        Utf8 "0" "UTF-8", ShiftJis "1" "Shift_JIS",
    }
    /// Whether the qualification holds on the day.
    "OQSCD006" QualificationValidity "資格有効性" Confirmed {
        Valid "1" "有効", Invalid "2" "無効", InvalidWithNew "3" "無効（新しい資格あり）",
        NotFound "4" "該当資格なし", Several "5" "複数該当", ValidUnregistered "6" "有効（未登録）",
    }
    /// Sex.
    "OQSCD007" Sex "性別" Confirmed { Male "1" "男", Female "2" "女", NotSet "3" "未設定", }
    /// Why the qualification ended.
    "OQSCD008" ReasonOfLoss "資格喪失事由" Confirmed {
        Death "01" "死亡", PublicAssistance "02" "生活保護受給開始",
        OtherInsurance "03" "医療保険等の資格取得", Other "99" "その他",
    }
    /// Insured person or family member.
    "OQSCD009" PersonOrFamily "本人・家族の別" Confirmed { Person "1" "本人", Family "2" "家族", }
    /// The kind of card.
    "OQSCD010" InsuredCardClassification "被保険者証区分" Confirmed {
        General "01" "被保険者証（一般）", Retired "02" "被保険者証（退職）",
        ShortGeneral "03" "短期被保険者証（一般）", ShortRetired "04" "短期被保険者証（退職）",
        SpecialCare "05" "被保険者資格証明書（特別療養費支給対象者）",
        SpecialRetired "06" "特例退職被保険者証", SelfDefence "07" "自衛官診療証",
        MedicalAssistance "A1" "医療扶助",
    }
    /// The kind of ceiling certificate.
    "OQSCD011" LimitCertificateClassification "限度額適用認定証区分" Confirmed {
        Limit "01" "限度額適用認定証", LimitAndMeals "02" "限度額適用・標準負担額減額認定証",
        Meals "03" "標準負担額減額認定証",
    }
    /// The band of the ceiling: A below 70 years, B from 70.
    "OQSCD012" LimitBand "限度額適用認定証 適用区分" Confirmed {
        A01 "A01" "ア", A02 "A02" "イ", A03 "A03" "ウ", A04 "A04" "エ", A05 "A05" "オ",
        A06 "A06" "オ（境）", B01 "B01" "現役並みⅢ", B02 "B02" "現役並みⅡ", B03 "B03" "現役並みⅠ",
        B04 "B04" "一般", B05 "B05" "低所得Ⅱ", B06 "B06" "低所得Ⅰ", B07 "B07" "低所得Ⅰ（老福）",
        B08 "B08" "低所得Ⅰ（境）", B09 "B09" "一般Ⅱ", B10 "B10" "一般Ⅰ",
    }
    /// The disease of a certificate for specific diseases.
    "OQSCD013" SpecificDisease "特定疾病 認定疾病区分" Confirmed {
        KidneyFailure "1" "人工腎臓を実施している慢性腎不全", Haemophilia "2" "先天性血液凝固因子障害",
        Hiv "3" "血液凝固因子製剤に起因するHIV感染症",
    }
    /// Whether the ceiling changed since the last bulk request.
    "OQSCD014" LimitChanged "限度額適用認定証等 変更有無" OneProgram {
        Unchanged "0" "変更なし", Changed "1" "変更あり又は判定不能",
    }
    /// A child before school; absent for others.
    "OQSCD015" Preschool "未就学区分" Confirmed { Preschool "1" "未就学", }
    /// Whether the institution may read, as the patient said at the reader.
    "OQSCD016" ViewingConsent "閲覧同意フラグ" Confirmed {
        NotGiven "0" "同意なし", Given "1" "同意あり", Ended "2" "有効期限切れ",
        Unobtainable "3" "同意取得困難",
    }
    /// The form in which the patient wants the prescription.
    "OQSCD017" PrescriptionIssueSelect "処方箋発行形態選択" Confirmed {
        Electronic "1" "電子処方箋", Paper "2" "紙の処方箋",
    }
    /// The kind of medical ticket.
    "OQSCD018" TicketType "券種別" OneProgram { Medical "01" "医療券", Dispensing "02" "調剤券", }
    /// What the ticket is for.
    "OQSCD019" TreatmentType "診療別" OneProgram {
        Inpatient "01" "入院", Outpatient "02" "入院外", Dental "03" "歯科", Dispensing "04" "調剤",
        HomeNursing "05" "訪問看護",
    }
    /// Alone or with another insurance.
    "OQSCD020" SingleOrCombined "単独・併用別" OneProgram { Single "01" "単独", Combined "02" "併用", }
    /// Whether there is a social insurance.
    "OQSCD021" SocialInsurance "社会保険状況" OneProgram { Yes "01" "あり", No "02" "なし", }
    /// Whether the insurance known to the service disagrees with the qualification.
    "OQSCD022" Consistency "社会保険状況の整合性フラグ" OneProgram { Inconsistent "1" "不整合あり", }
    /// Whether article 37-2 of the infectious diseases act applies.
    "OQSCD023" InfectionStatus "感染症法37条の2の該当状況" OneProgram { Yes "01" "あり", No "02" "なし", }
    /// Whether the scheme for the elderly applies.
    "OQSCD024" ElderlyCareStatus "後期高齢者医療の状況" OneProgram { Yes "01" "あり", No "02" "なし", }
    /// Whether the prefecture pays.
    "OQSCD025" PrefecturalStatus "都道府県費の状況" OneProgram { Yes "01" "あり", No "02" "なし", }
    /// Whether the ticket names the institution that asks.
    "OQSCD026" DesignatedInstitution "指定医療機関確認フラグ" OneProgram { Same "0" "一致", Other "1" "不一致", }
    /// Whether the same person has another record. The element is not public.
    "OQSCD027" SamePerson "同一個人" OneProgram { Yes "1" "同一個人あり", }
    /// How the patient is treated.
    "OQSCD028" MedicalTreatment "診療区分" OneProgram {
        Outpatient "1" "外来等", HomeVisit "2" "訪問診療等", Online "3" "オンライン診療等",
        Emergency "4" "救急時",
    }
    /// The kind of medical information.
    "OQSCD029" Information "医療情報種別" OneProgram { Checkup "TKK" "特定健診", Medicines "YZK" "薬剤", }
    /// Whether data of electronic prescriptions are wanted too.
    "OQSCD030" ShowPrescriptions "薬剤情報等の表示有無" OneProgram { Hide "0" "表示しない", Show "1" "表示する", }
    /// Why a consent ended. The element is not public. What 0 means is given for each 診療形態 in a
    /// supplement of the list.
    "OQSCD031" ConsentEnd "同意有効期限切れ理由" OneProgram {
        Default "0" "診療形態毎の既定", Institution "1" "医療機関等による取消",
        Patient "2" "患者による取消", OtherUse "3" "用途変更による取消",
    }
    /// Whether the qualification is still the one that was known before.
    "OQSCD032" QualificationChange "資格情報変更確認フラグ" OneProgram { Same "0" "一致", Different "1" "不一致", }
    /// Which address of the institution is wanted.
    "OQSCD033" UrlPurpose "URL取得区分" OneProgram { HomeVisit "2" "訪問診療等", Online "3" "オンライン診療等", }
    /// In which form.
    "OQSCD034" UrlForm "URLの形式" OneProgram { Pdf "1" "PDF", Png "2" "PNG", }
    /// Whether a setting is to be changed.
    "OQSCD035" Change "変更する・しない" OneProgram { Keep "0" "変更しない", Change "1" "変更する", }
    /// What a consent is about: five groups. Prescriptions go with medicines; allergies and
    /// examinations with treatment; names of injuries and infections with operations.
    "OQSCD036" ConsentedInformation "閲覧同意情報種別" OneProgram {
        SpecificDiseases "TSR" "特定疾病療養受療証", Checkup "TKK" "特定健診",
        Medicines "YZK" "薬剤", Treatment "SRJ" "診療", Operations "SHJ" "手術",
    }
    /// Whether a function is used, in the settings of an institution.
    "OQSCD037" UseSetting "利用設定区分" OneProgram { No "0" "利用しない", Yes "1" "利用する", }
    /// How electronic prescriptions are used.
    "OQSCD038" PrescriptionUse "電子処方箋利用区分" OneProgram {
        No "0" "利用しない", Electronic "1" "電子のみ", Both "2" "併用", Paper "3" "紙のみ",
    }
    /// When the patient chooses the form of the prescription.
    "OQSCD039" PrescriptionIssueTiming "処方箋発行形態選択タイミング" OneProgram {
        Other "1" "資格確認時以外で確認", Check "2" "資格確認時に確認",
    }
    /// What is asked for in an emergency.
    "OQSCD040" EmergencyPattern "情報要求パターン" OneProgram {
        Summary "1" "救急用サマリー", All "2" "救急全量", WithPrescriptions "3" "電子処方箋・救急用サマリー・救急全量",
        Medicines "4" "薬剤", Treatment "5" "診療・薬剤", Checkup "6" "健診",
    }
    /// What a factor of the two-factor authentication is.
    "OQSCD041" Factor "二要素認証 要素区分" OneProgram { Memory "1" "記憶", Biometric "2" "生体", Possession "3" "物理", }
    /// Methods of memory.
    "OQSCD042-1" MemoryMethod "二要素認証 方式区分（記憶）" OneProgram {
        Password "01" "ID/PW", Pin "02" "PIN", Question "03" "秘密の質問",
    }
    /// Methods of the body.
    "OQSCD042-2" BiometricMethod "二要素認証 方式区分（生体）" OneProgram {
        Finger "01" "指紋", Face "02" "顔", Voice "03" "音声", Vein "04" "静脈", Iris "05" "虹彩",
    }
    /// Methods of possession.
    "OQSCD042-3" PossessionMethod "二要素認証 方式区分（物理）" OneProgram {
        Card "01" "ICカード", OneTime "02" "OTP", Other "03" "その他",
    }
    /// Whether an account may look in an emergency.
    "OQSCD043" EmergencyViewing "救急時閲覧権限有無" OneProgram { No "0" "無", Yes "1" "有", }
    /// A system that shares the card reader; the values are like bits.
    "OQSCD044" SharingSystem "連携システム" OneProgram {
        Subsidy "01" "医療費助成", Maternal "2" "母子保健", Vaccination "4" "予防接種",
        Care "8" "介護保険",
    }
    /// What is wanted of medicines and treatment.
    "YZK-FileCategory" MedicinesFile "ファイル種別（薬剤・診療）" OtherProgram {
        MedicinesPdf "1" "薬剤情報PDF", MedicinesXml "2" "薬剤情報XML",
        TreatmentPdf "3" "薬剤情報・診療情報PDF", TreatmentXml "4" "薬剤情報・診療情報XML",
    }
    /// What is wanted of check-ups.
    "TKK-FileCategory" CheckupFile "ファイル種別（特定健診）" OtherProgram { Pdf "1" "PDF", Xml "2" "XML", }
}

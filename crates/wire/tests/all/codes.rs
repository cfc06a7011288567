//! The names of the later code lists, written out as their source has them, and where the names of
//! every list are from.

use onshi_wire::codes::{ALL, Source, find, label};

/// What a list is called, and its values with their names.
type List = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
);

/// OQSCD029 to OQSCD043. Several were guessed in an earlier edition (目視確認 for OQSCD039, 救急の
/// 情報種別 for OQSCD036).
const LISTS: &[List] = &[
    (
        "OQSCD029",
        "医療情報種別",
        &[("TKK", "特定健診"), ("YZK", "薬剤")],
    ),
    (
        "OQSCD030",
        "薬剤情報等の表示有無",
        &[("0", "表示しない"), ("1", "表示する")],
    ),
    (
        "OQSCD031",
        "同意有効期限切れ理由",
        &[
            ("0", "診療形態毎の既定"),
            ("1", "医療機関等による取消"),
            ("2", "患者による取消"),
            ("3", "用途変更による取消"),
        ],
    ),
    (
        "OQSCD032",
        "資格情報変更確認フラグ",
        &[("0", "一致"), ("1", "不一致")],
    ),
    (
        "OQSCD033",
        "URL取得区分",
        &[("2", "訪問診療等"), ("3", "オンライン診療等")],
    ),
    ("OQSCD034", "URLの形式", &[("1", "PDF"), ("2", "PNG")]),
    (
        "OQSCD035",
        "変更する・しない",
        &[("0", "変更しない"), ("1", "変更する")],
    ),
    (
        "OQSCD036",
        "閲覧同意情報種別",
        &[
            ("TSR", "特定疾病療養受療証"),
            ("TKK", "特定健診"),
            ("YZK", "薬剤"),
            ("SRJ", "診療"),
            ("SHJ", "手術"),
        ],
    ),
    (
        "OQSCD037",
        "利用設定区分",
        &[("0", "利用しない"), ("1", "利用する")],
    ),
    (
        "OQSCD038",
        "電子処方箋利用区分",
        &[
            ("0", "利用しない"),
            ("1", "電子のみ"),
            ("2", "併用"),
            ("3", "紙のみ"),
        ],
    ),
    (
        "OQSCD039",
        "処方箋発行形態選択タイミング",
        &[("1", "資格確認時以外で確認"), ("2", "資格確認時に確認")],
    ),
    (
        "OQSCD040",
        "情報要求パターン",
        &[
            ("1", "救急用サマリー"),
            ("2", "救急全量"),
            ("3", "電子処方箋・救急用サマリー・救急全量"),
            ("4", "薬剤"),
            ("5", "診療・薬剤"),
            ("6", "健診"),
        ],
    ),
    (
        "OQSCD041",
        "二要素認証 要素区分",
        &[("1", "記憶"), ("2", "生体"), ("3", "物理")],
    ),
    (
        "OQSCD042-1",
        "二要素認証 方式区分（記憶）",
        &[("01", "ID/PW"), ("02", "PIN"), ("03", "秘密の質問")],
    ),
    (
        "OQSCD042-2",
        "二要素認証 方式区分（生体）",
        &[
            ("01", "指紋"),
            ("02", "顔"),
            ("03", "音声"),
            ("04", "静脈"),
            ("05", "虹彩"),
        ],
    ),
    (
        "OQSCD042-3",
        "二要素認証 方式区分（物理）",
        &[("01", "ICカード"), ("02", "OTP"), ("03", "その他")],
    ),
    (
        "OQSCD043",
        "救急時閲覧権限有無",
        &[("0", "無"), ("1", "有")],
    ),
];

#[test]
fn the_later_lists_have_the_names_of_their_source() {
    for (id, title, entries) in LISTS {
        let list = find(id).unwrap_or_else(|| panic!("{id} is there"));
        assert_eq!(list.title, *title, "{id}");
        assert_eq!(list.entries, *entries, "{id}");
        assert_eq!(list.source, Source::OneProgram, "{id}");
        for (code, name) in *entries {
            assert_eq!(label(id, code), Some(*name), "{id}");
        }
    }
    // No list of these numbers is there beside them.
    let numbered = ALL.iter().filter(|list| {
        let number = list.id.strip_prefix("OQSCD").and_then(|id| id.get(..3));
        number.is_some_and(|number| ("029"..="043").contains(&number))
    });
    assert_eq!(numbered.count(), LISTS.len());
}

/// The names of the enums stand in the documentation and in programs that use the crate.
#[test]
fn the_later_lists_are_called_by_what_they_are() {
    use onshi_wire::codes::{
        Change, ConsentEnd, ConsentedInformation, EmergencyPattern, EmergencyViewing, Factor,
        Information, PrescriptionIssueTiming, PrescriptionUse, QualificationChange,
        ShowPrescriptions, UrlForm, UrlPurpose, UseSetting,
    };
    let ids = [
        Information::LIST.id,
        ShowPrescriptions::LIST.id,
        ConsentEnd::LIST.id,
        QualificationChange::LIST.id,
        UrlPurpose::LIST.id,
        UrlForm::LIST.id,
        Change::LIST.id,
        ConsentedInformation::LIST.id,
        UseSetting::LIST.id,
        PrescriptionUse::LIST.id,
        PrescriptionIssueTiming::LIST.id,
        EmergencyPattern::LIST.id,
        Factor::LIST.id,
    ];
    for (id, number) in ids.iter().zip(29..) {
        assert_eq!(*id, format!("OQSCD{number:03}"));
    }
    assert_eq!(EmergencyViewing::LIST.id, "OQSCD043");
}

/// Which names rest on more than one source, and which are from beside the numbered lists.
#[test]
fn every_list_says_from_where_its_names_are() {
    let confirmed = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 16, 17];
    let mut numbers = Vec::new();
    for list in ALL {
        let number = list.id.strip_prefix("OQSCD").and_then(|id| id.get(..3));
        let number: Option<u32> = number.map(|number| number.parse().expect("a number"));
        let source = match number {
            None => Source::OtherProgram,
            Some(number) if confirmed.contains(&number) => Source::Confirmed,
            Some(_) => Source::OneProgram,
        };
        assert_eq!(list.source, source, "{}", list.id);
        numbers.extend(number);
    }
    numbers.dedup();
    assert_eq!(numbers, (1..=44).collect::<Vec<u32>>());
}

//! The sheets of a ヒアリングシート and their columns, described once: what each is called, under which headings it is known, and what
//! stands in it. The template and what is read go by this.

use crate::web::accounts::bulk::column::plain;

/// What a sheet of the workbook is for, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TabKind {
    /// <PC設定>: a terminal in each row.
    Machines,
    /// アカウント: an account in each row.
    Accounts,
    /// 記入のしかた: what we say ourselves; it is not read.
    Help,
    /// Everything else: kept and handed on.
    HandedOn,
}

/// The name of the sheet of terminals.
pub(super) const MACHINES: &str = "<PC設定>";
/// The name of the sheet of accounts.
pub(super) const ACCOUNTS: &str = "アカウント";
/// The name of the sheet that says how the others are filled in.
pub(super) const HELP: &str = "記入のしかた";

impl TabKind {
    /// By its name: in any width, with and without signs around it.
    pub(super) fn of(name: &str) -> TabKind {
        let inside = |c: char| {
            !matches!(
                c,
                '<' | '>' | '〈' | '〉' | '＜' | '＞' | '【' | '】' | '[' | ']'
            )
        };
        let name: String = name.chars().filter(|c| inside(*c)).collect();
        match plain(&name).as_str() {
            "PC設定" | "端末" | "端末設定" => TabKind::Machines,
            "アカウント" | "アカウント設定" | "アカウント一覧" => {
                TabKind::Accounts
            }
            "記入のしかた" => TabKind::Help,
            _ => TabKind::HandedOn,
        }
    }
}

/// A column of <PC設定>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MachineColumn {
    FacilityCode,
    FacilityName,
    Terminal,
    Department,
    Reader,
    Req,
    Res,
    Face,
    Networks,
    Encoding,
    Renewal,
    Port,
    Note,
}

impl MachineColumn {
    /// Every column, in the order of the template.
    pub(super) const ALL: [MachineColumn; 13] = [
        MachineColumn::FacilityCode,
        MachineColumn::FacilityName,
        MachineColumn::Terminal,
        MachineColumn::Department,
        MachineColumn::Reader,
        MachineColumn::Req,
        MachineColumn::Res,
        MachineColumn::Face,
        MachineColumn::Networks,
        MachineColumn::Encoding,
        MachineColumn::Renewal,
        MachineColumn::Port,
        MachineColumn::Note,
    ];

    /// What it is called.
    pub(super) const fn label(self) -> &'static str {
        match self {
            MachineColumn::FacilityCode => FACILITY_CODE,
            MachineColumn::FacilityName => "医療機関等の名称",
            MachineColumn::Terminal => TERMINAL,
            MachineColumn::Department => "設置場所・部署",
            MachineColumn::Reader => "カードリーダー名称",
            MachineColumn::Req => "要求フォルダ",
            MachineColumn::Res => "結果フォルダ",
            MachineColumn::Face => "顔認証フォルダ",
            MachineColumn::Networks => "接続元ネットワーク",
            MachineColumn::Encoding => "文字コード",
            MachineColumn::Renewal => "電子証明書の自動更新",
            MachineColumn::Port => "スタートページのポート",
            MachineColumn::Note => "備考",
        }
    }

    /// What stands in it, for whoever fills in a template.
    pub(super) const fn help(self) -> &'static str {
        match self {
            MachineColumn::FacilityCode => {
                "必須。数字10桁。先頭の0も含めて、文字として入力します。"
            }
            MachineColumn::FacilityName => {
                "記入すると、登録されている名称と照合します（コードの書き間違いに気づけます）。"
            }
            MachineColumn::Terminal => {
                "必須。どの端末か分かる名前。50文字以内。同じ医療機関等の中で重ならないようにします。例 受付1号機"
            }
            MachineColumn::Department => "端末を置く場所。60文字以内。例 1階 受付",
            MachineColumn::Reader => {
                "この端末に顔認証付きカードリーダーをつなぐときに、その名前。つながないときは空にします。例 受付リーダー1"
            }
            MachineColumn::Req | MachineColumn::Res => {
                "連携アプリケーションを使う端末で必須。ドライブ名や / から始まる場所。例 C:\\OQS\\req、/srv/oqs/req"
            }
            MachineColumn::Face => {
                "カードリーダーの結果を受け取るフォルダ。使わないときは空にします。"
            }
            MachineColumn::Networks => {
                "レセコンなどが電子証明書なしで照会を送るときの、送り元のネットワーク。例 192.0.2.0/24。いくつもあるときは「,」で区切ります。いまの設定に加えます。"
            }
            MachineColumn::Encoding => {
                "連携システム文字コード。UTF-8かShift_JIS。医療機関等ごとに1つ。空のときは、いまの設定のままにします。"
            }
            MachineColumn::Renewal => "「する」か「しない」。空のときは「する」。",
            MachineColumn::Port => "スタートページを開くポート。空のときは8080。",
            MachineColumn::Note => "引き継ぎたいこと。500文字以内。報告書に載ります。",
        }
    }

    /// A few words to choose from.
    pub(super) const fn choices(self) -> &'static [&'static str] {
        match self {
            MachineColumn::Encoding => &["UTF-8", "Shift_JIS"],
            MachineColumn::Renewal => &["する", "しない"],
            _ => &[],
        }
    }

    /// By its heading, in one spelling.
    pub(super) fn of_heading(plain: &str) -> Option<MachineColumn> {
        Some(match plain {
            "医療機関コード" | "医療機関等コード" | "機関コード" => {
                MachineColumn::FacilityCode
            }
            "医療機関等の名称" | "医療機関名" | "医療機関等名" | "施設名" => {
                MachineColumn::FacilityName
            }
            "端末名称" | "端末名" | "PC名" | "コンピュータ名" => {
                MachineColumn::Terminal
            }
            "設置場所部署" | "設置場所" | "部署" | "部署名" => {
                MachineColumn::Department
            }
            "カードリーダー名称" | "カードリーダー" | "カードリーダ名称" => {
                MachineColumn::Reader
            }
            "要求フォルダ" | "要求フォルダー" | "REQ" | "REQフォルダ" => {
                MachineColumn::Req
            }
            "結果フォルダ" | "結果フォルダー" | "RES" | "RESフォルダ" => {
                MachineColumn::Res
            }
            "顔認証フォルダ" | "顔認証フォルダー" | "FACE" | "FACEフォルダ" => {
                MachineColumn::Face
            }
            "接続元ネットワーク" | "ネットワーク" => MachineColumn::Networks,
            "文字コード" | "連携システム文字コード" => MachineColumn::Encoding,
            "電子証明書の自動更新" | "自動更新" => MachineColumn::Renewal,
            "スタートページのポート" | "ポート" => MachineColumn::Port,
            "備考" | "メモ" => MachineColumn::Note,
            _ => return None,
        })
    }
}

/// The column by which a row belongs to an institution.
pub(super) const FACILITY_CODE: &str = "医療機関コード";
/// The column that names a terminal.
pub(super) const TERMINAL: &str = "端末名称";

/// A sheet that is kept and handed on, as the template has it: its name and columns. The columns are those of sheets that are in use;
/// the institution's code is before them.
pub(super) const HANDED_ON: [(&str, &[&str]); 5] = [
    (
        "申請状況",
        &[
            "開始希望日",
            "ポータルサイトの申込み",
            "カードリーダーの申込み・時期",
            "利用申請",
            "電子証明書発行申請",
            "担当者",
            "備考",
        ],
    ),
    (
        "回線工事",
        &[
            "新規回線工事",
            "希望日",
            "連絡可能日時",
            "駐車場",
            "回線の種類",
            "IPsec+IKE事業者",
            "回線サービス名",
            "お客様ID",
            "備考",
        ],
    ),
    (
        "レセコン",
        &[
            "システム構成",
            "レセコンとの連携",
            "IP構成",
            "サブネットマスク",
            "サーバー機（メーカー・製品）",
            "設置場所",
            "備考",
        ],
    ),
    (
        "カードリーダー",
        &[
            "メーカー",
            "製品",
            "設置場所",
            "複数設置の場所",
            "ルーター",
            "備考",
        ],
    ),
    (
        "ほかのシステム",
        &["システム", "メーカー", "連携", "IP・マスク", "備考"],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_are_known_by_their_names_however_they_are_written() {
        for name in [
            "<PC設定>",
            "＜ＰＣ設定＞",
            "PC設定",
            "【PC設定】",
            " PC 設定",
        ] {
            assert_eq!(TabKind::of(name), TabKind::Machines, "{name}");
        }
        assert_eq!(TabKind::of(ACCOUNTS), TabKind::Accounts);
        assert_eq!(TabKind::of(HELP), TabKind::Help);
        for (name, _) in HANDED_ON {
            assert_eq!(TabKind::of(name), TabKind::HandedOn);
        }
    }

    #[test]
    fn every_column_is_known_by_its_own_label() {
        for column in MachineColumn::ALL {
            let found = MachineColumn::of_heading(&plain(column.label()));
            assert_eq!(found, Some(column));
        }
    }
}

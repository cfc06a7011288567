//! Pages for what did not work: what happened, why, and what to do next.

use askama::Template;

use crate::web::layout::form::{Fact, fact};
use crate::web::layout::frame::{Frame, Layout, PlainFrame};
use crate::web::layout::sample::{Sample, frame, plain};

/// 利用できません: the rules say no.
#[derive(Template, Debug, Clone)]
#[template(path = "layout/refused.html")]
pub struct RefusedPage {
    /// The surroundings.
    pub layout: Layout,
    /// What was refused, as a heading.
    pub title: String,
    /// Why.
    pub why: String,
    /// Who can help, or what to do next.
    pub next: String,
    /// The refusal's stable code.
    pub code: String,
    /// The number that names this request.
    pub request_number: String,
    /// Where to go on.
    pub back_href: String,
    /// The words of that link.
    pub back_label: String,
}

/// What is wrong with the certificate that a browser came with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificateProblem {
    /// None was shown.
    Missing,
    /// Its time is over.
    Expired,
    /// Its time has not begun.
    NotYetValid,
    /// It was revoked.
    Revoked,
    /// It is from another authority.
    Foreign,
    /// It is an insurer's, and this is where terminals come in.
    OtherKind,
    /// The institution's use of the system was stopped.
    FacilityStopped,
}

impl CertificateProblem {
    fn title(self) -> &'static str {
        match self {
            Self::Missing => "端末の証明書が確認できません",
            Self::Expired => "端末の証明書の有効期限が切れています",
            Self::NotYetValid => "端末の証明書はまだ使えません",
            Self::Revoked => "端末の証明書は失効しています",
            Self::Foreign | Self::OtherKind => "この証明書では利用できません",
            Self::FacilityStopped => "この医療機関の利用は停止されています",
        }
    }

    fn why(self) -> &'static str {
        match self {
            Self::Missing => {
                "証明書が入っていない端末か、証明書の選択が取り消されました。この\
                 システムは、証明書を入れた資格確認端末からだけ利用できます。"
            }
            Self::Expired => "証明書には期限があり、過ぎると安全のため接続できません。",
            Self::NotYetValid => {
                "証明書の利用開始日より前です。端末の日付と時刻がずれていても、この表示になります。"
            }
            Self::Revoked => "紛失・入れ替えなどの届け出により、この証明書は使えなくなりました。",
            Self::Foreign => {
                "このシステムが発行した証明書ではありません。別のシステムや別の環境の\
                 証明書を選んだ可能性があります。"
            }
            Self::OtherKind => {
                "この画面の証明書ではありません。医療機関等の端末、保険者（加入者情報の報告）、\
                 実施機関の担当者の証明書は、それぞれ別のものです。"
            }
            Self::FacilityStopped => "運用担当が、この医療機関コードでの利用を停止しています。",
        }
    }

    fn steps(self) -> &'static [&'static str] {
        match self {
            Self::Missing => &[
                "ブラウザーをすべて閉じて、開き直してください。",
                "証明書を選ぶ画面が出たら、医療機関の名前の証明書を選び「OK」を押してください。",
                "選ぶ画面が出ないときは、証明書の取り込みを設置業者に依頼してください。",
            ],
            Self::Expired => &[
                "新しい証明書を取り込んである場合は、ブラウザーを開き直して、新しいほうを選んでください。",
                "まだの場合は、証明書の更新を下の連絡先に依頼してください。",
            ],
            Self::NotYetValid => &[
                "端末の日付と時刻が合っているか確かめてください。",
                "合っている場合は、利用開始日になってから開いてください。",
            ],
            Self::Revoked => &[
                "新しい証明書を取り込んである場合は、ブラウザーを開き直して、新しいほうを選んでください。",
                "失効に心当たりがない場合は、この端末を使わずに、すぐ下の連絡先に知らせてください。",
            ],
            Self::OtherKind => &[
                "資格確認端末では、ブラウザーをすべて閉じて開き直し、医療機関の名前の証明書を選んでください。実施機関の画面では、「実施機関」の証明書です。",
                "加入者情報の報告は、プログラムから行います。方法は、下の連絡先に確かめてください。",
            ],
            Self::Foreign => &[
                "ブラウザーをすべて閉じて、開き直してください。",
                "証明書を選ぶ画面で、医療機関の名前の証明書を選んでください。",
                "本番と接続検証では証明書が違います。どちらの環境かも確かめてください。",
            ],
            Self::FacilityStopped => &[
                "停止の理由と再開の手続きを、下の連絡先に確かめてください。",
                "その間の資格確認は、資格確認書などの券面で行ってください。",
            ],
        }
    }
}

/// 証明書の問題: the terminal cannot be let in.
#[derive(Template, Debug, Clone)]
#[template(path = "layout/certificate_problem.html")]
pub struct CertificateProblemPage {
    /// The surroundings.
    pub frame: PlainFrame,
    /// What is wrong.
    pub problem: CertificateProblem,
    /// What is known of the certificate.
    pub facts: Vec<Fact>,
    /// Whom to ask.
    pub contact: String,
}

/// システムエラー: we failed.
#[derive(Template, Debug, Clone)]
#[template(path = "layout/fault.html")]
pub struct FaultPage {
    /// The surroundings.
    pub layout: Layout,
    /// What happened, as a heading.
    pub title: String,
    /// Why, and what it means for what was asked.
    pub why: String,
    /// What to do next.
    pub next: String,
    /// The number to quote.
    pub request_number: String,
    /// Where to go on.
    pub back_href: String,
    /// The words of that link.
    pub back_label: String,
}

/// ページが見つかりません.
#[derive(Template, Debug, Clone)]
#[template(path = "layout/not_found.html")]
pub struct NotFoundPage {
    /// The surroundings.
    pub layout: Layout,
    /// Where to go on.
    pub back_href: String,
    /// The words of that link.
    pub back_label: String,
}

/// 混み合っています: come back in a moment.
#[derive(Template, Debug, Clone)]
#[template(path = "layout/busy.html")]
pub struct BusyPage {
    /// The surroundings.
    pub layout: Layout,
    /// After how many seconds it is worth trying again.
    pub retry_seconds: i64,
    /// Where to try again.
    pub retry_href: String,
}

fn signed_in() -> Layout {
    Layout::SignedIn(Box::new(frame()))
}

impl Sample for RefusedPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            layout: signed_in(),
            title: "この機能は利用できません".to_owned(),
            why: "一般アカウントには、環境設定情報を更新する権限がありません。".to_owned(),
            next: "設定を変える必要があるときは、管理アカウントの方に依頼してください。".to_owned(),
            code: "not_permitted".to_owned(),
            request_number: "7F3A-09C2-51DE0".to_owned(),
            back_href: "/web/menu".to_owned(),
            back_label: "メニューへ戻る".to_owned(),
        };
        let plain = Self {
            layout: Layout::Plain(plain()),
            ..page.clone()
        };
        vec![("signed-in", page), ("plain", plain)]
    }
}

impl Sample for CertificateProblemPage {
    fn samples() -> Vec<(&'static str, Self)> {
        use CertificateProblem::{
            Expired, FacilityStopped, Foreign, Missing, NotYetValid, OtherKind, Revoked,
        };
        let known = vec![
            fact("医療機関", "霞が関みらい診療所"),
            fact("端末", "MIRAIONS01"),
            fact("有効期間", "2023年1月1日から2026年3月31日まで"),
        ];
        [
            ("missing", Missing),
            ("expired", Expired),
            ("not-yet-valid", NotYetValid),
            ("revoked", Revoked),
            ("foreign", Foreign),
            ("other-kind", OtherKind),
            ("facility-stopped", FacilityStopped),
        ]
        .map(|(name, problem)| {
            let nobody = PlainFrame {
                institution: None,
                terminal_name: None,
                ..plain()
            };
            let facts = if problem == Missing {
                Vec::new()
            } else {
                known.clone()
            };
            let contact = "運用担当（デモ） 電話 0000-00-0000".to_owned();
            (
                name,
                Self {
                    frame: nobody,
                    problem,
                    facts,
                    contact,
                },
            )
        })
        .into()
    }
}

impl Sample for FaultPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            layout: signed_in(),
            title: "操作の結果を確認できませんでした".to_owned(),
            why: "データベースから応答がないため、操作が完了したかどうかを確認できませんでした。"
                .to_owned(),
            next: "少し待ってから、一覧などで結果を確かめ、行われていないときだけ、もう一度操作してください。"
                .to_owned(),
            request_number: "7f3a-09c2-51de".to_owned(),
            back_href: "/web/menu".to_owned(),
            back_label: "メニューへ戻る".to_owned(),
        };
        let plain = Self {
            layout: Layout::Plain(plain()),
            ..page.clone()
        };
        vec![("signed-in", page), ("plain", plain)]
    }
}

impl Sample for NotFoundPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let layout = Layout::SignedIn(Box::new(Frame {
            environment: None,
            ..frame()
        }));
        let (back_href, back_label) = ("/web/menu".to_owned(), "メニューへ戻る".to_owned());
        vec![(
            "signed-in",
            Self {
                layout,
                back_href,
                back_label,
            },
        )]
    }
}

impl Sample for BusyPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let layout = Layout::Plain(plain());
        vec![(
            "plain",
            Self {
                layout,
                retry_seconds: 5,
                retry_href: "/web/login".to_owned(),
            },
        )]
    }
}

//! What a fault means for whoever asked: nothing was done, or nobody knows.

/// What a fault means for whoever asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// A mistake of ours.
    Broken,
    /// The database can't be used at present. Nothing was done.
    NotDone,
    /// The database can't be used at present, and whether it was done is not known: it was asked to
    /// keep it, and did not say whether it has.
    Unknown,
}

impl Effect {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Effect::Broken => "fault",
            Effect::NotDone => "unavailable",
            Effect::Unknown => "outcome_unknown",
        }
    }

    /// The HTTP status.
    pub const fn status(self) -> u16 {
        match self {
            Effect::Broken => 500,
            Effect::NotDone | Effect::Unknown => 503,
        }
    }

    /// What happened and why, for the person.
    pub const fn what(self) -> &'static str {
        match self {
            Effect::Broken => "システムで障害が発生しました。",
            Effect::NotDone => {
                "データベースを一時的に利用できないため、受け付けられませんでした。操作は行われていません。"
            }
            Effect::Unknown => {
                "データベースから応答がないため、操作が完了したかどうかを確認できませんでした。"
            }
        }
    }

    /// What to do next, for the person.
    pub const fn next(self) -> &'static str {
        match self {
            Effect::Broken => {
                "しばらくしてから、もう一度送信してください。続くときは要求番号を実施機関へお知らせください。"
            }
            Effect::NotDone => {
                "少し待ってから、もう一度送信してください。続くときは要求番号を実施機関へお知らせください。"
            }
            Effect::Unknown => {
                "少し待ってから、結果を確かめるか、同じ Idempotency-Key でもう一度送信してください。続くときは要求番号を実施機関へお知らせください。"
            }
        }
    }
}

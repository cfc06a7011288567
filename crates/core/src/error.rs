//! Why something was not done: a refusal, which the person is told, or a fault, which is ours.

mod effect;

pub use effect::Effect;

use crate::clock::Moment;

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The rules say no. The person is told why and what to do, with a stable code.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// We failed. The operator is told everything; the person a request number and nothing else.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// A failure of ours, with where it happened. Never shown to the person who asked.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {cause}")]
pub struct Fault {
    /// What we were doing.
    pub place: String,
    /// What went wrong.
    pub cause: String,
    /// True when the database asks for the work to be done again (serialisation, deadlock).
    pub again: bool,
    /// What it means for what was asked.
    pub effect: Effect,
}

impl Fault {
    /// A fault at this place.
    pub fn at(place: impl Into<String>, cause: impl std::fmt::Display) -> Fault {
        Fault {
            place: place.into(),
            cause: cause.to_string(),
            again: false,
            effect: Effect::Broken,
        }
    }

    /// The database can't be used at present, and nothing was done.
    pub fn unavailable(place: impl Into<String>, cause: impl std::fmt::Display) -> Fault {
        Fault {
            effect: Effect::NotDone,
            ..Fault::at(place, cause)
        }
    }

    /// The same fault for one of those that it met, who may not ask for a repeat.
    #[must_use]
    pub fn within(&self, place: impl Into<String>) -> Fault {
        Fault {
            effect: self.effect,
            again: self.again,
            ..Fault::at(place, self)
        }
    }

    /// The same fault where it came too late to know whether something was done.
    #[must_use]
    pub fn unknown(self) -> Fault {
        Fault {
            effect: Effect::Unknown,
            ..self
        }
    }
}

/// The rules' no.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .code.code())]
pub struct Refusal {
    /// Which no.
    pub code: RefusalCode,
    /// What exactly is wrong, field by field, in words for the person.
    pub problems: Vec<Problem>,
    /// Until when it stands, where it ends by itself.
    pub until: Option<Moment>,
}

/// One thing that is wrong with one field of what was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The field's name, as the form has it.
    pub field: &'static str,
    /// What is wrong and what to do, in Japanese.
    pub text: String,
}

impl Refusal {
    /// A refusal with nothing more to say than its code.
    pub fn new(code: RefusalCode) -> Refusal {
        Refusal {
            code,
            problems: Vec::new(),
            until: None,
        }
    }

    /// A refusal that ends by itself.
    pub fn until(code: RefusalCode, until: Moment) -> Refusal {
        Refusal {
            code,
            problems: Vec::new(),
            until: Some(until),
        }
    }

    /// What was sent can't be taken, for these reasons.
    pub fn invalid(problems: Vec<Problem>) -> Refusal {
        Refusal {
            code: RefusalCode::Invalid,
            problems,
            until: None,
        }
    }
}

impl Problem {
    /// Says what is wrong with a field.
    pub fn new(field: &'static str, text: impl Into<String>) -> Problem {
        Problem {
            field,
            text: text.into(),
        }
    }
}

impl From<RefusalCode> for Error {
    fn from(code: RefusalCode) -> Error {
        Error::Refused(Refusal::new(code))
    }
}

macro_rules! refusals {
    ($( $(#[doc = $doc:literal])+ $name:ident, $code:literal, $status:literal, $what:literal, $next:literal; )+) => {
        /// Every no that the rules can say, in order of precedence: when two apply, the earlier wins.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum RefusalCode { $( $(#[doc = $doc])+ $name, )+ }

        impl RefusalCode {
            /// Every code, in order of precedence.
            pub const ALL: &'static [RefusalCode] = &[ $( RefusalCode::$name, )+ ];

            /// The stable code.
            pub const fn code(self) -> &'static str {
                match self { $( RefusalCode::$name => $code, )+ }
            }

            /// The HTTP status.
            pub const fn status(self) -> u16 {
                match self { $( RefusalCode::$name => $status, )+ }
            }

            /// What happened and why, for the person.
            pub const fn what(self) -> &'static str {
                match self { $( RefusalCode::$name => $what, )+ }
            }

            /// What to do next, for the person.
            pub const fn next(self) -> &'static str {
                match self { $( RefusalCode::$name => $next, )+ }
            }
        }
    };
}

refusals! {
    /// The terminal showed no certificate.
    CertificateMissing, "certificate.missing", 403,
        "この端末の電子証明書が確認できませんでした。",
        "資格確認端末のスタートページから、電子証明書を選んで開き直してください。";
    /// The certificate is not from our authority, or is damaged.
    CertificateForeign, "certificate.foreign", 403,
        "この電子証明書は、本システムが発行したものではありません。",
        "資格確認端末に導入した電子証明書を選び直してください。";
    /// A terminal's certificate where an insurer's is wanted, or the other way round.
    CertificateOtherKind, "certificate.other_kind", 403,
        "この電子証明書では、この窓口を利用できません。",
        "医療機関等の端末では端末用の、保険者では保険者用の電子証明書をお使いください。";
    /// The certificate was revoked.
    CertificateRevoked, "certificate.revoked", 403,
        "この電子証明書は失効しています。",
        "新しい電子証明書を導入してください。心当たりがない場合は、システムの実施機関へご連絡ください。";
    /// The certificate is not valid yet.
    CertificateNotYetValid, "certificate.not_yet_valid", 403,
        "この電子証明書は、まだ有効期間に入っていません。",
        "端末の日付と時刻を確認し、有効期間の開始日以降にお使いください。";
    /// The certificate has expired.
    CertificateExpired, "certificate.expired", 403,
        "この電子証明書は有効期限が切れています。",
        "電子証明書を更新してください。更新した後は、スタートページで新しい証明書を選んでください。";
    /// The institution was stopped.
    FacilityStopped, "facility.stopped", 403,
        "この医療機関等の利用は停止されています。",
        "システムの実施機関へご連絡ください。";
    /// Nobody is logged in.
    NotLoggedIn, "session.none", 401,
        "ログインしていません。",
        "ログインしてください。";
    /// The token of a program is missing, unknown, over, or of another certificate.
    TokenInvalid, "token.invalid", 401,
        "トークンが無効です。",
        "もう一度ログインして、新しいトークンを使ってください。";
    /// A refresh token that was used before; the tokens of its log-in end.
    TokenReused, "token.reused", 401,
        "このリフレッシュトークンは、すでに使われています。盗まれたおそれがあるため、このログインのトークンをすべて無効にしました。",
        "もう一度ログインしてください。心当たりがないときは、パスワードを変更してください。";
    /// The address for programs without a certificate takes nothing from there.
    NetworkNotAllowed, "network.not_allowed", 403,
        "この接続元からは、電子証明書なしの窓口を利用できません。",
        "電子証明書を使う窓口へ送信するか、システムの実施機関へ接続元のネットワークの登録をご相談ください。";
    /// The session ended.
    SessionEnded, "session.ended", 401,
        "ログインの有効時間が終わりました。",
        "もう一度ログインしてください。";
    /// The terminal sends log-ins faster than people type.
    TooManyAttempts, "login.too_many", 429,
        "この端末からのログイン操作が短い時間に続いたため、受け付けを控えています。",
        "1分ほど待ってから、もう一度お試しください。";
    /// The certificate, or the address where there is none, was refused too often.
    TooManyRefusals, "refusal.too_many", 429,
        "この端末からの要求が短い時間に何度も拒否されたため、受け付けを控えています。",
        "電子証明書・トークン・送信内容などの設定を確認し、1分ほど待ってから、もう一度お試しください。";
    /// The account sends forms with passwords faster than people type.
    TooManyRequests, "request.too_many", 429,
        "この操作が短い時間に続いたため、受け付けを控えています。",
        "1分ほど待ってから、もう一度お試しください。";
    /// What was typed can be nobody's, by a slip of the keyboard: it is not counted.
    LoginSlip, "login.slip", 403,
        "ユーザIDまたはパスワードの入力に、まちがいがあります。",
        "この入力は、失敗の回数に数えていません。直して、もう一度ログインしてください。";
    /// The account is locked after failed log-ins.
    Locked, "login.locked", 403,
        "パスワードの入力誤りが続いたため、このユーザIDはロックされています。",
        "ロックが解ける時刻まで待つか、アカウントを管理する方にロック解除を依頼してください。";
    /// User id and password do not fit.
    WrongPassword, "login.wrong", 403,
        "ユーザIDまたはパスワードが違います。",
        "大文字と小文字、全角と半角を確認して、もう一度入力してください。";
    /// The password is right, and the account is retired.
    AccountRetired, "account.retired", 403,
        "このアカウントは廃止されています。",
        "別のアカウントでログインするか、アカウントを管理する方へご確認ください。";
    /// The password is right, and the account is stopped.
    AccountStopped, "account.stopped", 403,
        "このアカウントは停止されています。",
        "アカウントを管理する方に再開を依頼してください。";
    /// The password is right, and the account's validity period is over or has not begun.
    AccountOutsidePeriod, "account.outside_period", 403,
        "このアカウントは有効期間の外です。",
        "アカウントを管理する方に有効期間の変更を依頼してください。";
    /// The password must be changed first.
    PasswordChangeNeeded, "password.change_needed", 403,
        "最初にパスワードの変更が必要です。",
        "パスワード変更の画面で、ご自身のパスワードを決めてください。";
    /// The permission table says no.
    NotPermitted, "permission.denied", 403,
        "このアカウントでは、この機能を利用できません。",
        "必要な場合は、アカウントを管理する方へご相談ください。";
    /// The insurer's certificate is not bound to this insurer number.
    InsurerNotOwn, "insurer.not_own", 403,
        "この電子証明書では、この保険者番号の加入者情報を扱えません。",
        "URLの保険者番号と、お使いの電子証明書を確認してください。番号を追加するときは、システムの実施機関へご連絡ください。";
    /// The function is closed, and opens only in an emergency.
    NotOpened, "emergency.closed", 403,
        "この機能は、障害時・災害時に開放されたときだけ利用できます。",
        "通常の資格確認をご利用ください。";
    /// There is no such thing, or it is another institution's, which looks the same.
    NotFound, "not_found", 404,
        "お探しのものは見つかりませんでした。",
        "一覧から選び直してください。";
    /// The patient has not consented, or no longer.
    ConsentMissing, "consent.missing", 403,
        "患者の同意がないか、閲覧できる期限を過ぎています。",
        "顔認証付きカードリーダーで、患者の方に同意の操作をしていただいてください。";
    /// A message that can't be read at all.
    Unreadable, "message.unreadable", 400,
        "送信された内容を読み取れませんでした。",
        "形式と文字コードを確認して、もう一度送信してください。";
    /// What was sent came so slowly that it was not waited for any longer.
    TooSlow, "message.too_slow", 408,
        "送信が止まったか遅すぎるため、受け付けを打ち切りました。",
        "通信の状態を確認して、もう一度送信してください。報告は、同じ Idempotency-Key で送ると続きから受け付けます。";
    /// A content type that the route does not take, or none.
    MediaType, "message.media_type", 415,
        "この種類（Content-Type）の内容は受け付けていません。",
        "Content-Typeを正しく付けて、もう一度送信してください。";
    /// More than is taken at once.
    TooLarge, "message.too_large", 413,
        "送信された内容が大きすぎます。",
        "件数を分けて、もう一度送信してください。";
    /// What was sent can't be taken.
    Invalid, "input.invalid", 422,
        "入力内容に直していただきたいところがあります。",
        "表示された項目を直して、もう一度送信してください。";
    /// The same `Idempotency-Key` came with another content.
    KeyReused, "idempotency.key_reused", 422,
        "この Idempotency-Key は、内容の違う要求ですでに使われています。",
        "内容を変えて送るときは、新しいキーを付けてください。前の要求の受付番号は、同じ内容をもう一度送ると返ります。";
    /// The user id was given out before.
    UserIdTaken, "account.user_id_taken", 409,
        "このユーザIDは、すでに使われています（廃止したアカウントのIDも再び使うことはできません）。",
        "別のユーザIDを入力してください。";
    /// The code is registered already.
    FacilityTaken, "facility.taken", 409,
        "この医療機関コードは、すでに登録されています。",
        "医療機関コードを確認してください。";
    /// The current password was not right.
    CurrentPasswordWrong, "password.current_wrong", 422,
        "現在のパスワードが違います。",
        "現在のパスワードを入力し直してください。";
    /// The new password was used before.
    PasswordReused, "password.reused", 422,
        "最近使ったパスワードは、再び使うことができません。",
        "これまでと違うパスワードを入力してください。";
    /// Someone else changed the same thing meanwhile.
    ChangedMeanwhile, "changed_meanwhile", 409,
        "画面を開いている間に、ほかの人がこの内容を変更しました。",
        "最新の内容を確認して、もう一度操作してください。";
    /// The state does not allow it (resume what runs, stop what is stopped).
    WrongState, "wrong_state", 409,
        "いまの状態では、この操作はできません。",
        "画面を開き直して、現在の状態を確認してください。";
    /// The secret number was not right.
    SecretNumberWrong, "secret_number.wrong", 422,
        "秘密の番号が違います。",
        "利用申請のときに通知された秘密の番号を確認してください。";
    /// The question whether to take over another session was not answered in time.
    TakeoverExpired, "login.takeover_expired", 409,
        "確認の画面を開いてから時間がたったため、ログインできませんでした。",
        "もう一度ログインしてください。";
    /// The same report is being sent by somebody else.
    ReportUnderWay, "report.under_way", 409,
        "同じ報告が、ほかの接続からも送信されています。",
        "その送信が終わるのを待ってから、同じ Idempotency-Key でもう一度送信してください。";
    /// What was sent under this key before is another file.
    ReportChanged, "report.changed", 409,
        "前に送信された内容と違います。",
        "内容を変えたときは、新しい Idempotency-Key で、はじめから送信してください。";
    /// A report of a day after this one's was taken already.
    ReportOlder, "report.older", 409,
        "すでに、より新しい基準日の加入者情報を受け付けています。",
        "基準日（DataDate）を確認し、新しい情報を送信してください。";
    /// Too much is waiting.
    Busy, "busy", 503,
        "ただいま混み合っています。",
        "少し待ってから、もう一度お試しください。";
    /// A form without a token of this session: opened before the log-in, or not by a page of ours.
    FormUnknown, "form.unknown", 409,
        "この画面は、いまのログインで開いたものではありません。送信された内容は、まだ受け付けていません。",
        "画面を開き直して、もう一度操作してください。";
    /// The same form was sent before.
    FormAlreadySent, "form.already_sent", 409,
        "この画面の内容は、すでに受け付けています。",
        "もう一度行うときは、画面を開き直してください。";
    /// The request did not come from our own pages.
    ForeignOrigin, "request.foreign_origin", 403,
        "この操作は、本システムの画面から行われたものと確認できませんでした。",
        "画面を開き直して、もう一度操作してください。";
}

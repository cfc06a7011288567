//! The table of refusals: the code, the HTTP status, and what is said, on screens in Japanese and on
//! the operator's command line also in English.

macro_rules! refusals {
    ($( $(#[doc = $doc:literal])+ $name:ident, $code:literal, $status:literal, $what:literal, $next:literal,
        $what_in_english:literal, $next_in_english:literal; )+) => {
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

            /// What happened and what to do next, for an operator who reads English.
            pub const fn in_english(self) -> [&'static str; 2] {
                match self { $( RefusalCode::$name => [$what_in_english, $next_in_english], )+ }
            }
        }
    };
}

refusals! {
    /// The terminal showed no certificate.
    CertificateMissing, "certificate.missing", 403,
        "この端末の電子証明書が確認できませんでした。",
        "資格確認端末のスタートページから、電子証明書を選んで開き直してください。",
        "This terminal's certificate was not shown.",
        "Choose a certificate on the terminal's start page and open the page again.";
    /// The certificate is not from our authority, or is damaged.
    CertificateForeign, "certificate.foreign", 403,
        "この電子証明書は、本システムが発行したものではありません。",
        "資格確認端末に導入した電子証明書を選び直してください。",
        "This certificate was not issued by this system.",
        "Choose the certificate that was installed on the terminal.";
    /// A terminal's certificate where an insurer's is wanted, or the other way round.
    CertificateOtherKind, "certificate.other_kind", 403,
        "この電子証明書では、この窓口を利用できません。",
        "医療機関等の端末では端末用の、保険者では保険者用の電子証明書をお使いください。",
        "This kind of certificate can't be used here.",
        "A terminal uses a terminal's certificate, an insurer an insurer's.";
    /// The certificate was revoked.
    CertificateRevoked, "certificate.revoked", 403,
        "この電子証明書は失効しています。",
        "新しい電子証明書を導入してください。心当たりがない場合は、システムの実施機関へご連絡ください。",
        "This certificate is revoked.",
        "Install a new one.";
    /// The certificate is not valid yet.
    CertificateNotYetValid, "certificate.not_yet_valid", 403,
        "この電子証明書は、まだ有効期間に入っていません。",
        "端末の日付と時刻を確認し、有効期間の開始日以降にお使いください。",
        "This certificate is not valid yet.",
        "Check the clock, or wait until its first day.";
    /// The certificate has expired.
    CertificateExpired, "certificate.expired", 403,
        "この電子証明書は有効期限が切れています。",
        "電子証明書を更新してください。更新した後は、スタートページで新しい証明書を選んでください。",
        "This certificate has expired.",
        "Install a new one.";
    /// The institution was stopped.
    FacilityStopped, "facility.stopped", 403,
        "この医療機関等の利用は停止されています。",
        "システムの実施機関へご連絡ください。",
        "This institution is stopped.",
        "Let it go on with `onshi facility resume`.";
    /// Nobody is logged in.
    NotLoggedIn, "session.none", 401,
        "ログインしていません。",
        "ログインしてください。",
        "Nobody is logged in.",
        "Log in.";
    /// A message came without a token, or with something that can't be one.
    TokenMissing, "token.missing", 401,
        "トークンが付いていません。",
        "ログインで受け取ったidTokenを、Authorizationヘッダーに「Bearer 」に続けて付けて、もう一度送信してください。",
        "There is no token.",
        "Send the idToken of the log-in in the header Authorization, after `Bearer `.";
    /// No such token was given to this institution; one that is long over is forgotten.
    TokenUnknown, "token.unknown", 401,
        "このトークンは、この医療機関等に発行されたものではありません。",
        "トークンを途中で切らずに送っているか、その医療機関等の電子証明書を使っているかを確認し、もう一度ログインしてください。",
        "No such token was given to this institution.",
        "See that it is sent whole and with that institution's certificate, or log in again.";
    /// The token is of another certificate of the same institution.
    TokenOtherCertificate, "token.other_certificate", 401,
        "このトークンは、別の電子証明書でログインして発行されたものです。",
        "トークンは、ログインしたときの電子証明書でだけ使えます。送信に使う電子証明書で、もう一度ログインしてください。",
        "The token was given through another certificate.",
        "A token is good only with the certificate of its log-in. Log in with the one that you send with.";
    /// A refresh token where an id token is wanted, or the other way round.
    TokenOtherUse, "token.other_use", 401,
        "このトークンは、この用途には使えません。",
        "メッセージの送信にはidTokenを、トークンの更新にはrefreshTokenを使ってください。",
        "The token is not for this.",
        "Send messages with the idToken, and ask for new tokens with the refreshToken.";
    /// The token's time is over.
    TokenExpired, "token.expired", 401,
        "トークンの有効時間が終わりました。",
        "refreshTokenで更新するか、もう一度ログインして、新しいトークンを使ってください。",
        "The token's time is over.",
        "Renew it with the refresh token, or log in again.";
    /// The token was replaced at a renewal, and the grace after that is over.
    TokenReplaced, "token.replaced", 401,
        "このトークンは、更新によって新しいトークンに置き換えられています。",
        "更新で受け取った新しいidTokenを、すべての処理で使ってください。",
        "A renewal replaced this token.",
        "Use the idToken of the renewal, everywhere.";
    /// The token was ended before its time: by a new password, a stop, or a refresh token that came twice.
    TokenInvalid, "token.invalid", 401,
        "トークンが無効にされています。",
        "パスワードの変更、アカウントや医療機関等の停止などで無効になりました。もう一度ログインして、新しいトークンを使ってください。",
        "The token was ended before its time.",
        "A new password, a stop or a reused refresh token ended it. Log in again and use the new token.";
    /// A refresh token that was used before; the tokens of its log-in end.
    TokenReused, "token.reused", 401,
        "このリフレッシュトークンは、すでに使われています。盗まれたおそれがあるため、このログインのトークンをすべて無効にしました。",
        "もう一度ログインしてください。心当たりがないときは、パスワードを変更してください。",
        "This refresh token was used before. It may have been stolen, so that all tokens of this log-in have ended.",
        "Log in again. If it was not you, change the password.";
    /// The address for programs without a certificate takes nothing from there.
    NetworkNotAllowed, "network.not_allowed", 403,
        "この接続元からは、電子証明書なしの窓口を利用できません。",
        "電子証明書を使う窓口へ送信するか、システムの実施機関へ接続元のネットワークの登録をご相談ください。",
        "The address for programs without a certificate takes nothing from there.",
        "Send to the address that takes a certificate, or register the network with `onshi facility networks`.";
    /// The session ended.
    SessionEnded, "session.ended", 401,
        "ログインの有効時間が終わりました。",
        "もう一度ログインしてください。",
        "The log-in's time is over.",
        "Log in again.";
    /// The terminal sends log-ins faster than people type.
    TooManyAttempts, "login.too_many", 429,
        "この端末からのログイン操作が短い時間に続いたため、受け付けを控えています。",
        "1分ほど待ってから、もう一度お試しください。",
        "This terminal logged in too often within a short time.",
        "Wait a minute and try again.";
    /// The certificate, or the address where there is none, was refused too often.
    TooManyRefusals, "refusal.too_many", 429,
        "この端末からの要求が短い時間に何度も拒否されたため、受け付けを控えています。",
        "電子証明書・トークン・送信内容などの設定を確認し、1分ほど待ってから、もう一度お試しください。",
        "This terminal's requests were refused too often within a short time.",
        "Check certificate, token and content, wait a minute and try again.";
    /// The account sends forms with passwords faster than people type.
    TooManyRequests, "request.too_many", 429,
        "この操作が短い時間に続いたため、受け付けを控えています。",
        "1分ほど待ってから、もう一度お試しください。",
        "This was asked for too often within a short time.",
        "Wait a minute and try again.";
    /// What was typed can be nobody's, by a slip of the keyboard: it is not counted.
    LoginSlip, "login.slip", 403,
        "ユーザIDまたはパスワードの入力に、まちがいがあります。",
        "この入力は、失敗の回数に数えていません。直して、もう一度ログインしてください。",
        "The user id or the password can't be right as it was typed.",
        "It was not counted as a failure. Correct it and log in again.";
    /// The account is locked after failed log-ins.
    Locked, "login.locked", 403,
        "パスワードの入力誤りが続いたため、このユーザIDはロックされています。",
        "ロックが解ける時刻まで待つか、アカウントを管理する方にロック解除を依頼してください。",
        "This user id is locked after failed log-ins.",
        "Wait until the lock ends, or unlock it with `onshi account unlock`.";
    /// User id and password do not fit.
    WrongPassword, "login.wrong", 403,
        "ユーザIDまたはパスワードが違います。",
        "大文字と小文字、全角と半角を確認して、もう一度入力してください。",
        "The user id or the password is wrong.",
        "Check capitals and full-width characters, and type it again.";
    /// User id and one-time activation do not fit.
    ActivationWrong, "activation.wrong", 403,
        "ユーザIDまたは利用開始コードが違います。",
        "控えのユーザIDとコードを見比べて、もう一度入力してください。コードが新しく発行されたときは、前のコードは使えません。",
        "The user id or the one-time activation is wrong.",
        "Compare both with what was handed out; a newer code voids the one before.";
    /// The one-time activation is right, and its time is over.
    ActivationExpired, "activation.expired", 403,
        "この利用開始コードは、有効期限が切れています。",
        "アカウントを管理する方に、新しい利用開始コードの発行を依頼してください。",
        "The time of this one-time activation is over.",
        "Issue another one with `onshi account activate`.";
    /// The one-time activation is right, and was used.
    ActivationUsed, "activation.used", 403,
        "この利用開始コードは、すでに使われています。",
        "決めたパスワードでログインしてください。心当たりがないときは、アカウントを管理する方へ、すぐに知らせてください。",
        "This one-time activation was used.",
        "Log in with the password that was chosen; if it was not you, tell whoever manages the accounts.";
    /// What was typed at the second step of the log-in can be no code, by a slip of the keyboard: it is not counted.
    SecondFactorSlip, "second_factor.slip", 403,
        "確認コードの入力に、まちがいがあります。",
        "この入力は、失敗の回数に数えていません。認証アプリの6けたの数字か、回復コードの英数字12けたを入力してください。",
        "What was typed can be no code.",
        "It was not counted. Type the six digits of the authenticator, or a recovery code.";
    /// What was typed at the second step of the log-in is no code that is good now.
    SecondFactorWrong, "second_factor.wrong", 403,
        "確認コードが違うか、すでに使われています。",
        "認証アプリに表示されている新しいコードか、まだ使っていない回復コードを入力してください。スマートフォンなどの時計がずれているときは、合わせてください。",
        "The code is wrong, or was used before.",
        "Type the code that the authenticator shows now (see that its clock is right), or a recovery code that was not used.";
    /// A passkey is none of this institution's, or what it signed is not taken.
    PasskeyWrong, "passkey.wrong", 403,
        "このパスキーでは、ログインできません。",
        "パスキーを登録した端末とアドレスで、もう一度試してください。できないときは、ユーザIDとパスワードでログインしてください。",
        "Nobody is let in by this passkey.",
        "Use it where it was added, or log in with user id and password.";
    /// A log-in by a passkey came too late, or a second time.
    PasskeyOver, "passkey.over", 403,
        "パスキーを確認する時間が過ぎました。",
        "もう一度「パスキーでログイン」を押してください。",
        "The time for the log-in by a passkey is over.",
        "Begin again.";
    /// The second step of a log-in came too late, or at another terminal.
    SecondStepExpired, "second_factor.step_expired", 403,
        "確認コードを入力する時間が過ぎました。",
        "もう一度、ユーザIDとパスワードを入力してください。",
        "The time for the second step of the log-in is over.",
        "Log in again.";
    /// The secret of an authenticator can't be read with this centre's keys.
    SecondFactorUnreadable, "second_factor.unreadable", 403,
        "登録されている認証アプリを確認できません。",
        "回復コードかパスキーでログインして登録し直すか、アカウントを管理する方に二要素認証の初期化を依頼してください。",
        "The authenticator can't be tested with this centre's keys.",
        "Use a recovery code, or reset the second factor with `onshi account reset-second-factor`.";
    /// The password is right, and the account is retired.
    AccountRetired, "account.retired", 403,
        "このアカウントは廃止されています。",
        "別のアカウントでログインするか、アカウントを管理する方へご確認ください。",
        "This account is retired.",
        "Use another account.";
    /// The password is right, and the account is stopped.
    AccountStopped, "account.stopped", 403,
        "このアカウントは停止されています。",
        "アカウントを管理する方に再開を依頼してください。",
        "This account is stopped.",
        "Ask whoever manages the accounts to resume it.";
    /// The password is right, and the account's validity period is over or has not begun.
    AccountOutsidePeriod, "account.outside_period", 403,
        "このアカウントは有効期間の外です。",
        "アカウントを管理する方に有効期間の変更を依頼してください。",
        "This account is outside its period of validity.",
        "Ask whoever manages the accounts to change the period.";
    /// The password must be changed first.
    PasswordChangeNeeded, "password.change_needed", 403,
        "最初にパスワードの変更が必要です。",
        "パスワード変更の画面で、ご自身のパスワードを決めてください。",
        "The password has to be changed first.",
        "Change it on the page for that.";
    /// A second factor must be added first.
    SecondFactorNeeded, "second_factor.needed", 403,
        "最初に二要素認証の登録が必要です。",
        "二要素認証の画面で、認証アプリかパスキーを登録してください。",
        "A second factor has to be added first.",
        "Add it on the page for that.";
    /// The permission table says no.
    NotPermitted, "permission.denied", 403,
        "このアカウントでは、この機能を利用できません。",
        "必要な場合は、アカウントを管理する方へご相談ください。",
        "This account may not use this function.",
        "Ask whoever manages the accounts.";
    /// The insurer's certificate is not bound to this insurer number.
    InsurerNotOwn, "insurer.not_own", 403,
        "この電子証明書では、この保険者番号の加入者情報を扱えません。",
        "URLの保険者番号と、お使いの電子証明書を確認してください。番号を追加するときは、システムの実施機関へご連絡ください。",
        "This certificate is not for this insurer's number.",
        "Check the number of the address and the certificate.";
    /// The function is closed, and opens only in an emergency.
    NotOpened, "emergency.closed", 403,
        "この機能は、障害時・災害時に開放されている間だけ利用できます。期限が来ると、自動的に閉じます。",
        "通常の資格確認をご利用ください。まだ必要なときは、管理アカウントの方が「障害・災害時機能の開放の依頼」から、実施機関に依頼してください。",
        "This function is there only while it is opened in an emergency; it closes by itself.",
        "Use the ordinary check, or ask the operator to open it.";
    /// A search without a card needs all four items.
    EmergencyFourItems, "emergency.four_items", 422,
        "氏名・生年月日・性別・住所の4項目がそろっていません。住所は都道府県から必要です。",
        "4項目をすべて入力してください。市区町村より後の住所は、分かる範囲でかまいません。",
        "Name, birthdate, sex and address are all needed, the address from the prefecture on.",
        "Give all four; the address may end anywhere behind the prefecture.";
    /// A search without a card found more than may be told.
    EmergencyTooMany, "emergency.too_many", 422,
        "あてはまる方が多いため、表示できません。",
        "住所を詳しく入力して、もう一度検索してください。",
        "Too many persons fit.",
        "Give more of the address and search again.";
    /// Without the person's consent the reason is needed.
    EmergencyReasonNeeded, "emergency.reason_needed", 422,
        "閲覧同意なしで利用するには、本人が意思を示せない理由が必要です。",
        "理由（例：意識がない）を入力してください。",
        "Without the person's consent the reason is needed why no will can be expressed.",
        "Say why, such as unconsciousness.";
    /// Only a hospital of which the operator says so looks in emergency care.
    EmergencyNotHospital, "emergency.not_hospital", 403,
        "救急時医療情報閲覧は、利用できる病院として登録された医療機関だけの機能です。",
        "救急医療を行う病院であれば、システムの実施機関へ登録を依頼してください。",
        "Medical information in emergency care is for hospitals that are registered for it.",
        "A hospital that gives emergency care asks the operator to register it.";
    /// The account that is named may not look in emergency care.
    EmergencyNoAuthority, "emergency.no_authority", 403,
        "救急時閲覧権限のある、有効な医療情報閲覧アカウントではありません。",
        "要求のユーザIDと救急時閲覧権限有無を確認してください。権限は、管理アカウントの方が「アカウント管理」で与えます。",
        "The user id does not name a valid account for medical information that may look in emergency care.",
        "Check the user id and the flag; whoever manages the accounts gives the right.";
    /// Whoever looks in emergency care is known by two factors of different kinds.
    EmergencySecondFactor, "emergency.second_factor", 422,
        "二要素認証の要素区分・方式区分がそろっていません。異なる要素が2つ必要です。",
        "院内のシステムで二要素認証を行い、使った要素と方式を2つとも要求に設定してください。",
        "Two factors of different kinds with their methods are needed.",
        "Authenticate by two factors and name both in the request.";
    /// Nothing was declared for this patient, or it is over.
    EmergencyCareNotDeclared, "emergency.care_not_declared", 403,
        "この患者について、有効な救急時の資格確認がありません。",
        "救急時の資格確認（理由と二要素認証の登録）を行ってから、取得してください。",
        "There is no valid check of this patient in emergency care.",
        "Check the patient in emergency care first, with the reason and two factors.";
    /// What was declared is for other kinds of information.
    EmergencyPatternOther, "emergency.pattern_other", 403,
        "救急時の資格確認で指定した情報要求パターンに、この情報は含まれていません。",
        "必要な情報を含む情報要求パターンで、もう一度、救急時の資格確認を行ってください。",
        "The pattern of the check in emergency care does not have this information.",
        "Check the patient in emergency care again, with a pattern that has it.";
    /// The same was asked for and is not settled yet.
    EmergencyRequestWaits, "emergency.request_waits", 409,
        "同じ機能の開放の依頼を、すでに受け付けています。",
        "実施機関からの折り返しの電話をお待ちください。急ぐときは、実施機関へ電話で連絡してください。",
        "The same was asked for already, and is not settled yet.",
        "Wait for the call, or call the operator.";
    /// There is no such thing, or it is another institution's, which looks the same.
    NotFound, "not_found", 404,
        "お探しのものは見つかりませんでした。",
        "一覧から選び直してください。",
        "There is no such thing.",
        "Look into the list.";
    /// The patient has not consented.
    ConsentMissing, "consent.missing", 403,
        "患者の同意がありません。",
        "顔認証付きカードリーダーで、患者の方に同意の操作をしていただいてください。",
        "The patient has not consented.",
        "Ask the patient to consent at the card reader.";
    /// The patient had consented, and the time of that is over.
    ConsentEnded, "consent.ended", 403,
        "患者の同意の有効期限が切れています。",
        "もう一度、顔認証付きカードリーダーで、患者の方に同意の操作をしていただいてください。",
        "The time of the patient's consent is over.",
        "Ask the patient to consent at the card reader again.";
    /// The patient had consented, and it was taken back.
    ConsentWithdrawn, "consent.withdrawn", 403,
        "患者の同意は取り消されています。",
        "必要なときは、患者の方に説明し、もう一度同意の操作をしていただいてください。",
        "The patient's consent was taken back.",
        "Explain why it is needed, and ask the patient to consent again.";
    /// The patient consented to other kinds of information.
    ConsentKindNotAgreed, "consent.kind_not_agreed", 403,
        "患者の同意はありますが、この種類の情報には同意していません。",
        "必要なときは、患者の方に説明し、この情報についても同意の操作をしていただいてください。",
        "The patient consented, but not to this kind of information.",
        "Explain why it is needed, and ask the patient to consent to it.";
    /// A consent that the kind of care does not take: a booked day is missing, or too much, or out of reach.
    ConsentDay, "consent.day", 422,
        "診療予定日が、この診療区分の同意に合いません。",
        "オンライン診療等では今日から受け付けられる期間の診療予定日を指定し、ほかの診療区分では指定しないでください。",
        "The booked day does not fit this kind of care.",
        "Give a day within reach for an online examination, and none for anything else.";
    /// What was only said does not open medical information.
    ConsentOral, "consent.oral", 422,
        "口頭の同意で提供できるのは、限度額の情報だけです。",
        "診療・薬剤・健診などの情報には、マイナンバーカードによる本人確認と同意が必要です。",
        "What is only said is good for the ceiling alone.",
        "Medical information needs the card and a consent at the reader.";
    /// What a reader sends must be signed with the key of a reader's certificate of the institution.
    ReaderUnknown, "reader.unknown", 403,
        "この電子証明書のカードリーダーは、この医療機関等に登録されていません。",
        "カードリーダーの電子証明書のシリアル番号を確認してください。登録は、システムの実施機関へご依頼ください。",
        "No card reader of this institution has this certificate.",
        "Look at the serial number; issue one with `onshi certificate reader`.";
    /// The signature does not fit what was sent.
    ReaderSignature, "reader.signature", 403,
        "カードリーダーの署名が、送信された内容に合いません。",
        "署名した内容をそのまま（1バイトも変えずに）送信してください。",
        "The reader's signature does not fit what was sent.",
        "Send exactly the bytes that were signed.";
    /// The reader's clock is too far from the centre's, or what was sent is old.
    ReaderClock, "reader.clock", 422,
        "カードリーダーの時刻がセンターと大きく違うか、古い要求が送られました。",
        "カードリーダーの時刻を合わせて、もう一度操作してください。",
        "The reader's clock is too far from the centre's, or the request is old.",
        "Set the clock and try again.";
    /// Account and reader do not belong together.
    ReaderOtherAccount, "reader.other_account", 403,
        "このアカウントとこのカードリーダーの組み合わせは、登録されているものと違います。",
        "カードリーダーごとに決まった顔認証用アカウントを使ってください。入れ替えるときは、前のアカウントを廃止してください。",
        "This account is not the one of this card reader.",
        "Use the reader's own account; retire the old one to replace it.";
    /// What a card was asked to sign is unknown, over, used, or of another reader.
    CardChallenge, "card.challenge", 409,
        "カードの確認のやり取りが途切れたか、時間が過ぎました。",
        "カードをもう一度置いて、はじめから操作してください。",
        "What the card was asked to sign is unknown, over, used, or of another reader.",
        "Ask for a new challenge and let the card sign again.";
    /// The card did not sign what it was asked to.
    CardSignature, "card.signature", 403,
        "カードの署名を確認できませんでした。",
        "カードを置き直して、もう一度操作してください。続くときは、受付でお申し出ください。",
        "The card did not sign this.",
        "Read the card again.";
    /// It is no certificate that a card authenticates its holder with.
    CardCertificate, "card.certificate", 422,
        "カードの電子証明書を読み取れませんでした。",
        "マイナンバーカードを置き直して、もう一度操作してください。続くときは、受付でお申し出ください。",
        "It is not a readable certificate by which a card authenticates its holder.",
        "Read the card again.";
    /// The way of verification does not fit the card, or what staff allowed.
    CardMethod, "card.method", 409,
        "この本人確認の方法は、いま使えません。",
        "顔認証か暗証番号を選んでください。目視確認には、職員が発行したパスコードか、目視確認モードが必要です。",
        "This way of verification does not fit the card or is not allowed now.",
        "Choose another; by eye needs a passcode or the mode that staff set.";
    /// The passcode is wrong, used or over.
    CardPasscode, "card.passcode", 403,
        "目視確認用パスコードが違うか、使用済みか、期限が過ぎています。",
        "職員の画面に表示された新しいパスコードを入力してください。",
        "The passcode is wrong, used or over.",
        "Type a new one.";
    /// The patient's visit at the reader is unknown, over or used.
    VisitOver, "visit.over", 409,
        "カードリーダーでの受付は、終わっているか、時間が過ぎました。",
        "カードをもう一度置いて、はじめから操作してください。",
        "The patient's visit at the reader is unknown, over or used.",
        "Begin anew with the card.";
    /// The card is not registered as insurance card yet.
    CardNotRegistered, "card.not_registered", 409,
        "このマイナンバーカードは、健康保険証としての利用登録がされていません。",
        "カードリーダーで、保険証利用登録をしてください。",
        "The card is not registered as insurance card yet.",
        "Let the holder register it at the reader.";
    /// Medical information needs a card that proved itself.
    CardRequired, "card.required", 409,
        "診療・薬剤・健診などの情報への同意には、マイナンバーカードが必要です。",
        "マイナンバーカードをカードリーダーに置いて操作してください。カードのない方は、資格の確認だけができます。",
        "To consent to medical information a My Number Card is needed.",
        "Put the card on the reader; without one there is eligibility alone.";
    /// The card opens no medical information.
    CardNoMedical, "card.no_medical", 409,
        "この電子証明書では、診療・薬剤・健診などの情報への同意を受け付けられません。",
        "資格の確認だけを行ってください。",
        "With this certificate nobody can consent to medical information.",
        "Ask for eligibility alone.";
    /// A reader says yes to what its institution's settings had not asked for.
    ReaderNotAsked, "reader.not_asked", 409,
        "この医療機関等の環境設定で、患者にたずねていない項目です。",
        "カードを取り、はじめからやり直してください。",
        "The institution's settings did not ask for that.",
        "Begin anew with the card.";
    /// There is no such address of マイナ在宅受付Web in force, or its institution is stopped, which looks the same.
    HomeUnknown, "home.unknown", 404,
        "このURLでは、マイナ在宅受付Webを利用できません。",
        "医療機関等が案内している専用URLか二次元コードから、もう一度開いてください。続くときは、医療機関等へお問い合わせください。",
        "There is no such address of マイナ在宅受付Web.",
        "Open the address that the institution tells.";
    /// What the card is worth does not let its holder consent from home.
    HomeCard, "home.card", 403,
        "このマイナンバーカードでは、この手続きができません。",
        "ほかの方法での受付について、医療機関等へご相談ください。",
        "This card can't be used for that.",
        "Look at the state of its certificate.";
    /// The card is not registered as insurance card, which is not done from home.
    HomeNotRegistered, "home.not_registered", 409,
        "このマイナンバーカードは、健康保険証としての利用登録がされていません。",
        "医療機関・薬局の顔認証付きカードリーダーなどで利用登録をしてから、もう一度お試しください。",
        "The card is not registered as insurance card yet.",
        "Register it at a card reader.";
    /// There is no consent that could be taken back.
    HomeNoConsent, "home.no_consent", 404,
        "この医療機関等に、有効な同意はありません。",
        "取り消すものはありません。このまま画面を閉じてください。",
        "There is no consent to take back.",
        "Nothing has to be done.";
    /// The institution's settings use neither of the two kinds of care that are consented to from home.
    HomeNotUsed, "home.not_used", 409,
        "この医療機関等では、訪問診療等・オンライン診療等の機能を利用していません。",
        "管理アカウントの方が、環境設定情報更新で「訪問診療等機能」か「オンライン診療等・外来診療等（通常とは異なる動線）」を「利用する」にすると、使えるようになります。",
        "This institution uses neither 訪問診療等 nor オンライン診療等.",
        "Set one of the two in the institution's settings.";
    /// No address of マイナ在宅受付Web was issued.
    HomeNotIssued, "home.not_issued", 404,
        "マイナ在宅受付Webの専用URLが発行されていません。",
        "管理アカウントの方が、「マイナ在宅受付Web（専用URL・二次元コード）」で発行してください。",
        "No address of マイナ在宅受付Web was issued.",
        "The institution's administrator issues it on the screen.";
    /// This browser was not activated as a phone of staff, or was voided, or its institution is stopped, which looks the same.
    PhoneUnknown, "phone.unknown", 403,
        "この端末は、マイナ資格確認アプリに登録されていないか、登録が無効にされています。",
        "管理アカウントの方からアクティベーションコードを受け取り、利用開始の画面で入力してください。",
        "This browser is not activated for マイナ資格確認アプリ.",
        "Activate it with a code of the institution's administrator.";
    /// There is no such アクティベーションコード, or it was used or voided, or is over, which looks the same.
    PhoneCode, "phone.code", 403,
        "医療機関コードまたはアクティベーションコードが違うか、コードの期限が過ぎているか、すでに使われています。",
        "控えと見比べて、もう一度入力してください。続くときは、管理アカウントの方に、新しいアクティベーションコードの発行を依頼してください。",
        "There is no such code for a phone at this institution, or it was used or voided, or is over.",
        "Compare it, or have another one issued.";
    /// The account is none that is used on a phone.
    PhoneAccount, "phone.account", 403,
        "マイナ資格確認アプリには、医療情報閲覧アカウントでログインします。",
        "この端末のために登録した医療情報閲覧アカウントで、もう一度ログインしてください。",
        "On a phone one logs in with a 医療情報閲覧 account.",
        "Log in with the account that was registered for this phone.";
    /// The phone is bound to another account.
    PhoneOtherAccount, "phone.other_account", 403,
        "この端末は、ほかのアカウントで利用を開始しています。",
        "利用を開始したときのアカウントでログインしてください。アカウントを替えるときは、管理アカウントの方に、端末の無効化と新しいアクティベーションコードの発行を依頼してください。",
        "This phone was activated with another account.",
        "Log in with that one, or void the phone and activate it anew.";
    /// The account has to choose its password or to add a second factor first, which is done at a terminal.
    PhoneAccountNotReady, "phone.account_not_ready", 409,
        "このアカウントは、パスワードの変更または二要素認証の登録が済んでいないため、この端末ではログインできません。",
        "資格確認端末でこのアカウントにログインし、案内された手続きを済ませてから、もう一度ログインしてください。",
        "The account has to choose its password or to add a second factor first.",
        "Do so at a terminal, then log in again.";
    /// The institution's settings do not use visits at home.
    PhoneNotUsed, "phone.not_used", 409,
        "この医療機関等では、訪問診療等機能を利用していないため、マイナ資格確認アプリを使えません。",
        "管理アカウントの方が、環境設定情報更新で「訪問診療等機能」を「利用する」にすると、使えるようになります。",
        "This institution does not use 訪問診療等.",
        "Set it in the institution's settings.";
    /// The certificate is good for so long that it is not renewed yet.
    RenewalTooEarly, "certificate.renewal_too_early", 409,
        "この電子証明書は、まだ更新できません。",
        "更新できる日になってから、もう一度操作してください。端末を入れ替えるときは、新しい取得コードで電子証明書を取得してください。",
        "This certificate can't be renewed yet.",
        "Come again when its end is near. A new terminal fetches a certificate with a code.";
    /// There is no such code for a certificate, or its institution is stopped, which looks the same.
    EnrolmentUnknown, "enrolment.unknown", 403,
        "この取得コードでは、電子証明書を取得できません。",
        "通知書などに書かれた取得コードと、接続先のセンターを確認して、もう一度入力してください。続くときは、取得コードを発行した窓口へご連絡ください。",
        "There is no such enrolment code.",
        "Compare the code and the centre's address with what was handed over.";
    /// No application has this receipt number with this code.
    ApplicationUnknown, "application.unknown", 403,
        "受付番号または確認コードが違います。",
        "申請のときのメールに書かれた受付番号と確認コードを見比べて、もう一度入力してください。",
        "No application has this receipt number with this code.",
        "Compare both with the mail that was sent when it was made.";
    /// Too many applications with one mail address, or too many whose address nobody confirmed.
    ApplicationsTooMany, "application.too_many", 429,
        "このメールアドレスでの申請が、短い期間に続いています。",
        "届いている確認のメールを開いて、申請を続けてください。新しい申請は、翌日以降に行ってください。",
        "There were too many applications with this mail address within a day.",
        "Go on with those, or wait a day.";
    /// The mail address of an application was not confirmed in time.
    ApplicationOver, "application.over", 409,
        "この申請は、メールアドレスの確認の期限が過ぎたため、無効になりました。",
        "お手数ですが、利用申請をもう一度入力してください。",
        "The mail address of this application was not confirmed in time.",
        "Apply again.";
    /// The notice of an application was drawn before.
    NoticeDrawn, "application.notice_drawn", 409,
        "お知らせは、すでに作成されています。安全のため、作成できるのは一度だけです。",
        "作成した覚えがないとき、紛失したときは、すぐに実施機関へ連絡してください。実施機関が、前のお知らせを無効にして、もう一度作成できるようにします。",
        "The notice of this application was drawn before.",
        "Void it with `onshi application reissue`; it may be drawn again then.";
    /// An account of a notice was activated, so that the notice can't be voided any more.
    NoticeUsed, "application.notice_used", 409,
        "このお知らせのアカウントは、すでに利用が始まっているため、お知らせを作り直せません。",
        "アカウントを使えなくなったときは、医療機関等に、利用申請（マスタ・リセット用アカウントの再発行）を行うよう案内してください。承認には、二人の担当者が必要です。",
        "An account of this notice was activated, so that the notice can't be voided.",
        "Where the accounts are lost, ask the institution to apply for a recovery; two operators approve it.";
    /// One operator alone gives no account anew that somebody uses.
    RecoveryNeeded, "account.recovery_needed", 409,
        "この利用開始コードは、担当者一人では発行できません。マスタアカウントまたはリセット用アカウントの、利用が始まる前のものに限ります。",
        "マスタパスワードの初期化や、上位のアカウントによる発行を案内してください。すべて失くしたときは、利用申請（マスタ・リセット用アカウントの再発行）を案内してください。承認には、二人の担当者が必要です。",
        "One operator alone issues a one-time activation only to a master or a reset account that nobody has begun to use.",
        "Who has lost them all applies for a recovery; two operators approve it.";
    /// What needs two operators was approved by this one already.
    SecondOperatorNeeded, "application.second_operator", 409,
        "この申請の承認には、二人の担当者が必要です。一人目の承認は済んでいます。",
        "ほかの担当者が、申請の内容を確認して承認してください。",
        "This needs two operators, and this one has approved it already.",
        "Another operator has to approve it.";
    /// The installer has no right there: never had one, or its day is over, or it was ended.
    InstallerRightMissing, "installer_right.missing", 403,
        "この医療機関等への導入の権限がありません（付与されていないか、期限が過ぎたか、終了しています）。",
        "実施機関に、医療機関コードと導入の期間を伝えて、権限の付与を依頼してください。",
        "The installer has no right to roll out at this institution.",
        "Give it one with `onshi rollout installer give`.";
    /// The code's time is over, or it was voided, be it by a later one for the same.
    EnrolmentOver, "enrolment.over", 409,
        "この取得コードは、期限が過ぎているか、新しい取得コードに置き換えられています。",
        "いちばん新しい取得コードを使うか、取得コードをもう一度発行してもらってください。",
        "The enrolment code's time is over, or it was voided.",
        "Use the newest one, or have another one issued.";
    /// The code gave its certificate, for another key.
    EnrolmentUsed, "enrolment.used", 409,
        "この取得コードは、すでに使われています。",
        "この端末で取得した覚えがないときは、すぐに取得コードを発行した窓口へご連絡ください。端末を入れ替えたときは、新しい取得コードが必要です。",
        "The enrolment code was used before, for another key.",
        "If it was not you, tell whoever issued it at once. A new terminal needs a new code.";
    /// There is nothing of the API at this address.
    RouteUnknown, "route.unknown", 404,
        "このURLに、APIはありません。",
        "パスのつづりとAPIの版（/onshi/v1/…）を、APIの説明（/onshi/v1/docs）で確認してください。",
        "There is nothing of the API at this address.",
        "Compare the path with the documentation at /onshi/v1/docs.";
    /// The API takes another method at this address.
    RouteMethod, "route.method", 405,
        "このURLでは、このメソッドを受け付けていません。",
        "Allowヘッダーにあるメソッドで、もう一度送信してください。",
        "This method is not taken at this address.",
        "Use one of those in the header Allow.";
    /// A message that can't be read at all.
    Unreadable, "message.unreadable", 400,
        "送信された内容を読み取れませんでした。",
        "形式と文字コードを確認して、もう一度送信してください。",
        "What was sent can't be read.",
        "Check its form and encoding, and send it again.";
    /// What was sent came so slowly that it was not waited for any longer.
    TooSlow, "message.too_slow", 408,
        "送信が止まったか遅すぎるため、受け付けを打ち切りました。",
        "通信の状態を確認して、もう一度送信してください。報告は、同じ Idempotency-Key で送ると続きから受け付けます。",
        "What was sent stopped or came too slowly.",
        "Check the connection and send it again. A report goes on with the same Idempotency-Key.";
    /// A content type that the route does not take, or none.
    MediaType, "message.media_type", 415,
        "この種類（Content-Type）の内容は受け付けていません。",
        "Content-Typeを正しく付けて、もう一度送信してください。",
        "This Content-Type is not taken here.",
        "Set the right one and send it again.";
    /// An answer is wanted in a form that is not spoken here.
    NotAcceptable, "message.not_acceptable", 406,
        "この種類（Accept）の形では答えられません。",
        "Acceptをapplication/fhir+jsonにして、もう一度送信してください。",
        "The answer is not given in this form.",
        "Accept application/fhir+json.";
    /// A page of a search that can't be gone on with.
    PageGone, "page.gone", 410,
        "この検索の続きは、もう読めません（トークンが変わったか、内容が変わっています）。",
        "はじめから検索し直してください。",
        "This search can't be gone on with: the token or the content has changed.",
        "Search again from the beginning.";
    /// More than is taken at once.
    TooLarge, "message.too_large", 413,
        "送信された内容が大きすぎます。",
        "件数を分けて、もう一度送信してください。",
        "What was sent is too large.",
        "Send it in parts.";
    /// What was sent can't be taken.
    Invalid, "input.invalid", 422,
        "入力内容に直していただきたいところがあります。",
        "表示された項目を直して、もう一度送信してください。",
        "What was given can't be taken.",
        "Correct it and try again.";
    /// The same `Idempotency-Key` came with another content.
    KeyReused, "idempotency.key_reused", 422,
        "この Idempotency-Key は、内容の違う要求ですでに使われています。",
        "内容を変えて送るときは、新しいキーを付けてください。前の要求の受付番号は、同じ内容をもう一度送ると返ります。",
        "This Idempotency-Key was used for another content.",
        "Use a new key for a new content.";
    /// The user id was given out before.
    UserIdTaken, "account.user_id_taken", 409,
        "このユーザIDは、すでに使われています（廃止したアカウントのIDも再び使うことはできません）。",
        "別のユーザIDを入力してください。",
        "This user id was given out before, be it to an account that is retired.",
        "Choose another one.";
    /// The code is registered already.
    FacilityTaken, "facility.taken", 409,
        "この医療機関コードは、すでに登録されています。",
        "医療機関コードを確認してください。",
        "This institution's code is registered already.",
        "Check the code.";
    /// The current password was not right.
    CurrentPasswordWrong, "password.current_wrong", 422,
        "現在のパスワードが違います。",
        "現在のパスワードを入力し直してください。",
        "The current password is wrong.",
        "Type it again.";
    /// The new password was used before.
    PasswordReused, "password.reused", 422,
        "最近使ったパスワードは、再び使うことができません。",
        "これまでと違うパスワードを入力してください。",
        "This password was used lately.",
        "Choose another one.";
    /// Someone else changed the same thing meanwhile.
    ChangedMeanwhile, "changed_meanwhile", 409,
        "画面を開いている間に、ほかの人がこの内容を変更しました。",
        "最新の内容を確認して、もう一度操作してください。",
        "Somebody else changed this meanwhile.",
        "Look at it as it is now, and try again.";
    /// The state does not allow it (resume what runs, stop what is stopped).
    WrongState, "wrong_state", 409,
        "いまの状態では、この操作はできません。",
        "画面を開き直して、現在の状態を確認してください。",
        "That can't be done in the present state.",
        "Look at the state as it is now.";
    /// Nobody who holds this kind of account can add a second factor.
    SecondFactorOff, "second_factor.off", 409,
        "この種別のアカウントでは、二要素認証を利用しない設定になっています。",
        "必要なときは、管理アカウントの方に「二要素認証の設定」の変更を依頼してください。",
        "Second factors are off for this kind of account.",
        "Whoever administers the institution can change that.";
    /// It is the last factor of somebody who must have one.
    SecondFactorLast, "second_factor.last", 409,
        "二要素認証が必須のため、最後の1つは削除できません。",
        "先に別の認証アプリなどを登録してから、削除してください。",
        "A second factor is required, so the last one can't be removed.",
        "Add another one first.";
    /// The operator does not allow the institution to set this.
    SecondFactorNotAllowed, "second_factor.not_allowed", 422,
        "この設定は、実施機関が認めている範囲の外です。",
        "画面に表示されている範囲から選んでください。",
        "The operator does not allow this for the institution.",
        "Choose what is within the range, or change the range with `onshi facility second-factor`.";
    /// The secret that was shown can't be confirmed any more.
    SecondFactorOfferOver, "second_factor.offer_over", 409,
        "表示した登録用のコードの有効時間が過ぎました。",
        "登録の画面を開き直し、新しい二次元コードを認証アプリで読み取ってください。",
        "The secret that was shown can't be confirmed any more.",
        "Open the page again and take the new one.";
    /// The secret number was not right.
    SecretNumberWrong, "secret_number.wrong", 422,
        "秘密の番号が違います。",
        "利用申請のときに通知された秘密の番号を確認してください。",
        "The secret number is wrong.",
        "Look at the notice of the registration.";
    /// The question whether to take over another session was not answered in time.
    TakeoverExpired, "login.takeover_expired", 409,
        "確認の画面を開いてから時間がたったため、ログインできませんでした。",
        "もう一度ログインしてください。",
        "The question was not answered in time.",
        "Log in again.";
    /// The same report is being sent by somebody else.
    ReportUnderWay, "report.under_way", 409,
        "同じ報告が、ほかの接続からも送信されています。",
        "その送信が終わるのを待ってから、同じ Idempotency-Key でもう一度送信してください。",
        "The same report is being sent on another connection.",
        "Wait for its end, and send it again with the same Idempotency-Key.";
    /// What was sent under this key before is another file.
    ReportChanged, "report.changed", 409,
        "前に送信された内容と違います。",
        "内容を変えたときは、新しい Idempotency-Key で、はじめから送信してください。",
        "It is not what was sent before.",
        "Send it from the beginning with a new Idempotency-Key.";
    /// A report of a day after this one's was taken already.
    ReportOlder, "report.older", 409,
        "すでに、より新しい基準日の加入者情報を受け付けています。",
        "基準日（DataDate）を確認し、新しい情報を送信してください。",
        "Data of a later day was taken already.",
        "Check the day (DataDate) and send newer data.";
    /// The centre has no font to print with.
    DocumentFonts, "document.fonts", 503,
        "PDFを作るための書体が、センターに入っていないため、PDFを作れませんでした。画面での閲覧はできます。",
        "画面を印刷するか、システムの実施機関に連絡してください。実施機関は、書体（fonts-ipaexfont-gothic と fonts-ipamj-mincho）を導入するか、設定 documents.fonts を確認してください。",
        "There is no font to print with.",
        "Install fonts-ipaexfont-gothic and fonts-ipamj-mincho, or look at the setting documents.fonts.";
    /// A document of more pages than are printed at once.
    DocumentTooLong, "document.too_long", 422,
        "ページ数が多すぎるため、PDFを作れませんでした。",
        "期間を短くして、画面で確認してください。",
        "The document would have too many pages.",
        "Ask for a shorter period.";
    /// Too much is waiting.
    Busy, "busy", 503,
        "ただいま混み合っています。",
        "少し待ってから、もう一度お試しください。",
        "Too much is waiting.",
        "Wait a little and try again.";
    /// A form without a token of this session: opened before the log-in, or not by a page of ours.
    FormUnknown, "form.unknown", 409,
        "この画面は、いまのログインで開いたものではありません。送信された内容は、まだ受け付けていません。",
        "画面を開き直して、もう一度操作してください。",
        "This form was not opened in this log-in; nothing was done.",
        "Open it again.";
    /// The same form was sent before.
    FormAlreadySent, "form.already_sent", 409,
        "この画面の内容は、すでに受け付けています。",
        "もう一度行うときは、画面を開き直してください。",
        "This form was sent before.",
        "Open it again to do it once more.";
    /// The request did not come from our own pages.
    ForeignOrigin, "request.foreign_origin", 403,
        "この操作は、本システムの画面から行われたものと確認できませんでした。",
        "画面を開き直して、もう一度操作してください。",
        "This did not come from a page of this system.",
        "Open the page again.";
}

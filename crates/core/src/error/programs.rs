//! What programs are told of a refusal: which they can get at all, and what a program does next where
//! a person would look at a screen.

use super::RefusalCode;
use RefusalCode as R;

impl RefusalCode {
    /// Whether programs can be told it: by the Web API, an insurer's address, a reader's or FHIR's. The
    /// others are of screens alone.
    pub const fn is_told_to_programs(self) -> bool {
        !matches!(
            self,
            R::NotLoggedIn
                | R::SessionEnded
                | R::TooManyRequests
                | R::LoginSlip
                | R::SecondFactorSlip
                | R::SecondFactorWrong
                | R::SecondStepExpired
                | R::SecondFactorUnreadable
                | R::SecondFactorNeeded
                | R::SecondFactorOff
                | R::SecondFactorLast
                | R::SecondFactorNotAllowed
                | R::SecondFactorOfferOver
                | R::NotOpened
                | R::EmergencyFourItems
                | R::EmergencyTooMany
                | R::EmergencyRequestWaits
                | R::HomeUnknown
                | R::HomeCard
                | R::HomeNotRegistered
                | R::HomeNoConsent
                | R::HomeNotUsed
                | R::HomeNotIssued
                | R::PhoneUnknown
                | R::PhoneCode
                | R::PhoneAccount
                | R::PhoneOtherAccount
                | R::PhoneAccountNotReady
                | R::PhoneNotUsed
                | R::UserIdTaken
                | R::FacilityTaken
                | R::InstallerRightMissing
                | R::CurrentPasswordWrong
                | R::PasswordReused
                | R::SecretNumberWrong
                | R::TakeoverExpired
                | R::ApplicationUnknown
                | R::ApplicationsTooMany
                | R::ApplicationOver
                | R::NoticeDrawn
                | R::NoticeUsed
                | R::RecoveryNeeded
                | R::SecondOperatorNeeded
                | R::DocumentFonts
                | R::DocumentTooLong
                | R::FormUnknown
                | R::FormAlreadySent
        )
    }

    /// What a program, and whoever writes it, does next. It never leads to a screen of a person.
    pub const fn next_for_programs(self) -> &'static str {
        match self {
            R::CertificateMissing => {
                "医療機関等の端末用（保険者は保険者用）の電子証明書と秘密鍵を、TLSのクライアント証明書として設定してください。"
            }
            R::CertificateForeign => {
                "本システムの認証局が発行した電子証明書を、TLSのクライアント証明書として設定してください。"
            }
            R::CertificateNotYetValid => {
                "プログラムが動く機器の日付と時刻を確認し、有効期間の開始日以降に送信してください。"
            }
            R::CertificateExpired => {
                "電子証明書を更新し、プログラムに新しい証明書と秘密鍵を設定してください。更新した後は、もう一度ログインが必要です。"
            }
            R::CertificateRevoked => {
                "新しい電子証明書の発行を受け、プログラムに設定してください。心当たりがない場合は、システムの実施機関へご連絡ください。"
            }
            R::TooManyAttempts => {
                "Retry-Afterヘッダーの秒数だけ待ってから、もう一度ログインしてください。トークンは有効時間のあいだ使い回し、送信のたびにログインしないでください。"
            }
            R::TooManyRefusals => {
                "電子証明書・トークン・送信内容などの設定を直し、Retry-Afterヘッダーの秒数だけ待ってから、もう一度送信してください。"
            }
            R::Locked => {
                "「until」の時刻まで待つか、アカウントを管理する方にロック解除を依頼してください。続けてログインしないでください。"
            }
            R::WrongPassword => {
                "設定したユーザIDとパスワードを確認してください。同じ内容で繰り返すと、ロックされます。"
            }
            R::PasswordChangeNeeded => {
                "このアカウントの最初のパスワードを、資格確認端末のブラウザで変更してから、新しいパスワードをプログラムに設定してください。"
            }
            R::NotPermitted => {
                "アカウントの種別（連携アプリ用・Web API用・顔認証用など）と、使う機能を確認してください。"
            }
            R::NotFound => {
                "受付番号やIDが、この医療機関等のものか、保存期間を過ぎていないかを確認してください。"
            }
            R::ForeignOrigin => {
                "APIは、ほかのWebサイトのページからは利用できません。プログラムから、Originヘッダーを付けずに送信してください。"
            }
            R::ChangedMeanwhile => "最新の内容を取得し、確認してから、もう一度送信してください。",
            R::WrongState => "最新の状態を取得して、確認してください。",
            R::Invalid => "示された項目を直して、もう一度送信してください。",
            R::CardPasscode => "職員が発行した新しいパスコードを送信してください。",
            R::Busy => {
                "Retry-Afterヘッダーの秒数だけ待ってから、同じ内容をもう一度送信してください。"
            }
            _ => self.next(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_program_is_led_to_a_screen() {
        let told = RefusalCode::ALL
            .iter()
            .filter(|code| code.is_told_to_programs());
        for code in told.clone() {
            let next = code.next_for_programs();
            assert!(!next.is_empty(), "{}", code.code());
            for of_a_screen in [
                "スタートページ",
                "画面",
                "開き直",
                "一覧から",
                "表示され",
                "クリック",
            ] {
                assert!(!next.contains(of_a_screen), "{}: {next}", code.code());
            }
        }
        assert!(told.count() > 50, "most are told to programs");
        // A person is led there.
        assert!(R::CertificateMissing.next().contains("スタートページ"));
    }
}

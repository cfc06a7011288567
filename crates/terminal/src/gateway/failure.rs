//! Why the centre could not be reached, and what a person at a reception can do about it.

use std::error::Error;

use hyper::StatusCode;
use onshi_client::pool::ConnectTimeout;

/// What went wrong between this terminal and the centre.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The centre's name has no address.
    Unresolved,
    /// Nobody answers at the address.
    Unreachable,
    /// The connection did not come to stand in time.
    ConnectTimeout,
    /// Connected, but no answer in time.
    AnswerTimeout,
    /// Who answered has a certificate that isn't from the centre's authority.
    NotOurCentre,
    /// The centre is ours, but its certificate doesn't hold: its dates, or its name.
    CentreCertificate,
    /// The centre did not take this terminal's certificate.
    CertificateRefused,
    /// What answers there does not speak TLS, or not as we do.
    NoTls,
    /// The connection broke before an answer.
    Broken,
    /// An answer that we don't understand.
    Puzzling,
}

/// Where the cause most likely is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Suspect {
    Network,
    Centre,
    Certificate,
}

/// What the page says of a failure.
#[derive(Debug)]
pub(crate) struct Words {
    pub(crate) code: &'static str,
    pub(crate) status: StatusCode,
    pub(crate) title: &'static str,
    pub(crate) what: &'static str,
    pub(crate) suspect: Suspect,
    pub(crate) steps: &'static [&'static str],
}

const CABLE: &str =
    "この端末のネットワーク（LANケーブル、Wi-Fi、VPN・閉域網の接続）を確かめてください。";
const OTHER_TERMINAL: &str =
    "院内の他の端末でも同じ表示か確かめてください。同じときは回線かセンター側の問題です。";
const ADDRESS: &str = "「接続先」が正しいか、端末を設定した担当者に確かめてください。";
const NOTICE: &str = "センターのお知らせで、停止や障害が出ていないか確かめてください。";
const WAIT: &str = "数分待ってから「もう一度試す」を押してください。";
const CLOCK: &str = "この端末の日付と時刻が正しいか確かめてください。";
const CHOOSE: &str = "証明書選択に戻り、証明書の状態を確かめてください。";
const FAKE: &str =
    "この状態が続く間は、別の方法で接続しないでください。偽の接続先のおそれがあります。";
const CALL: &str = "直らないときは、このページの番号と「接続先」をセンターの窓口へ伝えてください。";

impl Failure {
    /// Finds the cause in the chain of errors that the client gives.
    pub(crate) fn of(error: &(dyn Error + 'static)) -> Self {
        let mut next = Some(error);
        let mut found = Self::Broken;
        while let Some(error) = next {
            if let Some(known) = known(error) {
                return known;
            }
            if error.to_string().starts_with("dns error") {
                return Self::Unresolved;
            }
            let io = error.downcast_ref::<std::io::Error>();
            found = io.and_then(|io| of_io(io.kind())).unwrap_or(found);
            // What an I/O error wraps is not in its chain of sources.
            next = match io.and_then(std::io::Error::get_ref) {
                Some(wrapped) => Some(wrapped),
                None => error.source(),
            };
        }
        found
    }

    /// One row a failure.
    #[rustfmt::skip]
    pub(crate) fn words(self) -> Words {
        let bad = StatusCode::BAD_GATEWAY;
        let late = StatusCode::GATEWAY_TIMEOUT;
        let (code, status, suspect, title, what, steps): Row = match self {
            Self::Unresolved => ("TERMINAL-01", bad, Suspect::Network, "センターに接続できません",
                "接続先の名前からアドレスを調べられませんでした（名前解決の失敗）。",
                &[CABLE, ADDRESS, OTHER_TERMINAL, CALL]),
            Self::Unreachable => ("TERMINAL-02", bad, Suspect::Network, "センターに接続できません",
                "接続先のアドレスから応答がありませんでした。",
                &[CABLE, OTHER_TERMINAL, NOTICE, ADDRESS, CALL]),
            Self::ConnectTimeout => ("TERMINAL-03", late, Suspect::Network, "センターに接続できません",
                "時間内にセンターへの接続が完了しませんでした。",
                &[CABLE, OTHER_TERMINAL, WAIT, CALL]),
            Self::AnswerTimeout => ("TERMINAL-04", late, Suspect::Centre, "センターから応答がありません",
                "接続はできましたが、時間内に応答が返りませんでした。",
                &[WAIT, NOTICE, CALL]),
            Self::NotOurCentre => ("TERMINAL-05", bad, Suspect::Centre, "接続先が正しいセンターか確認できません",
                "接続先のサーバー証明書が、この端末に設定されたセンターの認証局から発行されたものではありません。\
                 安全のため、何も送らずに接続を中止しました。",
                &[ADDRESS, FAKE, CALL]),
            Self::CentreCertificate => ("TERMINAL-06", bad, Suspect::Centre, "接続先が正しいセンターか確認できません",
                "センターのサーバー証明書が、期限または名前の点で有効と確認できません。安全のため接続を中止しました。",
                &[CLOCK, ADDRESS, NOTICE, CALL]),
            Self::CertificateRefused => ("TERMINAL-07", bad, Suspect::Certificate, "センターがこの証明書を受け付けませんでした",
                "選んだ電子証明書での接続を、センターが断りました。\
                 失効、期限切れ、または別のセンターの証明書のおそれがあります。",
                &[CHOOSE, CLOCK, "他に使える証明書がないときは、管理アカウントの方が証明書の再発行を申請してください。", CALL]),
            Self::NoTls => ("TERMINAL-08", bad, Suspect::Centre, "センターと安全な接続を確立できません",
                "接続先は応答しましたが、暗号化された接続（TLS）を確立できませんでした。",
                &[ADDRESS, "途中の通信機器（プロキシ、セキュリティ製品）が通信を遮っていないか確かめてください。", CALL]),
            Self::Broken => ("TERMINAL-09", bad, Suspect::Network, "センターとの通信が途中で切れました",
                "応答が返る前に、センターとの接続が切れました。",
                &["「もう一度試す」を押してください。", CABLE, OTHER_TERMINAL, CALL]),
            Self::Puzzling => ("TERMINAL-10", bad, Suspect::Centre, "センターの応答を読み取れません",
                "接続先は応答しましたが、内容がこの端末の想定と異なります。",
                &[ADDRESS, "この端末のソフトウェアが最新か確かめてください。", CALL]),
        };
        Words { code, status, title, what, suspect, steps }
    }
}

type Row = (
    &'static str,
    StatusCode,
    Suspect,
    &'static str,
    &'static str,
    &'static [&'static str],
);

fn known(error: &(dyn Error + 'static)) -> Option<Failure> {
    if error.is::<ConnectTimeout>() {
        return Some(Failure::ConnectTimeout);
    }
    let error = error.downcast_ref::<rustls::Error>()?;
    Some(match error {
        rustls::Error::AlertReceived(alert) => of_alert(*alert),
        rustls::Error::InvalidCertificate(reason) => of_certificate(reason),
        _ => Failure::NoTls,
    })
}

/// What the centre says when it ends a handshake.
fn of_alert(alert: rustls::AlertDescription) -> Failure {
    use rustls::AlertDescription as Alert;
    match alert {
        Alert::BadCertificate
        | Alert::UnsupportedCertificate
        | Alert::CertificateRevoked
        | Alert::CertificateExpired
        | Alert::CertificateUnknown
        | Alert::CertificateRequired
        | Alert::UnknownCA
        | Alert::AccessDenied => Failure::CertificateRefused,
        _ => Failure::NoTls,
    }
}

fn of_certificate(reason: &rustls::CertificateError) -> Failure {
    use rustls::CertificateError as Reason;
    match reason {
        Reason::Expired
        | Reason::ExpiredContext { .. }
        | Reason::NotValidYet
        | Reason::NotValidYetContext { .. }
        | Reason::NotValidForName
        | Reason::NotValidForNameContext { .. } => Failure::CentreCertificate,
        _ => Failure::NotOurCentre,
    }
}

fn of_io(kind: std::io::ErrorKind) -> Option<Failure> {
    use std::io::ErrorKind as Kind;
    match kind {
        Kind::ConnectionRefused
        | Kind::HostUnreachable
        | Kind::NetworkUnreachable
        | Kind::AddrNotAvailable
        | Kind::NetworkDown => Some(Failure::Unreachable),
        Kind::TimedOut => Some(Failure::ConnectTimeout),
        _ => None,
    }
}

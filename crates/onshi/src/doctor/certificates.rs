//! When certificates end that the centre itself needs, and whether its keys are whole.

use super::finding::Finding;
use onshi_core::Moment;
use onshi_core::certificate::{Authority, Issued};
use onshi_language::say;
use onshi_server::Config;
use std::path::Path;

const ABOUT: &str = "certificates";
/// The authority is to outlive what it issues.
const AUTHORITY_DAYS: i64 = 4 * 365;
/// The server's is made anew by the service with 132 days left.
const SERVER_DAYS: i64 = 100;

pub(super) fn look(config: &Config, now: Moment) -> Vec<Finding> {
    let folder = &config.centre.secrets;
    if !folder.join("authority.pem").exists() {
        let found = say!(
            "there are no keys in {}",
            "{} に鍵がありません",
            folder.display()
        );
        let next = say!(
            "the first start makes them; keys that were there before come back from the backup",
            "初回の起動で作られます。以前の鍵があるはずなら、バックアップから戻してください。"
        );
        return vec![Finding::warning(ABOUT, found, next)];
    }
    vec![
        authority(folder, now),
        server(folder, now),
        seal_key(&folder.join("audit-seal.key")),
    ]
}

fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap_or_default()
}

fn days_left(not_after_ms: i64, now: Moment) -> i64 {
    (not_after_ms - now.ms()).div_euclid(86_400_000)
}

fn authority(folder: &Path, now: Moment) -> Finding {
    let (certificate, key) = (
        read(folder, "authority.pem"),
        read(folder, "authority.key.pem"),
    );
    let fits = Authority::from_pem(&certificate, &key).is_ok();
    // It is read as any certificate with its key is.
    let read = Issued::from_pem(&certificate, &key);
    match read {
        Ok(issued) if fits => {
            let days = days_left(issued.not_after_ms, now);
            let found = say!(
                "the authority ends in {days} days",
                "認証局の証明書は残り{days}日です"
            );
            Finding::judged(days > AUTHORITY_DAYS, ABOUT, found, || {
                say!(
                    "plan a new authority: every terminal needs its certificate, and new certificates of its own, before that day",
                    "新しい認証局への移行を計画してください。その日までに、すべての端末に新しい認証局の証明書と電子証明書が必要です。"
                )
            })
            .only_a_warning()
        }
        _ => unreadable(folder, "authority.key.pem"),
    }
}

fn server(folder: &Path, now: Moment) -> Finding {
    let (certificate, key) = (read(folder, "server.pem"), read(folder, "server.key.pem"));
    if certificate.is_empty() {
        let found = say!(
            "the server has no certificate yet",
            "サーバー証明書はまだありません"
        );
        let next = say!("`onshi serve` makes it", "`onshi serve` が作ります。");
        return Finding::warning(ABOUT, found, next);
    }
    match Issued::from_pem(&certificate, &key) {
        Ok(issued) => {
            let days = days_left(issued.not_after_ms, now);
            let found = say!(
                "the server's certificate ends in {days} days",
                "サーバー証明書は残り{days}日です"
            );
            Finding::judged(days > SERVER_DAYS, ABOUT, found, || {
                say!(
                    "a running service makes it anew with 132 days left: start it, and look into its log if it runs",
                    "動いているサービスは、残り132日で作り直します。サービスを起動するか、動いているならログを確かめてください。"
                )
            })
        }
        Err(_) => unreadable(folder, "server.pem"),
    }
}

fn unreadable(folder: &Path, name: &str) -> Finding {
    let found = say!(
        "{} and its certificate can't be read, or do not belong together",
        "{} と証明書を読めないか、組が合いません",
        folder.join(name).display()
    );
    let next = say!(
        "run the command as the service's user; else put both back from the backup",
        "サービスの利用者として実行してください。それでも読めないときは、両方をバックアップから戻してください。"
    );
    Finding::bad(ABOUT, found, next)
}

fn seal_key(path: &Path) -> Finding {
    let bytes = std::fs::metadata(path).map_or(0, |found| found.len());
    let found = say!(
        "the seals' key has {bytes} bytes",
        "封印の鍵は{bytes}バイトです"
    );
    Finding::judged(bytes == 32, ABOUT, found, || {
        say!(
            "put {} back from the backup: without it the audit log can't be verified nor written",
            "{} をバックアップから戻してください。なければ、操作履歴を検証も記録もできません。",
            path.display()
        )
    })
}

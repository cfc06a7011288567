//! Settings that are right for trying and wrong for a service.

use super::Place;
use super::finding::Finding;
use onshi_core::Moment;
use onshi_language::say;
use onshi_server::start::seals::book::Book;
use onshi_server::start::secrets::Secrets;

const ABOUT: &str = "settings";
/// How old the last note of the seals may be, in times of how often they are made.
const NOTES_LATE: i64 = 5;

pub(super) fn look(place: &Place<'_>, now: Moment) -> Vec<Finding> {
    let config = place.config;
    let mut found = Vec::new();
    match place.file {
        Some(file) => found.push(Finding::good(
            ABOUT,
            say!("read from {}", "{} を読みました", file.display()),
        )),
        None => found.push(Finding::warning(
            ABOUT,
            say!(
                "no file of settings is named: these are the defaults",
                "設定ファイルが指定されていないため、既定値で調べました"
            ),
            say!(
                "name it with --config or ONSHI_CONFIG",
                "--config または ONSHI_CONFIG で指定してください。"
            ),
        )),
    }
    found.push(seals(place, now));
    if config.rules.consent.without_card {
        found.push(Finding::warning(
            ABOUT,
            say!(
                "rules.consent.without_card is on: a reader may consent without a card",
                "rules.consent.without_card が有効です（カードなしで同意できます）"
            ),
            say!(
                "it is for trying; set it to false where patients come",
                "試すための設定です。患者が使う環境では false にしてください。"
            ),
        ));
    }
    if let Some(listen) = config.operations.listen
        && !listen.ip().is_loopback()
    {
        found.push(Finding::warning(
            ABOUT,
            say!(
                "health and metrics are open at {listen}, without TLS",
                "状態とメトリクスを {listen} で公開しています（TLSなし）"
            ),
            say!(
                "let only the machines that watch reach it",
                "監視する計算機だけが届くようにしてください。"
            ),
        ));
    }
    if config.log.level.contains("debug") || config.log.level.contains("trace") {
        found.push(Finding::warning(
            ABOUT,
            say!("log.level = {}", "log.level = {}", config.log.level),
            say!(
                "it fills disks; use info",
                "ログが増え続けます。info にしてください。"
            ),
        ));
    }
    let fonts = config.documents.fonts.iter().filter(|font| font.exists());
    let fonts = fonts.count();
    found.push(
        Finding::judged(
            fonts > 0,
            ABOUT,
            say!("fonts for PDF: {fonts}", "PDFのフォント: {fonts}個"),
            || {
                say!(
                    "apt install fonts-ipaexfont-gothic fonts-ipamj-mincho; until then PDFs are refused",
                    "apt install fonts-ipaexfont-gothic fonts-ipamj-mincho を実行してください。それまでPDFは作れません。"
                )
            },
        )
        .only_a_warning(),
    );
    found
}

/// Whether the seals are noted elsewhere, and lately.
fn seals(place: &Place<'_>, now: Moment) -> Finding {
    let config = &place.config.seals;
    let Some(folder) = &config.folder else {
        return Finding::warning(
            "seals",
            say!(
                "the audit log's seals are noted nowhere else",
                "操作履歴の封印の控えがありません"
            ),
            say!(
                "name a folder of another machine in seals.folder: without it nobody knows after a restore what is missing",
                "設定 seals.folder に、別の計算機のフォルダを指定してください。なければ、復元のとき、何が失われたか分かりません。"
            ),
        );
    };
    let place_of_keys = &place.config.centre.secrets;
    let identity = place_of_keys
        .is_dir()
        .then(|| Secrets::open(place_of_keys).and_then(|secrets| secrets.turn()?.keys()))
        .and_then(Result::ok)
        .and_then(|keys| keys.identity);
    let database = identity.map_or_else(String::new, |identity| identity.as_str().to_owned());
    let last = Book::read(folder, &database)
        .ok()
        .and_then(|book| book.last);
    let next = say!(
        "start the service, and look whether it may write there (its log says why not)",
        "サービスを起動し、そのフォルダに書けるか確かめてください（書けない理由はログにあります）。"
    );
    match last {
        None => Finding::warning(
            "seals",
            say!(
                "nothing was noted in {} yet",
                "{} に控えがまだありません",
                folder.display()
            ),
            next,
        ),
        Some(last) => {
            let age = now.seconds_since(last);
            let late = i64::try_from(config.every_seconds).unwrap_or(i64::MAX);
            let found = say!(
                "last noted {0} s ago in {1}",
                "{1} に {0} 秒前に控えました",
                age,
                folder.display()
            );
            Finding::judged(
                age <= late.saturating_mul(NOTES_LATE),
                "seals",
                found,
                || next,
            )
            .only_a_warning()
        }
    }
}

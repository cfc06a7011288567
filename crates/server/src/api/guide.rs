//! The guide for those who write programs (プログラムを作る方への手引き): the texts of `docs/`, and what is printed
//! from the tables of the code.

use onshi_core::RefusalCode;
use onshi_wire::{MessageKind, codes, error_codes, field_table, remedy};
use pulldown_cmark::{Event, Options, Parser, Tag, html};

/// In which language the guide is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// 日本語.
    Japanese,
    /// English.
    English,
}

/// The samples, by the names of their files.
pub const SAMPLES: [(&str, &str); 5] = [
    (
        "check.sh",
        include_str!("../../../../docs/samples/check.sh"),
    ),
    (
        "check.py",
        include_str!("../../../../docs/samples/check.py"),
    ),
    (
        "Check.java",
        include_str!("../../../../docs/samples/Check.java"),
    ),
    (
        "Check.cs",
        include_str!("../../../../docs/samples/Check.cs"),
    ),
    (
        "onshi.postman_collection.json",
        include_str!("../../../../docs/samples/onshi.postman_collection.json"),
    ),
];

impl Reader {
    const fn choose<T: Copy>(self, japanese: T, english: T) -> T {
        match self {
            Reader::Japanese => japanese,
            Reader::English => english,
        }
    }
}

/// The text of the guide.
fn text(reader: Reader) -> &'static str {
    reader.choose(
        include_str!("../../../../docs/guide.ja.md"),
        include_str!("../../../../docs/guide.md"),
    )
}

/// The guide as HTML, without its first heading.
pub fn guide(reader: Reader) -> String {
    let text = text(reader);
    let body = text.split_once('\n').map_or(text, |(_, body)| body);
    to_html(reader, body)
}

/// Every code of messages, with cause and remedy, as a table of Markdown.
pub fn message_codes(reader: Reader) -> String {
    let mut table = reader
        .choose(
            "| コード | 意味 | すること |\n|---|---|---|\n",
            "| code | when it is given | what to do |\n|---|---|---|\n",
        )
        .to_owned();
    for entry in error_codes::ALL {
        let [japanese, english] = remedy(entry.code).unwrap_or_default();
        let (when, next) = reader.choose((entry.text_ja, japanese), (entry.when, english));
        table.push_str(&format!("| `{}` | {when} | {next} |\n", entry.code));
    }
    table
}

/// Every code of `application/problem+json`, with status, cause and remedy, as a table of Markdown.
pub fn problem_codes(reader: Reader) -> String {
    let mut table = reader
        .choose(
            "| コード | HTTP | 意味 | すること |\n|---|---|---|---|\n",
            "| code | HTTP | what happened | what to do |\n|---|---|---|---|\n",
        )
        .to_owned();
    let told = RefusalCode::ALL
        .iter()
        .filter(|code| code.is_told_to_programs());
    for code in told {
        let [what, next] = code.in_english();
        let (what, next) = reader.choose((code.what(), code.next_for_programs()), (what, next));
        table.push_str(&format!(
            "| `{}` | {} | {what} | {next} |\n",
            code.code(),
            code.status()
        ));
    }
    table.push_str(reader.choose(
        "| `unavailable` | 503 | データベースを利用できず、行われていません。 | `Retry-After` の秒数だけ待って、送り直してください。 |\n\
         | `outcome_unknown` | 503 | 行われたかどうか、分かりません。 | `Retry-After` の秒数だけ待って、送り直しても安全な形で送り直してください。 |\n\
         | `fault` | 500 | センターで障害が発生しました。 | 時間をおいて送り直し、続くときは要求番号（`instance`）を添えてシステムの実施機関へ連絡してください。 |\n",
        "| `unavailable` | 503 | The database can't be used; nothing was done. | Wait for `Retry-After` seconds and send it again. |\n\
         | `outcome_unknown` | 503 | Nobody knows whether it was done. | Wait for `Retry-After` seconds and send it again in a way that is safe. |\n\
         | `fault` | 500 | The centre failed. | Send it again later; if it goes on, tell the operator the number of the request (`instance`). |\n",
    ));
    table
}

/// Every code list with its values and what they mean, as tables of Markdown.
pub fn code_lists(reader: Reader) -> String {
    let mut text = String::new();
    let heads = reader.choose("| 値 | 意味 |", "| value | meaning |");
    for list in codes::ALL {
        text.push_str(&format!(
            "### {} {}\n\n{heads}\n|---|---|\n",
            list.id, list.title
        ));
        for (value, label) in list.entries {
            text.push_str(&format!("| `{value}` | {label} |\n"));
        }
        text.push('\n');
    }
    text
}

/// The elements of a message, as a table of Markdown.
pub fn fields(reader: Reader, kind: MessageKind) -> String {
    let heads = reader.choose(
        "| 要素 | 項目 | 有無 | 内容 | 説明（英語） |",
        "| element | in Japanese | how often | content | what it is |",
    );
    let mut table = field_table(kind).replace("| element | 項目 | | content | |", heads);
    if reader == Reader::English {
        for (japanese, english) in [
            ("| 必須 |", "| required |"),
            ("| 任意 |", "| optional |"),
            ("桁数非公開", "length not public"),
        ] {
            table = table.replace(japanese, english);
        }
    }
    table
}

/// Markdown as HTML. Links to what is on the page itself lead there.
pub fn to_html(reader: Reader, markdown: &str) -> String {
    let events = Parser::new_ext(markdown, Options::ENABLE_TABLES).map(|event| match event {
        Event::Start(Tag::Link {
            link_type,
            dest_url,
            title,
            id,
        }) => Event::Start(Tag::Link {
            link_type,
            dest_url: on_the_page(&dest_url).into(),
            title,
            id,
        }),
        other => other,
    });
    let mut out = String::new();
    html::push_html(&mut out, events);
    // What is wider than its place is scrolled, by the keyboard too.
    let table = reader.choose("表", "table");
    let begin = format!(
        "<div class=\"table-wrap\" tabindex=\"0\" role=\"group\" aria-label=\"{table}\"><table>"
    );
    out.replace("<pre>", "<pre tabindex=\"0\">")
        .replace("<table>", &begin)
        .replace("</table>", "</table></div>")
}

fn on_the_page(link: &str) -> String {
    match link {
        "guide.md" => "/onshi/v1/docs/en".to_owned(),
        "guide.ja.md" => "/onshi/v1/docs".to_owned(),
        "errors.md" | "#エラーの一覧" | "#all-errors" => "#errors".to_owned(),
        other => match other.strip_prefix("samples/") {
            Some(name) => format!("#sample-{name}"),
            None => other.to_owned(),
        },
    }
}

/// `docs/errors.md`: both tables in both languages.
pub fn errors_page() -> String {
    let mut page = String::from(
        "# エラーの一覧 / All errors\n\n\
         Printed from the code by `UPDATE_EXPECT=1 cargo test -p onshi-server guide`; do not edit it. [手引き](guide.ja.md) · [guide](guide.md)\n\n",
    );
    for (reader, messages, problems) in [
        (
            Reader::Japanese,
            "## メッセージのエラーコード（ErrorCode・ProcessingResultCode）",
            "## HTTPのエラーコード（problemのcode）",
        ),
        (
            Reader::English,
            "## Codes of messages (ErrorCode, ProcessingResultCode)",
            "## Codes of HTTP refusals (problem code)",
        ),
    ] {
        page.push_str(&format!("{messages}\n\n{}\n", message_codes(reader)));
        page.push_str(&format!("{problems}\n\n{}\n", problem_codes(reader)));
    }
    page.trim_end().to_owned() + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn the_page_of_errors_is_what_the_code_says() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors.md");
        let printed = errors_page();
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&path, &printed).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            kept == printed,
            "UPDATE_EXPECT=1 prints docs/errors.md anew"
        );
        for effect in [
            onshi_core::error::Effect::Broken,
            onshi_core::error::Effect::NotDone,
            onshi_core::error::Effect::Unknown,
        ] {
            let row = format!("| `{}` | {} |", effect.code(), effect.status());
            assert!(printed.contains(&row), "{row}");
        }
    }

    #[test]
    fn the_guide_is_read_as_tables_and_leads_to_places_of_the_page() {
        for reader in [Reader::Japanese, Reader::English] {
            let html = guide(reader);
            assert!(html.contains("<table>") && html.contains("<pre tabindex=\"0\">"));
            assert!(html.contains("href=\"#sample-check.py\""), "{html}");
            assert!(html.contains("href=\"#errors\""), "{html}");
            assert!(!html.contains(".md\""), "{html}");
        }
        let lists = code_lists(Reader::Japanese);
        assert!(lists.contains("| `6` | 有効（未登録） |"), "{lists}");
    }

    #[test]
    fn tables_of_the_english_guide_have_english_heads_and_names() {
        let english = [guide(Reader::English), code_lists(Reader::English)].concat();
        let kind = MessageKind::EligibilityRequest;
        let fields = to_html(Reader::English, &fields(Reader::English, kind));
        assert!(fields.contains("<th>what it is</th>"), "{fields}");
        for text in [english, fields] {
            for japanese in ["aria-label=\"表\"", "| 値 |", "<th>値", "<th>項目"] {
                assert!(!text.contains(japanese), "{japanese}: {text}");
            }
        }
    }

    #[test]
    fn both_guides_have_the_same_parts() {
        let parts = |reader| {
            let lines = text(reader).lines();
            lines.filter(|line| line.starts_with("## ")).count()
        };
        assert_eq!(parts(Reader::Japanese), parts(Reader::English));
        let commands = |reader| {
            let lines = text(reader).lines().map(str::trim);
            let of_onshi = |line: &&str| line.starts_with("onshi ");
            let said = lines.filter(of_onshi);
            said.map(|line| line.split('#').next().unwrap_or_default().trim().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(commands(Reader::Japanese), commands(Reader::English));
    }
}

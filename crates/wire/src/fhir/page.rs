//! The published mapping, printed from the table.

use super::place::{EXTENSION, SELECTORS};
use super::table::{ALL, Row, To};

/// `docs/fhir-mapping.md`.
pub fn as_markdown() -> String {
    let mut page = String::from(
        "# The messages and FHIR, element by element\n\n\
         Printed from `crates/wire/src/fhir/table/` by a test; do not edit by hand \
         (`UPDATE_EXPECT=1 cargo test -p onshi-wire fhir` prints it anew). The same table is executed in both \
         directions, and tests read back what it made.\n\n\
         A place is written as keys of JSON; in brackets stands which entry of a list is meant, by number or by \
         what it has. A name that is not in the list below is an extension of our own: its `url` is that name behind \
         `",
    );
    page.push_str(EXTENSION);
    page.push_str(
        "`. `item …` is an entry whose `category` has that code of `urn:onshi:fhir:benefit`, `consent …` one whose \
         `category` has it of `urn:onshi:fhir:consented-information`. A place that begins with no kind of resource \
         goes on from where its block stands.\n\n| in brackets | has |\n|---|---|\n",
    );
    for (name, has) in SELECTORS {
        page.push_str(&format!("| `{name}` | `{has}` |\n"));
    }
    for table in ALL {
        page.push_str(&format!("\n## {}\n\n{}\n", table.title, table.about));
        for rows in table.rows {
            let mut block = "";
            for row in *rows {
                if row.block != block {
                    block = row.block;
                    page.push_str(&format!(
                        "\n`{block}`\n\n| element | in FHIR | form |\n|---|---|---|\n"
                    ));
                }
                page.push_str(&line(row));
            }
        }
    }
    page
}

fn line(row: &Row) -> String {
    let (place, form) = match row.to {
        To::At(path, form) => (format!("`{path}`"), form.words().to_owned()),
        To::AtOrText(path, form, other) => {
            (format!("`{path}`, else `{other}`"), form.words().to_owned())
        }
        To::Within(path) => (format!("`{path}`"), "a block, or one for each".to_owned()),
        To::Here => ("(its own elements)".to_owned(), String::new()),
        To::Each(what) => (format!("each: {what}"), String::new()),
        To::As(words) => (words.to_owned(), String::new()),
        To::NotTold(why) => ("not told".to_owned(), why.to_owned()),
    };
    format!("| `{}` | {place} | {form} |\n", row.element)
}

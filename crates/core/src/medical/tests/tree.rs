//! How the records lie in their file.

use super::*;

#[test]
fn the_tree_of_the_records_is_told_with_the_pages_of_its_own_file() {
    let (centre, _) = centre();
    let years: Vec<Record> = (1900..2020)
        .map(|year| {
            medicines(
                Source::Claim,
                year * 10_000 + 105,
                vec![medicine("見本錠", "28"); 40],
            )
        })
        .collect();
    keep(&centre, years);
    let tree = tree_at(&centre.location).unwrap().unwrap();
    assert_eq!(tree.page_bytes, 8192, "{tree:?}");
    assert!(
        tree.levels >= 2 && tree.above >= 1 && tree.leaves > tree.above,
        "{tree:?}"
    );
    let page = centre
        .raw_connection()
        .row("pragma insured.page_count", &[]);
    let pages = page.unwrap().unwrap().int(0).unwrap();
    assert!(tree.above + tree.leaves + tree.overflow < pages, "{tree:?}");
}

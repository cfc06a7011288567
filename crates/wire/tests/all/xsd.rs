//! The XML schemas in `vectors/xsd/` are what the tables say. `UPDATE_EXPECT=1` prints them anew. Whether right vectors are
//! valid by them, and wrong ones are not, is asked of another's validator by `scripts/schemas.sh`.

use onshi_wire::{MessageKind, xsd};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn every_message_has_its_schema() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/xsd");
    let mut wanted = BTreeSet::new();
    for kind in MessageKind::ALL {
        let name = format!("{}.xsd", kind.id());
        let (path, text) = (folder.join(&name), xsd(*kind));
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&path, &text).unwrap();
        }
        let there = fs::read_to_string(&path).unwrap_or_default();
        assert!(there == text, "{name}: UPDATE_EXPECT=1 prints it anew");
        wanted.insert(name);
    }
    let entries = fs::read_dir(&folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(names.collect::<BTreeSet<_>>(), wanted);
    let check = xsd(MessageKind::EligibilityRequest);
    assert!(check.contains("<xs:element name=\"XmlMsg\""), "{check}");
    assert!(
        check.contains("value=\"[0-9]{8}| {0,2}[0-9]{6}\""),
        "{check}"
    );
}

//! What is printed is read back the same, in both encodings and as JSON, in any order.

use onshi_wire::{
    Encoding, Limits, MessageKind, Style, parse_json_into, parse_xml_into, print_json, print_xml,
};
use proptest::prelude::*;

use crate::random::{Dice, message};

fn kinds() -> impl Strategy<Value = MessageKind> {
    proptest::sample::select(MessageKind::ALL)
}

fn encodings() -> impl Strategy<Value = Encoding> {
    proptest::sample::select(&[Encoding::Utf8, Encoding::ShiftJis][..])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn xml_is_read_as_it_was_printed(
        kind in kinds(), encoding in encodings(), indented: bool, seed: u64,
    ) {
        let sent = message(kind, encoding, seed);
        let printed = print_xml(&*sent, Style { encoding, indented, ..Style::default() });
        prop_assert_eq!(&printed.replaced, &vec![]);
        let mut got = kind.empty();
        let parsed = parse_xml_into(&mut *got, &printed.bytes, &Limits::BULK);
        prop_assert_eq!(parsed.problems, vec![]);
        prop_assert_eq!(parsed.warnings, vec![]);
        prop_assert_eq!(parsed.encoding, encoding);
        prop_assert_eq!(text(&print_json(&*got)), text(&print_json(&*sent)));
        prop_assert_eq!(print_xml(&*got, Style { encoding, indented, ..Style::default() }).bytes, printed.bytes);
    }

    #[test]
    fn json_is_read_as_it_was_printed(kind in kinds(), seed: u64) {
        let sent = message(kind, Encoding::Utf8, seed);
        let printed = print_json(&*sent);
        let mut got = kind.empty();
        let parsed = parse_json_into(&mut *got, &printed, &Limits::BULK);
        prop_assert_eq!(parsed.problems, vec![]);
        prop_assert_eq!(parsed.warnings, vec![]);
        prop_assert_eq!(text(&print_json(&*got)), text(&printed));
    }

    #[test]
    fn the_order_of_elements_does_not_matter(kind in kinds(), seed: u64) {
        let sent = message(kind, Encoding::Utf8, seed);
        let printed = print_xml(&*sent, Style::default());
        let tree = Tree::read(std::str::from_utf8(&printed.bytes).unwrap());
        let mut shuffled = String::new();
        tree.shuffled(&mut Dice::new(seed)).print(&mut shuffled);
        let mut got = kind.empty();
        let parsed = parse_xml_into(&mut *got, shuffled.as_bytes(), &Limits::BULK);
        prop_assert_eq!(parsed.problems, vec![]);
        prop_assert_eq!(text(&print_json(&*got)), text(&print_json(&*sent)));
    }

    #[test]
    fn any_loss_of_a_piece_is_told_or_harmless(kind in kinds(), seed: u64, place: usize) {
        let sent = message(kind, Encoding::Utf8, seed);
        let mut bytes = print_xml(&*sent, Style::default()).bytes;
        bytes.remove(place % bytes.len());
        let _ = parse_xml_into(&mut *kind.empty(), &bytes, &Limits::BULK);
        let mut bytes = print_json(&*sent);
        bytes.truncate(place % bytes.len());
        let parsed = parse_json_into(&mut *kind.empty(), &bytes, &Limits::BULK);
        prop_assert!(!parsed.readable && !parsed.problems.is_empty());
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("our own printing")
}

/// Another, slow reading of our own printing, to shuffle it.
enum Tree {
    Leaf(String),
    Block(String, Vec<Tree>),
}

impl Tree {
    fn read(xml: &str) -> Self {
        let start = xml.find("<XmlMsg>").expect("our own printing");
        Self::element(&mut &xml[start..])
    }

    fn element(rest: &mut &str) -> Self {
        let (name, after) = rest[1..].split_once('>').expect("our own printing");
        if !after.starts_with('<') || after.starts_with("</") {
            let end = format!("</{name}>");
            let (whole, after) =
                rest.split_at(rest.find(&end).expect("our own printing") + end.len());
            *rest = after;
            return Tree::Leaf(whole.to_owned());
        }
        *rest = after;
        let mut children = Vec::new();
        while !rest.starts_with("</") {
            children.push(Self::element(rest));
        }
        *rest = rest.split_once('>').expect("our own printing").1;
        Tree::Block(name.to_owned(), children)
    }

    fn name(&self) -> &str {
        match self {
            Tree::Leaf(text) => &text[1..text.find('>').expect("our own printing")],
            Tree::Block(name, _) => name,
        }
    }

    /// Same-named neighbours keep their order, which means something.
    fn shuffled(self, dice: &mut Dice) -> Self {
        let Tree::Block(name, mut children) = self else {
            return self;
        };
        for last in (1..children.len()).rev() {
            let other = dice.up_to(last + 1);
            let names = [children[last].name(), children[other].name()];
            let repeated = |n: &str| children.iter().filter(|child| child.name() == n).count() > 1;
            if !names.into_iter().any(repeated) {
                children.swap(last, other);
            }
        }
        Tree::Block(
            name,
            children
                .into_iter()
                .map(|child| child.shuffled(dice))
                .collect(),
        )
    }

    fn print(&self, out: &mut String) {
        match self {
            Tree::Leaf(text) => out.push_str(text),
            Tree::Block(name, children) => {
                out.push_str(&format!("\n<!-- {name} --><{name} >"));
                children.iter().for_each(|child| child.print(out));
                out.push_str(&format!("</{name} >\r\n"));
            }
        }
    }
}

//! The XML messages as XML Schema 1.0, printed from the tables, for tools that make classes out of it or check a file.
//!
//! Elements may come in any order, as in real files. Where one may be there several times, XML Schema 1.0 can't say so
//! together with how often each other one is there: there the schema says which elements may be there, and the reader alone
//! counts them. A text that may be absent may be empty, which is the same.

use crate::kind::MessageKind;
use crate::shape::{Field, Kind, NOT_PUBLIC, Need, Shape};
use std::collections::BTreeMap;

/// The schema of a message.
pub fn xsd(kind: MessageKind) -> String {
    let mut types = Types::default();
    let root = types.of(kind.shape());
    let (title, id) = (kind.title_ja(), kind.id());
    let body: String = types.printed.into_values().collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">\n  \
         <xs:annotation><xs:documentation>{id} {title}. Printed from the tables of Onshi; elements come in any \
         order.</xs:documentation></xs:annotation>\n  \
         <xs:element name=\"XmlMsg\" type=\"{root}\"/>\n{body}</xs:schema>\n"
    )
}

/// The types that were printed, by their names.
#[derive(Default)]
struct Types {
    printed: BTreeMap<String, String>,
}

impl Types {
    /// The name of the type of a block, which is printed once.
    fn of(&mut self, shape: &'static Shape) -> String {
        let name = shape.name.to_owned();
        if self.printed.contains_key(&name) {
            return name;
        }
        // Its place is taken before its parts are printed.
        self.printed.insert(name.clone(), String::new());
        let several = |field: &Field| matches!(field.kind, Kind::Repeated(_));
        let is_counted = !shape.fields.iter().any(several);
        let mut elements = String::new();
        for field in shape.fields {
            elements.push_str(&self.element(field, is_counted));
        }
        let text = match is_counted {
            true => format!("    <xs:all>\n{elements}    </xs:all>\n"),
            false => format!(
                "    <xs:choice minOccurs=\"0\" maxOccurs=\"unbounded\">\n{elements}    </xs:choice>\n"
            ),
        };
        let text = format!("  <xs:complexType name=\"{name}\">\n{text}  </xs:complexType>\n");
        self.printed.insert(name.clone(), text);
        name
    }

    fn element(&mut self, field: &'static Field, is_counted: bool) -> String {
        let name = field.name;
        let least = match field.need {
            Need::Optional if is_counted => " minOccurs=\"0\"",
            _ => "",
        };
        let words = format!(
            "<xs:annotation><xs:documentation>{}</xs:documentation></xs:annotation>",
            field.ja()
        );
        let inner = match &field.kind {
            Kind::Block(shape) => return self.reference(name, least, shape),
            Kind::Repeated(entries) => return self.reference(name, least, entries.shape),
            Kind::List { item, entries, .. } => {
                let entry = self.of(entries.shape);
                format!(
                    "<xs:complexType><xs:sequence><xs:element name=\"{item}\" type=\"{entry}\" minOccurs=\"{}\" \
                     maxOccurs=\"unbounded\"/></xs:sequence></xs:complexType>",
                    entries.min
                )
            }
            text => simple(text, field.need),
        };
        format!("      <xs:element name=\"{name}\"{least}>{words}{inner}</xs:element>\n")
    }

    fn reference(&mut self, name: &str, least: &str, shape: &'static Shape) -> String {
        let inner = self.of(shape);
        format!("      <xs:element name=\"{name}\"{least} type=\"{inner}\"/>\n")
    }
}

/// The type of a text.
fn simple(kind: &Kind, need: Need) -> String {
    let pattern = match kind {
        Kind::Text(max) | Kind::Lines(max) => {
            let most = match *max {
                NOT_PUBLIC => String::new(),
                max => format!("<xs:maxLength value=\"{max}\"/>"),
            };
            return restriction(&most);
        }
        Kind::Digits(exact) => format!("[0-9]{{{exact}}}"),
        Kind::Number(NOT_PUBLIC) => "[0-9]+".to_owned(),
        Kind::Number(max) => format!("[0-9]{{1,{max}}}"),
        Kind::Date => "[0-9]{8}".to_owned(),
        Kind::Month => "[0-9]{6}".to_owned(),
        Kind::Time => "[0-9]{14}".to_owned(),
        Kind::InsurerNumber => "[0-9]{8}| {0,2}[0-9]{6}".to_owned(),
        Kind::PostNumber => "[0-9]{3}-[0-9]{4}".to_owned(),
        Kind::Code(list) => {
            let values: Vec<&str> = list.entries.iter().map(|(value, _)| *value).collect();
            values.join("|")
        }
        Kind::Block(_) | Kind::Repeated(_) | Kind::List { .. } => String::new(),
    };
    let pattern = match need {
        Need::Required => pattern,
        Need::Optional => format!("({pattern})?"),
    };
    restriction(&format!("<xs:pattern value=\"{pattern}\"/>"))
}

fn restriction(facets: &str) -> String {
    format!(
        "<xs:simpleType><xs:restriction base=\"xs:string\">{facets}</xs:restriction></xs:simpleType>"
    )
}

//! Parts that several messages have, told once among the components, so that what is generated from the description has one
//! type for each and not one for each place.

use serde_json::{Map, Value, json};

/// Takes the parts of every schema out and puts references in their place.
pub(super) fn share(schemas: Map<String, Value>) -> Map<String, Value> {
    let mut shared = Shared {
        taken: schemas.keys().cloned().collect(),
        parts: Map::new(),
    };
    let mut whole = Map::new();
    for (name, mut schema) in schemas {
        // The two forms of a message differ in their lists.
        let form = if name.ends_with(".xml") { "Xml" } else { "" };
        shared.inside(&mut schema, form);
        whole.insert(name, schema);
    }
    whole.extend(shared.parts);
    whole
}

struct Shared {
    taken: Vec<String>,
    parts: Map<String, Value>,
}

impl Shared {
    /// Takes the parts out of what is inside a schema.
    fn inside(&mut self, schema: &mut Value, form: &str) {
        if let Some(items) = schema.get_mut("items") {
            self.part(items, form);
        }
        if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
            for property in properties.values_mut() {
                self.part(property, form);
            }
        }
    }

    /// Takes a part out, where it is one that has a name.
    fn part(&mut self, schema: &mut Value, form: &str) {
        self.inside(schema, form);
        let title = schema.get("title").and_then(Value::as_str);
        let (Some(title), true) = (title, schema.get("properties").is_some()) else {
            return;
        };
        let name = self.named(&format!("{title}{form}"), schema);
        *schema = json!({"$ref": format!("#/components/schemas/{name}")});
    }

    /// The name under which such a part is kept: its own, with a number where it is there otherwise.
    fn named(&mut self, title: &str, schema: &Value) -> String {
        let numbered = (2..).map(|number| format!("{title}{number}"));
        for name in std::iter::once(title.to_owned()).chain(numbered) {
            match self.parts.get(&name) {
                Some(known) if alike(known, schema) => return name,
                None if !self.taken.contains(&name) => {
                    let mut part = schema.clone();
                    // Generators name types by the title, and pass over a second one of the same.
                    part["title"] = json!(name);
                    self.parts.insert(name.clone(), part);
                    return name;
                }
                _ => {}
            }
        }
        title.to_owned()
    }
}

/// Whether two parts are the same but for the words of the place where they stand, and the number in the name.
fn alike(one: &Value, other: &Value) -> bool {
    let without_words = |value: &Value| {
        let mut value = value.clone();
        if let Some(object) = value.as_object_mut() {
            object.remove("description");
            object.remove("title");
        }
        value
    };
    without_words(one) == without_words(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_that_two_messages_have_is_there_once_and_another_has_a_number() {
        let person = |more: &str| {
            json!({"type": "object", "title": "Person", "description": more,
                "properties": {"Name": {"type": "string"}, more: {"type": "string"}}})
        };
        let message = |person: Value| json!({"type": "object", "properties": {"A": person}});
        let mut schemas = Map::new();
        schemas.insert("one".to_owned(), message(person("x")));
        schemas.insert(
            "three".to_owned(),
            message(json!({"type": "array", "items": person("x")})),
        );
        schemas.insert("two".to_owned(), message(person("y")));
        let shared = share(schemas);
        let names: Vec<&str> = shared.keys().map(String::as_str).collect();
        assert_eq!(names.len(), 5, "{names:?}");
        let part = json!({"$ref": "#/components/schemas/Person"});
        assert_eq!(shared["one"]["properties"]["A"], part);
        assert_eq!(shared["three"]["properties"]["A"]["items"], part);
        let other = json!({"$ref": "#/components/schemas/Person2"});
        assert_eq!(shared["two"]["properties"]["A"], other);
        for (name, title) in [("Person", "Person"), ("Person2", "Person2")] {
            assert_eq!(shared[name]["title"], title);
        }
    }
}

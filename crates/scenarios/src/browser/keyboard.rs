//! Keys as a keyboard sends them, to whatever has the focus.

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;

use super::{Browser, BrowserFault};

/// One thing that a person does on the keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Press<'a> {
    /// Types it, a key a character.
    Text(&'a str),
    Tab,
    ShiftTab,
    Enter,
    Space,
    Escape,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    Backspace,
    /// Alt and a letter: what the page has under that key.
    Alt(char),
    /// Control and A: what is typed next takes the place of what is in the field.
    SelectAll,
    /// Control and V: what was copied.
    Paste,
}

impl Browser {
    /// Presses the keys, one after the other.
    pub async fn keys(&self, presses: &[Press<'_>]) -> Result<(), BrowserFault> {
        let mut keyboard = KeyActions::new("keyboard".into());
        for press in presses {
            for action in actions(*press) {
                keyboard = keyboard.then(action);
            }
        }
        Ok(self.client.perform_actions(keyboard).await?)
    }

    /// Types into whatever has the focus.
    pub async fn type_text(&self, text: &str) -> Result<(), BrowserFault> {
        self.keys(&[Press::Text(text)]).await
    }

    /// Presses Tab until the element of the CSS selector has the focus, `max` times at most.
    /// Gives how often it was; none if it had the focus already.
    pub async fn tab_to(&self, selector: &str, max: usize) -> Result<usize, BrowserFault> {
        let (mut there, mut element) = self.focus(selector).await?;
        let mut passed = Vec::new();
        while !there {
            passed.push(element);
            if passed.len() > max {
                let passed = passed.join("\n  ");
                return Err(BrowserFault(format!(
                    "{selector} has no focus after {max} Tabs; these had:\n  {passed}"
                )));
            }
            self.keys(&[Press::Tab]).await?;
            (there, element) = self.focus(selector).await?;
        }
        Ok(passed.len())
    }
}

fn actions(press: Press<'_>) -> Vec<KeyAction> {
    let stroke = |key: char| [KeyAction::Down { value: key }, KeyAction::Up { value: key }];
    let with = |held: Key, key: char| {
        let [down, up] = stroke(key);
        let held = char::from(held);
        vec![
            KeyAction::Down { value: held },
            down,
            up,
            KeyAction::Up { value: held },
        ]
    };
    let key = match press {
        Press::Text(text) => return text.chars().flat_map(stroke).collect(),
        Press::ShiftTab => return with(Key::Shift, Key::Tab.into()),
        Press::Alt(key) => return with(Key::Alt, key),
        Press::SelectAll => return with(Key::Control, 'a'),
        Press::Paste => return with(Key::Control, 'v'),
        Press::Tab => Key::Tab,
        Press::Enter => Key::Enter,
        Press::Space => return stroke(' ').into(),
        Press::Escape => Key::Escape,
        Press::Up => Key::Up,
        Press::Down => Key::Down,
        Press::Left => Key::Left,
        Press::Right => Key::Right,
        Press::Home => Key::Home,
        Press::End => Key::End,
        Press::Backspace => Key::Backspace,
    };
    stroke(key.into()).into()
}

//! What is searched for: the parameters, each read or refused by its name.

use super::ApiCall;
use onshi_core::{Day, Problem};

/// What is searched for.
#[derive(Clone, Debug, Default)]
pub(super) struct Search {
    /// The id of the patient.
    pub patient: Option<String>,
    /// `_id`, any of these.
    pub ids: Vec<String>,
    /// `identifier`: system and value of a card.
    pub identifier: Option<(String, String)>,
    /// `birthdate`.
    pub birthdate: Option<Day>,
    /// `date`, all of these.
    pub dates: Vec<Dates>,
    /// `category`, any of these: system, where it is said, and code.
    pub category: Vec<Token>,
    /// `code`, likewise.
    pub code: Vec<Token>,
    /// `status`, any of these.
    pub status: Vec<String>,
    /// `_count`.
    pub count: usize,
    /// From where it goes on.
    pub page: Option<String>,
    /// All parameters but where it goes on, as the addresses of other pages repeat them.
    pub again: String,
}

/// A code with its system, where it is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub system: Option<String>,
    pub code: String,
}

/// A span of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dates {
    from: i64,
    until: i64,
}

/// So many of a page where nothing is said, and the most.
pub(super) const COUNT: usize = 50;
pub(super) const COUNT_MAX: usize = 200;

/// The parameters of each kind.
pub(super) const PARAMETERS: &[(&str, &[&str])] = &[
    ("Patient", &["_id", "identifier", "birthdate"]),
    (
        "Coverage",
        &["_id", "patient", "beneficiary", "identifier", "birthdate"],
    ),
    (
        "MedicationStatement",
        &[
            "_id",
            "patient",
            "subject",
            "effective",
            "date",
            "category",
            "code",
        ],
    ),
    (
        "Procedure",
        &["_id", "patient", "subject", "date", "category", "code"],
    ),
    (
        "Observation",
        &["_id", "patient", "subject", "date", "category", "code"],
    ),
    (
        "DiagnosticReport",
        &["_id", "patient", "subject", "date", "code"],
    ),
    ("Consent", &["_id", "patient", "category", "status"]),
    ("AuditEvent", &["_id", "patient", "date"]),
];

impl Token {
    fn read(text: &str) -> Token {
        match text.split_once('|') {
            Some((system, code)) => Token {
                system: Some(system.to_owned()).filter(|system| !system.is_empty()),
                code: code.to_owned(),
            },
            None => Token {
                system: None,
                code: text.to_owned(),
            },
        }
    }

    /// Whether a coding is this.
    pub fn is(&self, system: &str, code: &str) -> bool {
        self.code == code && self.system.as_deref().is_none_or(|own| own == system)
    }
}

impl Dates {
    /// `ge2026-04`, `2026-11-26` and the like. What is shorter than a day means all of it.
    fn read(text: &str) -> Option<Dates> {
        let (comparison, date) = match text.get(..2)? {
            known @ ("eq" | "ge" | "gt" | "le" | "lt" | "sa" | "eb") => (known, &text[2..]),
            _ => ("eq", text),
        };
        let date = date.split('T').next()?;
        let digits: String = date.split('-').collect();
        let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
        let (first, last) = match (digits.len(), date.len(), plain) {
            (4, 4, true) => (format!("{digits}0101"), format!("{digits}1231")),
            // A month ends at the latest on its 31st.
            (6, 7, true) => (format!("{digits}01"), format!("{digits}31")),
            (8, 10, true) => {
                Day::parse(&digits)?;
                (digits.clone(), digits.clone())
            }
            _ => return None,
        };
        let (first, last): (i64, i64) = (first.parse().ok()?, last.parse().ok()?);
        Some(match comparison {
            "ge" => Dates {
                from: first,
                until: i64::MAX,
            },
            "gt" | "sa" => Dates {
                from: last + 1,
                until: i64::MAX,
            },
            "le" => Dates {
                from: 0,
                until: last,
            },
            "lt" | "eb" => Dates {
                from: 0,
                until: first - 1,
            },
            _ => Dates {
                from: first,
                until: last,
            },
        })
    }

    /// Whether a date of FHIR lies within.
    pub fn has(&self, date: &str) -> bool {
        let digits: String = date.chars().take(10).filter(char::is_ascii_digit).collect();
        let number: Option<i64> = digits.parse().ok();
        number.is_some_and(|day| (self.from..=self.until).contains(&day))
    }
}

/// Reads the parameters of a search; what is not understood is refused and never passed over.
pub(super) fn of(call: &ApiCall) -> Result<Search, Vec<Problem>> {
    let Some(asked) = &call.fhir else {
        return Err(Vec::new());
    };
    let sent = asked.sent.then_some(&call.body[..]);
    read(&asked.kind, asked.query.as_bytes(), sent)
}

/// The same of a kind, an address and what was sent.
pub(super) fn read(
    kind: &str,
    address: &[u8],
    sent: Option<&[u8]>,
) -> Result<Search, Vec<Problem>> {
    let in_address = pairs_of(address)?;
    let sent = pairs_of(sent.unwrap_or_default())?;
    let known = PARAMETERS.iter().find(|(known, _)| *known == kind);
    let known = known.map_or(&[][..], |(_, names)| *names);
    let mut search = Search {
        count: COUNT,
        ..Search::default()
    };
    let mut problems = Vec::new();
    for (pairs, in_address) in [(&in_address, true), (&sent, false)] {
        for (name, value) in pairs {
            if let Err(words) = put(&mut search, (name, value), known, in_address) {
                problems.push(Problem::new(known_name(name), words));
            }
        }
    }
    if kind == "Patient" && search.identifier.is_none() && search.ids.is_empty() {
        problems.push(Problem::new(
            "identifier",
            "identifierとbirthdate（POSTの_searchの本文）か、_idを指定してください。",
        ));
    }
    if search.identifier.is_some() != search.birthdate.is_some() {
        problems.push(Problem::new(
            "birthdate",
            "identifierとbirthdateは、両方を指定してください。",
        ));
    }
    let mut pairs = in_address;
    pairs.extend(sent);
    pairs.retain(|(name, _)| name != "page" && name != "_format");
    search.again = serde_urlencoded::to_string(&pairs).unwrap_or_default();
    match problems.is_empty() {
        true => Ok(search),
        false => Err(problems),
    }
}

fn pairs_of(text: &[u8]) -> Result<Vec<(String, String)>, Vec<Problem>> {
    let unreadable = |_| vec![Problem::new("", "検索の条件を読み取れません。")];
    serde_urlencoded::from_bytes(text).map_err(unreadable)
}

/// The name of a parameter that there is. One that there is not is not repeated: it may be anything.
fn known_name(name: &str) -> &'static str {
    let of_kinds = PARAMETERS.iter().flat_map(|(_, names)| *names);
    let mut all = of_kinds.chain(&["_count", "page", "_format"]);
    all.find(|known| **known == name).map_or("", |known| known)
}

fn put(
    search: &mut Search,
    (name, value): (&str, &str),
    known: &[&str],
    in_address: bool,
) -> Result<(), String> {
    let tokens = || value.split(',').map(Token::read).collect::<Vec<_>>();
    match name {
        "_count" => {
            let count: usize = value
                .parse()
                .map_err(|_| "_countは、1以上の数で指定してください。")?;
            if count == 0 {
                return Err("_countは、1以上の数で指定してください。".to_owned());
            }
            search.count = count.min(COUNT_MAX);
        }
        "page" => search.page = Some(value.to_owned()),
        "_format" if value.contains("json") => {}
        "_format" => return Err("_formatはjsonだけです。".to_owned()),
        _ if !known.contains(&name) => {
            return Err(format!(
                "この条件は使えません。使える条件は {}、_count です。",
                known.join("、")
            ));
        }
        "patient" | "subject" | "beneficiary" => {
            let id = value.rsplit('/').next().unwrap_or(value);
            if search.patient.as_deref().is_some_and(|before| before != id) {
                return Err("患者は1人だけ指定してください。".to_owned());
            }
            search.patient = Some(id.to_owned());
        }
        "_id" => search.ids = value.split(',').map(str::to_owned).collect(),
        "identifier" | "birthdate" if in_address => {
            return Err(
                "券面の情報は、アドレスに入れず、POSTの_searchの本文で送信してください。"
                    .to_owned(),
            );
        }
        "identifier" => {
            let (system, value) = value
                .split_once('|')
                .ok_or("identifierは「システム|値」の形で指定してください。")?;
            search.identifier = Some((system.to_owned(), value.to_owned()));
        }
        "birthdate" => {
            let day = (value.len() == 10).then(|| Day::parse(&value.replace('-', "")));
            search.birthdate = day.flatten();
            if search.birthdate.is_none() {
                return Err("生年月日はYYYY-MM-DDの形で指定してください。".to_owned());
            }
        }
        "date" | "effective" => {
            let words =
                "日付は、ge・le・gt・ltなどの後にYYYY-MM-DD、YYYY-MM、YYYYの形で指定してください。";
            search.dates.push(Dates::read(value).ok_or(words)?);
        }
        "category" => search.category = tokens(),
        "code" => search.code = tokens(),
        "status" => search.status = value.split(',').map(str::to_owned).collect(),
        _ => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_mean_all_of_what_they_name() {
        let has = |text: &str, date: &str| Dates::read(text).unwrap().has(date);
        assert!(has("2026-11", "2026-11-30") && !has("2026-11", "2026-12-01"));
        assert!(has("ge2026", "2026-01-01") && !has("gt2026", "2026-12-31"));
        assert!(has("lt2026-11-26", "2026-11-25") && !has("lt2026-11-26", "2026-11-26"));
        assert!(has("le2026-11-26", "2026-11-26T10:00:00+09:00"));
        for bad in [
            "",
            "x",
            "2026-13-45",
            "20261126",
            "ge",
            "2026-1-1",
            "ne2026",
            "ｇｅ2026",
        ] {
            assert_eq!(Dates::read(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_code_fits_with_its_system_or_any() {
        assert!(Token::read("a").is("s", "a"));
        assert!(Token::read("s|a").is("s", "a"));
        assert!(!Token::read("t|a").is("s", "a"));
    }
}

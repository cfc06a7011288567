//! Cards: 記号, 番号 and 枝番 in the manner of each scheme.
//!
//! No two households have the same number under one insurer and symbol, although each household is
//! made without looking at any other: the numbers are counted from the household's own number.

use super::household::Household;
use super::insurers::{self, Insurer, Scheme};
use super::places::{MUNICIPALITIES, wide};
use super::random::Random;
use super::shares;
use onshi_wire::numbers::check_digit;

/// How many cards a household may have had.
const SLOTS: u64 = 16;

/// The card of a group, or of one person where everybody has an own.
pub(super) struct Card {
    pub scheme: Scheme,
    pub insurer: &'static Insurer,
    pub symbol: Option<String>,
    pub number: String,
    pub branched: bool,
    pub classification: &'static str,
}

/// The card in one of the household's slots: below 8 the present ones, from 8 the earlier ones.
pub(super) fn card(
    random: &mut Random,
    household: &Household,
    scheme: Scheme,
    prefecture: usize,
    slot: u64,
) -> Card {
    let town = match scheme {
        // The welfare offices count their households otherwise; see `compose`.
        Scheme::Assistance => household.municipality,
        _ => usize::try_from(household.number % MUNICIPALITIES).unwrap_or(0),
    };
    let insurer = insurers::draw(random, scheme, prefecture, town);
    let count = household.number * SLOTS + slot;
    let (symbol, number) = match scheme {
        Scheme::Kyokai => (
            Some(format!("99{:06}", count / 2_000)),
            (count % 2_000 + 1).to_string(),
        ),
        Scheme::Union | Scheme::SpecialRetired => (
            Some((count % 997 + 1).to_string()),
            (count / 997 + 1).to_string(),
        ),
        Scheme::MutualAid => {
            let symbol = ["公架空", "国架空", "架１２", "架－学"];
            let symbol = symbol[usize::try_from(count % 4).unwrap_or(0)];
            (Some(symbol.to_owned()), (count + 1).to_string())
        }
        Scheme::Seamen => (Some("船架".to_owned()), (count + 1).to_string()),
        Scheme::SelfDefence => (Some("防架".to_owned()), (count + 1).to_string()),
        Scheme::Trade => (Some("架組１".to_owned()), (count + 1).to_string()),
        Scheme::National => {
            let count = household.number / MUNICIPALITIES * SLOTS + slot;
            (town_symbol(town), format!("{count:07}"))
        }
        Scheme::Elderly => (
            None,
            checked(format!(
                "{:07}",
                household.number / MUNICIPALITIES * 4 + slot % 4
            )),
        ),
        Scheme::Assistance => (None, beneficiary(household, 0)),
    };
    let town_card = scheme == Scheme::National;
    let classification = match scheme {
        Scheme::SelfDefence => "07",
        Scheme::SpecialRetired => "06",
        Scheme::Assistance => "A1",
        _ if town_card && random.chance(shares::SHORT_TERM) => "03",
        _ if town_card && random.chance(shares::SPECIAL_CARE) => "05",
        _ => "01",
    };
    let branched = match scheme {
        Scheme::Elderly | Scheme::Assistance | Scheme::SelfDefence => false,
        Scheme::National => !random.chance(shares::NO_BRANCH),
        _ => true,
    };
    Card {
        scheme,
        insurer,
        symbol,
        number,
        branched,
        classification,
    }
}

/// 受給者番号: everybody has an own.
pub(super) fn beneficiary(household: &Household, index: u32) -> String {
    let count = household.number / shares::ASSISTED.0 / MUNICIPALITIES;
    checked(format!("{:06}", count * 8 + u64::from(index)))
}

/// Towns write their symbols as they like: none, letters, full-width digits, hyphens.
fn town_symbol(town: usize) -> Option<String> {
    let town = u32::try_from(town).unwrap_or(0);
    let mut text = String::with_capacity(16);
    match town % 4 {
        0 => return None,
        1 => text.push_str("架空"),
        2 => {
            text.push_str("０１－");
            wide(&mut text, town);
        }
        _ => {
            text.push('見');
            text.push_str(&town.to_string());
        }
    }
    Some(text)
}

/// The number with its check digit.
pub(super) fn checked(body: String) -> String {
    let digit = check_digit(&body).unwrap_or(0);
    let mut number = body;
    number.push(char::from(b'0' + digit));
    number
}

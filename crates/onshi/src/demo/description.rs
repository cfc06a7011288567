//! What the demo tells: `demo.json` for scripts, and a page of words for people.

use super::cards;
use super::consents::{self, Consents};
use super::hospital;
use super::kept::State;
use super::office;
use super::programs::folders;
use onshi_core::{AccountKind, Day};
use onshi_language::{say, spoken};
use onshi_population::showcase;
use onshi_server::operator::provision::Login;
use std::net::SocketAddr;
use std::path::Path;

pub(super) fn describe(
    state: &State,
    dir: &Path,
    authority: &Path,
    (link_status, consents): (&[Option<SocketAddr>], &Consents),
    kiosk: Option<SocketAddr>,
) -> serde_json::Value {
    let mut all = state
        .facilities
        .iter()
        .enumerate()
        .map(|(place, institution)| {
            let folders = folders(dir, &institution.code, place == 0);
            let status = link_status.get(place).copied().flatten();
            serde_json::json!({
                "code": institution.code,
                "name": institution.name,
                "secret_number": institution.secret_number,
                "terminal": institution.terminal,
                "accounts": institution.accounts,
                "folders": {
                    "req": folders.req,
                    "res": folders.res,
                    "face": folders.face,
                },
                "link": {"status": status.map(|address| format!("http://{address}"))},
            })
        });
    let centre_url = format!("https://localhost:{}", state.centre_port);
    let insurer = state.insurer.as_ref();
    serde_json::json!({
        "centre": {"url": format!("https://localhost:{}", state.centre_port), "ca": authority},
        "messages": {"url": format!("https://localhost:{}", state.messages_port)},
        "portal": {
            "url": format!("https://localhost:{}", state.portal_port),
            "card_program": format!("http://127.0.0.1:{}", state.card_port),
        },
        "gateway": {"url": format!("http://localhost:{}", state.gateway_port)},
        "operators": office::describe(state),
        "operations": {"url": format!("http://localhost:{}", state.operations_port)},
        "facility": all.next(),
        "other_facility": all.next(),
        "hospital": all.next(),
        "insurer": insurer.map(|reporter| super::insurer::describe(reporter, &centre_url)),
        "reader": state.reader.as_ref().map(|reader| consents::describe(reader, &centre_url)),
        "kiosk": kiosk.map(|at| serde_json::json!({"url": kiosk_url(at)})),
        "patients": patients(state, consents),
        "for_tests_only": state.seed.map(|seed| serde_json::json!({"seed": seed})),
    })
}

/// Where the card reader's page is opened.
fn kiosk_url(address: SocketAddr) -> String {
    format!("http://localhost:{}", address.port())
}

/// Hand-made patients, at least one for each validity and each special case.
fn patients(state: &State, consents: &Consents) -> Vec<serde_json::Value> {
    let Some(day) = Day::from_number(state.population_day) else {
        return Vec::new();
    };
    showcase(day)
        .into_iter()
        .map(|patient| {
            let consent = consents::person(&patient).and_then(|person| consents.get(&person));
            let card =
                consents::person(&patient).and_then(|person| cards::name_of(&state.cards, person));
            let mut told = serde_json::json!({
                "note": match patient.medical_ja {
                    None => patient.note_ja,
                    Some(records) => format!("{}／{records}", patient.note_ja),
                },
                "insurer_number": patient.insurer_number,
                "symbol": patient.symbol,
                "number": patient.number,
                "branch": patient.branch,
                "birthdate": patient.birthdate,
                "expected_validity": patient.expected_validity,
            });
            if let Some(card) = card {
                told["card"] = serde_json::json!(card);
            }
            if let Some(consent) = consent {
                told["consent"] = consent.clone();
            }
            told
        })
        .collect()
}

/// What people read when all is ready.
pub(super) fn welcome(state: &State, dir: &Path, kiosk: Option<SocketAddr>) -> String {
    let mut text = say!(
        "\nThe demo is ready.\n\n  \
         open in a browser  http://localhost:{}\n  \
         card reader        {}\n  \
         portal             https://localhost:{}\n  \
         all of it          {}\n",
        "\nOnshi デモ環境の準備ができました。\n\n  \
         ブラウザで開く  http://localhost:{}\n  \
         カードリーダー  {}\n  \
         ポータル        https://localhost:{}\n  \
         すべての内容    {}\n",
        state.gateway_port,
        kiosk.map_or_else(|| say!("not there", "なし"), kiosk_url),
        state.portal_port,
        dir.join("demo.json").display()
    );
    if let Some(seed) = state.seed {
        text.push_str(&say!(
            "\n  FOR TESTS ONLY: the passwords are made of --seed {seed}, and anybody can make them.\n",
            "\n  テスト専用：パスワードは --seed {seed} から作られています（誰でも作れます）。\n"
        ));
    }
    if let Some(first) = state.facilities.first() {
        let (code, name) = (&first.code, &first.name);
        text.push_str(&say!(
            "\n  accounts of {code}:\n",
            "\n  {name}（{code}）のアカウント:\n"
        ));
        for login in &first.accounts {
            let label = AccountKind::from_code(&login.kind).map_or("", AccountKind::label);
            let kind = spoken().choose(login.kind.as_str(), label);
            text.push_str(&account(login, kind));
        }
    }
    if let Some(office) = &state.office {
        text.push_str(&say!(
            "\n  the operators' screens are at http://localhost:{}; two operators:\n",
            "\n  実施機関の画面は http://localhost:{} です。担当者は二人です:\n",
            state.office_port
        ));
        for login in &office.accounts {
            let kind = spoken().choose("officer", AccountKind::Officer.label());
            text.push_str(&account(login, kind));
        }
    }
    if let Some(hospital) = state.facilities.get(2) {
        let (code, name) = (&hospital.code, &hospital.name);
        text.push_str(&say!(
            "\n  {code} is a hospital for emergencies (OQSsiemv01); its doctor and its program:\n",
            "\n  {name}（{code}）は救急時医療情報閲覧（OQSsiemv01）ができる病院です。医師とプログラムのアカウント:\n"
        ));
        for login in &hospital.accounts {
            let kind = match login.kind.as_str() {
                "viewer" if login.user_id == hospital::DOCTOR => {
                    spoken().choose("may read in an emergency", "救急時閲覧権限あり")
                }
                "webapi" => spoken().choose("webapi", AccountKind::WebApi.label()),
                _ => continue,
            };
            text.push_str(&account(login, kind));
        }
    }
    text.push_str(&say!(
        "\n  Ctrl-C ends it.\n",
        "\n  Ctrl-C で終了します。\n"
    ));
    text
}

fn account(login: &Login, kind: &str) -> String {
    format!("    {:<10} {}  {kind}\n", login.user_id, login.password)
}

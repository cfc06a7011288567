//! `onshi facility`: institutions.

mod add;
mod command;
mod mail;
mod place;
mod second_factor;

pub use command::FacilityCommand;

use crate::output::{Failure, Output};
use crate::serve::{Tools, facility_code};
use onshi_core::facility::{self, Facility};
use onshi_core::network::{self, Network};
use onshi_core::service::OperationContext;
use onshi_core::{Error, Function, Request};
use onshi_language::say;
use onshi_server::Config;
use serde_json::json;

fn shown(facility: &Facility) -> serde_json::Value {
    json!({
        "code": facility.code.as_str(),
        "name": facility.name,
        "created_at": facility.created_at.jst_table(),
        "encoding": if facility.shift_jis { "shift-jis" } else { "utf-8" },
        "message_networks": facility.message_networks,
        "state": if facility.stopped.is_some() { "stopped" } else { "active" },
        "stopped_at": facility.stopped.as_ref().map(|(at, _)| at.jst_table()),
        "stopped_reason": facility.stopped.as_ref().map(|(_, reason)| reason),
    })
}

fn words(facility: &Facility) -> String {
    let state = match facility.stopped {
        None => say!("active", "有効"),
        Some(_) => say!("stopped", "停止"),
    };
    format!("{}  {}  {}", facility.code, state, facility.name)
}

/// `onshi facility …`.
pub fn run(command: FacilityCommand, config: &Config, output: &Output) -> Result<(), Failure> {
    let tools = Tools::open(config)?;
    let operation =
        |actor| OperationContext::new(actor, Function::ManageFacilities, Request::fresh());
    match command {
        FacilityCommand::Add {
            code,
            name,
            master_id,
            reset_id,
            activation,
        } => {
            let ids = [master_id, reset_id];
            add::run(&tools, (&code, &name), (ids, activation), output)?;
        }
        FacilityCommand::List { after, limit } => {
            let found = tools
                .service
                .read_and_wait(operation(tools.operator.actor()), |tx| {
                    facility::list(tx, &after, limit)
                })?;
            let all: Vec<_> = found.iter().map(shown).collect();
            output.result(&all, || {
                found.iter().map(words).collect::<Vec<_>>().join("\n")
            });
        }
        FacilityCommand::Show { code } => {
            let code = facility_code(&code)?;
            let found = tools
                .service
                .read_and_wait(operation(tools.operator.at(code.clone())), |tx| {
                    facility::show(tx, &code)
                })?;
            output.result(&shown(&found), || words(&found));
        }
        FacilityCommand::Stop { code, reason } => {
            let code = facility_code(&code)?;
            if reason.trim().is_empty() {
                return Err(Failure::usage(say!(
                    "--reason must say why",
                    "--reason に理由を書いてください。"
                )));
            }
            change(&tools, &code, move |tx, code| {
                onshi_core::registration::stop(tx, code, reason.trim())
            })?;
            output.result(&json!({"stopped": code.as_str()}), || {
                say!("{code} is stopped.", "{code} を停止しました。")
            });
        }
        FacilityCommand::Encoding { code, encoding } => {
            set_encoding(&tools, &code, &encoding, output)?;
        }
        FacilityCommand::Networks { code, networks } => {
            set_networks(&tools, &code, networks, output)?;
        }
        FacilityCommand::Municipality { code, municipality } => {
            place::set_municipality(&tools, &code, municipality.as_deref(), output)?;
        }
        FacilityCommand::Phone { code, number } => {
            place::set_phone(&tools, &code, number.as_deref(), output)?;
        }
        FacilityCommand::Mail { code, address } => {
            mail::set(&tools, &code, address.as_deref(), output)?;
        }
        FacilityCommand::Letters => mail::letters(&tools, output)?,
        FacilityCommand::EmergencyHospital { code, withdraw } => {
            place::set_emergency_hospital(&tools, &code, !withdraw, output)?;
        }
        FacilityCommand::SecondFactor {
            code,
            kind,
            least,
            most,
        } => {
            let range = (least.as_deref(), most.as_deref());
            second_factor::allow(&tools, (&code, &kind), range, output)?;
        }
        FacilityCommand::Resume { code } => {
            resume(&tools, &code, output)?;
        }
    }
    Ok(())
}

/// Says which character set an institution's programs read.
fn set_encoding(tools: &Tools, code: &str, encoding: &str, output: &Output) -> Result<(), Failure> {
    let code = facility_code(code)?;
    let shift_jis = match encoding {
        "utf-8" => false,
        "shift-jis" => true,
        _ => {
            let text = say!(
                "the encoding is utf-8 or shift-jis",
                "文字コードは utf-8 または shift-jis です。"
            );
            return Err(Failure::usage(text));
        }
    };
    change(tools, &code, move |tx, code| {
        facility::set_encoding(tx, code, shift_jis)
    })?;
    output.result(
        &json!({"facility": code.as_str(), "encoding": encoding}),
        || {
            say!(
                "{code} reads {encoding}.",
                "{code} の文字コードを {encoding} にしました。"
            )
        },
    );
    Ok(())
}

fn resume(tools: &Tools, code: &str, output: &Output) -> Result<(), Failure> {
    let code = facility_code(code)?;
    change(tools, &code, facility::resume)?;
    output.result(&json!({"resumed": code.as_str()}), || {
        say!("{code} goes on.", "{code} を再開しました。")
    });
    Ok(())
}

/// Says from which networks an institution's programs may come without a certificate.
fn set_networks(
    tools: &Tools,
    code: &str,
    networks: Vec<String>,
    output: &Output,
) -> Result<(), Failure> {
    let code = facility_code(code)?;
    let read = |text: &String| {
        Network::parse(text).ok_or_else(|| {
            Failure::usage(say!(
                "{text} is no network such as 192.0.2.0/24 or 2001:db8::/32",
                "{text} はネットワークではありません（例：192.0.2.0/24、2001:db8::/32）。"
            ))
        })
    };
    let networks: Vec<Network> = networks.iter().map(read).collect::<Result<_, _>>()?;
    let set = networks.clone();
    change(tools, &code, move |tx, code| {
        facility::set_message_networks(tx, code, &set)
    })?;
    output.result(
        &json!({"facility": code.as_str(), "message_networks": networks}),
        || match network::join(&networks) {
            all if all.is_empty() => {
                say!(
                    "Messages of {code} without a certificate are taken from wherever the centre allows.",
                    "{code} の電子証明書なしのメッセージを、センターが許す接続元から受け付けます。"
                )
            }
            some => say!(
                "Messages of {code} without a certificate are taken from {some} only.",
                "{code} の電子証明書なしのメッセージを、{some} からだけ受け付けます。"
            ),
        },
    );
    Ok(())
}

fn change(
    tools: &Tools,
    code: &onshi_core::facility::FacilityCode,
    rule: impl Fn(&mut onshi_core::Tx<'_>, &onshi_core::facility::FacilityCode) -> Result<(), Error>
    + Send
    + 'static,
) -> Result<(), Error> {
    let actor = tools.operator.at(code.clone());
    let operation = OperationContext::new(actor, Function::ManageFacilities, Request::fresh());
    let code = code.clone();
    tools
        .service
        .change_and_wait(operation, move |tx| rule(tx, &code))
}

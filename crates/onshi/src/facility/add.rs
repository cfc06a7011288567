//! `onshi facility add`: an institution and the two accounts that it begins with.

use crate::output::{Failure, Output};
use crate::serve::{Tools, facility_code};
use onshi_core::AccountKind;
use onshi_core::account::UserId;
use onshi_core::facility::FacilityCode;
use onshi_language::say;
use onshi_server::operator::provision::{Provision, ToActivate};

type Ids = [Option<UserId>; 2];

pub(super) fn run(
    tools: &Tools,
    (code, name): (&str, &str),
    (ids, activation): ([Option<String>; 2], bool),
    output: &Output,
) -> Result<(), Failure> {
    let code = facility_code(code)?;
    let id = |text: Option<String>| text.as_deref().map(UserId::parse).transpose();
    let [master_id, reset_id] = ids;
    let ids = [id(master_id)?, id(reset_id)?];
    let provision = Provision {
        service: &tools.service,
        authority: &tools.authority,
        operator: &tools.operator,
    };
    match activation {
        true => with_activations(&provision, (&code, name), ids, output),
        false => with_passwords(&provision, (&code, name), ids, output),
    }
}

fn with_passwords(
    provision: &Provision<'_>,
    (code, name): (&FacilityCode, &str),
    ids: Ids,
    output: &Output,
) -> Result<(), Failure> {
    let welcome = provision.facility(code, name, ids)?;
    output.result(&welcome, || {
        say!(
            "{} {} is registered. What follows is shown once.\n\
             master account  {}  {}\n\
             reset account   {}  {}\nsecret number   {}",
            "{} {} を登録しました。次の内容は一度だけ表示します。\n\
             マスタアカウント      {}  {}\n\
             リセット用アカウント  {}  {}\n秘密の番号            {}",
            welcome.facility_code,
            welcome.name,
            welcome.master.user_id,
            welcome.master.password,
            welcome.reset.user_id,
            welcome.reset.password,
            welcome.secret_number
        )
    });
    Ok(())
}

/// One line of what is handed out.
fn line(account: &ToActivate) -> String {
    let label = AccountKind::from_code(&account.kind).map_or("", AccountKind::label);
    let (kind, id, code, until) = (
        &account.kind,
        &account.user_id,
        &account.activation,
        &account.until,
    );
    say!(
        "{kind}  {id}  {code}  until {until}",
        "{label}  {id}  {code}  有効期限 {until}"
    )
}

fn with_activations(
    provision: &Provision<'_>,
    (code, name): (&FacilityCode, &str),
    ids: Ids,
    output: &Output,
) -> Result<(), Failure> {
    let welcome = provision.facility_to_activate(code, name, ids)?;
    output.result(&welcome, || {
        let lines: Vec<String> = welcome.accounts.iter().map(line).collect();
        say!(
            "{} {} is registered. What follows is shown once: the holders choose their passwords on the \
             page of activation, to which the log-in leads.\n{}\nsecret number  {}",
            "{} {} を登録しました。次の内容は一度だけ表示します。使う方は、ログインの画面の「利用開始」で、ご自身の\
             パスワードを決めます。\n{}\n秘密の番号  {}",
            welcome.facility_code,
            welcome.name,
            lines.join("\n"),
            welcome.secret_number
        )
    });
    Ok(())
}

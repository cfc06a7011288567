//! The set-up file of each terminal: what `onshi terminal set-up` needs there.

use onshi_server::web::rollout::plan::{Code, FacilityPlan, Item};
use onshi_server::web::rollout::read::SheetMachine;
use onshi_server::web::rollout::report::Done;
use onshi_terminal::set_up::{AccountPart, Bundle, FoldersPart, MachinePart};

/// How a terminal reaches the centre.
pub(super) struct Centre<'a> {
    /// Its address, such as `https://centre.example:8443`.
    pub(super) url: &'a str,
    /// The certificate of its authority.
    pub(super) authority_pem: &'a str,
}

fn revealed(item: &Item) -> Option<String> {
    item.code.as_ref().map(Code::reveal)
}

/// The files of an institution's terminals that get something, each with its name.
pub(super) fn bundles(
    plan: &FacilityPlan,
    centre: &Centre<'_>,
    done: &Done,
) -> Vec<(String, Bundle)> {
    let machines = plan.sheet.machines.iter().zip(&plan.machines).enumerate();
    let bundle =
        |(at, (machine, (own, reader))): (usize, (&SheetMachine, &(Item, Option<Item>)))| {
            let accounts = accounts(plan, at);
            let gets = [Some(own), reader.as_ref()]
                .into_iter()
                .flatten()
                .any(|item| item.code.is_some())
                || accounts.iter().any(|account| account.code.is_some());
            let reader = machine.reader.as_ref().zip(reader.as_ref());
            gets.then(|| Bundle {
                version: Bundle::VERSION,
                centre: centre.url.to_owned(),
                authority: centre.authority_pem.to_owned(),
                facility: plan.sheet.code.as_str().to_owned(),
                facility_name: plan.name.clone(),
                rollout: done.rollout_id.clone(),
                made_at: done.at.jst_table(),
                codes_until: done.codes_until.jst_table(),
                activations_until: done.activations_until.jst_table(),
                start_page_port: machine.port,
                renew_by_itself: machine.renew_by_itself,
                terminal: MachinePart {
                    name: machine.name.clone(),
                    code: revealed(own),
                },
                reader: reader.map(|(name, item)| MachinePart {
                    name: name.clone(),
                    code: revealed(item),
                }),
                folders: machine.folders.as_ref().map(|folders| FoldersPart {
                    req: folders.req.clone(),
                    res: folders.res.clone(),
                    face: folders.face.clone(),
                }),
                accounts,
            })
        };
    let named = machines.filter_map(|one| {
        let number = one.0 + 1;
        bundle(one).map(|bundle| (format!("terminal-{number:02}.toml"), bundle))
    });
    named.collect()
}

/// The programs' accounts whose passwords a terminal keeps.
fn accounts(plan: &FacilityPlan, at: usize) -> Vec<AccountPart> {
    let all = plan.sheet.accounts.iter().zip(&plan.accounts);
    let here = all.filter(|(account, _)| account.machine == Some(at));
    let part = here.map(|(account, item)| AccountPart {
        kind: account.kind().code().to_owned(),
        user_id: account.user_id().as_str().to_owned(),
        code: revealed(item),
    });
    part.collect()
}

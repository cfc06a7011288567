//! The menu, drawn from the list of routes and the permission table: nobody sees what would refuse them.

use crate::http::route::Route;
use crate::web::layout::frame::{NavigationGroup, NavigationItem};
use onshi_core::emergency::OpenFunction;
use onshi_core::permission::Grant;
use onshi_core::{Function, Role};

/// The menu of a role, in the order of the routes; the item of this path is the current one. What needs an
/// opening is there while it is open.
pub fn of(routes: &[Route], role: Role, path: &str, open: &[OpenFunction]) -> Vec<NavigationGroup> {
    let mut groups: Vec<NavigationGroup> = Vec::new();
    // Programs may check eligibility, though not on the web: they have no menu there.
    let on_the_web = Function::OpenMenu.is_for(role);
    let is_open = |function: Function| open.iter().any(|one| one.function == function);
    let is_shown = |function: Function| {
        let closed = function.grant(role) == Some(Grant::NeedsOpening);
        function.is_for(role)
            && (!closed || is_open(function))
            && (on_the_web || function == Function::ChangeOwnPassword)
    };
    for route in routes {
        let Some((entry, function)) = route.menu.zip(route.access.function()) else {
            continue;
        };
        if !is_shown(function) {
            continue;
        }
        let shown = NavigationItem {
            label: entry.label.to_owned(),
            href: route.path.to_owned(),
            current: route.path == path,
            description: entry.description.to_owned(),
        };
        let title = entry.group.title();
        match groups.iter_mut().find(|group| group.title == title) {
            Some(group) => group.items.push(shown),
            None => groups.push(NavigationGroup {
                title: title.to_owned(),
                items: vec![shown],
            }),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::CENTRE;

    fn labels(role: Role) -> Vec<String> {
        of(CENTRE, role, "", &[])
            .into_iter()
            .flat_map(|group| group.items)
            .map(|item| item.label)
            .collect()
    }

    #[test]
    fn the_master_sees_accounts_and_the_change_of_password_and_nothing_else() {
        let groups = of(CENTRE, Role::Master, "", &[]);
        assert_eq!(groups.len(), 1);
        assert_eq!(groups[0].title, "アカウント情報管理");
    }

    #[test]
    fn what_needs_an_opening_is_there_only_while_it_is_open() {
        let open = OpenFunction {
            function: Function::ViewInDisaster,
            reason: "地震のため".to_owned(),
            until: onshi_core::Moment::from_ms(0),
        };
        let shown = |role, open: &[OpenFunction]| {
            let groups = of(CENTRE, role, "", open).into_iter();
            let items = groups.flat_map(|group| group.items);
            items.map(|item| item.label).collect::<Vec<_>>()
        };
        for role in [Role::Admin, Role::Viewer, Role::General] {
            let more: Vec<String> = shown(role, std::slice::from_ref(&open))
                .into_iter()
                .filter(|label| !shown(role, &[]).contains(label))
                .collect();
            let expected: &[&str] = match role {
                Role::General => &[],
                _ => &["災害時医療情報閲覧"],
            };
            assert_eq!(more, expected);
        }
    }

    #[test]
    fn system_accounts_see_the_change_of_password_and_nothing_else() {
        for role in [Role::Link, Role::WebApi, Role::Face] {
            assert_eq!(labels(role), ["パスワード変更"]);
        }
    }
}

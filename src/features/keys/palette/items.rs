//! Entries of the command palette.

use super::recent;
use crate::data::Connection;
use crate::data::flows::Flows;
use crate::platform::page::normal_form;
use crate::router;
use crate::routes::Page;
use crate::state::globals;
use crate::strings::t;
use crate::ui::Icon;
use console::text::fuzzy::score;
use leptos::prelude::untrack;
use runs::reading::address::{ALL_CONNECTIONS, HistoryAddress};
use runs::reading::jump::Wish;

/// Options shown at once; typing narrows them down.
const SHOWN: usize = 50;
/// Runs on a page of the list that a number leads to.
const SIZE: u32 = 50;

/// Where the palette was opened.
#[derive(Clone, Debug)]
pub struct Here {
    pub connection: Option<Connection>,
    pub flow: Option<String>,
    pub size: u32,
}

impl Here {
    pub fn now() -> Self {
        let session = globals().session;
        let page = untrack(router::page);
        let (flow, size) = match &page {
            Page::Runs(address) => (address.flow.clone(), address.size),
            Page::Run { flow, .. } | Page::Review { flow, .. } | Page::Start { flow, .. } => (flow.clone(), None),
            _ => (None, None),
        };
        let connection = page.connection().and_then(|id| session.connection(id)).or_else(router::last_connection);
        // The flow that was open last, as the history opens on it.
        let flow = flow.or_else(|| router::last_flow(&connection.as_ref()?.id));
        Self { connection, flow, size: size.unwrap_or(SIZE) }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    Go(String),
    Sheet,
    Run(Wish),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    pub icon: Icon,
    pub label: String,
    /// What it is.
    pub hint: String,
    pub act: Act,
}

/// What can be chosen for what is typed, the best first. Nothing typed: what was chosen last, then everything.
pub fn fitting(here: &Here, flows: &Flows, typed: &str) -> Vec<Item> {
    let words = t().palette;
    let text = normal_form(typed.trim());
    let all = all(here, flows);
    if text.is_empty() {
        let recent = recent::read().into_iter().map(|(href, label, hint)| Item { icon: Icon::Clock, label, hint, act: Act::Go(href) });
        let mut items: Vec<Item> = recent.collect();
        let known: Vec<Act> = items.iter().map(|item| item.act.clone()).collect();
        items.extend(all.into_iter().filter(|item| !known.contains(&item.act)));
        items.truncate(SHOWN);
        return items;
    }
    let mut scored: Vec<(i32, Item)> = all
        .into_iter()
        .filter_map(|item| {
            let label = score(&text, &normal_form(&item.label));
            // A connection's name beside a flow's, and a flow's id, are typed too; they count less.
            let hint = score(&text, &normal_form(&format!("{} {}", item.label, item.hint))).map(|score| score - 100);
            label.max(hint).map(|score| (score, item))
        })
        .collect();
    runs::value::order::sort(&mut scored, &|(score, _)| (-i64::from(*score), 0));
    let mut items: Vec<Item> = scored.into_iter().map(|(_, item)| item).take(SHOWN).collect();
    match Wish::read(typed) {
        Some(wish @ Wish::Number(number)) => {
            let flow = here.flow.as_ref().map(|id| name_of(flows, id));
            let connection = here.connection.as_ref().map_or("", |connection| &connection.label);
            let hint = (words.run_of)(flow.as_deref(), connection);
            items.insert(
                0,
                Item { icon: Icon::Gate, label: (words.run_number)(&(t().shared.run_number)(number)), hint, act: Act::Run(wish) },
            );
        }
        Some(Wish::Id(id)) => {
            let label = (words.run_id)(&id);
            let item = Item { icon: Icon::Gate, label, hint: words.any_connection.into(), act: Act::Run(Wish::Id(id)) };
            // Words of names are one sign after the other as well: only what looks like an id comes first.
            let like = typed.chars().any(|sign| sign.is_ascii_digit() || sign == '_');
            items.insert(if like || items.is_empty() { 0 } else { items.len() }, item);
        }
        None => {}
    }
    items
}

fn name_of(flows: &Flows, id: &str) -> String {
    flows.flows.iter().find(|flow| flow.id == id).map_or_else(|| id.to_owned(), |flow| flow.name.clone())
}

fn all(here: &Here, flows: &Flows) -> Vec<Item> {
    let words = t().palette;
    let page =
        |icon: Icon, label: &str, page: &Page| Item { icon, label: label.into(), hint: words.page.into(), act: Act::Go(page.href()) };
    let mut items = vec![
        page(Icon::Gate, t().shell.runs, &Page::Runs(HistoryAddress::default())),
        page(Icon::Waiting, t().shell.reviews, &Page::Reviews(Default::default())),
        page(Icon::Check, t().audit.title, &Page::Audit(Default::default())),
        page(Icon::Newest, words.figures, &Page::Figures(Default::default())),
    ];
    if let Some(connection) = &here.connection {
        let start = Page::Start { connection: connection.id.clone(), flow: here.flow.clone() };
        items.push(page(Icon::Play, t().history.start_run, &start));
    }
    items.push(Item { icon: Icon::Keyboard, label: t().keys.title.into(), hint: words.page.into(), act: Act::Sheet });
    let connections = globals().session.connections();
    if connections.len() > 1 {
        let all = Page::Runs(HistoryAddress { connection: Some(ALL_CONNECTIONS.into()), ..HistoryAddress::default() });
        items.push(Item {
            icon: Icon::Webhook,
            label: (t().all.choice)(connections.len()),
            hint: words.connection.into(),
            act: Act::Go(all.href()),
        });
    }
    for connection in connections {
        let runs = Page::runs_of(&connection.id);
        items.push(Item { icon: Icon::Webhook, label: connection.label, hint: words.connection.into(), act: Act::Go(runs.href()) });
    }
    if let Some(connection) = &here.connection {
        for flow in &flows.flows {
            let runs = Page::Runs(HistoryAddress {
                connection: Some(connection.id.clone()),
                flow: Some(flow.id.clone()),
                ..HistoryAddress::default()
            });
            let hint = (words.flow_of)(&connection.label);
            items.push(Item { icon: Icon::Right, label: flow.name.clone(), hint, act: Act::Go(runs.href()) });
        }
    }
    items
}

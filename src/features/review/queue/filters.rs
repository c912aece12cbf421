//! Filters of the queue.

use super::list::Queue;
use super::page::filter;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{Glyph, Icon, searchable};
use console::queue::{QueueAddress, Who};
use std::collections::BTreeMap;

/// The field that is searched with.
pub const SEARCH: &str = "queue-search";

/// What narrows the queue down; all of it is in the address.
pub fn filters(queue: Queue) -> Html {
    let words = t().queue;
    let connections = queue.globals.session.connections();
    let options: Vec<Html> = connections
        .into_iter()
        .map(|connection| {
            let id = connection.id.clone();
            let chosen = move || queue.address.with(|address| address.connection.as_deref() == Some(&id));
            view! { <option translate="no" value=connection.id selected=chosen>{connection.label}</option> }
        })
        .collect();
    let connection = move |event| {
        let id = event_target_value(&event);
        filter(queue, &mut |address| {
            address.connection = Some(id.clone()).filter(|id| !id.is_empty());
            address.flow = None;
        });
    };
    // A flow is one of its connection: choosing it chooses both.
    let flow = move |event| {
        let value = event_target_value(&event);
        filter(queue, &mut |address| match value.split_once('/') {
            Some((id, flow)) => {
                (address.connection, address.flow) = (Some(runs::value::percent::decode(id)), Some(runs::value::percent::decode(flow)))
            }
            None => address.flow = None,
        });
    };
    let search = move |event| {
        let text = event_target_value(&event);
        if searchable(&text) {
            filter(queue, &mut |address| text.clone_into(&mut address.text));
        }
    };
    let who = move |event| {
        let word = event_target_value(&event);
        filter(queue, &mut |address| address.who = Who::read(&word));
    };
    let whose = |who: Option<Who>| move || queue.address.with(|address| address.who == who);
    let text = move || queue.address.with(|address| address.text.clone());
    let flows = Memo::new(move |_| flows(queue));
    view! {
        <div class="sl-filters sl-wq__filters" role="search" aria-label=words.filters>
            <span class="sl-search">
                <Glyph icon=Icon::Search />
                <input id=SEARCH type="search" class="sl-input" aria-label=words.search placeholder=words.search_hint prop:value=text on:input=search />
            </span>
            <select class="sl-input sl-select sl-wq__pick" aria-label=words.connection on:change=connection>
                <option value="" selected=move || queue.address.with(|address| address.connection.is_none())>{words.any_connection}</option>
                {options}
            </select>
            <select class="sl-input sl-select sl-wq__pick" aria-label=words.flow on:change=flow>
                <option value="" selected=move || queue.address.with(|address| address.flow.is_none())>{words.any_flow}</option>
                {move || flows.get().into_iter().map(|flow| option(queue, flow)).collect::<Vec<_>>()}
            </select>
            <select class="sl-input sl-select sl-wq__pick" aria-label=words.who on:change=who>
                <option value="" selected=whose(None)>{words.anyone}</option>
                <option value=Who::Free.word() selected=whose(Some(Who::Free))>{words.free}</option>
                <option value=Who::Mine.word() selected=whose(Some(Who::Mine))>{words.mine}</option>
            </select>
            {move || queue.address.with(QueueAddress::is_filtered).then(|| view! {
                <button type="button" class="sl-btn sl-btn--quiet" on:click=move |_| filter(queue, &mut |address| *address = QueueAddress::default())>
                    {words.clear}
                </button>
            })}
        </div>
    }
}

/// Connection, flow, and how it is named.
type FlowOption = (String, String, String);

/// The flows that something waits in, and the one that is chosen.
fn flows(queue: Queue) -> Vec<FlowOption> {
    let chosen = queue.address.get();
    let several = queue.globals.session.connections().len() > 1 && chosen.connection.is_none();
    let mut found: BTreeMap<(String, String), String> = BTreeMap::new();
    queue.entries.with(|entries| {
        for entry in entries.values().filter(|entry| chosen.connection.as_ref().is_none_or(|id| *id == entry.connection.id)) {
            let name = if several { format!("{} · {}", entry.flow, entry.connection.label) } else { entry.flow.clone() };
            found.insert((entry.connection.id.clone(), entry.run.flow.clone()), name);
        }
    });
    if let (Some(connection), Some(flow)) = (chosen.connection, chosen.flow) {
        found.entry((connection, flow.clone())).or_insert(flow);
    }
    found.into_iter().map(|((connection, flow), name)| (connection, flow, name)).collect()
}

fn option(queue: Queue, (connection, flow, name): FlowOption) -> Html {
    let value = format!("{}/{}", runs::value::percent::encode(&connection), runs::value::percent::encode(&flow));
    let chosen =
        move || queue.address.with(|address| address.connection.as_deref() == Some(&connection) && address.flow.as_deref() == Some(&flow));
    view! { <option translate="no" value=value selected=chosen>{name}</option> }
}

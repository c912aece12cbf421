use crate::prelude::*;
use crate::router;
use crate::routes::Page;
use crate::state::globals;
use crate::strings::t;
use crate::ui::sandbox_mark;
use runs::reading::address::{ALL_CONNECTIONS, HistoryAddress};

/// Which connection's runs are listed, or those of all.
#[component]
pub fn ConnectionPicker(#[prop(into)] chosen: Signal<String>) -> Html {
    let all = globals().session.connections();
    let count = all.len();
    let only_sandboxes = globals().session.only_sandboxes();
    let sandbox = move || match globals().session.connection(&chosen.get()) {
        Some(connection) => connection.sandbox,
        None => chosen.with(|id| id == ALL_CONNECTIONS) && only_sandboxes,
    };
    let merged = (count > 1).then(|| {
        let selected = move || chosen.with(|id| id == ALL_CONNECTIONS);
        view! { <option value=ALL_CONNECTIONS selected=selected>{(t().all.choice)(count)}</option> }
    });
    let options = all
        .into_iter()
        .map(|connection| {
            let id = connection.id.clone();
            let label = if connection.sandbox && !only_sandboxes {
                format!("{} · {}", connection.label, t().shell.sandbox)
            } else {
                connection.label
            };
            view! { <option translate="no" value=connection.id selected=move || chosen.with(|chosen| *chosen == id)>{label}</option> }
        })
        .collect::<Vec<_>>();
    let choose = move |event| {
        let size = if let Page::Runs(address) = untrack(router::page) { address.size } else { None };
        let address = HistoryAddress { connection: Some(event_target_value(&event)), size, ..HistoryAddress::default() };
        router::go(&Page::Runs(address).href());
    };
    view! {
        <label class="sl-vh" for="connection">{t().history.connection}</label>
        <span class="sl-pick">
            <select id="connection" class="sl-input sl-select" on:change=choose>{merged}{options}</select>
            {move || sandbox_mark(sandbox())}
        </span>
    }
}

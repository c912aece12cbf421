use super::flow_picker::FlowPicker;
use super::view::View;
use crate::prelude::*;
use crate::routes::Page;
use crate::state::globals;
use crate::strings::t;
use runs::query::HistoryAddress;

/// Which connection, and which of its flows.
#[component]
pub fn Pickers(view: View) -> Html {
    let words = t().history;
    let chosen = move || view.connection.get().map(|connection| connection.id).unwrap_or_default();
    let sandbox = move || view.connection.with(|connection| connection.as_ref().is_some_and(|connection| connection.sandbox));
    let options = globals()
        .session
        .connections()
        .into_iter()
        .map(|connection| {
            let id = connection.id.clone();
            let label = if connection.sandbox { format!("{} · {}", connection.label, t().shell.sandbox) } else { connection.label };
            view! { <option value=connection.id selected=move || chosen() == id>{label}</option> }
        })
        .collect::<Vec<_>>();
    let choose = move |event| {
        let size = view.address.with_untracked(|address| address.size);
        let address = HistoryAddress { connection: Some(event_target_value(&event)), size, ..HistoryAddress::default() };
        view.go(&Page::Runs(address).href());
    };
    view! {
        <div class="sl-row sl-pickers">
            <label class="sl-vh" for="connection">{words.connection}</label>
            <span class="sl-pick">
                <select id="connection" class="sl-input sl-select" on:change=choose>{options}</select>
                {move || sandbox().then(|| view! { <span class="sl-mark" title=t().shell.sandbox_hint>{t().shell.sandbox}</span> })}
            </span>
            <FlowPicker view=view />
        </div>
    }
}

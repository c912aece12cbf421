use super::flow_picker::FlowPicker;
use super::view::View;
use crate::prelude::*;
use crate::routes::Page;
use crate::state::globals;
use crate::strings::t;
use runs::query::{ALL_CONNECTIONS, HistoryAddress};

/// Which connection, and which of its flows.
#[component]
pub fn Pickers(view: View) -> Html {
    let words = t().history;
    let all = StoredValue::new(globals().session.connections());
    let chosen =
        move || view.address.with(|address| address.connection.clone()).or(view.connection.get().map(|of| of.id)).unwrap_or_default();
    let sandbox = move || match view.connection.get() {
        Some(connection) => connection.sandbox,
        None => view.all.get() && all.with_value(|all| all.iter().all(|connection| connection.sandbox)),
    };
    let count = all.with_value(Vec::len);
    let merged = (count > 1).then(|| {
        view! { <option value=ALL_CONNECTIONS selected=move || view.all.get()>{(t().all.choice)(count)}</option> }
    });
    let options = all
        .get_value()
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
                <select id="connection" class="sl-input sl-select" on:change=choose>{merged}{options}</select>
                {move || sandbox().then(|| view! { <span class="sl-mark" title=t().shell.sandbox_hint>{t().shell.sandbox}</span> })}
            </span>
            {move || if view.all.get() {
                view! { <span class="sl-sm sl-2 sl-nw">{words.all_flows}</span> }
            } else {
                view! { <FlowPicker view=view /> }
            }}
        </div>
    }
}

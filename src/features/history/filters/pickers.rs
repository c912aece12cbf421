use crate::features::history::filters::connection_picker::ConnectionPicker;
use crate::features::history::filters::flow_picker::FlowPicker;
use crate::features::history::state::HistoryState;
use crate::prelude::*;
use crate::strings::t;
use runs::reading::address::ALL_CONNECTIONS;

/// Which connection, and which of its flows.
#[component]
pub fn Pickers(history: HistoryState) -> Html {
    let chosen = Signal::derive(move || if history.all.get() { ALL_CONNECTIONS.into() } else { history.connection_id() });
    view! {
        <div class="sl-row sl-pickers">
            <ConnectionPicker chosen=chosen />
            {move || if history.all.get() {
                view! { <span class="sl-sm sl-2 sl-nw">{t().history.all_flows}</span> }
            } else {
                view! { <FlowPicker history=history /> }
            }}
        </div>
    }
}

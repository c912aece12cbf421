use crate::app::enter_page;
use crate::features::history::filters::connection_picker::ConnectionPicker;
use crate::features::history::list::table::RowsOutline;
use crate::prelude::*;
use crate::state::globals;
use crate::strings::t;
use crate::ui::Failure;

/// Stands in for the history while a connection's flows are read, one of which it opens on; or says why there is none.
#[component]
pub fn CompletingPage(connection: String) -> Html {
    let words = t().history;
    enter_page(|| t().history.title.into());
    let Some(connection) = globals().session.connection(&connection) else { return ().view() };
    let flows = globals().flows.of(&connection.id);
    let dialect = connection.dialect;
    let id = Signal::stored(connection.id.clone());
    let connection = StoredValue::new(connection);
    let shows = Memo::new(move |_| flows.with(|flows| (flows.error.is_some(), flows.complete && flows.flows.is_empty())));
    let body = move || match shows.get() {
        (true, _) => flows
            .with_untracked(|flows| flows.error.clone())
            .map(|error| {
                let retry = Callback::new(move |()| connection.with_value(|connection| globals().flows.read_again(connection)));
                view! { <Failure what=words.flows_not_read error=error source=dialect retry=retry /> }
            })
            .view(),
        (_, true) => view! { <div class="sl-empty"><h2>{words.no_flows}</h2><p>{(words.no_flows_next)(dialect.vendor())}</p></div> },
        _ => view! { <RowsOutline /> },
    };
    view! {
        <main id="main" class="sl-main" tabindex="-1" data-page="history">
            <div class="sl-pagehead">
                <h1 class="sl-vh">{words.title}</h1>
                <div class="sl-row sl-pickers"><ConnectionPicker chosen=id /></div>
            </div>
            <section class="sl-panel" aria-label=words.title>{body}</section>
        </main>
    }
}

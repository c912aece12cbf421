//! Starting a run: a form that fits what the flow needs.

mod field;
mod file_field;
mod form;
mod send;

use crate::app::{UnknownConnection, enter_page};
use crate::data::{Connection, Reading};
use crate::net::{self, Scope};
use crate::prelude::*;
use crate::router;
use crate::routes::Page;
use crate::state::globals;
use crate::strings::t;
use crate::ui::Failure;
use form::StartForm;
use runs::ApiError;
use runs::adapters::{FlowInputs, FlowQuery};
use runs::model::{Flow, Place};

/// Flows offered; one beyond them is opened from its history.
const MOST_FLOWS: usize = 500;

#[component]
pub fn StartPage(connection: String) -> Html {
    let flow = router::own(|entry| if let Page::Start { flow, .. } = &entry.page { Some(flow.clone()) } else { None });
    match globals().session.connection(&connection) {
        Some(connection) => {
            enter_page(|| t().start.title.into());
            view! { <Start connection=connection flow=flow /> }
        }
        None => view! { <UnknownConnection id=connection /> },
    }
}

#[component]
fn Start(connection: Connection, flow: Memo<Option<String>>) -> Html {
    let words = t().start;
    let flows = RwSignal::new(Vec::<Flow>::new());
    let failed = RwSignal::new(None::<ApiError>);
    let again = RwSignal::new(0u32);
    let dialect = connection.dialect;
    let connection = StoredValue::new(connection);
    Effect::new(move |_| {
        again.track();
        let scope = Scope::of_view();
        leptos::task::spawn_local(async move { read_flows(connection.get_value(), flows, failed, &scope).await });
    });
    let choose = move |event| {
        let page = Page::Start { connection: connection.with_value(|of| of.id.clone()), flow: Some(event_target_value(&event)) };
        router::replace(&page.href());
    };
    let options = move || {
        let chosen = flow.get();
        flows
            .get()
            .into_iter()
            .map(|one| view! { <option translate="no" selected=chosen.as_ref() == Some(&one.id) value=one.id>{one.name}</option> })
            .collect::<Vec<_>>()
    };
    // A flow from a link that the vendor does not list is still offered by its id.
    let unlisted = move || flow.get().filter(|id| flows.with(|flows| flows.iter().all(|flow| flow.id != *id)));
    // What is chosen may have no room in the control.
    let name = move || flow.get().and_then(|id| flows.with(|flows| flows.iter().find(|one| one.id == id).map(|one| one.name.clone())));
    view! {
        <main id="main" class="sl-main sl-narrow" tabindex="-1" data-page="start">
            <h1>{words.title}<small class="sl-2">" "{(words.in_connection)(&connection.with_value(|of| of.label.clone()))}</small></h1>
            {move || failed.get().map(|error| view! {
                <section class="sl-panel">
                    <Failure what=words.flows_failed error=error source=dialect retry=Callback::new(move |()| again.update(|again| *again += 1)) />
                </section>
            })}
            <section class="sl-panel">
                <div class="sl-panel__body sl-panel__body--top">
                    <div class="sl-field">
                        <label for="flow">{words.flow}</label>
                        <select id="flow" class="sl-input sl-select" title=name on:change=choose>
                            {move || flow.get().is_none().then(|| view! { <option value="" selected>{words.choose_flow}</option> })}
                            {move || unlisted().map(|id| view! { <option translate="no" value=id.clone() selected>{id.clone()}</option> })}
                            {options}
                        </select>
                    </div>
                </div>
            </section>
            {move || flow.get().map(|flow| view! { <Inputs connection=connection.get_value() flow=flow /> })}
        </main>
    }
}

async fn read_flows(connection: Connection, flows: RwSignal<Vec<Flow>>, failed: RwSignal<Option<ApiError>>, scope: &Scope) {
    let adapter = connection.dialect.adapter();
    let mut found = Vec::new();
    let mut place = Some(Place::First);
    while let Some(from) = place.take().filter(|_| found.len() < MOST_FLOWS) {
        let query = FlowQuery { search: String::new(), place: from };
        match net::read(&connection.id, adapter.list_flows(&query), scope).await {
            Ok(page) => {
                found.extend(page.items);
                place = page.older;
            }
            Err(_) if scope.ended() => return,
            Err(error) => {
                failed.set(Some(error));
                return;
            }
        }
    }
    failed.set(None);
    flows.set(found);
}

/// Reads what the flow needs, then shows the form.
#[component]
fn Inputs(connection: Connection, flow: String) -> Html {
    let words = t().start;
    let dialect = connection.dialect;
    let asked = connection.clone();
    let inputs = Reading::new(move |scope| {
        let (connection, flow) = (asked.clone(), flow.clone());
        async move { net::read(&connection.id, connection.dialect.run_adapter().describe_inputs(&flow), &scope).await }
    });
    live(move || {
        inputs.handle(
            || view! { <p role="status" class="sl-sm sl-2">{words.reading_inputs}</p> },
            |error, retry| {
                view! { <section class="sl-panel"><Failure what=words.inputs_failed error=error.clone() source=dialect retry=retry /></section> }
            },
            |inputs| view! { <StartForm connection=connection.clone() inputs=FlowInputs::clone(inputs) /> },
        )
    })
}

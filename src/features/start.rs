//! Starting a run: a form that fits what the flow needs.

mod field;
mod file_field;
mod form;
mod send;

use crate::app::{UnknownConnection, enter_page};
use crate::data::Connection;
use crate::net::{self, Scope};
use crate::routes::Page;
use crate::state::globals;
use crate::strings::t;
use crate::ui::Failure;
use form::StartForm;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};
use runs::ApiError;
use runs::adapter::{FlowInputs, FlowQuery};
use runs::model::{Flow, Place};

/// Flows offered; one beyond them is opened from its history.
const MOST_FLOWS: usize = 500;

#[component]
pub fn StartPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let connection = Memo::new(move |_| params.with(|params| params.get("connection")).unwrap_or_default());
    let flow = Memo::new(move |_| query.with(|query| query.get("flow")).filter(|flow| !flow.is_empty()));
    enter_page(|| t().start.title.into());
    move || {
        let id = connection.get();
        match globals().session.connection(&id) {
            Some(connection) => view! { <Start connection=connection flow=flow /> }.into_any(),
            None => view! { <UnknownConnection id=id /> }.into_any(),
        }
    }
}

#[component]
fn Start(connection: Connection, flow: Memo<Option<String>>) -> impl IntoView {
    let words = &t().start;
    let flows = RwSignal::new(Vec::<Flow>::new());
    let failed = RwSignal::new(None::<ApiError>);
    let again = RwSignal::new(0u32);
    let vendor = connection.dialect.vendor();
    let connection = StoredValue::new(connection);
    Effect::new(move |_| {
        again.track();
        let scope = Scope::of_view();
        leptos::task::spawn_local(async move { read_flows(connection.get_value(), flows, failed, &scope).await });
    });
    let navigate = use_navigate();
    let choose = move |event| {
        let page = Page::Start { connection: connection.with_value(|of| of.id.clone()), flow: Some(event_target_value(&event)) };
        navigate(&page.href(), NavigateOptions { replace: true, ..NavigateOptions::default() });
    };
    let options = move || {
        let chosen = flow.get();
        flows
            .get()
            .into_iter()
            .map(|one| view! { <option selected=chosen.as_ref() == Some(&one.id) value=one.id>{one.name}</option> }.into_any())
            .collect::<Vec<_>>()
    };
    // A flow from a link that the vendor does not list is still offered by its id.
    let unlisted = move || flow.get().filter(|id| flows.with(|flows| flows.iter().all(|flow| flow.id != *id)));
    view! {
        <main id="main" class="sl-main sl-narrow" tabindex="-1" data-page="start">
            <h1>{words.title}<small class="sl-2">" "{(words.in_connection)(&connection.with_value(|of| of.label.clone()))}</small></h1>
            {move || failed.get().map(|error| view! {
                <section class="sl-panel">
                    <Failure what=words.flows_failed error=error vendor=vendor retry=Callback::new(move |()| again.update(|again| *again += 1)) />
                </section>
            })}
            <section class="sl-panel">
                <div class="sl-panel__body sl-panel__body--top">
                    <div class="sl-field">
                        <label for="flow">{words.flow}</label>
                        <select id="flow" class="sl-input sl-select" on:change=choose>
                            {move || flow.get().is_none().then(|| view! { <option value="" selected>{words.choose_flow}</option> })}
                            {move || unlisted().map(|id| view! { <option value=id.clone() selected>{id.clone()}</option> })}
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
fn Inputs(connection: Connection, flow: String) -> impl IntoView {
    let words = &t().start;
    let read = RwSignal::new(None::<Result<FlowInputs, ApiError>>);
    let again = RwSignal::new(0u32);
    let vendor = connection.dialect.vendor();
    let asked = connection.clone();
    Effect::new(move |_| {
        again.track();
        read.set(None);
        let scope = Scope::of_view();
        let (connection, flow) = (asked.clone(), flow.clone());
        leptos::task::spawn_local(async move {
            let result = net::read(&connection.id, connection.dialect.adapter().describe_inputs(&flow), &scope).await;
            if !scope.ended() {
                read.set(Some(result));
            }
        });
    });
    move || match read.get() {
        None => view! { <p role="status" class="sl-sm sl-2">{words.reading_inputs}</p> }.into_any(),
        Some(Ok(inputs)) => view! { <StartForm connection=connection.clone() inputs=inputs /> }.into_any(),
        Some(Err(error)) => view! {
            <section class="sl-panel">
                <Failure what=words.inputs_failed error=error vendor=vendor retry=Callback::new(move |()| again.update(|again| *again += 1)) />
            </section>
        }
        .into_any(),
    }
}

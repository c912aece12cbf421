use crate::data::flows::{self, Flows};
use crate::features::history::menu;
use crate::features::history::state::HistoryState;
use crate::net::Scope;
use crate::platform::press::Press;
use crate::platform::{clock, page};
use crate::prelude::*;
use crate::router;
use crate::state::globals;
use crate::strings::t;
use crate::ui::{Glyph, Icon, cut, sign_in};
use leptos::html::{Details, Input};

/// Options shown at once; typing narrows them down, so that none is ever out of reach.
const SHOWN: usize = 50;
/// Typing rests so many milliseconds before a vendor is asked for more.
const PAUSE: u32 = 250;

/// Chooses a flow by its name or id, with type-ahead over all that the vendor lists.
#[component]
pub fn FlowPicker(history: HistoryState) -> Html {
    let words = t().history;
    let details = NodeRef::<Details>::new();
    let input = NodeRef::<Input>::new();
    let typed = RwSignal::new(String::new());
    let looking = StoredValue::new(None::<Scope>);
    on_cleanup(move || stop(looking));
    let close = move || {
        stop(looking);
        menu::close(details);
        typed.set(String::new());
    };
    let choose = move |flow: Option<String>| {
        close();
        router::go(&history.list.first_page_href(|address| {
            address.all_flows = flow.is_none();
            address.flow = flow;
        }));
    };
    let opened = move |_| {
        if details.get_untracked().is_some_and(|details| details.open())
            && let Some(input) = input.get_untracked()
        {
            input.focus().ok();
        }
    };
    let keys = move |press: Press| {
        if press.key() != "Enter" {
            return;
        }
        press.take();
        let text = typed.get_untracked().trim().to_owned();
        match found(history, &text).first() {
            Some((id, _)) => choose(Some(id.clone())),
            // A flow that the vendor does not list is none: what was typed is looked for among all of them first.
            None if !text.is_empty() => open_once_found(history, typed, looking, choose),
            None => {}
        }
    };
    view! {
        <details
            class="sl-menu"
            node_ref=details
            on:toggle=opened
            on:keydown=move |press| {
                if press.key() == "Escape" {
                    close();
                }
            }
        >
            <summary class="sl-btn sl-flowpick" title=move || history.flow_label()>
                <span class="sl-vh">{words.flow}" "</span>
                <bdi class="sl-cut">{move || history.flow_label()}</bdi>
                <Glyph icon=Icon::Down small=true />
            </summary>
            <div class="sl-menu__pop">
                <input
                    class="sl-input"
                    type="search"
                    node_ref=input
                    aria-label=words.search_flows
                    placeholder=words.search_flows
                    prop:value=typed
                    on:input=move |event| {
                        typed.set(event_target_value(&event));
                        look_further(history, typed, looking);
                    }
                    on:keydown=keys
                />
                <div class="sl-menu__list">{move || options(history, &typed.get(), choose)}</div>
            </div>
        </details>
    }
}

/// Reads on at once for what is typed, and opens the first flow that fits.
fn open_once_found(
    history: HistoryState,
    typed: RwSignal<String>,
    looking: StoredValue<Option<Scope>>,
    choose: impl Fn(Option<String>) + Copy + 'static,
) {
    stop(looking);
    let Some(connection) = history.connection.get_untracked() else { return };
    let scope = Scope::new();
    looking.set_value(Some(scope.clone()));
    leptos::task::spawn_local(async move {
        let text = typed.try_get_untracked().unwrap_or_default();
        flows::search(&connection, history.flows(), &text, &scope).await;
        let found = untrack(|| found(history, &text).into_iter().next()).filter(|_| !scope.ended());
        if let Some((id, _)) = found {
            choose(Some(id));
        }
    });
}

/// Flows beyond those that were read at first are read for what is typed, once typing rests.
fn look_further(history: HistoryState, typed: RwSignal<String>, looking: StoredValue<Option<Scope>>) {
    stop(looking);
    let Some(connection) = history.connection.get_untracked() else { return };
    let scope = Scope::new();
    looking.set_value(Some(scope.clone()));
    leptos::task::spawn_local(async move {
        clock::sleep(PAUSE).await;
        if !scope.ended() {
            let text = typed.try_get_untracked().unwrap_or_default();
            flows::search(&connection, history.flows(), &text, &scope).await;
        }
    });
}

fn stop(looking: StoredValue<Option<Scope>>) {
    if let Some(scope) = looking.try_update_value(Option::take).flatten() {
        scope.end();
    }
}

/// Flows whose name or id contains the text, in the vendor's order.
fn found(history: HistoryState, text: &str) -> Vec<(String, String)> {
    let text = page::normal_form(text.trim());
    history
        .flows()
        .with(|flows| flows.flows.iter().filter(|flow| Flows::fits(flow, &text)).map(|flow| (flow.id.clone(), flow.name.clone())).collect())
}

fn again(history: HistoryState) {
    if let Some(connection) = history.connection.get_untracked() {
        globals().flows.read_again(&connection);
    }
}

fn options(history: HistoryState, text: &str, choose: impl Fn(Option<String>) + Copy + 'static) -> Html {
    let words = t().history;
    let found = found(history, text);
    let more = found.len().saturating_sub(SHOWN);
    let none = found.is_empty();
    let list_all =
        text.is_empty() && history.connection.get().is_some_and(|connection| connection.dialect.adapter().capabilities().list_all);
    let chosen = history.flow.get();
    let option = |id: Option<String>, name: String| {
        let current = (id == chosen).then_some("true");
        let title = name.clone();
        view! {
            <button type="button" class="sl-opt" aria-current=current title=title on:click=move |_| choose(id.clone())>
                {cut(name)}
            </button>
        }
    };
    let mut rows: Vec<Html> = Vec::new();
    if list_all {
        rows.push(option(None, words.all_flows.into()));
    }
    rows.extend(found.into_iter().take(SHOWN).map(|(id, name)| option(Some(id), name)));
    let failed = history.flows().with(|flows| flows.error.clone());
    let reading = history.flows().with(|flows| flows.error.is_none() && (flows.searching || (flows.flows.is_empty() && !flows.complete)));
    let looked = history.flows().with(|flows| (!flows.complete && !flows.searching && flows.error.is_none()).then_some(flows.flows.len()));
    let note = match () {
        () if failed.is_some() => failed.as_ref().map(|error| (words.flows_failed)(&(t().shared.error_line)(error, &history.vendor()))),
        () if reading && text.is_empty() => Some(t().shared.loading.to_owned()),
        () if reading => Some((words.searching_flows)(history.flows().with(|flows| flows.flows.len()))),
        () if none => Some(words.no_flow_matches.to_owned()),
        () if more > 0 => Some((words.more_flows)(more)),
        () if text.is_empty() => looked.map(|looked| (words.more_flows_at_vendor)(looked)),
        () => None,
    };
    let unread = history.flows().with(|flows| (!flows.unread.is_empty()).then(|| (words.unread_flows)(&flows.unread)));
    view! {
        {rows}
        {unread.map(|unread| view! { <p class="sl-xs sl-2 sl-wrap">{unread}</p> })}
        {note.map(|note| view! { <p class="sl-xs sl-2 sl-wrap" role="status">{note}</p> })}
        {failed.map(|error| view! {
            <div class="sl-row sl-row--wrap">
                {sign_in(&error)}
                <button type="button" class="sl-btn sl-btn--sm" on:click=move |_| again(history)>{t().shared.try_again}</button>
            </div>
        })}
    }
}

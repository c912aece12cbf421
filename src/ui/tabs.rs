use crate::platform::page;
use crate::platform::press::Press;
use crate::prelude::*;

/// One tab: its key in the page, its name, and how many things are behind it.
pub type Tab = (&'static str, &'static str, Option<usize>);

/// A list of tabs; arrows move between them, the panels `panel-<key>` are the caller's.
#[component]
pub fn Tabs(label: &'static str, #[prop(into)] tabs: Signal<Vec<Tab>>, chosen: RwSignal<&'static str>) -> Html {
    let step = move |press: Press| {
        let tabs = tabs.get_untracked();
        let Some(at) = tabs.iter().position(|(key, ..)| *key == chosen.get_untracked()) else { return };
        let next = match press.key() {
            "ArrowRight" => (at + 1) % tabs.len(),
            "ArrowLeft" => (at + tabs.len() - 1) % tabs.len(),
            "Home" => 0,
            "End" => tabs.len() - 1,
            _ => return,
        };
        press.take();
        let key = tabs[next].0;
        chosen.set(key);
        page::focus_soon(format!("tab-{key}"));
    };
    let tab = move |(key, name, count): Tab| {
        view! {
            <button
                type="button"
                role="tab"
                id=format!("tab-{key}")
                aria-controls=format!("panel-{key}")
                aria-selected=move || (chosen.get() == key).to_string()
                tabindex=move || if chosen.get() == key { "0" } else { "-1" }
                on:click=move |_| chosen.set(key)
            >
                {name}
                {count.map(|count| view! { " "<span class="sl-count">{count}</span> })}
            </button>
        }
    };
    view! {
        <div class="sl-tabs" role="tablist" aria-label=label on:keydown=step>
            {move || tabs.get().into_iter().map(tab).collect::<Vec<_>>()}
        </div>
    }
}

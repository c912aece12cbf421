use crate::features::history::filters::filter_bar::statuses;
use crate::features::history::state::{SAVED, View};
use crate::platform::press::Press;
use crate::platform::storage;
use crate::prelude::*;
use crate::state::globals;
use crate::strings::t;
use crate::ui::cut;
use console::views;
use console::views::SavedView;
use runs::StatusKind;
use runs::adapters::filter::Filter;
use runs::reading::address::HistoryAddress;
use std::cell::RefCell;
use wasm_bindgen::JsCast;

thread_local! {
    /// The saved view that was opened last: what is shown may be a change of it. Kept while one looks at a run and comes back.
    static OPENED: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// The views that everybody has: all runs of what is chosen, those that wait, those that failed.
const BUILT_IN: [Option<StatusKind>; 3] = [None, Some(StatusKind::Waiting), Some(StatusKind::Failed)];

/// Saved views as tabs, after those that everybody has.
#[component]
pub fn SavedViews(view: View) -> Html {
    let opened = opened(view);
    // What another tab changed is known here too, or the next change would undo it.
    let handle = window_event_listener_untyped("storage", move |_| {
        let text = storage::get(SAVED).unwrap_or_default();
        if view.saved.with_untracked(|known| *known != text) {
            view.saved.set(text);
        }
    });
    on_cleanup(move || handle.remove());
    let tabs = move || {
        let (offered, _) = statuses(view);
        let built_in = BUILT_IN.into_iter().filter(|status| status.is_none_or(|status| offered.contains(&status)));
        let mut tabs: Vec<Html> = built_in.map(|status| built_in_tab(view, status)).collect();
        tabs.extend(saved(view).into_iter().map(|saved| saved_tab(view, saved, opened)));
        tabs
    };
    view! { <nav class="sl-tabs sl-views" aria-label=t().overview.views on:keydown=move_between_tabs>{tabs}</nav> }
}

/// The views that this browser keeps; none if a later version wrote them.
pub fn saved(view: View) -> Vec<SavedView> {
    view.saved.with(|text| views::read(text)).unwrap_or_default()
}

/// Keeps other views; `false` if the browser did not. On this page they are there all the same.
pub fn keep(view: View, saved: &[SavedView]) -> bool {
    let text = views::write(saved);
    let kept = storage::set(SAVED, &text);
    view.saved.set(text);
    kept
}

/// The saved view that is shown, or that what is shown began with.
pub fn opened(view: View) -> Memo<Option<String>> {
    Memo::new(move |_| {
        let address = view.kept_address();
        let query = views::query_of(&address);
        let saved = saved(view);
        let before = OPENED.with_borrow(Clone::clone);
        let same = saved.iter().filter(|saved| saved.query == query);
        // Two views can show the same: then it is the one that was opened.
        let shown = same.clone().find(|saved| Some(&saved.name) == before.as_ref()).or(same.clone().next());
        let now = match shown {
            Some(shown) => Some(shown.name.clone()),
            None => before.filter(|name| saved.iter().any(|saved| saved.name == *name && changes(&saved.query, &address))),
        };
        OPENED.set(now.clone());
        now
    })
}

/// Whether an address is another filter of the list that a view shows, and not a built-in view of it.
fn changes(query: &str, address: &HistoryAddress) -> bool {
    let view = HistoryAddress::read(query);
    let list = |address: &HistoryAddress| (address.connection.clone(), address.flow.clone(), address.all_flows);
    list(&view) == list(address) && !BUILT_IN.into_iter().any(|status| is_built_in(address, status))
}

fn is_built_in(address: &HistoryAddress, status: Option<StatusKind>) -> bool {
    address.filter.is_empty() && address.statuses.iter().copied().eq(status)
}

fn built_in_tab(view: View, status: Option<StatusKind>) -> Html {
    let words = t().overview;
    let href = move || {
        view.with(|address| {
            address.filter = Filter::default();
            address.statuses = status.into_iter().collect();
        })
    };
    let current = move || {
        let own = saved(view).iter().any(|saved| saved.query == views::query_of(&view.kept_address()));
        (!own && view.address.with(|address| is_built_in(address, status))).then_some("true")
    };
    let count = move || {
        let (count, open) = waiting(view).filter(|_| status == Some(StatusKind::Waiting))?;
        let digits = (t().shared.count)(count);
        (count > 0).then(|| view! { " "<span class="sl-count sl-count--wait">{digits}{open.then_some("+")}</span> })
    };
    view! { <a href=href aria-current=current>{(words.built_in)(status)}{count}</a> }
}

fn saved_tab(view: View, saved_view: SavedView, opened: Memo<Option<String>>) -> Html {
    let SavedView { name, query } = saved_view;
    let href = crate::routes::Page::Runs(HistoryAddress::read(&query)).href();
    let is_opened = {
        let name = name.clone();
        Memo::new(move |_| opened.with(|opened| opened.as_deref() == Some(name.as_str())))
    };
    let changed = Memo::new(move |_| is_opened.get() && views::query_of(&view.kept_address()) != query);
    let save = {
        let name = name.clone();
        move |_| {
            let mut all = saved(view);
            if let Some(known) = all.iter_mut().find(|known| known.name == name) {
                known.query = views::query_of(&view.kept_address());
            }
            told(keep(view, &all), (t().overview.view_saved)(&name));
        }
    };
    view! {
        <a href=href aria-current=move || is_opened.get().then_some("true")>
            {cut(name)}
            {move || changed.get().then(|| view! { <span class="sl-dot" role="img" aria-label=t().overview.changed title=t().overview.changed></span> })}
        </a>
        {move || changed.get().then(|| {
            let save = save.clone();
            view! { <button type="button" class="sl-views__save" on:click=save>{t().overview.save}</button> }
        })}
    }
}

/// Says that it was done, or that this browser keeps nothing.
fn told(kept: bool, done: String) {
    let toasts = globals().toasts;
    if kept { toasts.say(done) } else { toasts.warn(t().overview.not_kept) }
}

/// How many runs of this list wait, as the queue counts them anyway, and whether there may be more; `None` until that is known.
pub fn waiting(view: View) -> Option<(u64, bool)> {
    if view.all.get() {
        let waiting = globals().waiting;
        let (_, open) = waiting.count()?;
        return Some((waiting.of.with(|of| of.iter().map(|of| of.runs().count() as u64 + of.more()).sum()), open));
    }
    let connection = view.connection.with(|connection| connection.as_ref().map(|connection| connection.id.clone()))?;
    let flow = view.flow.get();
    globals().waiting.of.with(|of| {
        let of = of.iter().find(|of| of.connection.id == connection && of.error.is_none())?;
        let mut lists = of.lists.iter().filter(|list| flow.is_none() || list.flow.is_none() || list.flow == flow);
        let here = of.runs().filter(|run| flow.as_ref().is_none_or(|flow| run.flow == *flow)).count() as u64;
        if lists.clone().any(|list| list.error.is_some()) {
            return None;
        }
        Some((here, (flow.is_none() && of.more_flows()) || lists.any(|list| list.part.open)))
    })
}

/// Left and Right move between the views.
fn move_between_tabs(press: Press) {
    let forward = match press.key() {
        "ArrowRight" => true,
        "ArrowLeft" => false,
        _ => return,
    };
    let tab = press.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let next = tab.and_then(|tab| if forward { tab.next_element_sibling() } else { tab.previous_element_sibling() });
    if let Some(next) = next.and_then(|next| next.dyn_into::<web_sys::HtmlElement>().ok()) {
        press.take();
        next.focus().ok();
    }
}
